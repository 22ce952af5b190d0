#ifndef LOCKSTEP_FUZZ_JUDGE_H_
#define LOCKSTEP_FUZZ_JUDGE_H_

// What the fuzz targets share: a system before all its models, fed with bytes.
// Each input starts from a fresh state, so that a crash file replays alone.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/script/op.h"

namespace lockstep::suite {

class FuzzJudge {
 public:
  // Ends the program, with 2, if no port of that name is linked into it. With a
  // twin, every outcome must be the twin's as well.
  explicit FuzzJudge(std::string_view system, std::string_view twin = "");

  Script Decoded(std::span<const std::uint8_t> bytes) const;
  // On a violation, prints the report to stderr and aborts.
  void Try(const Script& script);

 private:
  const lockstep_port& port_;
  Jury jury_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_FUZZ_JUDGE_H_
