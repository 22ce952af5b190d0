#ifndef LOCKSTEP_TOOLS_CLI_MANUAL_MANUAL_H_
#define LOCKSTEP_TOOLS_CLI_MANUAL_MANUAL_H_

// The command line as data, taken from what CLI11 knows of it, and what is
// written from that: manual pages, and completions for three shells.

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace lockstep::suite {

// What a shell can suggest for a value.
enum class Suggest { kFiles, kSystems, kRules, kChoices, kNothing };

struct DescribedOption {
  std::vector<std::string> names;  // "-o", "--output"; or of a positional.
  std::string value;               // "COUNT"; empty for a flag.
  std::vector<std::string> choices;
  Suggest suggest = Suggest::kNothing;
  std::string text;  // Whole sentences would end in a full stop; this does not.
  std::vector<std::string> notes;  // "default: 512".
  bool is_required = false;
  bool is_repeated = false;
};

struct DescribedCommand {
  std::string name;  // Empty for the program itself.
  std::string text;
  std::string footer;
  std::vector<DescribedOption> positionals;
  std::vector<DescribedOption> options;
};

// The program first, then its commands, without those that are hidden.
std::vector<DescribedCommand> Describe(const CLI::App& app);

// A manual page in roff, for section 1.
//   Requires `commands` as Describe returns them, and `command` one of them.
std::string ManualPage(const std::vector<DescribedCommand>& commands,
                       const DescribedCommand& command);

std::string BashCompletion(const std::vector<DescribedCommand>& commands);
std::string ZshCompletion(const std::vector<DescribedCommand>& commands);
std::string FishCompletion(const std::vector<DescribedCommand>& commands);

// Of a text its first line.
std::string FirstLine(std::string_view text);

// Its parts with a separator between them.
std::string Joined(const std::vector<std::string>& parts,
                   std::string_view separator);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_MANUAL_MANUAL_H_
