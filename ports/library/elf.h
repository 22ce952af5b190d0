#ifndef LOCKSTEP_PORTS_LIBRARY_ELF_H_
#define LOCKSTEP_PORTS_LIBRARY_ELF_H_

// What a shared library exports and what it needs, read from its file: none of
// its code runs, so that this can be said of a library that does not load.
//   Source  System V Application Binary Interface, chapters 4 and 5.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::suite {

struct LibrarySymbols {
  std::vector<std::string> exported;   // In order.
  std::vector<std::string> undefined;  // In order; others are to define them.
  std::vector<std::string> libraries;  // That it asks for, such as libc.so.6.

  bool Exports(std::string_view name) const;
  bool Needs(std::string_view name) const;
};

// Errors: a text without the path, if the file cannot be read, is no shared
// library, or is one for another machine than this program's.
//   Complexity O(size of the file).
std::expected<LibrarySymbols, std::string> ReadSymbols(const std::string& path);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_LIBRARY_ELF_H_
