#ifndef LOCKSTEP_MODELS_SYSTEM_MEMORY_H_
#define LOCKSTEP_MODELS_SYSTEM_MEMORY_H_

namespace lockstep::suite {

// What a part of the suite remembers of a point of a script, to go back to it.
class Memory {
 public:
  Memory() = default;
  virtual ~Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_MEMORY_H_
