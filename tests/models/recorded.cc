#include "tests/models/recorded.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace lockstep::suite {

std::vector<RecordedFile> RecordedFiles() {
  std::vector<RecordedFile> files;
  // Where this is the repository of another workspace, it is among its files.
  const std::filesystem::path elsewhere = "external/lockstep/tests/traces";
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::exists(elsewhere) ? elsewhere : "tests/traces")) {
    std::string name = entry.path().stem().string();
    std::ranges::replace(name, '-', '_');
    std::ifstream in(entry.path(), std::ios::binary);
    files.push_back({name, std::string(std::istreambuf_iterator<char>(in),
                                       std::istreambuf_iterator<char>())});
  }
  std::ranges::sort(files, {}, &RecordedFile::name);
  return files;
}

}  // namespace lockstep::suite
