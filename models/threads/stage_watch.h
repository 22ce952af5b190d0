#ifndef LOCKSTEP_MODELS_THREADS_STAGE_WATCH_H_
#define LOCKSTEP_MODELS_THREADS_STAGE_WATCH_H_

#include <cstddef>
#include <cstdint>

namespace lockstep::suite {

// Is told what a stage does between calls of the port, as far as other threads
// may see it. Where schedules are chosen, each of these is a point.
class StageWatch {
 public:
  virtual ~StageWatch() = default;
  // The calling thread begins an op.
  virtual void Begin(std::size_t step) = 0;
  // It is about to access memory of the harness, or of a block.
  virtual void Touch(const void* address, std::size_t bytes, bool is_write) = 0;
  // It enters the port, and leaves it.
  virtual void Enter() = 0;
  virtual void Leave() = 0;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_STAGE_WATCH_H_
