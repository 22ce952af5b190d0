#include "models/threads/request.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kLargestSpan = std::uint64_t{1} << 62;

}  // namespace

Call CallOf(const lockstep_port& port, const Event& event,
            const std::optional<HeldBlock>& held) {
  const Op& op = event.op;
  Call call{.op = op,
            .step = event.step,
            .offset = op.offset,
            .bytes = op.bytes,
            .align_bytes = std::uint64_t{1} << op.align_log2};
  if (op.verb == Verb::kAllocateZeroed && !Overflows(op)) {
    call.bytes = op.bytes * op.offset;
  }
  if (!held || !NamesBlock(op.verb)) return call;
  call.offset = held->offset;
  call.held_bytes = held->bytes;
  call.held_align_bytes = held->align_bytes;
  // It is compared with null, but never dereferenced.
  call.pointer = const_cast<Op*>(&event.op);
  const bool may_realign =
      op.verb != Verb::kResize && Promises(port, LOCKSTEP_REALLOCATES_ALIGN);
  if (!ChangesLayout(op.verb)) call.bytes = held->bytes;
  if (!ChangesLayout(op.verb) || !may_realign) {
    call.align_bytes = held->align_bytes;
  }
  return call;
}

bool IsDone(const Event& event) {
  if (event.outcome.status != Status::kFatalError) {
    return event.outcome.status == Status::kOk;
  }
  if (event.provider_calls.empty()) return event.was_provider_unkind;
  return std::ranges::any_of(event.provider_calls,
                             [](const ProviderCall& call) {
                               return !call.is_take && !call.was_granted;
                             });
}

bool HasProviderFailed(const Event& event, std::uint64_t most_bytes) {
  if (event.provider_calls.empty()) return event.was_provider_unkind;
  return std::ranges::any_of(
      event.provider_calls, [&](const ProviderCall& call) {
        const bool counts = !call.is_take || call.bytes <= most_bytes;
        return call.was_granted ? call.offset % call.align_bytes != 0 : counts;
      });
}

std::uint64_t ExtentBytes(const lockstep_port& port, std::uint64_t bytes,
                          std::uint64_t align_bytes) {
  if (!Promises(port, LOCKSTEP_COALESCES) || bytes > kLargestSpan) {
    return std::max<std::uint64_t>(bytes, 1);
  }
  return std::max(
      {std::bit_ceil(bytes), align_bytes, std::uint64_t{port.unit_bytes}});
}

std::uint64_t ExtentBytes(const lockstep_port& port, const HeldBlock& block) {
  return std::max(ExtentBytes(port, block.bytes, block.align_bytes),
                  block.usable_bytes);
}

}  // namespace lockstep::suite
