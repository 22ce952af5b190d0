// lockstep decode and encode: between what fuzzers keep and traces.

#include <CLI/App.hpp>
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "lockstep/port.h"
#include "models/script/encoding.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

struct DecodeFile {
  SystemChoice system;
  std::string path;

  ExitCode Run();
};

ExitCode DecodeFile::Run() {
  // Behind --malloc, the one argument is the file.
  if (path.empty() && !system.malloc.path.empty()) path.swap(system.name);
  if (path.empty()) {
    Complain("name a file, or - for standard input");
    return kBadInput;
  }
  const lockstep_port* const port = system.PortOrComplain();
  if (port == nullptr) return kBadInput;
  const auto bytes = ReadBytes(path);
  if (!bytes) return kBadInput;
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes->data());
  std::cout << Format({port->name, Decode(*port, {data, bytes->size()}), {}});
  return kHeld;
}

ExitCode EncodeFile(const std::string& path, const std::string& output) {
  const std::optional<Trace> trace = ReadTrace(path);
  if (!trace) return kBadInput;
  const auto bytes = Encode(trace->script);
  if (!bytes) {
    Complain(Text(path, ": ", bytes.error(),
                  HasThreads(trace->script)
                      ? "; run it with: " + CommandForThreads(*trace, path, {})
                      : ""));
    return kBadInput;
  }
  if (output.empty() && TerminalColumns() != 0) {
    Complain("these are bytes, not for a terminal; say where to with -o FILE");
    return kBadInput;
  }
  std::ofstream file;
  if (!output.empty()) file.open(output, std::ios::binary);
  std::ostream& out = output.empty() ? std::cout : file;
  std::ranges::copy(*bytes, std::ostreambuf_iterator<char>(out));
  if (out.flush()) return kHeld;
  Complain(
      Text(output.empty() ? "standard output" : output, ": cannot be written"));
  return kBadInput;
}

}  // namespace

void AddDecodeCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "decode", "Print what a fuzzer's input makes a system do, as a trace");
  const auto decode = std::make_shared<DecodeFile>();
  decode->system.AddArgumentTo(*command);
  command->add_option("file", decode->path,
                      "Any bytes; - reads standard input");
  command->callback([decode, &exit_code] { exit_code = decode->Run(); });
}

void AddEncodeCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "encode", "Write the script of a trace as a fuzzer's input");
  const auto path = std::make_shared<std::string>();
  const auto output = std::make_shared<std::string>();
  command->add_option("file", *path, "A trace; - reads standard input")
      ->required();
  command->add_option("-o,--output", *output,
                      "Write to this file, not to standard output");
  command->callback(
      [=, &exit_code] { exit_code = EncodeFile(*path, *output); });
}

}  // namespace lockstep::suite
