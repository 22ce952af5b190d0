#include "props/lab.h"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace lockstep::suite {

void Subject::Begin(ArenaSpec arena) {
  system_.Begin(arena);
  step_ = 0;
}

Outcome Subject::Do(const Op& op) {
  if (!system_.IsRunning()) return {};
  system_.witness().step.store(step_, std::memory_order_relaxed);
  const auto call = system_.Resolve(op, step_++);
  if (!call) return {};
  ++operations_;
  return system_.Perform(*call);
}

std::vector<Outcome> Subject::DoAll(std::span<const Op> ops) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(ops.size());
  for (const Op& op : ops) outcomes.push_back(Do(op));
  return outcomes;
}

std::optional<std::uint64_t> Subject::Allocate(std::uint32_t slot,
                                               std::uint64_t bytes,
                                               std::uint8_t align_log2) {
  const Outcome outcome = Do({.verb = Verb::kAllocate,
                              .align_log2 = align_log2,
                              .slot = slot,
                              .bytes = bytes});
  if (outcome.status != Status::kOk) return std::nullopt;
  return outcome.offset;
}

bool Subject::Free(std::uint32_t slot) {
  return Do({.verb = Verb::kFree, .slot = slot}).status == Status::kOk;
}

std::vector<std::uint32_t> Subject::LiveSlots() const {
  std::vector<std::uint32_t> slots;
  for (std::uint32_t slot = 0; slot < system_.slot_count(); ++slot) {
    if (system_.IsLive(slot)) slots.push_back(slot);
  }
  return slots;
}

void Subject::Fill(std::uint64_t offset, std::uint64_t bytes, std::byte with) {
  if (!system_.memory().Contains(offset, bytes)) return;
  std::memset(system_.arena().At(offset), static_cast<int>(with),
              static_cast<std::size_t>(bytes));
}

void Subject::FillArena(std::byte with) {
  system_.arena().Fill({0, system_.arena().spec().bytes}, with);
}

}  // namespace lockstep::suite
