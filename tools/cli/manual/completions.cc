// Completions for bash, zsh and fish. Systems and rules are asked of the program
// when they are needed; a library is completed as a file is.

#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/manual/manual.h"

namespace lockstep::suite {
namespace {

// The first words of the rows that `lockstep list` prints.
constexpr std::string_view kListed =
    R"(lockstep list %s 2>/dev/null | sed -n 's/^  \([^ ]*\).*/\1/p')";

std::string Listed(std::string_view what) {
  std::string command(kListed);
  return command.replace(command.find("%s"), 2, what);
}

// The first line, between single quotes in zsh or fish. An explanation of zsh ends
// at a bracket, and the text of a command begins after a colon.
std::string Plain(std::string_view text, std::string_view quote) {
  std::string plain;
  for (const char c : FirstLine(text)) {
    if (c == '\'') {
      plain += quote;
    } else {
      plain += c == '[' ? '(' : c == ']' ? ')' : c == ':' ? ';' : c;
    }
  }
  return plain;
}

std::string PlainForZsh(std::string_view text) { return Plain(text, "'\\''"); }
std::string PlainForFish(std::string_view text) { return Plain(text, "\\'"); }

std::string NamesOf(const std::vector<DescribedOption>& options) {
  std::string names;
  for (const DescribedOption& option : options) {
    names += Text(names.empty() ? "" : " ", Joined(option.names, " "));
  }
  return names;
}

// What bash is to choose a value from; empty for files, as for nothing at all.
std::string BashWords(const DescribedOption& option) {
  switch (option.suggest) {
    case Suggest::kSystems:
      return Text("$(", Listed("systems"), ")");
    case Suggest::kRules:
      return Text("$(", Listed("rules"), ")");
    case Suggest::kChoices:
      return Joined(option.choices, " ");
    case Suggest::kFiles:
    case Suggest::kNothing:
      break;
  }
  return "";
}

// Two tables: the values of each option, and what else may follow a command.
std::string BashCases(const DescribedCommand& command) {
  std::string cases;
  for (const DescribedOption& option : command.options) {
    if (option.value.empty()) continue;
    std::vector<std::string> patterns;
    for (const std::string& name : option.names) {
      patterns.push_back(Text(command.name, ":", name, ":*"));
    }
    cases += Text("    ", Joined(patterns, " | "), ") words=\"",
                  BashWords(option), "\" ;;\n");
  }
  cases += Text("    ", command.name, ":*:-*) words=\"",
                NamesOf(command.options), "\" ;;\n");
  for (const DescribedOption& positional : command.positionals) {
    const std::string words = BashWords(positional);
    if (words.empty()) continue;
    cases += Text("    ", command.name, ":*) words=\"", words, "\" ;;\n");
    break;
  }
  return cases;
}

std::string ZshAction(const DescribedOption& option) {
  switch (option.suggest) {
    case Suggest::kSystems:
      return "_lockstep_systems";
    case Suggest::kRules:
      return "_lockstep_rules";
    case Suggest::kChoices:
      return Text("(", Joined(option.choices, " "), ")");
    case Suggest::kFiles:
      return "_files";
    case Suggest::kNothing:
      break;
  }
  return " ";
}

std::string ZshArguments(const DescribedCommand& command) {
  std::string lines;
  for (const DescribedOption& option : command.options) {
    for (const std::string& name : option.names) {
      lines += Text(" \\\n        '", option.is_repeated ? "*" : "", name, "[",
                    PlainForZsh(option.text), "]");
      if (!option.value.empty()) {
        lines += Text(":", PlainForZsh(option.value), ":", ZshAction(option));
      }
      lines += "'";
    }
  }
  for (const DescribedOption& positional : command.positionals) {
    lines += Text(" \\\n        '", positional.is_repeated ? "*" : "", ":",
                  positional.names.front(), ":", ZshAction(positional), "'");
  }
  return lines;
}

// A value, and its suggestions, as `complete` of fish takes them.
std::string FishValue(const DescribedOption& option) {
  switch (option.suggest) {
    case Suggest::kSystems:
      return Text(" -r -a \"(", Listed("systems"), ")\"");
    case Suggest::kRules:
      return Text(" -x -a \"(", Listed("rules"), ")\"");
    case Suggest::kChoices:
      return Text(" -x -a '", Joined(option.choices, " "), "'");
    case Suggest::kFiles:
      return " -r";
    case Suggest::kNothing:
      break;
  }
  return option.value.empty() ? "" : " -x";
}

std::string FishOption(const DescribedOption& option,
                       std::string_view condition) {
  std::string line = Text("complete -c lockstep -n '", condition, "'");
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? Text(" -l ", name.substr(2))
                                   : Text(" -s ", name.substr(1));
  }
  return Text(line, FishValue(option), " -d '", PlainForFish(option.text),
              "'\n");
}

}  // namespace

std::string BashCompletion(const std::vector<DescribedCommand>& commands) {
  std::string names = NamesOf(commands.front().options);
  std::string cases;
  for (const DescribedCommand& command : commands) {
    if (command.name.empty()) continue;
    names += " " + command.name;
    cases += BashCases(command);
  }
  return Text(
      R"(# bash completion for lockstep. What has no words is completed as a file.
_lockstep() {
  local word=${COMP_WORDS[COMP_CWORD]} words=
  if ((COMP_CWORD == 1)); then
    words=")",
      names, R"("
  else
    case ${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD - 1]}:$word in
)",
      cases, R"(    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _lockstep lockstep
)");
}

std::string ZshCompletion(const std::vector<DescribedCommand>& commands) {
  std::string names;
  std::string cases;
  for (const DescribedCommand& command : commands) {
    if (command.name.empty()) continue;
    names += Text("    '", command.name, ":", PlainForZsh(command.text), "'\n");
    cases += Text("    ", command.name, ")\n      _arguments",
                  ZshArguments(command), "\n      ;;\n");
  }
  return Text("#compdef lockstep\n_lockstep_systems() {\n  compadd -- $(",
              Listed("systems"),
              ")\n  _files\n}\n_lockstep_rules() {\n"
              "  compadd -- $(",
              Listed("rules"),
              ")\n}\n"
              "_lockstep() {\n  local -a commands=(\n",
              names,
              "  )\n  if ((CURRENT == 2)); then\n"
              "    _describe command commands\n"
              "    _arguments",
              ZshArguments(commands.front()),
              "\n    return\n  fi\n"
              "  shift words\n  ((CURRENT--))\n  case $words[1] in\n",
              cases, "  esac\n}\n_lockstep \"$@\"\n");
}

std::string FishCompletion(const std::vector<DescribedCommand>& commands) {
  std::string lines = "# fish completion for lockstep.\n";
  for (const DescribedCommand& command : commands) {
    const std::string condition =
        command.name.empty()
            ? "__fish_use_subcommand"
            : Text("__fish_seen_subcommand_from ", command.name);
    if (!command.name.empty()) {
      lines += Text("complete -c lockstep -n __fish_use_subcommand -f -a ",
                    command.name, " -d '", PlainForFish(command.text), "'\n");
    }
    for (const DescribedOption& option : command.options) {
      lines += FishOption(option, condition);
    }
    for (const DescribedOption& positional : command.positionals) {
      if (positional.suggest != Suggest::kSystems) continue;
      lines += Text("complete -c lockstep -n '", condition, "' -a \"(",
                    Listed("systems"), ")\"\n");
    }
  }
  return lines;
}

}  // namespace lockstep::suite
