#include "tools/cli/system_choice.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <cstdlib>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "models/script/text.h"
#include "ports/library/elf.h"
#include "ports/library/library.h"
#include "ports/library/malloc_port.h"
#include "tools/cli/compiler.h"
#include "tools/cli/console.h"

namespace lockstep::suite {
namespace {

constexpr const char* kWhat =
    "A system of `lockstep list systems`, or a shared library that exports "
    "one: "
    "./libmine.so, or ./libmine.so:NAME";

// Of ports that libraries export, by name.
std::map<std::string, std::string, std::less<>>& Arguments() {
  static std::map<std::string, std::string, std::less<>> arguments;
  return arguments;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += Text(text.empty() ? "" : " ", Quoted(word));
  }
  return text;
}

const lockstep_port* Noted(
    const std::expected<const lockstep_port*, std::string>& port,
    const std::string& argument, std::string_view file) {
  if (!port) {
    Complain(Text(file, file.empty() ? "" : ": ", port.error()));
    return nullptr;
  }
  if (!argument.empty()) Arguments()[(*port)->name] = argument;
  return *port;
}

std::string Appended(std::string_view text, const char* variable,
                     std::string_view separator) {
  const char* const before = std::getenv(variable);
  return before == nullptr || *before == '\0' ? std::string(text)
                                              : Text(text, separator, before);
}

// AddressSanitizer must be loaded before everything else. So for a library that
// was compiled with it, this program starts again, with its runtime in front:
// gcc's is named in the library, and clang says where its own is. False, after a
// complaint, if that does not help.
bool BringSanitizerOrComplain(const std::string& path) {
  constexpr const char* kTried = "LOCKSTEP_SANITIZED";
  const auto symbols = ReadSymbols(PathOf(path));
  if (!symbols || !symbols->Needs("__asan_init") || HasAddressSanitizer()) {
    return true;
  }
  const auto gcc = std::ranges::find_if(
      symbols->libraries,
      [](const std::string& name) { return name.starts_with("libasan.so"); });
  const std::string runtime =
      gcc == symbols->libraries.end() ? RuntimeOfClang() : *gcc;
  if (!runtime.empty() && std::getenv(kTried) == nullptr) {
    StartAgain({{kTried, "1"},
                {"LD_PRELOAD", Appended(runtime, "LD_PRELOAD", ":")},
                {"ASAN_OPTIONS", Appended("detect_leaks=0:abort_on_error=1",
                                          "ASAN_OPTIONS", ":")},
                {"UBSAN_OPTIONS",
                 Appended("print_stacktrace=1", "UBSAN_OPTIONS", ":")}});
  }
  Complain(Text(path,
                " was compiled with -fsanitize=address, and the library of "
                "that sanitizer was not found; install that compiler, or "
                "compile it without"));
  return false;
}

const lockstep_port* Find(const std::string& name, std::string_view file) {
  if (IsLibrary(name) && !BringSanitizerOrComplain(name)) return nullptr;
  return Noted(FindSystem(name), IsLibrary(name) ? Quoted(name) : "", file);
}

}  // namespace

void SystemChoice::AddArgumentTo(CLI::App& command) {
  command.add_option("system", name, kWhat);
  AddMallocTo(command);
}

void SystemChoice::AddOptionTo(CLI::App& command) {
  command.add_option("--system", name,
                     "Run it on this system, whatever the trace names; as "
                     "elsewhere, a name or "
                     "a library");
  AddMallocTo(command);
}

void SystemChoice::AddMallocTo(CLI::App& command) {
  CLI::Option* const path = command.add_option(
      "--malloc", malloc.path,
      "Test this library that replaces malloc, such as libjemalloc.so.2");
  CLI::Option* const prefix =
      command
          .add_option(
              "--prefix", malloc.prefix,
              "What the names of its functions begin with: je_ for je_malloc")
          ->needs(path);
  command
      .add_flag("--operator-new", malloc.is_operator_new,
                "Test operator new and delete instead of malloc and free")
      ->needs(path)
      ->excludes(prefix);
}

std::vector<std::string> SystemChoice::Words() const {
  if (!IsGiven()) return {};
  if (malloc.path.empty()) return {"--system", name};
  std::vector<std::string> words = {"--malloc", malloc.path};
  if (!malloc.prefix.empty()) {
    words.insert(words.end(), {"--prefix", malloc.prefix});
  }
  if (malloc.is_operator_new) words.emplace_back("--operator-new");
  return words;
}

const lockstep_port* SystemChoice::PortOrComplain() const {
  if (!malloc.path.empty()) {
    if (const auto symbols = ReadSymbols(malloc.path);
        symbols && symbols->Needs("__asan_init")) {
      Complain(Text(malloc.path,
                    " was compiled with -fsanitize=address, whose malloc would "
                    "take the place of its own; compile it without"));
      return nullptr;
    }
    return Noted(OpenMalloc(malloc), Joined(Words()), "");
  }
  if (name.ends_with(".c") || IsCpp(name)) {
    Complain(Text(name, " is a source file: lockstep try ", Quoted(name)));
    return nullptr;
  }
  if (!name.empty()) return Find(name, "");
  Complain("name a system, a library (./libmine.so) or --malloc LIBRARY");
  return nullptr;
}

const lockstep_port* SystemChoice::PortOrComplain(std::string_view component,
                                                  std::string_view path) const {
  // A trace may come from anybody: what it names is not loaded.
  return IsGiven() ? PortOrComplain()
                   : Noted(FindLinked(std::string(component)), "", path);
}

std::string AsArgument(const lockstep_port& port) {
  const auto found = Arguments().find(port.name);
  return found == Arguments().end() ? port.name : found->second;
}

std::string AsOption(const lockstep_port& port) {
  const auto found = Arguments().find(port.name);
  if (found == Arguments().end()) return "";
  return found->second.starts_with("--") ? Text(" ", found->second)
                                         : Text(" --system ", found->second);
}

std::string Quoted(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:";
  if (!word.empty() && word.find_first_not_of(kPlain) == word.npos) {
    return std::string(word);
  }
  std::string quoted = "'";
  for (const char letter : word) {
    quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  }
  return quoted + "'";
}

}  // namespace lockstep::suite
