#include "models/script/encoding.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "models/script/swarm.h"
#include "models/script/text.h"
#include "models/script/trace.h"

namespace lockstep::suite {
namespace {

using Bytes = std::span<const std::uint8_t>;

// A record: two words. One in 32 of the first words says that all is spelled
// out.
constexpr unsigned kMarkShift = 59;
constexpr std::uint64_t kMark = 31;

bool IsSpelledOut(std::uint64_t word) { return word >> kMarkShift == kMark; }

// The fields of a word, from the low end.
constexpr unsigned kSlotShift = 8;
constexpr unsigned kAlignShift = 20;
constexpr unsigned kOffsetShift = 28;
static_assert(kEncodedSlotsEnd == 1u << (kAlignShift - kSlotShift));
static_assert(kEncodedOffsetsEnd == std::uint64_t{1}
                                        << (kMarkShift - kOffsetShift));

std::uint64_t WordAt(Bytes bytes, std::size_t at) {
  std::uint64_t word = 0;
  for (std::size_t i = std::min(at + 8, bytes.size()); i > at; --i) {
    word = word << 8 | bytes[i - 1];
  }
  return word;
}

void Append(std::vector<std::uint8_t>& bytes, std::uint64_t word) {
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bytes.push_back(static_cast<std::uint8_t>(word >> shift));
  }
}

Op SpelledOut(RawOp raw) {
  return {
      .verb = static_cast<Verb>((raw.choice & 0xFF) % kVerbs),
      .align_log2 = static_cast<std::uint8_t>(raw.choice >> kAlignShift & 63),
      .slot = static_cast<std::uint32_t>(raw.choice >> kSlotShift) %
              kEncodedSlotsEnd,
      .bytes = raw.number,
      .offset = (raw.choice >> kOffsetShift) % kEncodedOffsetsEnd};
}

RawOp SpellOut(const Op& op) {
  return {.choice = static_cast<std::uint64_t>(op.verb) |
                    std::uint64_t{op.align_log2} << kAlignShift |
                    std::uint64_t{op.slot} << kSlotShift |
                    op.offset << kOffsetShift | kMark << kMarkShift,
          .number = op.bytes};
}

Swarm SwarmOf(const lockstep_port& port, std::uint64_t bits,
              std::uint64_t subset_bits) {
  if (!IsSpelledOut(subset_bits)) return Swarm::Part(port, bits, subset_bits);
  constexpr unsigned kOrders = kMaxArenaOrder - kMinArenaOrder + 1;
  const std::uint64_t bytes = std::uint64_t{1}
                              << (kMinArenaOrder + bits % kOrders);
  return Swarm::Over(port, {.bytes = bytes, .align_bytes = bytes});
}

}  // namespace

Script Decode(const lockstep_port& port, Bytes bytes) {
  const Swarm swarm = SwarmOf(port, WordAt(bytes, 0), WordAt(bytes, 8));
  Script script{.arena = swarm.arena(), .ops = swarm.opening()};
  script.ops.reserve(script.ops.size() + bytes.size() / kEncodedBytes);
  for (std::size_t at = kEncodedBytes; at < bytes.size(); at += kEncodedBytes) {
    const RawOp raw{WordAt(bytes, at), WordAt(bytes, at + 8)};
    script.ops.push_back(IsSpelledOut(raw.choice) ? SpelledOut(raw)
                                                  : swarm.Make(raw));
  }
  return script;
}

std::expected<std::vector<std::uint8_t>, std::string> Encode(
    const Script& script) {
  const ArenaSpec arena = script.arena;
  const auto order = static_cast<unsigned>(std::bit_width(arena.bytes)) - 1;
  if (!std::has_single_bit(arena.bytes) || order < kMinArenaOrder ||
      order > kMaxArenaOrder || arena.align_bytes != arena.bytes) {
    return std::unexpected(Text("an arena of ", arena.bytes,
                                " bytes at a multiple of ", arena.align_bytes,
                                "; bytes can say 2^k at a multiple of that, k ",
                                kMinArenaOrder, " to ", kMaxArenaOrder));
  }
  std::vector<std::uint8_t> bytes;
  bytes.reserve((script.ops.size() + 1) * kEncodedBytes);
  Append(bytes, order - kMinArenaOrder);
  Append(bytes, kMark << kMarkShift);
  if (HasThreads(script) || !script.switches.empty()) {
    return std::unexpected(
        "a script with threads; bytes have no word for them");
  }
  for (const Op& op : script.ops) {
    if (op.slot >= kEncodedSlotsEnd || op.offset >= kEncodedOffsetsEnd) {
      return std::unexpected(Text("step ", bytes.size() / kEncodedBytes, ": ",
                                  FormatOp(op), "; bytes can say slots below ",
                                  kEncodedSlotsEnd, " and offsets below ",
                                  kEncodedOffsetsEnd));
    }
    const RawOp raw = SpellOut(op);
    Append(bytes, raw.choice);
    Append(bytes, raw.number);
  }
  return bytes;
}

}  // namespace lockstep::suite
