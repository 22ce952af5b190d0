#include "models/threads/shared_provider.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace lockstep::suite {
namespace {

// The calls of the calling thread.
thread_local std::vector<ProviderCall> calls_of_thread;

// The port has called the harness, which is not code under test.
class Outside {
 public:
  explicit Outside(StageWatch* watch) : watch_(watch) {
    if (watch_ != nullptr) watch_->Leave();
  }
  ~Outside() {
    if (watch_ != nullptr) watch_->Enter();
  }
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

 private:
  StageWatch* watch_;
};

}  // namespace

void SharedProvider::Begin(const Arena& arena, StageWatch* watch) {
  watch_ = watch;
  provider_.Begin(arena);
}

void SharedProvider::Touch() {
  if (watch_ != nullptr) watch_->Touch(this, 1, true);
}

void SharedProvider::Obey(const Op& op) {
  Touch();
  const std::scoped_lock lock(mutex_);
  if (op.verb == Verb::kRefuse) provider_.Refuse(op.bytes);
  if (op.verb == Verb::kMisalign) provider_.Misalign(op.bytes);
  if (op.verb == Verb::kKeep) provider_.Keep(op.bytes);
}

std::vector<ProviderCall> SharedProvider::TakeCalls() {
  return std::exchange(calls_of_thread, {});
}

void* SharedProvider::Take(void* context, std::size_t bytes,
                           std::size_t align) {
  auto& self = *static_cast<SharedProvider*>(context);
  const Outside outside(self.watch_);
  self.Touch();
  const std::scoped_lock lock(self.mutex_);
  const lockstep_provider& inner = self.provider_.table();
  void* const memory = inner.take(inner.context, bytes, align);
  calls_of_thread.push_back(self.provider_.calls().back());
  return memory;
}

int SharedProvider::GiveBack(void* context, void* memory, std::size_t bytes,
                             std::size_t align) {
  auto& self = *static_cast<SharedProvider*>(context);
  const Outside outside(self.watch_);
  self.Touch();
  const std::scoped_lock lock(self.mutex_);
  const lockstep_provider& inner = self.provider_.table();
  const int is_taken = inner.give_back(inner.context, memory, bytes, align);
  calls_of_thread.push_back(self.provider_.calls().back());
  return is_taken;
}

}  // namespace lockstep::suite
