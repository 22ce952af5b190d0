#include "models/cell/board.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <set>
#include <string>
#include <string_view>

namespace lockstep::suite {
namespace {

// The names of rules outlive all violations.
std::string_view Kept(std::string_view name) {
  static std::set<std::string, std::less<>> names;
  return *names.emplace(name).first;
}

}  // namespace

SharedMemory::SharedMemory(std::size_t bytes)
    : data_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)),
      bytes_(bytes) {
  if (data_ == MAP_FAILED) throw std::bad_alloc();
}

SharedMemory::~SharedMemory() { munmap(data_, bytes_); }

struct Board::Layout {
  // The end of a longer text is lost.
  template <std::size_t kMostBytes>
  struct SharedText {
    std::uint32_t length;
    std::array<char, kMostBytes> bytes;

    void Set(std::string_view text) {
      length = static_cast<std::uint32_t>(std::min(text.size(), kMostBytes));
      std::copy_n(text.begin(), length, bytes.begin());
    }
    std::string_view Get() const {
      return {bytes.data(), std::min<std::size_t>(length, kMostBytes)};
    }
  };

  Witness witness;
  CrashNote crash;
  std::atomic<std::uint64_t> mark;
  std::atomic<std::uint64_t> count;
  std::uint64_t arena_bytes;
  std::uint64_t arena_align_bytes;
  std::uint64_t op_count;
  std::uint64_t step;
  bool is_violated;
  SharedText<64> rule;
  SharedText<4096> expected;
  SharedText<4096> came;
};

Board::Board(std::size_t most_ops)
    : most_ops_(most_ops),
      memory_(sizeof(Layout) + most_ops * sizeof(Op)),
      layout_(new(memory_.data()) Layout()) {}

Witness& Board::witness() const { return layout_->witness; }

CrashNote& Board::crash() const { return layout_->crash; }

std::atomic<std::uint64_t>& Board::mark() const { return layout_->mark; }

std::atomic<std::uint64_t>& Board::count() const { return layout_->count; }

Op* Board::ops() const { return reinterpret_cast<Op*>(layout_ + 1); }

std::size_t Board::OpCount() const {
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(layout_->op_count, most_ops_));
}

void Board::Write(const Script& script) const {
  Write(Verdict());
  layout_->witness.step.store(0, std::memory_order_relaxed);
  layout_->arena_bytes = script.arena.bytes;
  layout_->arena_align_bytes = script.arena.align_bytes;
  layout_->op_count = std::min(script.ops.size(), most_ops_);
  std::copy_n(script.ops.begin(), OpCount(), ops());
}

void Board::WriteArena(ArenaSpec arena) const {
  layout_->arena_bytes = arena.bytes;
  layout_->arena_align_bytes = arena.align_bytes;
  layout_->op_count = 0;
}

void Board::WriteOp(std::size_t index, const Op& op) const {
  if (index >= most_ops_) return;
  ops()[index] = op;
  layout_->op_count = index + 1;
}

Script Board::ReadScript() const {
  Script script{{layout_->arena_bytes, layout_->arena_align_bytes}, {}};
  for (std::size_t i = 0; i < OpCount(); ++i) {
    const Op& op = ops()[i];
    if (static_cast<std::size_t>(op.verb) < kVerbs) script.ops.push_back(op);
  }
  return script;
}

void Board::Write(const Verdict& verdict) const {
  if (!verdict) layout_->crash.signal = 0;  // The rest does not count then.
  layout_->is_violated = verdict.has_value();
  if (!verdict) return;
  layout_->step = verdict->step;
  layout_->rule.Set(verdict->rule);
  layout_->expected.Set(verdict->expected);
  layout_->came.Set(verdict->came);
}

Verdict Board::ReadVerdict() const {
  if (!layout_->is_violated) return std::nullopt;
  return Violation{.rule = Kept(layout_->rule.Get()),
                   .step = static_cast<std::size_t>(layout_->step),
                   .expected = std::string(layout_->expected.Get()),
                   .came = std::string(layout_->came.Get())};
}

}  // namespace lockstep::suite
