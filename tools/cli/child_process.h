#ifndef LOCKSTEP_TOOLS_CLI_CHILD_PROCESS_H_
#define LOCKSTEP_TOOLS_CLI_CHILD_PROCESS_H_

// Another program that runs beside this one. It dies with this process, however
// this process ends.
//   Requires   one thread in this process: the child dies with the thread that
//              started it.
//   Errors     std::system_error if the system cannot make a process.

#include <poll.h>
#include <sys/types.h>

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::suite {

class ChildProcess {
 public:
  struct Command {
    std::vector<std::string> words;  // The program is found in PATH.
    // Besides the variables of this process.
    std::map<std::string, std::string> environment{};
    double allowed_seconds = 0;  // It is killed after that; 0: never.
    // In a process group of its own: Ctrl-C does not reach it, and Send reaches
    // its children as well.
    bool is_apart = true;
  };
  // Is told of each line of standard error, without its end.
  using Hear = std::function<void(std::string_view line)>;

  // Starts it, with nothing on standard input. Without `hear`, what it says is
  // kept in stderr_text.
  explicit ChildProcess(Command command, Hear hear = nullptr);
  // Kills it if it has not ended.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Waits until one of the processes has said something or has ended, or for so
  // long, or for a signal. Then each has its Look.
  static void WaitForAny(const std::vector<ChildProcess*>& processes,
                         std::chrono::milliseconds at_most);
  // Takes what it has said, kills it if it is overdue, and notes its end.
  void Look();
  // Until it has ended.
  void Wait();
  void Send(int signal) const;

  const Command& command() const { return command_; }
  bool has_ended() const { return pid_ == 0; }
  bool is_overdue() const { return is_overdue_; }
  // 127: it did not start. Below 0: the signal that ended it, negated.
  int exit_code() const { return exit_code_; }
  const std::string& stdout_text() const { return stdout_text_; }
  const std::string& stderr_text() const { return stderr_text_; }

 private:
  using Clock = std::chrono::steady_clock;

  [[noreturn]] void Become(int out, int err, pid_t parent) const;
  void Read(std::size_t index);
  void TellLines(bool is_end);
  void Reap();

  Command command_;
  Hear hear_;
  pid_t pid_ = 0;
  std::array<pollfd, 2> files_{};  // Standard output and standard error.
  Clock::time_point began_ = Clock::now();
  bool is_overdue_ = false;
  int exit_code_ = 0;
  std::string stdout_text_;
  std::string stderr_text_;  // With `hear`, the line that is not whole yet.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_CHILD_PROCESS_H_
