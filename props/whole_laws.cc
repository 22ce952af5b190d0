// Laws of the whole interface: other sizes, zeros, many at once, and what is
// held from the system.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/script/text.h"
#include "props/law.h"
#include "props/law_list.h"
#include "props/relate.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMostFilledBytes = 1 << 20;
constexpr std::byte kDirt{0xD1};

bool OffersReallocate(const lockstep_port& port) {
  return port.reallocate != nullptr;
}
bool OffersBoth(const lockstep_port& port) {
  return port.reallocate != nullptr && port.resize != nullptr &&
         IsRepeatable(port);
}
bool OffersZeroed(const lockstep_port& port) {
  return port.allocate_zeroed != nullptr;
}
bool OffersMany(const lockstep_port& port) {
  return port.allocate_many != nullptr && Has(port, LOCKSTEP_SERVES_SOME) &&
         IsRepeatable(port);
}
bool OffersFootprint(const lockstep_port& port) {
  return port.footprint != nullptr;
}

// A block of the layout that the law asks for, in the state that a script leads
// to; nothing if it is refused or too large to look at.
std::optional<std::uint64_t> Block(Subject& subject, const Script& script,
                                   const Op& request) {
  subject.Begin(script.arena);
  subject.DoAll(script.ops);
  if (request.bytes == 0 || request.bytes > kMostFilledBytes) {
    return std::nullopt;
  }
  return subject.Allocate(request.slot, request.bytes, request.align_log2);
}

Op WithVerb(Op op, Verb verb, std::uint64_t bytes) {
  op.verb = verb;
  op.bytes = bytes;
  return op;
}

std::byte PatternAt(std::uint64_t offset) {
  return static_cast<std::byte>(0x5A ^ (offset * 7 & 0xFF));
}

void WritePattern(const Subject& subject, std::uint64_t offset,
                  std::uint64_t bytes) {
  std::byte* const block = subject.system().arena().At(offset);
  for (std::uint64_t i = 0; i < bytes; ++i) block[i] = PatternAt(i);
}

std::optional<std::uint64_t> FirstOther(const Subject& subject,
                                        std::uint64_t offset,
                                        std::uint64_t bytes) {
  const std::byte* const block = subject.system().arena().At(offset);
  for (std::uint64_t i = 0; i < bytes; ++i) {
    if (block[i] != PatternAt(i)) return i;
  }
  return std::nullopt;
}

Verdict IsDoneToTheSameSize(Lab& lab, const Script& script) {
  const Op request = RequestOf(script.ops);
  if (!Block(lab.one, script, request)) return std::nullopt;
  const Outcome outcome =
      lab.one.Do(WithVerb(request, Verb::kReallocate, request.bytes));
  if (outcome.status == Status::kSkipped) return std::nullopt;
  lab.Apply();
  if (outcome.status == Status::kOk) return std::nullopt;
  return Broken(script.ops.size(), Text(request.bytes, " bytes as before"),
                std::string(NameOf(outcome.status)));
}

Verdict GrowsAndShrinksBack(Lab& lab, const Script& script) {
  const Op request = RequestOf(script.ops);
  const auto block = Block(lab.one, script, request);
  if (!block) return std::nullopt;
  WritePattern(lab.one, *block, request.bytes);
  const Outcome grown =
      lab.one.Do(WithVerb(request, Verb::kReallocate, request.bytes * 2));
  if (grown.status != Status::kOk) return std::nullopt;
  const Outcome shrunk =
      lab.one.Do(WithVerb(request, Verb::kReallocate, request.bytes));
  if (shrunk.status != Status::kOk) return std::nullopt;
  lab.Apply();
  const auto other = FirstOther(lab.one, shrunk.offset, request.bytes);
  if (!other) return std::nullopt;
  return Broken(script.ops.size(),
                Text("the same ", request.bytes,
                     " bytes, twice as many and "
                     "back"),
                Text("others from byte ", *other, " on"));
}

// Whatever fits where it is fits if it may move as well.
Verdict MovesWhatFitsInPlace(Lab& lab, const Script& script) {
  const Op request = RequestOf(script.ops);
  for (const std::uint64_t bytes : {request.bytes / 2, request.bytes * 2}) {
    if (bytes == 0 || !Block(lab.one, script, request)) continue;
    const Outcome resized = lab.one.Do(WithVerb(request, Verb::kResize, bytes));
    if (resized.status != Status::kOk || !Block(lab.one, script, request)) {
      continue;
    }
    lab.Apply();
    const Outcome moved =
        lab.one.Do(WithVerb(request, Verb::kReallocate, bytes));
    if (moved.status == Status::kOk) continue;
    return Broken(script.ops.size(),
                  Text(bytes, " bytes in place of ", request.bytes,
                       ", as resize() has it"),
                  std::string(NameOf(moved.status)));
  }
  return std::nullopt;
}

