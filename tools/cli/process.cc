#include "tools/cli/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>
#include <system_error>
#include <vector>

namespace lockstep::suite {
namespace {

using Pipe = std::array<int, 2>;

Pipe MakePipe() {
  Pipe ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "no pipe");
  }
  return ends;
}

pid_t Fork() {
  const pid_t child = fork();
  if (child < 0) {
    throw std::system_error(errno, std::generic_category(), "no process");
  }
  return child;
}

[[noreturn]] void Execute(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  execvp(arguments.front(), arguments.data());
  _exit(127);
}

[[noreturn]] void Become(const std::vector<std::string>& words, int out,
                         int err) {
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  Execute(words);
}

int ExitCodeOf(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Until both are closed.
void ReadAll(int out, int err, Ended& ended) {
  std::array<pollfd, 2> files = {{{out, POLLIN, 0}, {err, POLLIN, 0}}};
  const std::array<std::string*, 2> texts = {&ended.stdout_text,
                                             &ended.stderr_text};
  std::array<char, 16 << 10> bytes;
  while (files[0].fd >= 0 || files[1].fd >= 0) {
    if (poll(files.data(), files.size(), -1) < 0) continue;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (files[i].revents == 0) continue;
      const ssize_t got = read(files[i].fd, bytes.data(), bytes.size());
      if (got > 0)
        texts[i]->append(bytes.data(), static_cast<std::size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR)) files[i].fd = -1;
    }
  }
}

}  // namespace

Ended RunProgram(const std::vector<std::string>& words) {
  const Pipe out = MakePipe();
  const Pipe err = MakePipe();
  const pid_t child = Fork();
  if (child == 0) Become(words, out[1], err[1]);
  close(out[1]);
  close(err[1]);
  Ended ended;
  ReadAll(out[0], err[0], ended);
  close(out[0]);
  close(err[0]);
  ended.exit_code = ExitCodeOf(child);
  return ended;
}

int RunAttached(const std::vector<std::string>& words) {
  std::fflush(nullptr);
  const pid_t child = Fork();
  if (child == 0) Execute(words);
  return ExitCodeOf(child);
}

}  // namespace lockstep::suite
