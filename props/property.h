#ifndef LOCKSTEP_PROPS_PROPERTY_H_
#define LOCKSTEP_PROPS_PROPERTY_H_

// A claim about a system that any script may refute.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/judge/minimise.h"
#include "models/script/op.h"
#include "models/system/model.h"

namespace lockstep::suite {

class Property {
 public:
  Property() = default;
  virtual ~Property() = default;
  Property(const Property&) = delete;
  Property& operator=(const Property&) = delete;

  virtual std::string_view name() const = 0;
  // Of the longest script that it is tried with, in ops.
  virtual int size() const = 0;
  // What the port would have to promise for it to hold; "" if it does.
  virtual std::string_view lacking() const { return ""; }

  // From a fresh state.
  virtual Verdict Try(const Script& script) = 0;
  // A trace, minimised, of a script for which Try returned this violation.
  virtual std::string Report(const Script& script,
                             const Violation& violation) = 0;
  // How many of the scripts met its premise. The others say nothing about it.
  virtual std::uint64_t applied() const = 0;
  // That were performed so far.
  virtual std::uint64_t operations() const = 0;
};

struct PropertyOptions {
  // For reports: the command line that has the port.
  std::string program = "lockstep";
  // How the port is called there: as an argument (""; by its name), and what
  // follows `replay FILE`.
  std::string system{};
  std::string arguments{};
  // Told of every step; scripts are then made short in cells. It may be null.
  const Board* board = nullptr;
  GoOn go_on = nullptr;  // See Minimise.
};

// That the system keeps in step with all models: "lockstep"; then the laws. The
// port and the board must outlive the properties.
std::vector<std::unique_ptr<Property>> PropertiesOf(
    const lockstep_port& port, const PropertyOptions& options = {});

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PROPS_PROPERTY_H_
