#include "models/cell/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <new>
#include <system_error>
#include <utility>

#include "models/cell/crash_handler.h"

// Of what may be linked into this process: see RunChild.
// NOLINTBEGIN(bugprone-reserved-identifier): the names are theirs.
extern "C" {
[[gnu::weak]] void __sanitizer_set_death_callback(void (*)());
[[gnu::weak]] int __llvm_profile_write_file();
[[gnu::weak]] int LLVMFuzzerRunDriver(int*, char***,
                                      int (*)(const unsigned char*,
                                              unsigned long));
}
// NOLINTEND(bugprone-reserved-identifier)

namespace lockstep::suite {
namespace {

constexpr char kDone = 'd';
constexpr char kAnswer = 'a';

[[noreturn]] void Fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::pair<int, int> MakeSockets() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    Fail("no socket for a child");
  }
  return {ends[0], ends[1]};
}

std::pair<int, int> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) Fail("no pipe for a child");
  return {ends[0], ends[1]};
}

// Does nothing if the other end is closed.
void Send(int socket, char byte) {
  while (send(socket, &byte, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

void Close(int& file) {
  if (file >= 0) close(file);
  file = -1;
}

}  // namespace

Child::Child(std::span<const Board* const> boards,
             const std::function<void(Child&)>& work)
    : boards_(boards), looks_(boards.size()) {
  // One may have died inside of a call.
  for (const Board* board : boards) board->witness().calls = 0;
  const auto [ours, childs] = MakeSockets();
  const auto [words, worded] = MakePipe();
  // Should the port call exit, what is in the buffers would be written twice.
  std::fflush(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) Fail("no process for a child");
  if (pid_ == 0) {
    socket_ = childs;
    close(ours);
    // What a port prints must not lie among what this program prints.
    dup2(worded, STDOUT_FILENO);
    dup2(worded, STDERR_FILENO);
    RunChild(work, parent);
  }
  close(childs);
  close(worded);
  socket_ = ours;
  stderr_ = words;
  fcntl(stderr_, F_SETFL, O_NONBLOCK);
}

Child::~Child() { End(); }

void Child::End() {
  if (pid_ != 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &wait_status_, 0);
    pid_ = 0;
  }
  Close(socket_);
  Close(stderr_);
}

// Ctrl-C, and SIGTERM to all of a group, are the parent's to answer. An engine that fuzzes would take the death
// of a child for its own.
void Child::RunChild(const std::function<void(Child&)>& work, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(nullptr);
  }
  if (LLVMFuzzerRunDriver != nullptr) {
    for (const int signal : {SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGALRM}) {
      std::signal(signal, SIG_DFL);
    }
  }
  NoteCrashes(boards_.front()->crash());
  int exit_code = 0;
  try {
    work(*this);
    Send(socket_, kDone);
  } catch (const std::bad_alloc&) {
    exit_code = kHadNoMemory;
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "an exception that nobody caught: %s\n",
                 thrown.what());
    std::fflush(stderr);
    exit_code = kThrew;
  }
  if (__llvm_profile_write_file != nullptr) __llvm_profile_write_file();
  _exit(exit_code);
}

void Child::Answer() { Send(socket_, kAnswer); }

void Child::Ask() {
  last_look_ = Clock::now();
  Send(socket_, kAnswer);
}

bool Child::Serve() {
  char byte = 0;
  ssize_t got = 0;
  while ((got = read(socket_, &byte, 1)) < 0 && errno == EINTR) {
  }
  return got == 1;
}

// Whether something came: an answer, words, or the end of either. What has
// ended is closed: it would come again and again.
bool Child::Read(int timeout_ms) {
  std::array<pollfd, 2> files = {{{socket_, POLLIN, 0}, {stderr_, POLLIN, 0}}};
  if (poll(files.data(), files.size(), timeout_ms) <= 0) return false;
  std::array<char, 16 << 10> bytes;
  if (files[1].revents != 0) {
    const ssize_t got = read(stderr_, bytes.data(), bytes.size());
    if (got > 0) words_.Add({bytes.data(), static_cast<std::size_t>(got)});
    if (got == 0) Close(stderr_);
  }
  if (files[0].revents == 0) return true;
  char byte = 0;
  const ssize_t got = read(socket_, &byte, 1);
  if (got == 1) (byte == kDone ? is_done_ : has_answered_) = true;
  if (got == 0 || (got < 0 && errno != EINTR)) Close(socket_);
  return true;
}

// Who keeps writing is looked at as often as who is silent.
Child::State Child::Wait(Patience patience, double seconds) {
  const double shortest =
      std::min({patience.processor_seconds, patience.waiting_seconds,
                seconds == 0 ? patience.waiting_seconds : seconds});
  const double look_seconds = std::clamp(shortest / 4, 0.005, 0.25);
  const Clock::time_point start = Clock::now();
  has_answered_ = false;
  while (seconds == 0 || SecondsSince(start) < seconds) {
    // Whoever has closed this is about to end, and says no more.
    constexpr int kEndingMs = 1;
    Read(socket_ < 0 ? kEndingMs : static_cast<int>(look_seconds * 1000));
    if (has_answered_) return State::kAnswered;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) return Reaped(status);
    if (SecondsSince(last_look_) < look_seconds) continue;
    const State state = LookForHang(patience);
    if (state != State::kRunning) return state;
  }
  return State::kRunning;
}

Child::State Child::Reaped(int wait_status) {
  wait_status_ = wait_status;
  pid_ = 0;
  while (stderr_ >= 0 && Read(0)) {
  }
  // Of the suite, for an arena; one that a port throws is its violation.
  const bool is_inside = std::ranges::any_of(
      boards_, [](const Board* board) { return board->witness().IsInside(); });
  if (!is_inside && WIFEXITED(wait_status) &&
      WEXITSTATUS(wait_status) == kHadNoMemory) {
    throw std::bad_alloc();
  }
  return is_done_ ? State::kReturned : State::kDied;
}

}  // namespace lockstep::suite
