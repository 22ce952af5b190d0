#include "ports/library/malloc_port.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "lockstep/port.h"
#include "models/script/text.h"
#include "ports/library/library.h"
#include "ports/library/malloc_functions.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kMallocAlign = alignof(std::max_align_t);

struct Opened {
  std::string name;  // Of the system.
  std::string summary;
  lockstep_port port{};
};

Opened& TheOpened() {
  static Opened opened;
  return opened;
}

const MallocFunctions& C() { return TheMallocFunctions(); }

bool IsAligned(std::size_t align) { return align > kMallocAlign; }

// What malloc is asked for, instead of this.
std::size_t Asked(std::size_t bytes, std::size_t align) {
  return std::max(bytes, align);
}

// C wants a multiple of align; 0 if there is none.
std::size_t Multiple(std::size_t bytes, std::size_t align) {
  const std::size_t asked = Asked(bytes, align);
  return asked > SIZE_MAX - align ? 0 : (asked + align - 1) & ~(align - 1);
}

void* ByPosix(std::size_t bytes, std::size_t align) {
  void* block = nullptr;
  return C().posix_memalign(&block, align, bytes) == 0 ? block : nullptr;
}

enum class Way { kNone, kAlignedAlloc, kPosix, kMemalign };

// Told by the size alone, so that a free knows it.
Way WayOf(std::size_t multiple, std::size_t align) {
  std::array<Way, 3> ways{};
  std::size_t count = 0;
  if (C().aligned_alloc != nullptr) ways[count++] = Way::kAlignedAlloc;
  if (C().posix_memalign != nullptr) ways[count++] = Way::kPosix;
  if (C().memalign != nullptr) ways[count++] = Way::kMemalign;
  return count == 0 ? Way::kNone : ways[multiple / align % count];
}

void* AllocateAligned(std::size_t bytes, std::size_t align) {
  switch (WayOf(bytes, align)) {
    case Way::kAlignedAlloc:
      return C().aligned_alloc(align, bytes);
    case Way::kPosix:
      return ByPosix(bytes, align);
    case Way::kMemalign:
      return C().memalign(align, bytes);
    case Way::kNone:
      break;
  }
  return nullptr;
}

// What C has for blocks of aligned_alloc is not for those of the others.
void FreeAligned(void* block, std::size_t bytes, std::size_t align,
                 bool is_sized) {
  const std::size_t multiple = Multiple(bytes, align);
  if (is_sized && C().free_aligned_sized != nullptr &&
      WayOf(multiple, align) == Way::kAlignedAlloc) {
    C().free_aligned_sized(block, align, multiple);
  } else if (C().free_aligned != nullptr) {
    C().free_aligned(block, align);
  } else {
    C().free(block);
  }
}

lockstep_status Create(void* /*state*/) {
  BeginTurns();
  return LOCKSTEP_OK;
}

void Destroy(void* /*state*/) {}

lockstep_status Deallocate(void* /*state*/, void* block, std::size_t bytes,
                           std::size_t align) {
  const bool is_sized = NextTurn() % 2 == 1;
  if (IsAligned(align)) {
    FreeAligned(block, bytes, align, is_sized);
  } else if (is_sized && C().free_sized != nullptr) {
    C().free_sized(block, Asked(bytes, align));
  } else {
    C().free(block);
  }
  return LOCKSTEP_OK;
}

lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** block) {
  void* found = nullptr;
  if (!IsAligned(align)) {
    found = C().malloc(Asked(bytes, align));
  } else if (const std::size_t multiple = Multiple(bytes, align)) {
    found = AllocateAligned(multiple, align);
  }
  if (found == nullptr) return LOCKSTEP_NO_MEMORY;
  if (IsImmodest(Asked(bytes, align))) {
    (void)Deallocate(state, found, bytes, align);
    return LOCKSTEP_NO_MEMORY;
  }
  *block = found;
  return LOCKSTEP_OK;
}

