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
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "models/cell/crash_handler.h"
#include "models/script/text.h"
#include "models/system/rules.h"

// Of what may be linked into this process: see RunChild.
extern "C" {
[[gnu::weak]] void __sanitizer_set_death_callback(void (*)());
[[gnu::weak]] int __llvm_profile_write_file();
}

namespace lockstep::suite {
namespace {

constexpr char kDone = 'd';
constexpr char kAnswer = 'a';
// The exit codes of work that threw.
constexpr int kThrew = 86;
constexpr int kHadNoMemory = 87;

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

// To nobody, if the other end is no more.
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
  // What is in the buffers would be written twice.
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ < 0) Fail("no process for a child");
  if (pid_ == 0) {
    socket_ = childs;
    close(ours);
    dup2(worded, STDERR_FILENO);
    RunChild(work);
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

// Ctrl-C is the parent's to answer. An engine that fuzzes would take the death
// of a child for its own.
void Child::RunChild(const std::function<void(Child&)>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(nullptr);
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
    exit_code = kThrew;
  }
  if (__llvm_profile_write_file != nullptr) __llvm_profile_write_file();
  _exit(exit_code);
}

void Child::Answer() { Send(socket_, kAnswer); }

void Child::Ask() { Send(socket_, kAnswer); }

bool Child::Serve() {
  char byte = 0;
  ssize_t got = 0;
  while ((got = read(socket_, &byte, 1)) < 0 && errno == EINTR) {
  }
  return got == 1;
}

// Whether something came: an answer, words, or the end of both.
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
  if (read(socket_, &byte, 1) != 1) return true;
  (byte == kDone ? is_done_ : has_answered_) = true;
  return true;
}

Child::State Child::Wait(Patience patience, double seconds) {
  const double shortest =
      std::min({patience.processor_seconds, patience.waiting_seconds,
                seconds == 0 ? patience.waiting_seconds : seconds});
  const double look_seconds = std::clamp(shortest / 4, 0.005, 0.25);
  has_answered_ = false;
  for (double passed = 0; passed < seconds || seconds == 0;) {
    if (Read(static_cast<int>(look_seconds * 1000))) {
      if (has_answered_) return State::kAnswered;
      int status = 0;
      if (waitpid(pid_, &status, WNOHANG) == pid_) return Reaped(status);
      continue;
    }
    passed += look_seconds;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) return Reaped(status);
    const State state = LookForHang(patience, look_seconds);
    if (state != State::kRunning) return state;
  }
  return State::kRunning;
}

Child::State Child::Reaped(int wait_status) {
  wait_status_ = wait_status;
  pid_ = 0;
  while (stderr_ >= 0 && Read(0)) {
  }
  if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == kHadNoMemory) {
    throw std::bad_alloc();
  }
  return is_done_ ? State::kReturned : State::kDied;
}

// Of all threads together: whoever has used that much alone, all have.
Child::State Child::LookForHang(Patience patience, double passed_seconds) {
  const double now = ProcessorSeconds();
  const auto threads = static_cast<double>(boards_.size());
  const bool is_sleeping = IsSleeping();
  for (std::size_t i = 0; i < boards_.size(); ++i) {
    const Witness& witness = boards_[i]->witness();
    const std::uint64_t calls = witness.calls.load(std::memory_order_relaxed);
    Look& look = looks_[i];
    if (calls != look.calls || calls % 2 == 0) {
      look = {calls, now, 0};
      continue;
    }
    if (now - look.processor_seconds > patience.processor_seconds * threads) {
      return State::kHung;
    }
    look.waited_seconds =
        is_sleeping ? look.waited_seconds + passed_seconds : 0;
    if (look.waited_seconds > patience.waiting_seconds) return State::kWaits;
  }
  return State::kRunning;
}

double Child::ProcessorSeconds() const {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid_, &clock) != 0) return 0;
  if (clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

// By its state in /proc: S or D, behind the name in parentheses.
bool Child::IsSleeping() const {
  std::ifstream file(Text("/proc/", pid_, "/stat"));
  std::string line;
  std::getline(file, line);
  const std::size_t name = line.rfind(')');
  if (name == std::string::npos || name + 2 >= line.size()) return false;
  return line[name + 2] == 'S' || line[name + 2] == 'D';
}

Violation Child::Describe(State state, const Board& board) const {
  const Witness& witness = board.witness();
  const std::string_view name = NameOf(witness.function);
  const std::string call = witness.IsInside() ? Text(name, "()") : "";
  Violation violation;
  violation.rule = state == State::kDied ? kCrashRule.name : kHangRule.name;
  violation.step = static_cast<std::size_t>(witness.step.load());
  violation.expected =
      call.empty() ? "the process lives on" : Text(call, " comes back");
  violation.last_words = Shortened(words_.Text());
  if (state == State::kHung || state == State::kWaits) {
    violation.came = state == State::kHung
                         ? Text("it used the processor, without an end to it")
                         : Text("it waited, and used no processor time");
    violation.place = name;
    return violation;
  }
  violation.place = PlaceIn(violation.last_words);
  const CrashNote& crash = board.crash();
  const std::string function = FunctionAt(crash.instruction);
  if (violation.place.empty()) violation.place = function;
  if (WIFEXITED(wait_status_)) {
    violation.came = Text("it ended the process, with exit code ",
                          WEXITSTATUS(wait_status_));
    return violation;
  }
  violation.came = SignalName(WTERMSIG(wait_status_));
  if (crash.signal == SIGSEGV || crash.signal == SIGBUS) {
    violation.came += Text(", by an access to ",
                           reinterpret_cast<const void*>(crash.address.load()));
  }
  if (!function.empty()) violation.came += Text(", in ", function);
  return violation;
}

}  // namespace lockstep::suite
