#ifndef LOCKSTEP_TOOLS_CLI_LAW_TRACE_H_
#define LOCKSTEP_TOOLS_CLI_LAW_TRACE_H_

// Traces that break a law of `lockstep props` hold under every rule.

#include <string>

namespace lockstep::suite {

// Of a trace that holds: if its comments say that it breaks a law, a complaint
// with the command that shows it.
void MentionLaw(const std::string& path);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_LAW_TRACE_H_
