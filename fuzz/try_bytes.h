#ifndef LOCKSTEP_FUZZ_TRY_BYTES_H_
#define LOCKSTEP_FUZZ_TRY_BYTES_H_

// The only header that system_fuzz.cc needs. That file is compiled once for each
// system and configuration, so this includes nothing that is slow to compile.

#include <cstddef>
#include <cstdint>

namespace lockstep::suite {

// Decodes the bytes into a script and tries it on the system, from a fresh
// state, before all its models. A twin, unless it is "", must come to the same.
// A violation is printed to stderr, and aborts. Both names are looked at by the
// first call only: a program fuzzes one system.
void TryBytes(const char* system, const char* twin, const std::uint8_t* data,
              std::size_t size);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_FUZZ_TRY_BYTES_H_
