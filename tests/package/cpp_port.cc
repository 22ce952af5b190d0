// A port that needs libstdc++ in every way that might be mixed up with the one
// that is linked into the command line: exceptions, streams, locales, variables
// of a thread, and memory that both allocate.

#include <cstddef>
#include <cstdint>
#include <locale>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>

#include "lockstep/port.h"

namespace {

struct Bump {
  std::byte* next = nullptr;
  std::size_t left = 0;
  std::map<std::string, std::size_t> requests;
};

thread_local std::string t_last;

std::string Number(std::size_t number) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << number;
  return out.str();
}

void* Take(Bump& bump, std::size_t bytes, std::size_t align) {
  t_last = Number(bytes);
  ++bump.requests[t_last];
  void* start = bump.next;
  if (bytes == 0) bytes = 1;
  if (bytes > bump.left || !std::align(align, bytes, start, bump.left)) {
    throw std::length_error("no room for " + t_last);
  }
  bump.next = static_cast<std::byte*>(start) + bytes;
  bump.left -= bytes;
  return start;
}

lockstep_status Create(void* state) {
  new (state) Bump;
  return LOCKSTEP_OK;
}

void Destroy(void* state) { static_cast<Bump*>(state)->~Bump(); }

lockstep_status Init(void* state, void* start, std::size_t bytes) {
  Bump& bump = *static_cast<Bump*>(state);
  bump.next = static_cast<std::byte*>(start);
  bump.left = bytes;
  return LOCKSTEP_OK;
}

lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** block) {
  try {
    *block = Take(*static_cast<Bump*>(state), bytes, align);
    return LOCKSTEP_OK;
  } catch (const std::logic_error& error) {
    const bool is_ours = std::string(error.what()).ends_with(t_last);
    return is_ours ? LOCKSTEP_NO_MEMORY : LOCKSTEP_FATAL_ERROR;
  }
}

lockstep_status Deallocate(void* /*state*/, void* /*block*/,
                           std::size_t /*bytes*/, std::size_t /*align*/) {
  return LOCKSTEP_OK;
}

const lockstep_port cpp_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "cpp",
    .state_bytes = sizeof(Bump),
    .state_align = alignof(Bump),
    .create = Create,
    .destroy = Destroy,
    .init = Init,
    .allocate = Allocate,
    .deallocate = Deallocate,
};

}  // namespace

LOCKSTEP_EXPORT(cpp_port)
