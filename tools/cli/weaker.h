#ifndef LOCKSTEP_TOOLS_CLI_WEAKER_H_
#define LOCKSTEP_TOOLS_CLI_WEAKER_H_

// The options that keep a known bug from hiding the others: a port of which less
// is claimed, or less is asked for.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "models/judge/jury.h"

namespace CLI {
class App;
}  // namespace CLI

namespace lockstep::suite {

class Weaker {
 public:
  // --without, --max-size, --max-align, --region-align and --no-zero. Must outlive
  // the command.
  void AddTo(CLI::App& command);

  // The port as it is judged then. Valid as long as this is.
  const lockstep_port& Of(const lockstep_port& port);
  // Whether violations of this rule are suppressed.
  bool IsWithout(std::string_view rule) const;
  // What the jury must know of it.
  void Change(Jury::Options& options) const;
  // What says the same again, with a blank before each.
  std::string Arguments() const;

 private:
  void RemoveRule(std::string_view rule);

  std::vector<std::string> without_;
  std::uint64_t max_bytes_ = 0;  // 0: as the port says; so for the others.
  std::uint64_t max_align_ = 0;
  std::uint64_t region_align_ = 0;
  bool is_without_zero_ = false;
  lockstep_port table_{};
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_WEAKER_H_
