#include "tools/cli/try/prepare.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "models/script/text.h"
#include "ports/library/library.h"
#include "tools/cli/compiler.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/try/adapter.h"
#include "tools/cli/try/functions.h"
#include "tools/cli/try/roles.h"

namespace lockstep::suite {
namespace {

namespace fs = std::filesystem;

bool IsAdapter(std::string_view path) {
  return path.ends_with(".port.c") || path.ends_with(".port.cc");
}

// Without folders and endings.
std::string Stem(const std::string& path) {
  const fs::path stem = fs::path(path).stem();
  return IsAdapter(path) ? stem.stem().string() : stem.string();
}

// As a system, and a name in C, can be called.
std::string NameOf(const std::string& path) {
  std::string name = AsSystemName(Stem(path));
  const bool has_digit = std::isdigit(static_cast<unsigned char>(name[0])) != 0;
  return has_digit ? "port_of_" + name : name;
}

// Not to be taken for an option.
std::string Rooted(const std::string& path) {
  return fs::absolute(path).lexically_normal().string();
}

// The one that an earlier run, or the user, wrote. False, after a complaint, if
// it is not this file's, or if what is asked for would have to be written in it.
bool CanKeepOrComplain(const std::string& adapter, const Source& source) {
  const auto text = ReadBytes(adapter);
  if (!text) return false;
  const std::string file = fs::path(source.path).filename().string();
  if (text->find(Text("#include \"", file, '"')) == std::string::npos) {
    Complain(Text(adapter, " is there, and does not include ", file,
                  "; rename or remove it"));
    return false;
  }
  if (source.names.IsGiven()) {
    Complain(Text(adapter,
                  " is there, and says which functions are called; change it, "
                  "or remove it to have it written again"));
    return false;
  }
  std::cout << "adapter: " << adapter << ", which was there before\n";
  return true;
}

bool Defines(const std::vector<Function>& functions, std::string_view name) {
  return std::ranges::find(functions, name, &Function::name) != functions.end();
}

// False after a complaint.
bool WriteAdapter(const Source& source,
                  const std::vector<Function>& functions) {
  const auto roles = FindRoles(functions, source.names);
  if (!roles) {
    Complain(Text(source.path, ": ", roles.error()));
    return false;
  }
  const std::string adapter = AdapterOf(source.path);
  const std::string file = fs::path(source.path).filename().string();
  if (!WriteFile(adapter, MakeAdapter(file, NameOf(source.path), *roles))) {
    return false;
  }
  std::cout << "found " << roles->Text() << "; adapter: " << adapter << '\n';
  std::string others;
  for (const Function& function : functions) {
    if (roles->Have(function)) continue;
    others += Text(others.empty() ? "" : ", ", function.name);
  }
  if (!others.empty()) {
    std::cout << "not called: " << others
              << "; to have them tested, call them in " << adapter << '\n';
  }
  return true;
}

// What is to be compiled: the adapter, or the file itself if it replaces malloc.
// "" after a complaint.
std::string WhatToCompile(const Source& source) {
  std::error_code error;
  if (!fs::is_regular_file(source.path, error)) {
    Complain(Text(source.path, fs::is_directory(source.path, error)
                                   ? ": this is a folder; name one file"
                                   : ": there is no such file"));
    return "";
  }
  const std::string adapter = AdapterOf(source.path);
  if (IsAdapter(source.path)) return adapter;
  if (fs::exists(adapter, error)) {
    return CanKeepOrComplain(adapter, source) ? adapter : "";
  }
  const auto functions = FunctionsIn(Rooted(source.path), source.flags);
  if (!functions) {
    Complain(Text(source.path, ": ", functions.error()));
    return "";
  }
  // A sanitizer has a malloc of its own, and the two would be mixed up.
  if (Defines(*functions, "malloc") && Defines(*functions, "free")) {
    std::cout << "found malloc and free: tested as a library that replaces "
                 "malloc, without sanitizers\n";
    return source.path;
  }
  return WriteAdapter(source, *functions) ? adapter : "";
}

}  // namespace

std::vector<std::string> Prepared::AsArgument() const {
  if (is_malloc) return {"--malloc", library};
  return {library};
}

std::vector<std::string> Prepared::AsOption() const {
  return {is_malloc ? "--malloc" : "--system", library};
}

std::string AdapterOf(const std::string& path) {
  if (IsAdapter(path)) return path;
  const std::string name =
      Text(Stem(path), IsCpp(path) ? ".port.cc" : ".port.c");
  return (fs::path(path).parent_path() / name).string();
}

std::optional<Prepared> Prepare(const Source& source) {
  const std::string include = IncludeFolder();
  if (include.empty()) {
    Complain(
        "lockstep/port.h was not found beside this program; set "
        "LOCKSTEP_INCLUDE to the folder that has lockstep/port.h in it");
    return std::nullopt;
  }
  const std::string file = WhatToCompile(source);
  if (file.empty()) return std::nullopt;
  const bool is_malloc = !IsAdapter(file);
  std::vector<std::string> flags = {"-I" + include};
  if (IsCpp(file)) flags.emplace_back("-std=c++20");
  // Or a call of calloc is made of what calloc does.
  if (is_malloc) flags.emplace_back("-fno-builtin");
  flags.insert(flags.end(), source.flags.begin(), source.flags.end());
  const auto compiled =
      CompileLibrary(Rooted(file), source.output + "/" + Stem(file) + ".so",
                     flags, !is_malloc);
  if (!compiled) {
    Complain(Text(file, " does not compile:\n", compiled.error()));
    return std::nullopt;
  }
  if (!is_malloc && !compiled->is_sanitized) {
    Complain(
        "without sanitizers: the compiler does not take "
        "-fsanitize=address,undefined, or lacks their libraries");
  }
  return Prepared{compiled->library, is_malloc};
}

}  // namespace lockstep::suite
