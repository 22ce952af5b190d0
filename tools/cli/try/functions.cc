#include "tools/cli/try/functions.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/compiler.h"
#include "tools/cli/process.h"

namespace lockstep::suite {
namespace {

std::string Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return "";
  const std::size_t last = text.find_last_not_of(" \t");
  return std::string(text.substr(first, last - first + 1));
}

std::vector<std::string> SplitParameters(std::string_view text) {
  std::vector<std::string> types;
  int depth = 0;
  std::string type;
  for (const char letter : text) {
    if (letter == '(') ++depth;
    if (letter == ')') --depth;
    if (letter != ',' || depth > 0) {
      type += letter;
      continue;
    }
    types.push_back(Trimmed(type));
    type.clear();
  }
  types.push_back(Trimmed(type));
  if (types.size() == 1 && (types[0].empty() || types[0] == "void")) return {};
  return types;
}

// 'void *(size_t, size_t)', and what may follow in C++.
bool ReadType(std::string_view text, Function& function) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == text.npos || close == text.npos || close < open) return false;
  function.result = Trimmed(text.substr(0, open));
  function.parameters =
      SplitParameters(text.substr(open + 1, close - open - 1));
  return true;
}

bool IsSameFile(std::string_view one, std::string_view other) {
  return std::filesystem::path(one).lexically_normal() ==
         std::filesystem::path(other).lexically_normal();
}

// Of clang's tree, a line at a time. A node lies below the one that it is
// indented against, and a function that is defined has a body below it.
class TreeReader {
 public:
  explicit TreeReader(std::string_view path) : path_(path) {}

  void Read(const std::string& line);
  std::vector<Function> functions() const { return functions_; }

 private:
  struct Scope {
    std::size_t indent;
    std::string name;
  };
  struct Declared {
    std::size_t indent;
    Function function;
  };

  void NoteFile(const std::string& line);
  void NoteNode(std::size_t indent, const std::string& node);

  std::string_view path_;
  std::string file_;
  std::vector<Scope> scopes_;
  std::optional<Declared> declared_;  // Whose body may follow.
  std::vector<Function> functions_;
};

// A place names its file only where that is another than the last one's.
void TreeReader::NoteFile(const std::string& line) {
  static const std::regex kPlace(R"((?:<|, |> )([^<>,]*?):\d+:\d+)");
  const std::string places = line.substr(0, line.find('\''));
  for (std::sregex_iterator at(places.begin(), places.end(), kPlace), end;
       at != end; ++at) {
    const std::string name = (*at)[1];
    if (name != "line" && name != "col") file_ = name;
  }
}

void TreeReader::NoteNode(std::size_t indent, const std::string& node) {
  static const std::regex kNamespace(
      R"(^NamespaceDecl 0x.*> \S+ (?:inline )?(\w+))");
  static const std::regex kFunction(
      R"(^FunctionDecl 0x.*> \S+ (?:\w+ )*?(\w+) '(.*?)')");
  std::smatch found;
  if (std::regex_search(node, found, kNamespace)) {
    scopes_.push_back({indent, found[1]});
  } else if (std::regex_search(node, found, kFunction) &&
             IsSameFile(file_, path_)) {
    Declared declared{indent, {}};
    if (!ReadType(found[2].str(), declared.function)) return;
    for (const Scope& scope : scopes_) {
      declared.function.name += scope.name + "::";
    }
    declared.function.name += found[1];
    declared_ = std::move(declared);
  }
}

void TreeReader::Read(const std::string& line) {
  const std::size_t indent = line.find_first_not_of("|`- ");
  if (indent == line.npos) return;
  const std::string node = line.substr(indent);
  while (!scopes_.empty() && scopes_.back().indent >= indent) {
    scopes_.pop_back();
  }
  NoteFile(line);
  if (declared_ && indent <= declared_->indent) declared_.reset();
  if (declared_ && indent == declared_->indent + 2 &&
      node.starts_with("CompoundStmt")) {
    functions_.push_back(declared_->function);
    declared_.reset();
  }
  NoteNode(indent, node);
}

}  // namespace

std::string Function::Text() const {
  std::string text = name + "(";
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    text += (i == 0 ? "" : ", ") + parameters[i];
  }
  return text + ")";
}

std::vector<Function> ReadSyntaxTree(std::string_view text,
                                     std::string_view path) {
  TreeReader reader(path);
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) reader.Read(line);
  return reader.functions();
}

// /* a.c:18:NF */ extern void *my_malloc (size_t n); /* (n) size_t n; */
std::vector<Function> ReadPrototypes(std::string_view text,
                                     std::string_view path) {
  static const std::regex kLine(
      R"(/\* (.*):\d+:\w*F \*/ (?:extern|static) (.*?)(\w+) \((.*)\); /\* \()");
  static const std::regex kName(R"(\w+$)");
  std::vector<Function> functions;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    if (!std::regex_search(line, found, kLine) ||
        !IsSameFile(found[1].str(), path)) {
      continue;
    }
    Function function{found[3], Trimmed(found[2].str()), {}};
    for (const std::string& declared : SplitParameters(found[4].str())) {
      function.parameters.push_back(
          Trimmed(std::regex_replace(declared, kName, "")));
    }
    functions.push_back(std::move(function));
  }
  return functions;
}

bool IsPointer(std::string_view type) {
  return type.find('*') != type.npos && type.find('(') == type.npos;
}

bool IsSize(std::string_view type) {
  static constexpr std::array<std::string_view, 14> kTypes = {
      "size_t",   "unsigned long", "unsigned long long", "unsigned int",
      "unsigned", "uint64_t",      "uint32_t",           "uintptr_t",
      "int",      "long",          "long int",           "long unsigned int",
      "ssize_t",  "ptrdiff_t"};
  for (const std::string_view prefix : {"const ", "std::", "::std::"}) {
    if (type.starts_with(prefix)) type.remove_prefix(prefix.size());
  }
  return std::ranges::find(kTypes, type) != kTypes.end();
}

std::expected<std::vector<Function>, std::string> FunctionsIn(
    const std::string& path, const std::vector<std::string>& flags) {
  const auto ask = [&](const std::string& program,
                       std::vector<std::string> words) {
    words.insert(words.begin(), {program, "-fsyntax-only", "-w"});
    words.insert(words.end(), flags.begin(), flags.end());
    words.push_back(path);
    return RunProgram(words);
  };
  const Compiler clang = FindCompiler(Compiler::Family::kClang, IsCpp(path));
  if (!clang.program.empty()) {
    const Ended ended =
        ask(clang.program, {"-Xclang", "-ast-dump", "-fno-color-diagnostics"});
    if (ended.exit_code != 0) return std::unexpected(ended.stderr_text);
    return ReadSyntaxTree(ended.stdout_text, path);
  }
  const Compiler gcc = FindCompiler(Compiler::Family::kGcc, IsCpp(path));
  if (gcc.program.empty() || IsCpp(path)) {
    return std::unexpected(std::string(
        IsCpp(path) ? "there is no clang here to read it with; install clang"
                    : "there is no clang and no gcc here to read it with; "
                      "install one of them"));
  }
  const std::string prototypes =
      Text(std::filesystem::temp_directory_path().string(), "/lockstep-",
           getpid(), ".prototypes");
  const Ended ended = ask(gcc.program, {"-aux-info", prototypes});
  std::ifstream file(prototypes);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove(prototypes);
  if (ended.exit_code != 0) return std::unexpected(ended.stderr_text);
  return ReadPrototypes(text, path);
}

}  // namespace lockstep::suite
