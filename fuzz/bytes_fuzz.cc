// Bytes to a script, to text, to a script, to bytes: nothing is lost on the way,
// for any bytes and any port.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "lockstep/port.h"
#include "models/script/encoding.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "ports/registry.h"

namespace lockstep::suite {
namespace {

[[noreturn]] void Fail(const char* what, const std::string& text) {
  std::fprintf(stderr, "# %s\n%s", what, text.c_str());
  std::abort();
}

void TryPort(const lockstep_port& port, const std::uint8_t* data,
             std::size_t size) {
  const Script script = Decode(port, {data, size});
  const std::string text = Format({port.name, script, {}});
  const auto encoded = Encode(script);
  if (!encoded) Fail("decoded, but not encoded", encoded.error() + '\n' + text);
  if (Decode(port, *encoded).ops != script.ops) Fail("encoded as other", text);
  // Ops may hold fields that their verbs do not have, and text does not.
  const auto read = Parse(text);
  if (!read) Fail("written, but not read", read.error().message + '\n' + text);
  if (Format(*read) != text) Fail("read as other", text);
}

}  // namespace
}  // namespace lockstep::suite

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  for (const lockstep_port* port : lockstep::suite::AllPorts()) {
    lockstep::suite::TryPort(*port, data, size);
  }
  return 0;
}
