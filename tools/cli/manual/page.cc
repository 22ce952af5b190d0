// Manual pages, in the macros of man(7).

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/manual/manual.h"
#include "tools/cli/version.h"

namespace lockstep::suite {
namespace {

// As roff prints it, wherever in a line it stands.
std::string Roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      if ((c == '.' || c == '\'') &&
          (escaped.empty() || escaped.back() == '\n')) {
        escaped += "\\&";
      }
      escaped += c;
    }
  }
  return escaped;
}

std::string Bold(std::string_view text) {
  return Text("\\fB", Roff(text), "\\fR");
}

std::string Italic(std::string_view text) {
  return Text("\\fI", Roff(text), "\\fR");
}

std::string Upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return std::toupper(c); });
  return text;
}

std::string PageName(const DescribedCommand& command) {
  return command.name.empty() ? "lockstep" : Text("lockstep-", command.name);
}

std::string Paragraph(std::string_view text) {
  const bool is_ended = text.ends_with('.') || text.ends_with('\n');
  return Text(Roff(text), is_ended ? "" : ".", "\n");
}

std::string WithoutFullStop(std::string line) {
  if (line.ends_with('.')) line.pop_back();
  return line;
}

std::string Synopsis(const DescribedCommand& command) {
  if (command.name.empty()) {
    return Text(Bold("lockstep"), " ", Italic("COMMAND"), " [",
                Italic("OPTION"), "]...\n.br\n", Bold("lockstep --help"), " | ",
                Bold("--version"), "\n");
  }
  std::string line =
      Text(Bold("lockstep " + command.name), " [", Italic("OPTION"), "]...");
  for (const DescribedOption& positional : command.positionals) {
    const std::string name = Italic(Upper(positional.names.front()));
    line += positional.is_required ? Text(" ", name) : Text(" [", name, "]");
    if (positional.is_repeated) line += "...";
  }
  return line + "\n";
}

std::string Item(const DescribedOption& option, bool is_positional) {
  std::string heading;
  for (const std::string& name : option.names) {
    heading += heading.empty() ? "" : ", ";
    heading += is_positional ? Italic(Upper(name)) : Bold(name);
  }
  if (!is_positional && !option.value.empty()) {
    heading += " " + Italic(option.value);
  }
  std::string item = Text(".TP\n", heading, "\n", Paragraph(option.text));
  if (!option.notes.empty()) {
    item += Text("(", Roff(Joined(option.notes, "; ")), ")\n");
  }
  return item;
}

std::string Items(std::string_view title,
                  const std::vector<DescribedOption>& options,
                  bool is_positional) {
  std::string items;
  for (const DescribedOption& option : options) {
    items += Item(option, is_positional);
  }
  return items.empty() ? "" : Text(".SH ", title, "\n", items);
}

std::string CommandItems(const std::vector<DescribedCommand>& commands) {
  std::string items = ".SH COMMANDS\nEach has a page of its own.\n";
  for (const DescribedCommand& command : commands) {
    if (command.name.empty()) continue;
    items += Text(".TP\n", Bold(PageName(command)), "(1)\n",
                  Paragraph(command.text));
  }
  return items;
}

constexpr std::string_view kExitStatus = R"(.SH EXIT STATUS
.TP
.B 0
All rules held.
.TP
.B 1
A rule was violated; the shortest trace that was found is on standard output.
.TP
.B 2
The usage or the input was bad, or no request was served, so that nothing was
shown.
.TP
.B 130
It was interrupted.
)";

std::string SeeAlso(const std::vector<DescribedCommand>& commands,
                    const DescribedCommand& command) {
  std::vector<std::string> others;
  for (const DescribedCommand& other : commands) {
    if (other.name == command.name) continue;
    others.push_back(Text(Bold(PageName(other)), "(1)"));
  }
  return Text(".SH SEE ALSO\n", Joined(others, ",\n"), "\n");
}

}  // namespace

std::string ManualPage(const std::vector<DescribedCommand>& commands,
                       const DescribedCommand& command) {
  const std::string name = PageName(command);
  const std::string footer =
      command.footer.empty()
          ? ""
          : Text(".SH NOTES\n.nf\n", Roff(command.footer), "\n.fi\n");
  return Text(".TH ", Upper(name), " 1 \"\" \"Lockstep ", kVersion,
              "\" \"Lockstep\"\n.SH NAME\n", Roff(name), " \\- ",
              Roff(WithoutFullStop(FirstLine(command.text))),
              "\n.SH SYNOPSIS\n", Synopsis(command), ".SH DESCRIPTION\n",
              Paragraph(command.text),
              Items("ARGUMENTS", command.positionals, true),
              Items("OPTIONS", command.options, false),
              command.name.empty() ? CommandItems(commands) : "", footer,
              kExitStatus, SeeAlso(commands, command));
}

}  // namespace lockstep::suite
