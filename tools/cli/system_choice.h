#ifndef LOCKSTEP_TOOLS_CLI_SYSTEM_CHOICE_H_
#define LOCKSTEP_TOOLS_CLI_SYSTEM_CHOICE_H_

// Which system a command is about: a port that is linked in, one that a shared
// library exports, or a library that replaces malloc.

#include <string>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "ports/library/malloc_port.h"

namespace CLI {
class App;
}  // namespace CLI

namespace lockstep::suite {

// Must outlive the command that it is added to.
struct SystemChoice {
  std::string name;  // Of a port, or the path of a library.
  MallocLibrary malloc;

  // As the command's argument, without which it is bad usage.
  void AddArgumentTo(CLI::App& command);
  // As --system, for commands about a trace.
  void AddOptionTo(CLI::App& command);
  // --malloc and what belongs to it. The two above do so.
  void AddMallocTo(CLI::App& command);

  // What says the same as an option; nothing if none was given.
  std::vector<std::string> Words() const;
  bool IsGiven() const { return !name.empty() || !malloc.path.empty(); }
  // Null, after a complaint that says what there is.
  const lockstep_port* PortOrComplain() const;
  // The same for a trace, which names a system: for when none was given.
  const lockstep_port* PortOrComplain(std::string_view component,
                                      std::string_view path) const;
};

// How this port, which was found as above, is called on a command line:
//   AsArgument  "heap", "./libmine.so" or "--malloc libjemalloc.so.2"
//   AsOption    the same as an option, with a blank in front; "" for a port that
//               is linked in, because a trace names it
std::string AsArgument(const lockstep_port& port);
std::string AsOption(const lockstep_port& port);

// A word as a shell takes it.
std::string Quoted(std::string_view word);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_SYSTEM_CHOICE_H_
