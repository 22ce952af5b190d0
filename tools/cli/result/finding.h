#ifndef LOCKSTEP_TOOLS_CLI_RESULT_FINDING_H_
#define LOCKSTEP_TOOLS_CLI_RESULT_FINDING_H_

// A finding, read from its report: the trace that shows it, which begins with
// comments. Reports are what every command prints, and what fuzzers write, so
// all that is said of a finding elsewhere is read from there.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::suite {

// What a report does not say is "" or 0.
struct Finding {
  std::string rule;
  std::string claim;     // What the rule says.
  std::size_t step = 0;  // From 1; one behind the script's end cleans up.
  std::string op;        // That the step is, as in a trace.
  std::string expected;
  std::string came;
  std::string place;       // Of a crash: a line of a source, or a function.
  std::string last_words;  // That a process wrote before it crashed or hung.
  std::string found_by;    // A command.
  std::string again;       // A command that shows it again, with FILE in it.
  std::string file;        // Where the trace was saved.
  std::string script;      // The trace alone; "": there is none.
  std::string report;      // All of it.
  std::string system;      // The component that the trace names.
};

Finding ReadReport(std::string report);

// Of what breaks a law, and no rule: the command that shows it again, for the file
// that it is saved in. "" of others.
std::string LawCommand(const Finding& finding);

// In one sentence: what was expected, and what came; or, where that is not
// known, how the report begins.
std::string Headline(const Finding& finding);

// With a question mark in place of each byte that is not of a character.
std::string AsUtf8(std::string_view text);

// The reports in what a command printed. One begins with comments, and ends
// where comments begin again behind the lines of a trace.
std::vector<Finding> ReadReports(std::string_view text);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_RESULT_FINDING_H_
