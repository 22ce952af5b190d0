#include "tools/cli/files.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "ports/library/library.h"
#include "tools/cli/console.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

void ComplainOf(const std::string& path) {
  Complain(Text(path, ": ", std::strerror(errno)));
}

constexpr int kLookMilliseconds = 100;

class File {
 public:
  explicit File(int number) : number_(number) {}
  ~File() {
    if (number_ > STDIN_FILENO) close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // Looks for Ctrl-C while it waits.
  std::optional<std::string> Read() const {
    if (number_ < 0) return std::nullopt;
    std::string bytes;
    std::array<char, 1 << 16> some;
    ssize_t got = 0;
    for (;;) {
      pollfd file{number_, POLLIN, 0};
      while (poll(&file, 1, kLookMilliseconds) == 0 && !WasInterrupted()) {
      }
      if (WasInterrupted()) return std::nullopt;
      got = read(number_, some.data(), some.size());
      if (got == 0) break;
      if (got < 0 && errno != EINTR) return std::nullopt;
      bytes.append(some.data(),
                   static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    }
    return bytes;
  }

 private:
  int number_;
};

}  // namespace

std::optional<std::string> ReadBytes(const std::string& path) {
  const File file(path == "-" ? STDIN_FILENO
                              : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::optional<std::string> bytes = file.Read();
  if (!bytes && !WasInterrupted()) ComplainOf(path);
  return bytes;
}

std::optional<Trace> ReadTrace(const std::string& path) {
  const std::optional<std::string> text = ReadBytes(path);
  if (!text) return std::nullopt;
  auto trace = Parse(*text);
  if (trace) return std::move(*trace);
  std::cerr << path << ":" << trace.error().line << ": "
            << trace.error().message << '\n';
  return std::nullopt;
}

std::string CommandForThreads(const Trace& trace, const std::string& path,
                              const SystemChoice& system) {
  std::string argument;
  if (!system.name.empty()) {
    argument = Quoted(system.name);
  } else if (system.IsGiven()) {
    for (const std::string& word : system.Words()) {
      argument += Text(argument.empty() ? "" : " ", Quoted(word));
    }
  } else {
    argument = FindLinked(trace.component) ? trace.component : "./LIBRARY.so";
  }
  return Text(ProgramName(),
              trace.script.switches.empty() ? " threads " : " schedules ",
              argument, " --replay ", path == "-" ? "FILE" : Quoted(path));
}

bool IsForOneThread(const Trace& trace, const std::string& path,
                    const SystemChoice& system) {
  if (!HasThreads(trace.script)) return true;
  Complain(Text(path, ": it has threads; run it with: ",
                CommandForThreads(trace, path, system)));
  return false;
}

std::vector<std::string> TracesBelow(const std::string& folder,
                                     std::error_code& error) {
  std::vector<std::string> paths;
  for (auto entry =
           std::filesystem::recursive_directory_iterator(folder, error);
       !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->path().extension() == ".trace" &&
        entry->is_regular_file(ignored)) {
      paths.push_back(entry->path().string());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

std::optional<std::vector<TraceFile>> ExpandPaths(
    const std::vector<std::string>& paths) {
  std::vector<TraceFile> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back({path, true});
      continue;
    }
    const auto below = TracesBelow(path, error);
    if (error || below.empty()) {
      Complain(Text(path, error ? ": " + error.message()
                                : ": no file in it ends in .trace"));
      return std::nullopt;
    }
    for (const std::string& file : below) files.push_back({file, false});
  }
  return files;
}

bool MakeFolder(const std::string& path) {
  std::error_code error;
  if (!path.empty()) std::filesystem::create_directories(path, error);
  if (error) Complain(Text(path, ": ", error.message()));
  return !error;
}

bool WriteFile(const std::string& path, std::string_view text) {
  errno = 0;  // Of what fails from here on, opening it as well.
  std::ofstream file(path, std::ios::binary);
  if ((file << text).flush()) return true;
  ComplainOf(path);
  return false;
}

}  // namespace lockstep::suite
