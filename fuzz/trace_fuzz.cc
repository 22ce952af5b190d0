// Any text is a trace, or is refused with a line that it has. What is read is
// written in one way, and read back from that as it was.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "models/script/trace.h"

namespace lockstep::suite {
namespace {

[[noreturn]] void Fail(const char* what, std::string_view text) {
  std::fprintf(stderr, "# %s\n%.*s\n", what, static_cast<int>(text.size()),
               text.data());
  std::abort();
}

void TryText(std::string_view text) {
  const auto trace = Parse(text);
  if (!trace) {
    const auto lines =
        static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    const std::size_t line = trace.error().line;
    if (line == 0 || line > lines) Fail("refused at no line of it", text);
    if (trace.error().message.empty()) Fail("refused without a word", text);
    return;
  }
  const std::string canonical = Format(*trace);
  const auto again = Parse(canonical);
  if (!again) Fail("written, but not read", canonical);
  if (Format(*again) != canonical) Fail("read as other", canonical);
  if (again->script.ops != trace->script.ops ||
      again->script.switches != trace->script.switches ||
      again->script.arena != trace->script.arena) {
    Fail("another script", canonical);
  }
}

}  // namespace
}  // namespace lockstep::suite

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  lockstep::suite::TryText({reinterpret_cast<const char*>(data), size});
  return 0;
}
