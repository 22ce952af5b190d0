// encode_traces FOLDER init|attach TRACE...: the traces that get their memory
// with that verb, and not too much of it, as inputs for fuzz targets. Exit code 2
// for what is no trace.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "models/script/encoding.h"
#include "models/script/op.h"
#include "models/script/trace.h"

namespace lockstep::suite {
namespace {

// A larger one would be poisoned, by the sanitizer, for longer than the script
// takes.
constexpr std::uint64_t kMaxArenaBytes = std::uint64_t{1} << 20;

bool OpensWith(std::string_view word, const Script& script) {
  return std::ranges::any_of(
      script.ops, [&](const Op& op) { return InfoOf(op.verb).word == word; });
}

bool EncodeFile(const std::filesystem::path& folder, std::string_view opening,
                const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const auto trace =
      Parse(std::string(std::istreambuf_iterator<char>(file), {}));
  if (!trace) {
    std::fprintf(stderr, "%s:%zu: %s\n", path.c_str(), trace.error().line,
                 trace.error().message.c_str());
    return false;
  }
  if (!OpensWith(opening, trace->script) ||
      trace->script.arena.bytes > kMaxArenaBytes) {
    return true;
  }
  const auto bytes = Encode(trace->script);
  if (!bytes) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), bytes.error().c_str());
    return false;
  }
  std::ofstream out(folder / path.stem(), std::ios::binary);
  std::ranges::copy(*bytes, std::ostreambuf_iterator<char>(out));
  if (out.flush()) return true;
  std::fprintf(stderr, "%s: cannot be written\n", folder.c_str());
  return false;
}

}  // namespace
}  // namespace lockstep::suite

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s FOLDER init|attach TRACE...\n", argv[0]);
    return 2;
  }
  for (int i = 3; i < argc; ++i) {
    if (!lockstep::suite::EncodeFile(argv[1], argv[2], argv[i])) return 2;
  }
  return 0;
}
