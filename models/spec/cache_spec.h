#ifndef LOCKSTEP_MODELS_SPEC_CACHE_SPEC_H_
#define LOCKSTEP_MODELS_SPEC_CACHE_SPEC_H_

// Which slot an object cache must hand out, and every call that it must make to
// its provider: docs/semantics.md, "SlabCache". For objects aligned to 8 in
// slabs of 512, without a lock or with one of at most a word.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/harness_provider.h"
#include "models/system/system.h"

namespace lockstep::suite {

class CacheSpec {
 public:
  CacheSpec(std::uint64_t object_bytes, bool has_lock);

  // What must come of the call; null: anything may. What the provider answers
  // is taken from `calls`, those that were made.
  std::optional<Outcome> Answer(const Call& call,
                                std::span<const ProviderCall> calls);

  // The same, of an operation that others overlapped: one that waited for the
  // provider takes its slot afterwards, and gives back what is no longer needed.
  //   Requires   that no allocation is kFatalError.
  std::optional<Outcome> AnswerMeanwhile(const Call& call,
                                         std::span<const ProviderCall> calls);

  // The calls that the last operation must make.
  const std::vector<ProviderCall>& expected_calls() const { return expected_; }

  Statistics ReadStatistics() const;
  // As that of a Spec.
  void AppendKey(std::string& key) const;

 private:
  struct Slab {
    std::vector<std::uint32_t> free;  // The top is the back.
  };
  using Offset = std::uint64_t;

  // The next call: of this kind, and answered as the one that was made.
  ProviderCall Expect(bool is_take, Offset offset);
  std::optional<Status> AddSlab(Offset& offset);
  Status GiveBack(Offset offset);

  Status Attach();
  Status Detach();
  Status Trim();
  Outcome Allocate(const Call& call);
  void GiveBackUnused();
  Status Free(Offset object);

  std::uint64_t object_bytes_;
  std::uint32_t slots_;  // Of a slab.
  std::uint64_t slots_offset_;
  std::span<const ProviderCall> made_;
  std::vector<ProviderCall> expected_;

  std::map<Offset, Slab> slabs_;
  std::deque<Offset> partial_;
  std::deque<Offset> full_;
  std::optional<Offset> reserve_;
  Offset master_ = 0;
  std::uint64_t handles_ = 0;
  std::uint64_t live_ = 0;
};

// Of a port that claims the placement slab_cache, or slab_cache_locked; null: it
// claims neither.
std::optional<CacheSpec> CacheSpecOf(const lockstep_port& port);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SPEC_CACHE_SPEC_H_
