#include "fuzz/judge.h"

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "fuzz/hang_watch.h"
#include "fuzz/tally.h"
#include "fuzz/try_bytes.h"
#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/script/encoding.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "ports/library/library.h"
#include "ports/registry.h"

namespace lockstep::suite {
namespace {

// How many ops go by between two looks at all live blocks.
constexpr std::size_t kCheckEvery = 64;

const lockstep_port& PortOrExit(std::string_view name) {
  const auto port = FindSystem(std::string(name));
  if (!port) {
    std::fprintf(stderr, "lockstep: %s\n", port.error().c_str());
    std::exit(2);
  }
  const std::string fault = FaultOf(**port);
  if (fault.empty()) return **port;
  std::fprintf(stderr, "lockstep: the port %s: %s (lockstep/port.h)\n",
               (*port)->name, fault.c_str());
  std::exit(2);
}

Jury::Options OptionsWith(std::string_view system, std::string_view twin) {
  Jury::Options options;
  // A library is called by its path.
  if (IsLibrary(std::string(system))) {
    options.arguments = Text(" --system ", system);
  }
  options.recording = false;
  options.check_every = kCheckEvery;
  if (!twin.empty()) options.twin = &PortOrExit(twin);
  return options;
}

}  // namespace

FuzzJudge::FuzzJudge(std::string_view system, std::string_view twin)
    : port_(PortOrExit(system)), jury_(port_, OptionsWith(system, twin)) {
  hang_watch::Begin();
}

Script FuzzJudge::Decoded(std::span<const std::uint8_t> bytes) const {
  return Decode(port_, bytes);
}

void FuzzJudge::Try(const Script& script) {
  static Tally tally;  // Of all judges.
  hang_watch::Step();
  tally.Begin();
  const Tried before = jury_.tried();
  // For an input that crashes all of this process: see docs/fuzzing.md.
  static const bool kIsInCell = std::getenv("LOCKSTEP_FUZZ_CELL") != nullptr;
  if (const Verdict verdict = kIsInCell
                                  ? jury_.TryInCell({port_.name, script, {}})
                                  : jury_.Try(script)) {
    // From here on no clock counts: it would call this a hang.
    alarm(0);
    hang_watch::End();
    std::fputs(Text(port_.name, ": ", verdict->rule, " is violated at step ",
                    verdict->step + 1, "; made short:\n")
                   .c_str(),
               stderr);
    const std::string report = jury_.Report(script, *verdict);
    std::fputs(report.c_str(), stderr);
    std::abort();
  }
  tally.End(jury_.tried() - before);
}

void TryBytes(const char* system, const char* twin, const std::uint8_t* data,
              std::size_t size) {
  // Not destroyed: what it uses may be gone by then.
  static FuzzJudge& judge = *new FuzzJudge(system, twin);
  judge.Try(judge.Decoded({data, size}));
}

}  // namespace lockstep::suite
