#include "tools/cli/verify/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/verify/lines.h"

namespace lockstep::suite::verify {
namespace {

namespace fs = std::filesystem;

std::string ReasonOf(int error) {
  return std::generic_category().message(error);
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::string CommandLineOf(const std::string& pid) {
  std::string words = ReadAll(Text("/proc/", pid, "/cmdline"));
  if (words.empty()) return "which has just ended";
  std::ranges::replace(words, '\0', ' ');
  return std::string(TrimmedRight(words));
}

// The process that has the lock, as the kernel knows it.
std::string HolderOf(int file) {
  struct stat status{};
  fstat(file, &status);
  const std::string inode = Text(':', status.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, pid, place;
    words >> number >> kind >> mode >> access >> pid >> place;
    if (kind == "FLOCK" && place.ends_with(inode)) {
      return Text("process ", pid, " (", CommandLineOf(pid), ")");
    }
  }
  return "another run";
}

struct Earlier {
  std::vector<std::string> files;  // Of its violations.
  std::string started = "earlier";
};

// Throws what nlohmann throws if it is no report.
Earlier ReadEarlier(const std::string& path) {
  const auto fields = nlohmann::json::parse(ReadAll(path));
  Earlier earlier;
  earlier.started = fields.value("started", earlier.started);
  for (const auto& result : fields.at("results")) {
    for (const auto& violation : result.at("violations")) {
      earlier.files.push_back(
          FileNameOf(violation.at("file").get<std::string>()));
    }
  }
  return earlier;
}

// Makes a folder that is named by the time of that run, with a number behind
// its name if there is one already.
std::string MakeFolderFor(const Earlier& earlier, const std::string& folder) {
  std::string name = earlier.started;
  std::ranges::replace_if(
      name,
      [](unsigned char letter) {
        return std::isalnum(letter) == 0 && letter != '_' && letter != '-';
      },
      '-');
  std::error_code error;
  std::string path = Text(folder, '/', name);
  for (int number = 2; !fs::create_directory(path, error) && !error;) {
    path = Text(folder, '/', name, '-', number++);
  }
  return path;
}

}  // namespace

TakenFolder::TakenFolder(std::string path) : path_(std::move(path)) {
  const auto fail = [this](int error) {
    throw std::runtime_error(
        Text(path_, " cannot be written to: ", ReasonOf(error)));
  };
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) fail(error.value());
  const int probe = open(path_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (probe < 0 && errno != EOPNOTSUPP && errno != EISDIR) fail(errno);
  if (probe >= 0) close(probe);
  file_ = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file_ < 0) fail(errno);
  Lock();
}

TakenFolder::~TakenFolder() {
  if (file_ >= 0) close(file_);
}

void TakenFolder::Lock() const {
  if (flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) return;  // Not every file system can.
  throw std::runtime_error(Text(path_, " is in use by ", HolderOf(file_),
                                "; wait for it, or name another --output"));
}

std::string TakenFolder::MoveEarlier() const {
  std::error_code error;
  Earlier earlier;
  try {
    earlier = ReadEarlier(Path(kJsonFile));
  } catch (const nlohmann::json::exception&) {
    return "";
  }
  if (earlier.files.empty()) {
    fs::remove(Path(kJsonFile), error);
    fs::remove(Path(kPageFile), error);
    return "";
  }
  const std::string aside = MakeFolderFor(earlier, path_);
  const std::size_t count = earlier.files.size();
  earlier.files.insert(earlier.files.end(), {kJsonFile, kPageFile});
  for (const std::string& file : earlier.files) {
    fs::rename(Path(file), Text(aside, '/', file), error);
  }
  return Text("the report of the last run, with ", Counted(count, "violation"),
              ", is now in ", Shown(aside));
}

std::expected<void, std::string> TakenFolder::Write(
    const std::string& name, std::string_view text) const {
  const std::string path = Path(name);
  const std::string half = path + ".new";
  errno = 0;
  std::ofstream file(half, std::ios::binary);
  file << text;
  file.close();
  std::error_code error;
  if (file) fs::rename(half, path, error);
  if (file && !error) return {};
  const std::string why = error ? error.message() : ReasonOf(errno);
  fs::remove(half, error);
  return std::unexpected(Text(path, ": ", why));
}

ScratchFolder::ScratchFolder() {
  path_ = (fs::temp_directory_path() / "lockstep-verify-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) {
    throw std::runtime_error(Text(path_, ": ", ReasonOf(errno)));
  }
}

ScratchFolder::~ScratchFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
}

}  // namespace lockstep::suite::verify
