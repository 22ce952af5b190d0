#ifndef LOCKSTEP_TOOLS_CLI_MODEL_OPTIONS_H_
#define LOCKSTEP_TOOLS_CLI_MODEL_OPTIONS_H_

// The options that say who judges, and how often.

#include <cstddef>
#include <string>
#include <vector>

#include "models/judge/jury.h"

namespace CLI {
class App;
}  // namespace CLI

namespace lockstep::suite {

struct ModelOptions {
  // Any of shadow, placement, recording; by default all that the command knows.
  std::vector<std::string> names;
  std::string twin;  // A system, or "".
  std::size_t check_every = 1;
  std::vector<std::string> defaults{};  // Of names.
  bool is_in_process = false;
  double minimise_seconds = 10;

  // --models, --twin and --check-every. Must outlive the command.
  void AddTo(CLI::App& command);
  void AddTwinTo(CLI::App& command);
  // --in-process and --minimise-seconds.
  void AddCellTo(CLI::App& command);

  Jury::Options Chosen() const;
  // What says the same again, with a blank before it.
  std::string Arguments() const;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_MODEL_OPTIONS_H_