lockstep_status Reallocate(void* /*state*/, void* block, std::size_t /*bytes*/,
                           std::size_t /*align*/, std::size_t new_bytes,
                           std::size_t new_align, void** out) {
  const std::size_t asked = Asked(new_bytes, new_align);
  // It could not be given back, for the old block would be gone.
  if (IsImmodest(asked)) return LOCKSTEP_NO_MEMORY;
  const bool is_array = NextTurn() % 2 == 1 && asked % 2 == 0;
  void* const found = is_array && C().reallocarray != nullptr
                          ? C().reallocarray(block, asked / 2, 2)
                          : C().realloc(block, asked);
  if (found == nullptr) return LOCKSTEP_NO_MEMORY;
  *out = found;
  return LOCKSTEP_OK;
}

lockstep_status AllocateZeroed(void* /*state*/, std::size_t count,
                               std::size_t bytes, std::size_t align,
                               void** block) {
  const bool wraps = bytes != 0 && count > SIZE_MAX / bytes;
  if (!wraps && IsImmodest(count * bytes)) return LOCKSTEP_NO_MEMORY;
  const bool is_small = !wraps && count * bytes < align;
  void* const found =
      is_small ? C().calloc(1, align) : C().calloc(count, bytes);
  if (found == nullptr) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

lockstep_status UsableOf(const void* /*state*/, const void* block,
                         std::size_t /*bytes*/, std::size_t /*align*/,
                         std::size_t* usable) {
  *usable = C().usable_size(const_cast<void*>(block));
  return LOCKSTEP_OK;
}

// "libje malloc-2.so.1" as je_malloc_2.
std::string NameOf(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  if (path.starts_with("lib")) path.remove_prefix(3);
  const std::string name = AsSystemName(path.substr(0, path.find('.')));
  return name.empty() ? "malloc" : name;
}

lockstep_port MakePort(const Opened& opened) {
  const MallocFunctions& c = C();
  const bool has_aligned = c.aligned_alloc != nullptr ||
                           c.posix_memalign != nullptr || c.memalign != nullptr;
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = opened.name.c_str();
  port.summary = opened.summary.c_str();
  port.capabilities = LOCKSTEP_OWN_MEMORY | LOCKSTEP_THREAD_SAFE;
  if (c.realloc != nullptr) port.capabilities |= LOCKSTEP_REALLOCATES_NULL;
  port.max_request_align = has_aligned ? 0 : kMallocAlign;
  port.max_reallocate_align = kMallocAlign;
  port.create = Create;
  port.destroy = Destroy;
  port.allocate = Allocate;
  port.deallocate = Deallocate;
  port.reallocate = c.realloc == nullptr ? nullptr : Reallocate;
  port.allocate_zeroed = c.calloc == nullptr ? nullptr : AllocateZeroed;
  port.usable_of = c.usable_size == nullptr ? nullptr : UsableOf;
  return port;
}

// What stands in front of malloc in the name of a function; "": there is none.
std::string PrefixIn(const Library& library) {
  for (const std::string& name : library.symbols.exported) {
    if (name.size() > 6 && name.ends_with("malloc")) {
      return name.substr(0, name.size() - 6);
    }
  }
  return "";
}

std::string Lacking(const MallocLibrary& which, const Library& library) {
  const std::string_view wanted = which.is_operator_new
                                      ? "operator new and operator delete"
                                      : "malloc and free";
  const std::string prefix = which.prefix.empty() ? PrefixIn(library) : "";
  return Text(which.path, " does not export ", wanted,
              which.prefix.empty() ? "" : Text(" behind ", which.prefix),
              C().names.empty() ? "" : Text(", but only ", C().names),
              prefix.empty()
                  ? ". If their names begin with je_, say --prefix je_; for "
                    "operator new, --operator-new"
                  : Text(", but ", prefix, "malloc: say --prefix ", prefix));
}

}  // namespace

std::expected<const lockstep_port*, std::string> OpenMalloc(
    const MallocLibrary& which) {
  Opened& opened = TheOpened();
  if (opened.port.version != 0) return &opened.port;
  const auto library = LoadLibrary(which.path, which.isolation);
  if (!library) return std::unexpected(library.error());
  if (which.is_operator_new) {
    FindOperatorNew(*library);
  } else {
    FindMalloc(*library, which.prefix);
  }
  if (C().malloc == nullptr || C().free == nullptr) {
    return std::unexpected(Lacking(which, *library));
  }
  opened.name = NameOf(which.path);
  opened.summary = Text(C().names, " of ", library->path);
  opened.port = MakePort(opened);
  return &opened.port;
}

}  // namespace lockstep::suite
