#ifndef LOCKSTEP_TOOLS_CLI_PROCESS_H_
#define LOCKSTEP_TOOLS_CLI_PROCESS_H_

// Other programs, waited for.

#include <string>
#include <vector>

namespace lockstep::suite {

struct Ended {
  int exit_code = 0;  // 127: it did not start; 128 and more: by a signal.
  std::string stdout_text;
  std::string stderr_text;
};

// Runs a program, found in PATH, with nothing on standard input. Ctrl-C reaches
// it, too.
Ended RunProgram(const std::vector<std::string>& words);

// The same with this program's input and output. The exit code.
int RunAttached(const std::vector<std::string>& words);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PROCESS_H_
