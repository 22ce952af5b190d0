#ifndef LOCKSTEP_MODELS_THREADS_PAUSES_H_
#define LOCKSTEP_MODELS_THREADS_PAUSES_H_

// Short pauses in random places, so that threads interleave differently each
// time: before an op, between its parts, and inside the provider, which is in
// the middle of a call of the port. In half of the scripts threads are also
// interrupted (interrupter.h).
//   Complexity a pause takes some microseconds at most, or until the system
//              resumes a thread that has yielded the processor.

#include <cstddef>
#include <cstdint>

#include "models/threads/stage_watch.h"

namespace lockstep::suite {

class Pauses final : public StageWatch {
 public:
  // The seed also decides which kinds of pauses there are; in some scripts
  // there are none.
  explicit Pauses(std::uint64_t seed);

  // Called by a thread, with its number, when it begins.
  void BeginThread(std::uint8_t thread) const;

  void Begin(std::size_t step) override;
  void Touch(const void* address, std::size_t bytes, bool is_write) override;
  void Enter() override {}
  void Leave() override {}

 private:
  enum class Kind : std::uint8_t { kNone, kSpins, kYields, kAll };

  std::uint64_t seed_;
  Kind kind_;
  bool interrupts_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_PAUSES_H_
