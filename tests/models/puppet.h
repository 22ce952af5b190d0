#ifndef LOCKSTEP_TESTS_MODELS_PUPPET_H_
#define LOCKSTEP_TESTS_MODELS_PUPPET_H_

// A port that answers what it is told to, and counts the questions: for tests
// of what judges answers.

#include <cstddef>
#include <optional>
#include <string>

#include "lockstep/port.h"
#include "models/judge/lockstep.h"
#include "models/script/op.h"
#include "models/shadow/shadow.h"
#include "models/system/model.h"
#include "tests/models/written.h"

namespace lockstep::suite {

struct Puppet {
  lockstep_status status = LOCKSTEP_OK;
  void* block = nullptr;
  std::size_t min_bytes = 0;
  std::size_t max_bytes = 0;
  lockstep_statistics statistics{};
  const char* broken = nullptr;
  std::byte* spoils = nullptr;  // When it is to give a block another size.
  std::size_t frees = 0;
  std::size_t audits = 0;
  std::size_t live_instances = 0;

  // There is one, for the door has no other way to it.
  static Puppet& Only();
  static lockstep_port Table(lockstep_capabilities promises);
};

// The puppet before the shadow. What is done returns the rule that was broken,
// or nothing.
class Stage {
 public:
  static constexpr std::uint64_t kArenaBytes = 65536;

  explicit Stage(lockstep_capabilities promises, bool has_statistics = false,
                 std::size_t check_every = 1);

  std::string Init(std::uint64_t offset, std::uint64_t bytes,
                   lockstep_status status = LOCKSTEP_OK);
  std::string Add(std::uint64_t offset, std::uint64_t bytes,
                  lockstep_status status = LOCKSTEP_OK);
  // The block comes at that offset.
  std::string Allocate(std::uint32_t slot, std::uint64_t bytes,
                       std::uint8_t align_log2, std::uint64_t offset);
  std::string Refuse(std::uint64_t bytes, std::uint8_t align_log2,
                     lockstep_status status = LOCKSTEP_NO_MEMORY);
  std::string Free(std::uint32_t slot, lockstep_status status = LOCKSTEP_OK);
  std::string Usable(std::uint64_t bytes, std::size_t min, std::size_t max,
                     lockstep_status status = LOCKSTEP_OK);
  std::string Do(const Op& op, lockstep_status status);
  std::string Finish();
  // Of the last rule that was broken.
  const std::string& expected() const { return expected_; }

  // Of the arena.
  std::byte& ByteAt(std::uint64_t offset) const;
  bool WasSkipped() const;
  Puppet& puppet() { return Puppet::Only(); }

 private:
  lockstep_port port_;
  Shadow shadow_;
  Lockstep lockstep_;
  std::string expected_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_MODELS_PUPPET_H_
