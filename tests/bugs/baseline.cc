// Random calls of an allocator, judged as others judge theirs: it must not
// crash, nor the client that fills its blocks; with "audit", the allocator's own
// audit must hold as well. No model of it, and no expectation.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/script/random_scripts.h"
#include "models/system/system.h"
#include "ports/registry.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kScriptOps = 4096;
constexpr std::uint64_t kCheckEvery = 64;

// Others ask only for what is right; damage would break any audit.
bool IsTried(Verb verb) {
  return !InfoOf(verb).is_misuse && verb != Verb::kCorrupt;
}

// What any client does with what it was given.
void Use(const System& system, const Call& call, const Outcome& outcome) {
  if (call.op.verb != Verb::kAllocate || outcome.status != Status::kOk) return;
  std::memset(system.arena().At(outcome.offset), 0xA5, call.bytes);
}

// The name of what does not hold, or null.
const char* Try(System& system, const Script& script, bool audits,
                std::uint64_t& operations) {
  system.Begin(script.arena);
  for (std::size_t step = 0; step < script.ops.size(); ++step) {
    if (!IsTried(script.ops[step].verb)) continue;
    const auto call = system.Resolve(script.ops[step], step);
    if (!call) continue;
    Use(system, *call, system.Perform(*call));
    if (++operations % kCheckEvery != 0 || !audits) continue;
    if (const char* broken = system.Audit()) return broken;
  }
  return nullptr;
}

int Run(const lockstep_port& port, bool audits, double seconds,
        std::uint64_t seed) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  System system(port);
  RandomScripts whole(port, kScriptOps, false);
  RandomScripts swarm(port, kScriptOps, true);
  std::uint64_t operations = 0;
  for (; Clock::now() < end; ++seed) {
    std::fprintf(stderr, "seed %llu, %llu operations\n",
                 static_cast<unsigned long long>(seed),
                 static_cast<unsigned long long>(operations));
    const Script& script = (seed % 2 == 0 ? whole : swarm).Make(seed);
    if (const char* broken = Try(system, script, audits, operations)) {
      std::printf("broken %s, %llu operations\n", broken,
                  static_cast<unsigned long long>(operations));
      return 1;
    }
  }
  std::printf("held, %llu operations\n",
              static_cast<unsigned long long>(operations));
  return 0;
}

}  // namespace
}  // namespace lockstep::suite

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s SYSTEM audit|crash SECONDS SEED\n",
                 argv[0]);
    return 2;
  }
  const lockstep_port* const port = lockstep::suite::FindPort(argv[1]);
  if (port == nullptr) return 2;
  return lockstep::suite::Run(*port, std::string_view(argv[2]) == "audit",
                              std::strtod(argv[3], nullptr),
                              std::strtoull(argv[4], nullptr, 10));
}
