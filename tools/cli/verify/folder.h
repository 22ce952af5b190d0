#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_FOLDER_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_FOLDER_H_

// The folder of a report: whose it is, and what an earlier run left in it.

#include <expected>
#include <string>
#include <string_view>

namespace lockstep::suite::verify {

inline constexpr const char* kJsonFile = "verify.json";
inline constexpr const char* kPageFile = "index.html";

// Makes the folder, and keeps other runs out of it as long as it lives.
//   Errors  std::runtime_error with a text: it cannot be written to, or another
//           run is using it.
class TakenFolder {
 public:
  explicit TakenFolder(std::string path);
  ~TakenFolder();
  TakenFolder(const TakenFolder&) = delete;
  TakenFolder& operator=(const TakenFolder&) = delete;

  // Puts the report of an earlier run aside if it has violations, into a folder
  // that is named by its time; else its two files are removed. What to say of
  // it; "" if there is nothing to say.
  std::string MoveEarlier() const;

  // At once, or not at all: on a full disk nothing is left behind.
  //   Errors  a text that begins with the path.
  std::expected<void, std::string> Write(const std::string& name,
                                         std::string_view text) const;
  std::string Path(const std::string& name) const { return path_ + '/' + name; }

 private:
  void Lock() const;

  std::string path_;
  int file_ = -1;
};

// A folder of its own for what is not kept.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_FOLDER_H_
