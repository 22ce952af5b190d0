#ifndef LOCKSTEP_MODELS_THREADS_PAUSES_H_
#define LOCKSTEP_MODELS_THREADS_PAUSES_H_

// Short pauses in random places, so that threads meet in other ways each time:
// before an op, between what it does, and inside of the provider, that is, in
// the middle of a call of the port.
//   Complexity a pause is some microseconds at most, or what the system makes of
//              a thread that has given up the processor.

#include <cstddef>
#include <cstdint>

#include "models/threads/stage_watch.h"

namespace lockstep::suite {

class Pauses final : public StageWatch {
 public:
  // The seed also says what kinds of them there are: none, in some scripts.
  explicit Pauses(std::uint64_t seed);

  // The calling thread, with this number, begins.
  void BeginThread(std::uint8_t thread) const;

  void Begin(std::size_t step) override;
  void Touch(const void* address, std::size_t bytes, bool is_write) override;
  void Enter() override {}
  void Leave() override {}

 private:
  enum class Kind : std::uint8_t { kNone, kSpins, kYields, kAll };

  std::uint64_t seed_;
  Kind kind_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_PAUSES_H_
