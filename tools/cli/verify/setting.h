#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_SETTING_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_SETTING_H_

// What is run, on which systems, with what.

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep::suite::verify {

struct System {
  std::string name;
  std::vector<std::string> argument;  // As commands are given it: {"heap"}.
  std::vector<std::string> option{};  // {"--system", "./libmine.so"}.
  // Its memory is its own: it cannot be made small enough to be explored.
  bool has_own_memory = false;
  bool is_for_threads = false;  // Several threads may call it.
  // Its code, or a copy of it that `lockstep schedules` finds by its name, is
  // compiled for schedules.
  bool is_scheduled = false;

  bool IsLinked() const { return option.empty(); }
};

// What all sources are given. A text is "" if there is no such thing.
struct Setting {
  std::string program;  // The command line whose commands are run.
  bool has_props = true;
  std::string traces;     // A folder with recordings.
  std::string sanitized;  // The command line with sanitizers.
  std::string fuzzers;    // A folder with fuzz targets.
  std::string engine;     // The program that fuzzes libraries.
  std::string corpora;    // The folder that the inputs of fuzzers are kept in.
  std::string scratch;    // A folder that is gone in the end.
  double seconds = 0;     // For each source and system,
  double thread_seconds = 0;  // and those that are about threads.
  std::uint32_t seed = 0;
  std::vector<System> systems;
};

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_SETTING_H_
