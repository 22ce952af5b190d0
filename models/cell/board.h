#ifndef LOCKSTEP_MODELS_CELL_BOARD_H_
#define LOCKSTEP_MODELS_CELL_BOARD_H_

// What a process and its child both see: a script, how far it has come, and the
// verdict on it.
//
//     +---------+--------+---------+------------------+-----------------+
//     | witness | crash  | verdict | number of ops    | ops ...         |
//     +---------+--------+---------+------------------+-----------------+
//       one page or more, shared between parent and child
//
// A wild write in the child may hit it, so the parent checks what it reads.
//   Errors     std::bad_alloc if the system has no memory for it.
//   Complexity O(ops) to write or read a script.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/witness.h"

namespace lockstep::suite {

// Memory of so many bytes that children share, all zeros at first.
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t bytes);
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  void* data() const { return data_; }

 private:
  void* data_;
  std::size_t bytes_;
};

// What a signal handler could tell, before the process died.
struct CrashNote {
  std::atomic<int> signal{0};
  std::atomic<std::uintptr_t> address{0};      // That could not be accessed.
  std::atomic<std::uintptr_t> instruction{0};  // 0: not known.
  std::atomic<bool> is_stack_full{false};      // As far as that is known.
  std::atomic<std::uint32_t> thread{0};        // See NumberThread.
};

class Board {
 public:
  // For scripts of up to so many ops.
  explicit Board(std::size_t most_ops = 1 << 16);

  Witness& witness() const;
  CrashNote& crash() const;
  std::size_t most_ops() const { return most_ops_; }

  // What is about to be run, of up to most_ops ops. Clears the verdict.
  void Write(const Script& script) const;
  // A script that grows: the ops from `index` on are replaced by this one.
  void WriteArena(ArenaSpec arena) const;
  void WriteOp(std::size_t index, const Op& op) const;
  Script ReadScript() const;

  // For whoever runs scripts to say which it is, for example by its seed.
  std::atomic<std::uint64_t>& mark() const;
  // For whatever else they count.
  std::atomic<std::uint64_t>& count() const;

  void Write(const Verdict& verdict) const;
  Verdict ReadVerdict() const;

 private:
  struct Layout;
  std::size_t OpCount() const;
  Op* ops() const;

  std::size_t most_ops_;
  SharedMemory memory_;
  Layout* layout_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_CELL_BOARD_H_
