#ifndef LOCKSTEP_PROPS_LAW_H_
#define LOCKSTEP_PROPS_LAW_H_

// Laws: what must hold between one run and another, whatever the allocator's
// insides. docs/laws.md lists them.

#include <span>
#include <string_view>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "props/lab.h"

namespace lockstep::suite {

struct Law {
  std::string_view name;   // A stable claim, as a rule's is a noun.
  std::string_view claim;  // In a sentence.
  // What a port must promise to be held to it, and whether it does.
  std::string_view needs;
  bool (*is_promised)(const lockstep_port& port);
  // Nothing if the law holds for what this script leads to, or does not apply
  // there. It depends on the script alone, so that a violation can be minimised
  // and replayed. The step is the script's length for what came after it, and
  // the rule is left empty: see Judge.
  Verdict (*check)(Lab& lab, const Script& script);
};

// As law.check, with the law's name for the rule. Counts the scripts that met
// the law's premise in lab.applied().
Verdict Judge(const Law& law, Lab& lab, const Script& script);

// All of them, by what they speak of.
std::span<const Law> Laws();

// Null if there is none of that name.
const Law* FindLaw(std::string_view name);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PROPS_LAW_H_
