// lockstep debug: a debugger, in front of the step that breaks.

#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/law_trace.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

struct Debug {
  std::string path;
  SystemChoice system;
  std::string debugger = "gdb";

  ExitCode Run() const;
  ExitCode Start(std::size_t step) const;
};

// Does not return if all goes well: this program becomes the debugger.
ExitCode Debug::Start(std::size_t step) const {
  std::vector<std::string> words = {
      debugger, "-q",           "-ex",     "run",      "--args", ProgramPath(),
      "replay", "--in-process", "--break", Text(step), path};
  std::ranges::copy(system.Words(), std::back_inserter(words));
  // The runtime of a sanitizer is not for the debugger, which hangs with it. The
  // program that is debugged brings it again.
  unsetenv("LD_PRELOAD");
  unsetenv("LOCKSTEP_SANITIZED");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execvp(debugger.c_str(), arguments.data());
  Complain(Text(debugger, ": ", std::strerror(errno),
                "; install gdb, or name another debugger with --debugger"));
  return kBadInput;
}

ExitCode Debug::Run() const {
  const std::optional<Trace> trace = ReadTrace(path);
  if (!trace || !IsForOneThread(*trace, path, system)) return kBadInput;
  const lockstep_port* const port =
      system.PortOrComplain(trace->component, path);
  if (port == nullptr) return kBadInput;
  const Verdict verdict =
      Jury(*port, {.program = ProgramName()}).TryInCell(*trace, [] {
        return !WasInterrupted();
      });
  if (!verdict) {
    std::cout << path << ": all rules hold, so there is no step to stop at\n";
    MentionLaw(path);
    return kHeld;
  }
  std::cerr << "lockstep: step " << verdict->step + 1 << " breaks the rule "
            << verdict->rule << ": expected " << verdict->expected << ", came "
            << verdict->came
            << "\nThe program stops in front of it. Set a breakpoint in your "
            << "allocator, and `continue`.\n";
  return Start(verdict->step + 1);
}

}  // namespace

void AddDebugCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "debug",
      "Start a debugger on a trace, in front of the step that breaks a rule.\n"
      "Example: lockstep debug crash-1.trace");
  const auto debug = std::make_shared<Debug>();
  command->add_option("file", debug->path, "A trace")->required();
  debug->system.AddOptionTo(*command);
  command
      ->add_option("--debugger", debug->debugger,
                   "A program that takes gdb's arguments")
      ->capture_default_str();
  command->callback([debug, &exit_code] { exit_code = debug->Run(); });
}

}  // namespace lockstep::suite
