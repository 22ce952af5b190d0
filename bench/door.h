#ifndef LOCKSTEP_BENCH_DOOR_H_
#define LOCKSTEP_BENCH_DOOR_H_

// A port, as it takes part: every call goes through the pointers of its table.
//   Requires   a port that outlives it.

#include <cstddef>
#include <cstdint>
#include <memory>

#include "bench/contestant.h"
#include "lockstep/port.h"

namespace lockstep::suite::bench {

class Door {
 public:
  // Where it gets no instance, it may be asked for nothing.
  Door(const lockstep_port& port, Memory memory);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  bool EndsWhole() const { return port_.init != nullptr; }

  // Whether it may be asked for such a layout at all. Requires that Allocate
  // and Deallocate are called for no other.
  bool MayAsk(std::size_t bytes, std::size_t align) const;

  void* Allocate(std::size_t bytes, std::size_t align) {
    void* block = nullptr;
    const auto status = port_.allocate(state_.get(), bytes, align, &block);
    return status == LOCKSTEP_OK ? block : nullptr;
  }
  void Deallocate(void* block, std::size_t bytes, std::size_t align) {
    (void)port_.deallocate(state_.get(), block, bytes, align);
  }

 private:
  bool Open(Memory memory);

  const lockstep_port& port_;
  struct Free {
    void operator()(void* state) const;
  };
  std::unique_ptr<void, Free> state_;
  bool is_created_ = false;
  bool is_open_ = false;
};

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_DOOR_H_
