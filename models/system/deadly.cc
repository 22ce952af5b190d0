#include "models/system/deadly.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kUsualDeaths = std::uint64_t{1} << SIGABRT |
                                       std::uint64_t{1} << SIGILL |
                                       std::uint64_t{1} << SIGTRAP;
// A call that comes back says so with this and its status: see port.h.
constexpr int kCameBack = 200;
// By the processor, and by the clock if it waits. Below the patience of a cell.
constexpr rlim_t kMostSeconds = 1;
// What every kind of port may refuse a free with.
constexpr Status kRefused = Status::kInvalidParam;

// What the handlers of this process would write down is no concern of its copy,
// nor is what the port has to say before it dies.
void BeAlone() {
  for (const int signal :
       {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SIGSYS}) {
    (void)std::signal(signal, SIG_DFL);
  }
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere >= 0) {
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)dup2(nowhere, STDERR_FILENO);
  }
  const rlimit no_core{0, 0};
  (void)setrlimit(RLIMIT_CORE, &no_core);
  rlimit time{};
  (void)getrlimit(RLIMIT_CPU, &time);
  time.rlim_cur = kMostSeconds;
  (void)setrlimit(RLIMIT_CPU, &time);
  (void)std::signal(SIGALRM, SIG_DFL);
  (void)alarm(kMostSeconds);
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return status;
}

Status StatusOfEnd(Death death, int end) {
  if (WIFEXITED(end)) {
    const int code = WEXITSTATUS(end);
    if (code != 0 && code == death.exit_code) return kRefused;
    const auto status = static_cast<std::size_t>(code - kCameBack);
    return code >= kCameBack && status < kStatuses ? static_cast<Status>(status)
                                                   : Status::kUnknown;
  }
  const std::uint64_t deaths =
      death.signals != 0 ? death.signals : kUsualDeaths;
  const bool is_meant =
      WIFSIGNALED(end) && (deaths >> (WTERMSIG(end) & 63) & 1) != 0;
  return is_meant ? kRefused : Status::kUnknown;
}

}  // namespace

std::optional<int> EndOfProcess(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child < 0) return std::nullopt;
  if (child == 0) {
    BeAlone();
    _exit(work());
  }
  return WaitFor(child);
}

Status StatusOfDeadly(Death death, const std::function<Status()>& call) {
  const auto end =
      EndOfProcess([&] { return kCameBack + static_cast<int>(call()); });
  return end ? StatusOfEnd(death, *end) : Status::kUnknown;
}

}  // namespace lockstep::suite
