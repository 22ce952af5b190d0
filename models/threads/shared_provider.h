#ifndef LOCKSTEP_MODELS_THREADS_SHARED_PROVIDER_H_
#define LOCKSTEP_MODELS_THREADS_SHARED_PROVIDER_H_

// The provider of the harness, for several threads: its calls are serialised.
//   Complexity O(pieces) a call.

#include <mutex>
#include <span>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/arena.h"
#include "models/system/harness_provider.h"
#include "models/threads/stage_watch.h"

namespace lockstep::suite {

class SharedProvider {
 public:
  SharedProvider() : table_{this, Take, GiveBack} {}
  SharedProvider(const SharedProvider&) = delete;
  SharedProvider& operator=(const SharedProvider&) = delete;

  void Begin(const Arena& arena, StageWatch* watch);
  void End() { provider_.End(); }
  const lockstep_provider& table() const { return table_; }

  // Requires kRefuse, kMisalign or kKeep.
  void Obey(const Op& op);
  // The calls that this thread has made since it last called this, in order.
  std::vector<ProviderCall> TakeCalls();

  // Only while no thread is running.
  std::span<const ProviderCall> calls() const { return provider_.calls(); }
  const HarnessProvider& whole() const { return provider_; }

 private:
  static void* Take(void* context, std::size_t bytes, std::size_t align);
  static int GiveBack(void* context, void* memory, std::size_t bytes,
                      std::size_t align);
  // Tells the watch that state shared by all threads is accessed.
  void Touch();

  lockstep_provider table_;
  HarnessProvider provider_;
  std::mutex mutex_;
  StageWatch* watch_ = nullptr;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_SHARED_PROVIDER_H_