Verdict ClearsWhatWasDirty(Lab& lab, const Script& script) {
  const Op request = RequestOf(script.ops);
  const auto dirty = Block(lab.one, script, request);
  if (!dirty) return std::nullopt;
  lab.one.Fill(*dirty, request.bytes, kDirt);
  lab.one.Free(request.slot);
  Op zeroed = WithVerb(request, Verb::kAllocateZeroed, request.bytes);
  zeroed.offset = 1;
  const Outcome clean = lab.one.Do(zeroed);
  if (clean.status != Status::kOk) return std::nullopt;
  lab.Apply();
  const std::byte* const block = lab.one.system().arena().At(clean.offset);
  const auto bytes = static_cast<std::ptrdiff_t>(request.bytes);
  const std::byte* const stain = std::find_if(
      block, block + bytes, [](std::byte byte) { return byte != std::byte{}; });
  if (stain == block + bytes) return std::nullopt;
  return Broken(script.ops.size(), Text(request.bytes, " zeros"),
                Text("something else at byte ", stain - block));
}

Verdict ServesAsManyAtOnce(Lab& lab, const Script& script) {
  constexpr std::uint32_t kMany = 16;
  const Op request = RequestOf(script.ops);
  lab.one.Begin(script.arena);
  lab.one.DoAll(script.ops);
  std::uint64_t singles = 0;
  while (singles < kMany &&
         lab.one.Allocate(request.slot + static_cast<std::uint32_t>(singles),
                          request.bytes, request.align_log2)) {
    ++singles;
  }
  lab.one.Begin(script.arena);
  lab.one.DoAll(script.ops);
  Op batch = WithVerb(request, Verb::kAllocateMany, request.bytes);
  batch.offset = kMany;
  const Outcome many = lab.one.Do(batch);
  if (many.status == Status::kSkipped) return std::nullopt;
  lab.Apply();
  if (many.number == singles) return std::nullopt;
  return Broken(script.ops.size(), Text(singles, " blocks, as one by one"),
                Text(many.number));
}

// Does the work of a script, and frees all of it: how many bytes were had.
std::uint64_t WorkOnce(Subject& subject, const Script& script) {
  std::uint64_t bytes = 0;
  for (const Op& op : script.ops) {
    const Outcome outcome = subject.Do(op);
    if (outcome.status == Status::kOk && IsRequest(op.verb) &&
        subject.system().IsLive(op.slot)) {
      bytes += subject.system().slots()[op.slot].bytes;
    }
  }
  for (const std::uint32_t slot : subject.LiveSlots()) subject.Free(slot);
  return bytes;
}

// Again and again, until so much was had that it shows if nothing is used twice.
Verdict HoldsNoMoreEachTime(Lab& lab, const Script& script) {
  constexpr std::uint64_t kTimes = 16;
  constexpr std::uint64_t kMost = 4;
  constexpr std::uint64_t kMostRounds = 4096;
  const Op ask{.verb = Verb::kFootprint};
  lab.one.Begin(script.arena);
  WorkOnce(lab.one, script);
  const std::uint64_t first = lab.one.Do(ask).number;
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 0; i < kMostRounds && bytes < kTimes * first; ++i) {
    const std::uint64_t more = WorkOnce(lab.one, script);
    if (more == 0) return std::nullopt;
    bytes += more;
  }
  if (bytes < kTimes * first) return std::nullopt;
  lab.Apply();
  const std::uint64_t last = lab.one.Do(ask).number;
  if (last <= kMost * first) return std::nullopt;
  return Broken(script.ops.size(),
                Text("up to ", kMost * first, " bytes held, ", kMost,
                     " times what the same work held at first"),
                Text(last, " after ", bytes, " bytes were had and freed"));
}

}  // namespace

std::vector<Law> WholeLaws() {
  return {
      {"same_size_is_served",
       "a block can be reallocated to the size and align that it has",
       "offer reallocate", OffersReallocate, IsDoneToTheSameSize},
      {"grown_and_shrunk_is_the_same",
       "a block that is reallocated to twice its bytes and back holds what it "
       "held",
       "offer reallocate", OffersReallocate, GrowsAndShrinksBack},
      {"what_fits_in_place_fits",
       "reallocate serves whatever resize serves in the same state",
       "offer reallocate and resize, and are repeatable", OffersBoth,
       MovesWhatFitsInPlace},
      {"zeroed_is_zero_again",
       "memory that was written to and freed is zero when it comes zeroed",
       "offer allocate_zeroed", OffersZeroed, ClearsWhatWasDirty},
      {"many_are_as_singles", "a batch is served as many blocks as one by one",
       "offer allocate_many, serve some (SERVES_SOME), and are repeatable",
       OffersMany, ServesAsManyAtOnce},
      {"footprint_settles",
       "the same work, done again and again, does not hold ever more memory",
       "offer footprint", OffersFootprint, HoldsNoMoreEachTime},
  };
}

}  // namespace lockstep::suite
