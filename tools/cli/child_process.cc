#include "tools/cli/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace lockstep::suite {
namespace {

constexpr int kDidNotStart = 127;
// Between two looks at a process that has closed its files and has not ended.
constexpr std::chrono::milliseconds kEnding{2};
// Between two looks at one whose children may have kept its files open.
constexpr std::chrono::milliseconds kSilence{100};

[[noreturn]] void Fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::array<int, 2> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) Fail("no pipe");
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return ends;
}

void Close(pollfd& file) {
  if (file.fd >= 0) close(file.fd);
  file.fd = -1;
}

}  // namespace

ChildProcess::ChildProcess(Command command, Hear hear)
    : command_(std::move(command)), hear_(std::move(hear)) {
  // What people read stands in the order in which it was said.
  std::cout.flush();
  const auto out = MakePipe();
  const auto err = MakePipe();
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) Fail("no process");
  if (pid_ == 0) Become(out[1], err[1], parent);
  // Here as well, so that a signal to the group cannot come too early.
  if (command_.is_apart) setpgid(pid_, pid_);
  close(out[1]);
  close(err[1]);
  files_ = {{{out[0], POLLIN, 0}, {err[0], POLLIN, 0}}};
}

ChildProcess::~ChildProcess() {
  if (pid_ != 0) {
    Send(SIGKILL);
    Wait();
  }
  for (pollfd& file : files_) Close(file);
}

void ChildProcess::Become(int out, int err, pid_t parent) const {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kDidNotStart);
  if (command_.is_apart) setpgid(0, 0);
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  for (const auto& [name, value] : command_.environment) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<char*> words;
  for (const std::string& word : command_.words) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  execvp(words.front(), words.data());
  const std::string why =
      command_.words.front() + ": " + std::generic_category().message(errno);
  (void)!write(STDERR_FILENO, why.data(), why.size());
  _exit(kDidNotStart);
}

void ChildProcess::WaitForAny(const std::vector<ChildProcess*>& processes,
                              std::chrono::milliseconds at_most) {
  std::vector<pollfd> files;
  for (const ChildProcess* process : processes) {
    const auto is_open = [](const pollfd& file) { return file.fd >= 0; };
    std::ranges::copy_if(process->files_, std::back_inserter(files), is_open);
    const bool is_ending =
        std::ranges::none_of(process->files_, is_open) && !process->has_ended();
    if (is_ending) at_most = std::min(at_most, kEnding);
  }
  poll(files.data(), files.size(), static_cast<int>(at_most.count()));
  for (ChildProcess* process : processes) process->Look();
}

void ChildProcess::Look() {
  if (pid_ == 0) return;
  for (std::size_t i = 0; i < files_.size(); ++i) Read(i);
  const std::chrono::duration<double> took = Clock::now() - began_;
  if (command_.allowed_seconds > 0 && !is_overdue_ &&
      took.count() > command_.allowed_seconds) {
    is_overdue_ = true;
    Send(SIGKILL);
  }
  siginfo_t ended{};
  // It stays a zombie, so that its process group keeps its number.
  if (waitid(P_PID, static_cast<id_t>(pid_), &ended,
             WEXITED | WNOHANG | WNOWAIT) == 0 &&
      ended.si_pid == pid_) {
    Reap();
  }
}

void ChildProcess::Reap() {
  // What it has started and left behind.
  if (command_.is_apart) Send(SIGKILL);
  for (std::size_t i = 0; i < files_.size(); ++i) Read(i);
  for (pollfd& file : files_) Close(file);
  TellLines(true);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  pid_ = 0;
}

void ChildProcess::Read(std::size_t index) {
  pollfd& file = files_[index];
  std::string& text = index == 0 ? stdout_text_ : stderr_text_;
  std::array<char, 64 << 10> bytes;
  while (file.fd >= 0) {
    const ssize_t got = read(file.fd, bytes.data(), bytes.size());
    if (got > 0) {
      text.append(bytes.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      Close(file);
    } else if (errno != EINTR) {
      break;
    }
  }
  if (index == 1) TellLines(false);
}

void ChildProcess::TellLines(bool is_end) {
  if (!hear_) return;
  std::string_view rest = stderr_text_;
  for (std::size_t end; (end = rest.find('\n')) != rest.npos;) {
    hear_(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  if (is_end && !rest.empty()) hear_(std::exchange(rest, {}));
  stderr_text_.erase(0, stderr_text_.size() - rest.size());
}

void ChildProcess::Wait() {
  while (!has_ended()) WaitForAny({this}, kSilence);
}

void ChildProcess::Send(int signal) const {
  if (pid_ != 0) kill(command_.is_apart ? -pid_ : pid_, signal);
}

}  // namespace lockstep::suite
