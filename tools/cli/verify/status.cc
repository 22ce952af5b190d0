#include "tools/cli/verify/status.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/verify/job.h"

namespace lockstep::suite::verify {
namespace {

constexpr std::chrono::milliseconds kOnTerminal{200};
constexpr std::chrono::seconds kElsewhere{10};

std::size_t Columns() {
  winsize window{};
  const bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0;
  return is_known && window.ws_col > 0 ? window.ws_col : 80;
}

// What is left for those that end by themselves is not known.
std::string Left(double seconds) {
  constexpr double kMinute = 60;
  if (seconds < 1) return "almost done";
  if (seconds < 2 * kMinute) {
    return Text("about ", std::lround(seconds), " s left");
  }
  return Text("about ", std::lround(seconds / kMinute), " min left");
}

// What the jobs that run say of themselves.
std::string SaidBy(const Job& job) {
  std::string text;
  for (const auto& task : job.tasks) {
    if (!task->is_running()) continue;
    // The name of the system is in the title.
    const std::string said = task->Status();
    const std::size_t at = said.rfind(": ");
    text += Text("; ", job.source->name, ' ', job.system.name, ": ",
                 at == said.npos ? said : said.substr(at + 2));
  }
  return text;
}

}  // namespace

Status::Status()
    : is_terminal_(isatty(STDERR_FILENO) != 0),
      next_(Clock::now() + (is_terminal_ ? Clock::duration(kOnTerminal)
                                         : Clock::duration(kElsewhere))) {}

void Status::Show(const std::vector<std::unique_ptr<Job>>& jobs,
                  double seconds_left) {
  if (Clock::now() < next_) return;
  next_ = Clock::now() + (is_terminal_ ? Clock::duration(kOnTerminal)
                                       : Clock::duration(kElsewhere));
  const auto done = std::ranges::count_if(
      jobs, [](const auto& job) { return job->HasEnded(); });
  std::string text =
      Text(done, " of ", jobs.size(), " done, ", Left(seconds_left));
  for (const auto& job : jobs) text += SaidBy(*job);
  if (!is_terminal_) {
    std::cerr << text << '\n';
    return;
  }
  text.resize(std::min(text.size(), Columns() - 1));
  std::cerr << '\r' << text << "\033[K" << std::flush;
  is_shown_ = true;
}

void Status::Erase() {
  if (is_shown_) std::cerr << "\r\033[K" << std::flush;
  is_shown_ = false;
}

}  // namespace lockstep::suite::verify
