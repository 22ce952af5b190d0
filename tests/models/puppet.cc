#include "tests/models/puppet.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace lockstep::suite {
namespace {

lockstep_status Create(void* /*state*/) {
  ++Puppet::Only().live_instances;
  return LOCKSTEP_OK;
}

void Destroy(void* /*state*/) { --Puppet::Only().live_instances; }

lockstep_status Give(void* /*state*/, void* /*start*/, std::size_t /*bytes*/) {
  return Puppet::Only().status;
}

lockstep_status Allocate(void* /*state*/, std::size_t /*bytes*/,
                         std::size_t /*align*/, void** block) {
  if (Puppet::Only().status == LOCKSTEP_OK) *block = Puppet::Only().block;
  return Puppet::Only().status;
}

lockstep_status Free(void* /*state*/, void* /*block*/, std::size_t /*bytes*/,
                     std::size_t /*align*/) {
  ++Puppet::Only().frees;
  return Puppet::Only().status;
}

lockstep_status Change() {
  if (Puppet::Only().spoils != nullptr) {
    *Puppet::Only().spoils ^= std::byte{1};
  }
  return Puppet::Only().status;
}

lockstep_status Reallocate(void* /*state*/, void* block, std::size_t /*bytes*/,
                           std::size_t /*align*/, std::size_t /*new_bytes*/,
                           std::size_t /*new_align*/, void** out) {
  if (Puppet::Only().status == LOCKSTEP_OK) *out = block;
  return Change();
}

lockstep_status Resize(void* /*state*/, void* /*block*/, std::size_t /*bytes*/,
                       std::size_t /*align*/, std::size_t /*new_bytes*/) {
  return Change();
}

lockstep_status Usable(const void* /*state*/, std::size_t /*bytes*/,
                       std::size_t /*align*/, std::size_t* min,
                       std::size_t* max) {
  *min = Puppet::Only().min_bytes;
  *max = Puppet::Only().max_bytes;
  return Puppet::Only().status;
}

void ReadStatistics(const void* /*state*/, lockstep_statistics* out) {
  *out = Puppet::Only().statistics;
}

const char* Audit(const void* /*state*/) {
  ++Puppet::Only().audits;
  return Puppet::Only().broken;
}

}  // namespace

Puppet& Puppet::Only() {
  static Puppet puppet;
  return puppet;
}

lockstep_port Puppet::Table(lockstep_capabilities promises) {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "puppet";
  port.capabilities = promises;
  port.unit_bytes = 8;
  port.create = Create;
  port.destroy = Destroy;
  port.init = Give;
  port.add = Give;
  port.allocate = lockstep::suite::Allocate;
  port.deallocate = Free;
  port.usable = Usable;
  port.statistics = ReadStatistics;
  port.audit = Audit;
  port.reallocate = Reallocate;
  port.resize = Resize;
  return port;
}

Stage::Stage(lockstep_capabilities promises, bool has_statistics,
             std::size_t check_every)
    : port_(Puppet::Table(promises)),
      lockstep_(port_, {&shadow_}, check_every) {
  if (!has_statistics) port_.statistics = nullptr;
  puppet() = Puppet{};
  lockstep_.Begin({kArenaBytes, kArenaBytes});
}

std::string Stage::Do(const Op& op, lockstep_status status) {
  puppet().status = status;
  const Verdict verdict = lockstep_.Step(op);
  if (verdict) expected_ = verdict->expected;
  return RuleOf(verdict);
}

std::string Stage::Init(std::uint64_t offset, std::uint64_t bytes,
                        lockstep_status status) {
  return Do({.verb = Verb::kInit, .bytes = bytes, .offset = offset}, status);
}

std::string Stage::Add(std::uint64_t offset, std::uint64_t bytes,
                       lockstep_status status) {
  return Do({.verb = Verb::kAdd, .bytes = bytes, .offset = offset}, status);
}

std::string Stage::Allocate(std::uint32_t slot, std::uint64_t bytes,
                            std::uint8_t align_log2, std::uint64_t offset) {
  puppet().block = lockstep_.system().arena().At(offset);
  return Do({.verb = Verb::kAllocate,
             .align_log2 = align_log2,
             .slot = slot,
             .bytes = bytes},
            LOCKSTEP_OK);
}

std::string Stage::Refuse(std::uint64_t bytes, std::uint8_t align_log2,
                          lockstep_status status) {
  return Do({.verb = Verb::kAllocate,
             .align_log2 = align_log2,
             .slot = 1000,
             .bytes = bytes},
            status);
}

std::string Stage::Free(std::uint32_t slot, lockstep_status status) {
  return Do({.verb = Verb::kFree, .slot = slot}, status);
}

std::string Stage::Usable(std::uint64_t bytes, std::size_t min, std::size_t max,
                          lockstep_status status) {
  puppet().min_bytes = min;
  puppet().max_bytes = max;
  return Do({.verb = Verb::kUsable, .bytes = bytes}, status);
}

std::string Stage::Finish() { return RuleOf(lockstep_.Finish()); }

std::byte& Stage::ByteAt(std::uint64_t offset) const {
  return *lockstep_.system().arena().At(offset);
}

bool Stage::WasSkipped() const {
  return lockstep_.outcome().status == Status::kSkipped;
}

}  // namespace lockstep::suite
