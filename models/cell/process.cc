#include "models/cell/process.h"

#include <sys/types.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

// By its state, which stands behind the name in parentheses.
bool IsThreadSleeping(const std::filesystem::path& thread) {
  std::ifstream file(thread / "stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name = line.rfind(')');
  if (name == std::string::npos || name + 2 >= line.size()) return false;
  return line[name + 2] == 'S';
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
    if (!IsThreadSleeping(thread->path())) return false;
  }
  return !error;
}

}  // namespace lockstep::suite
