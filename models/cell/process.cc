#include "models/cell/process.h"

#include <sys/types.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

// By its state, which stands behind the name in parentheses. One that has ended
// meanwhile has no file.
bool IsThreadBusy(const std::filesystem::path& thread) {
  constexpr std::string_view kBusy = "RDt";
  std::ifstream file(thread / "stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name = line.rfind(')');
  return name != std::string::npos && name + 2 < line.size() &&
         kBusy.find(line[name + 2]) != std::string_view::npos;
}

}  // namespace

double ProcessorSeconds(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0) return 0;
  if (clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

bool IsSleeping(pid_t process) {
  std::error_code error;
  std::filesystem::directory_iterator thread(Text("/proc/", process, "/task"),
                                             error);
  for (; !error && thread != std::filesystem::directory_iterator();
       thread.increment(error)) {
    if (IsThreadBusy(thread->path())) return false;
  }
  return !error;
}

bool IdleWatch::Look(pid_t process, double passed_seconds) {
  constexpr double kLeastSeconds = 0.001;
  constexpr double kShare = 0.05;
  const double before =
      std::exchange(processor_seconds_, ProcessorSeconds(process));
  const double used = processor_seconds_ - before;
  return used <= std::max(kLeastSeconds, kShare * passed_seconds) &&
         IsSleeping(process);
}

}  // namespace lockstep::suite
