#ifndef LOCKSTEP_TOOLS_CLI_NEW_TEMPLATES_H_
#define LOCKSTEP_TOOLS_CLI_NEW_TEMPLATES_H_

// What `lockstep new` writes.

#include <span>
#include <string_view>

namespace lockstep::suite {

// What stands for something else in a text.
struct Word {
  std::string_view word;
  std::string_view stands_for;
};

// NAME, in a path or a text, stands for the system's name.
struct TemplateFile {
  std::string_view path;
  std::string_view text;
};

struct Template {
  std::string_view kind;     // "c", "cpp", "malloc", "rust", "zig".
  std::string_view summary;  // One line.
  std::span<const TemplateFile> files;
  std::span<const Word> words;
};

std::span<const Template> Templates();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_NEW_TEMPLATES_H_
