#include "models/judge/misuse.h"

#include <sys/wait.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>

#include "models/script/op.h"
#include "models/script/swarm.h"
#include "models/system/deadly.h"
#include "models/system/system.h"

namespace lockstep::suite {
namespace {

// What a process exits with.
enum Exit : int {
  kExitCannot = 40,
  kExitRefused,
  kExitUnseen,
  kExitHarmed,
  // It died: whether inside of the call tells the witness.
};

constexpr std::uint32_t kBlocks = 96;
constexpr std::uint32_t kSpare =
    200;  // From here on are blocks had afterwards.
constexpr std::uint32_t kLater = 32;
// One large arena, all of it given.
constexpr std::uint64_t kBits = 0x68;

// A block of so many bytes, as all others have. False: it overlaps one of them.
bool Enter(std::uint64_t offset, std::uint64_t bytes,
           std::set<std::uint64_t>& starts) {
  const auto [at, is_new] = starts.insert(offset);
  const auto next = std::next(at);
  const bool hits_next = next != starts.end() && *next - *at < bytes;
  const bool hits_previous =
      at != starts.begin() && *at - *std::prev(at) < bytes;
  return is_new && !hits_next && !hits_previous;
}

class Scene {
 public:
  Scene(const lockstep_port& port, Attempt attempt, Witness& witness)
      : port_(port), attempt_(attempt), system_(port, &witness) {}

  int Play();

 private:
  std::optional<std::uint64_t> Allocate(std::uint32_t slot);
  bool Prepare();
  Status Commit();
  Status Free(void* block, std::uint64_t bytes);
  Status Reallocate(void* block, std::uint64_t bytes);
  Status Resize(void* block, std::uint64_t bytes);
  bool IsOffered() const;
  void* state() { return const_cast<std::byte*>(system_.state().data()); }
  bool LaterBlocksCollide();
  void* BlockIn(std::uint32_t slot) const {
    return system_.arena().At(system_.slots()[slot].offset);
  }

