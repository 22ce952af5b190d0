#ifndef LOCKSTEP_TOOLS_CLI_CONSOLE_H_
#define LOCKSTEP_TOOLS_CLI_CONSOLE_H_

// What the commands share: exit codes, progress, Ctrl-C.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/system/tried.h"

namespace lockstep::suite {

// 128 + SIGINT, as shells have it.
enum ExitCode { kHeld = 0, kViolated = 1, kBadInput = 2, kInterrupted = 130 };

// The worst of both: bad input over a violation over none.
ExitCode Worse(ExitCode one, ExitCode other);

// Before anything else. Goes to the folder from which `bazel run` was called, so
// that files are found there.
void BeginProgram(std::string_view path);
// As it can be called again, from the project's folder or its workspace.
const std::string& ProgramName();
// Of its file, from the root.
std::string ProgramPath();

// A message that begins with "lockstep: ", on stderr.
void Complain(std::string_view message);

// Should the allocator under test crash from here on, or not come back for half a
// minute, this is said on stderr: what was being run, and how to run it again.
void NoteForCrash(std::string_view what);
// It came back: the half minute begins again.
void NoteReturn();

// Of the terminal that stdout is, or 0.
std::size_t TerminalColumns();

// 1234567 as 1,234,567.
std::string Grouped(std::uint64_t number);

// "12 requests served, 3 refused".
std::string InWords(const Tried& tried);

// A complaint if little was tried, or nothing served: then what held is bad
// input, because it shows nothing.
ExitCode WithCaveat(ExitCode exit_code, std::string_view system,
                    const Tried& tried);

// From the first call on, Ctrl-C makes it return true, once work is at a point
// where nothing is lost.
bool WasInterrupted();

// A line on stderr, at most ten times a second, from two seconds on.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  double Seconds() const;
  // Of the processor, that this process and the children that have ended have
  // used since.
  double ProcessorSeconds() const;
  // Notes a return, too.
  void Show(std::string_view text);

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_;
  double used_before_;
  bool is_terminal_;
  bool has_shown_ = false;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_CONSOLE_H_
