#include "tools/cli/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <vector>

#include "tools/cli/child_process.h"

namespace lockstep::suite {

Ended RunProgram(const std::vector<std::string>& words) {
  ChildProcess child({.words = words, .is_apart = false});
  child.Wait();
  const int code = child.exit_code();
  return {code < 0 ? 128 - code : code, child.stdout_text(),
          child.stderr_text()};
}

int RunAttached(const std::vector<std::string>& words) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) {
    throw std::system_error(errno, std::generic_category(), "no process");
  }
  if (child == 0) {
    std::vector<char*> arguments;
    for (const std::string& word : words) {
      arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    execvp(arguments.front(), arguments.data());
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace lockstep::suite