  const lockstep_port& port_;
  Attempt attempt_;
  System system_;
  std::uint32_t blocks_ = 0;
  std::uint32_t victim_ = 0;
  // Where the one that was misused is live after that.
  std::optional<std::uint64_t> kept_;
  std::size_t step_ = 0;
  alignas(64) std::array<std::byte, 256> foreign_{};
};

std::optional<std::uint64_t> Scene::Allocate(std::uint32_t slot) {
  const auto call = system_.Resolve(
      {.verb = Verb::kAllocate, .slot = slot, .bytes = attempt_.bytes},
      step_++);
  if (!call) return std::nullopt;
  const Outcome outcome = system_.Perform(*call);
  if (outcome.status != Status::kOk) return std::nullopt;
  return outcome.offset;
}

// Some blocks, of which one will be misused; the others keep it company.
bool Scene::Prepare() {
  const Swarm swarm = Swarm::Whole(port_, kBits);
  system_.Begin(swarm.arena());
  for (const Op& op : swarm.opening()) {
    if (const auto call = system_.Resolve(op, step_++)) system_.Perform(*call);
  }
  while (blocks_ < kBlocks && Allocate(blocks_)) ++blocks_;
  if (blocks_ < attempt_.frees_between + 4) return false;
  victim_ = 1 + attempt_.variant * 7 % (blocks_ - attempt_.frees_between - 2);
  return true;
}

Status Scene::Free(void* block, std::uint64_t bytes) {
  const Witness::Call calling(system_.witness(), Function::kDeallocate);
  return StatusFrom(
      port_.deallocate(state(), block, static_cast<std::size_t>(bytes), 1));
}

// `bytes` is the old size that we claim, which is wrong.
Status Scene::Reallocate(void* block, std::uint64_t bytes) {
  void* moved = nullptr;
  const Witness::Call calling(system_.witness(), Function::kReallocate);
  const Status status = StatusFrom(
      port_.reallocate(state(), block, static_cast<std::size_t>(bytes), 1,
                       static_cast<std::size_t>(attempt_.bytes), 1, &moved));
  if (status == Status::kOk) kept_ = system_.arena().OffsetOf(moved);
  return status;
}

Status Scene::Resize(void* block, std::uint64_t bytes) {
  const Witness::Call calling(system_.witness(), Function::kResize);
  const Status status =
      StatusFrom(port_.resize(state(), block, static_cast<std::size_t>(bytes),
                              1, static_cast<std::size_t>(attempt_.bytes)));
  if (status == Status::kOk) kept_ = system_.arena().OffsetOf(block);
  return status;
}

bool Scene::IsOffered() const {
  switch (attempt_.misuse) {
    case Misuse::kReallocateOtherSize:
      return port_.reallocate != nullptr;
    case Misuse::kResizeOtherSize:
      return port_.resize != nullptr;
    default:
      return true;
  }
}

Status Scene::Commit() {
  void* const block = BlockIn(victim_);
  auto* const bytes = static_cast<std::byte*>(block);
  const auto free_some = [&] {
    Free(block, attempt_.bytes);
    for (std::uint32_t i = 1; i <= attempt_.frees_between; ++i) {
      Free(BlockIn(victim_ + i), attempt_.bytes);
    }
  };
  switch (attempt_.misuse) {
    case Misuse::kFreeAgain:
      free_some();
      return Free(block, attempt_.bytes);
    case Misuse::kFreeInside:
      return Free(bytes + attempt_.bytes / 2, attempt_.bytes);
    case Misuse::kFreeForeign:
      return Free(&foreign_[64 + 16 * (attempt_.variant % 12)], attempt_.bytes);
    case Misuse::kFreeNull:
      return Free(nullptr, attempt_.bytes);
    case Misuse::kFreeOtherSize:
      return Free(block, attempt_.bytes / 2);
    case Misuse::kReallocateOtherSize:
      return Reallocate(block, attempt_.bytes / 2);
    case Misuse::kResizeOtherSize:
      return Resize(block, attempt_.bytes / 2);
    case Misuse::kWriteBehind:
      std::memset(bytes + attempt_.bytes, 0x7E, sizeof(void*));
      return Free(block, attempt_.bytes);
    case Misuse::kWriteAfterFree:
      free_some();
      std::memset(block, 0x7E, static_cast<std::size_t>(attempt_.bytes));
      return Status::kOk;
  }
  return Status::kUnknown;
}

// Whether what is had afterwards, and what was misused, if it is live, overlaps
// with itself. All that is live of before has been left alone.
bool Scene::LaterBlocksCollide() {
  std::set<std::uint64_t> starts;
  for (std::uint32_t slot = 0; slot < blocks_; ++slot) {
    const bool is_gone =
        slot >= victim_ && slot <= victim_ + attempt_.frees_between;
    if (!is_gone) starts.insert(system_.slots()[slot].offset);
  }
  bool collide = kept_ && !Enter(*kept_, attempt_.bytes, starts);
  for (std::uint32_t i = 0; i < kLater; ++i) {
    const auto offset = Allocate(kSpare + i);
    if (!offset) break;
    if (!Enter(*offset, attempt_.bytes, starts)) collide = true;
  }
  return collide;
}

int Scene::Play() {
  if (!IsOffered() || !Prepare()) return kExitCannot;
  system_.witness().step.store(1);
  const Status status = Commit();
  system_.witness().step.store(2);
  if (status != Status::kOk) return kExitRefused;
  return LaterBlocksCollide() ? kExitHarmed : kExitUnseen;
}

}  // namespace

std::string_view NameOf(Misuse misuse) {
  static constexpr std::array<std::string_view, kMisuses> kNames = {
      "free again",        "free inside",     "free foreign",
      "free null",         "free other size", "realloc other size",
      "resize other size", "write behind",    "write after free"};
  return kNames[static_cast<std::size_t>(misuse)];
}

std::string_view NameOf(Response response) {
  static constexpr std::array<std::string_view, kResponses> kNames = {
      "refused", "died", "died later", "unseen", "harmed"};
  return kNames[static_cast<std::size_t>(response)];
}

std::optional<Response> TryMisuse(const lockstep_port& port, Attempt attempt,
                                  Witness& witness) {
  witness.step.store(0);
  const auto end =
      EndOfProcess([&] { return Scene(port, attempt, witness).Play(); });
  if (!end) return std::nullopt;
  if (!WIFEXITED(*end) || WEXITSTATUS(*end) < kExitCannot ||
      WEXITSTATUS(*end) > kExitHarmed) {
    const std::uint64_t step = witness.step.load();
    if (step == 0) return std::nullopt;
    return step == 1 ? Response::kDied : Response::kDiedLater;
  }
  switch (WEXITSTATUS(*end)) {
    case kExitRefused:
      return Response::kRefused;
    case kExitUnseen:
      return Response::kUnseen;
    case kExitHarmed:
      return Response::kHarmed;
    default:
      return std::nullopt;
  }
}

}  // namespace lockstep::suite
