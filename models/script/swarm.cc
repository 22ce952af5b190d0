#include "models/script/swarm.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kKiB = 1024;

ArenaSpec ArenaOf(std::uint64_t bits) {
  static constexpr std::array<std::uint64_t, 4> kArenaBytes = {
      128 * kKiB, 512 * kKiB, 1024 * kKiB, 1024 * kKiB};
  const std::uint64_t bytes = kArenaBytes[bits >> 2 & 3];
  return {.bytes = bytes, .align_bytes = bytes};
}

// 64 GiB, or what an address space of 32 bits has room for.
constexpr std::uint64_t kSparseArenaBytes = std::uint64_t{1}
                                            << (sizeof(void*) > 4 ? 36 : 28);

// What is copied or cleared is little, so that little is touched.
void KeepSparse(Op& op) {
  constexpr std::uint64_t kMostTouchedBytes = std::uint64_t{1} << 20;
  const std::uint64_t count = op.verb == Verb::kAllocateZeroed ? op.offset : 1;
  const bool is_touched = op.verb == Verb::kReallocate ||
                          op.verb == Verb::kReallocateZeroed ||
                          op.verb == Verb::kAllocateZeroed;
  if (!is_touched || op.bytes * count <= kMostTouchedBytes) return;
  if (op.bytes > 2 * kSparseArenaBytes || count > 2 * kSparseArenaBytes) return;
  op.bytes %= kMostTouchedBytes;
  if (op.verb == Verb::kAllocateZeroed) op.offset = 1;
}

}  // namespace

Swarm Swarm::Whole(const lockstep_port& port, std::uint64_t bits) {
  return Part(port, bits, std::numeric_limits<std::uint64_t>::max());
}

Swarm Swarm::Part(const lockstep_port& port, std::uint64_t bits,
                  std::uint64_t subset_bits) {
  return Swarm(port, ArenaOf(bits), bits, subset_bits);
}

Swarm Swarm::Sparse(const lockstep_port& port, std::uint64_t bits,
                    std::uint64_t subset_bits) {
  return Swarm(port,
               {.bytes = kSparseArenaBytes, .align_bytes = kSparseArenaBytes},
               bits, subset_bits);
}

Swarm Swarm::Over(const lockstep_port& port, ArenaSpec arena) {
  Swarm swarm(port, arena, 0, std::numeric_limits<std::uint64_t>::max());
  swarm.complete_verbs_ = 0;
  swarm.opening_.clear();
  return swarm;
}

Swarm::Swarm(const lockstep_port& port, ArenaSpec arena, std::uint64_t bits,
             std::uint64_t subset_bits)
    : port_(port),
      memory_(SwarmMemory::Of(port)),
      arena_(arena),
      layouts_(arena.bytes, subset_bits) {
  slots_ = memory_.Slots(bits);
  opening_ = memory_.Opening(port_, arena_, bits);
  const std::uint64_t indispensable = (1u << memory_.indispensable()) - 1;
  const auto some = memory_.verbs();
  std::vector<Weighted<Verb>> verbs(some.begin(), some.end());
  std::uint64_t on = (subset_bits | indispensable) & ((1u << some.size()) - 1);
  for (std::size_t i = 0; i < some.size(); ++i) {
    if (SwarmMemory::MayBeTried(some[i].item, port)) continue;
    on &= ~(std::uint64_t{1} << i);
  }
  const auto whole = SwarmMemory::WholeInterface(port_);
  verbs.insert(verbs.end(), whole.begin(), whole.end());
  on |= (subset_bits >> 40 & 0x3FF) << some.size();
  FillByWeight(verbs_, verbs, on);
  NoteCompleteVerbs();
}

void Swarm::NoteCompleteVerbs() {
  const bool has_limits =
      port_.max_request_bytes != 0 || port_.max_request_align != 0;
  if (has_limits || arena_.bytes == kSparseArenaBytes) return;
  for (const Verb verb : {Verb::kAllocate, Verb::kFree, Verb::kReallocate,
                          Verb::kReallocateZeroed, Verb::kResize}) {
    complete_verbs_ |= std::uint32_t{1} << static_cast<unsigned>(verb);
  }
}

void Swarm::Adapt(Op& op, RawOp raw) const {
  if (op.verb == Verb::kFreeInside) {
    op.offset = Pick(raw.number, 1, raw.number >> 32 & 1 ? 16 : 4096);
  } else if (op.verb == Verb::kFreeForeign) {
    op.offset = (raw.number >> 16) % arena_.bytes >> op.align_log2 % 20
                                                         << op.align_log2 % 20;
  }
  memory_.Adapt(op, raw, port_, arena_);
  if (MayHaveCountOrNewSize(op.verb)) ChooseCountOrNewSize(op, raw);
  if (arena_.bytes == kSparseArenaBytes) KeepSparse(op);
}

}  // namespace lockstep::suite
