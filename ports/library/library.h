#ifndef LOCKSTEP_PORTS_LIBRARY_LIBRARY_H_
#define LOCKSTEP_PORTS_LIBRARY_LIBRARY_H_

// Systems that come from outside of the program: the ports that a shared
// library exports with LOCKSTEP_EXPORT.

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "ports/library/elf.h"

namespace lockstep::suite {

// A shared library that has been loaded. It stays until the program ends.
struct Library {
  void* handle;
  std::string path;  // Of the file that was found.
  LibrarySymbols symbols;

  // Null if it exports no such name.
  void* Find(const std::string& name) const;
  // The same, and what the libraries that it needs export.
  void* FindAnywhere(const std::string& name) const;
};

// How a library that defines functions of the C library, such as malloc, is kept
// from this program, which goes on using its own.
//   kOwnCalls      What it calls and defines itself, it calls in itself:
//                  RTLD_DEEPBIND.
//   kOwnLibraries  The libraries that it needs are loaded once more, for it
//                  alone, and call its functions, too, as when it is preloaded:
//                  dlmopen. Without that, libstdc++ would allocate what the
//                  library frees, and the other way round.
// With AddressSanitizer neither is possible: it must see every call. Nor is it for a
// library that is compiled for schedules: what it calls of the C library to lock and
// to wait must come to this program, which chooses who goes on.
enum class Isolation { kOwnCalls, kOwnLibraries };

// Whether a library was compiled with -fsanitize=thread, and linked without its
// runtime, as clang links shared libraries: this program may take the runtime's
// place, and choose the order in which threads go on.
bool IsScheduled(const LibrarySymbols& symbols);

// Loads a library. One that is compiled for schedules is called by a path with a
// slash, or lies in this folder: what a library is must be known before it is loaded.
//   Requires no other thread. It may start the program again, with the same
//            arguments, to have more memory for thread-local variables.
//   Errors   a text with the path in front, and what to do about it.
std::expected<Library, std::string> LoadLibrary(const std::string& path,
                                                Isolation isolation);

// Whether AddressSanitizer is linked in, or was loaded in front of everything.
bool HasAddressSanitizer();

// Starts the program from its beginning, with the same arguments and these
// variables besides. Returns only if that fails.
void StartAgain(const std::map<std::string, std::string>& variables);

// Whether this is how a library is called on a command line, and not a port
// that is linked in: it has a slash, or .so, in it.
bool IsLibrary(std::string_view system);

// The path in PATH or PATH:NAME.
std::string PathOf(const std::string& system);

// As the name of a system may be: lower case, and a _ for whatever else is in it.
std::string AsSystemName(std::string_view text);

// The port that is linked in and has this name. Errors: a text that says what
// there is.
std::expected<const lockstep_port*, std::string> FindLinked(
    const std::string& name);

// The port that is called so: by its name, if it is linked in; as PATH, if a
// library exports one port; as PATH:NAME, if it exports several.
//   Errors  a text that says what there is.
std::expected<const lockstep_port*, std::string> FindSystem(
    const std::string& system);

// All ports of a library. Errors: as LoadLibrary, and if it exports none, or one
// with a fault in its table.
std::expected<std::vector<const lockstep_port*>, std::string> PortsOf(
    const std::string& path);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_LIBRARY_LIBRARY_H_
