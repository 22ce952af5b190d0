#include "ports/library/malloc_port.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "lockstep/port.h"
#include "models/script/text.h"
#include "ports/library/library.h"
#include "ports/modest.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kMallocAlign = alignof(std::max_align_t);

// Of the one library that is open. Null where it does not export it.
struct Functions {
  void* (*malloc)(std::size_t);
  void* (*calloc)(std::size_t, std::size_t);
  void* (*realloc)(void*, std::size_t);
  void* (*reallocarray)(void*, std::size_t, std::size_t);
  void* (*aligned_alloc)(std::size_t, std::size_t);
  int (*posix_memalign)(void**, std::size_t, std::size_t);
  void* (*memalign)(std::size_t, std::size_t);
  void (*free)(void*);
  void (*free_sized)(void*, std::size_t);
  void (*free_aligned)(void*, std::size_t align);  // Of operator new alone.
  void (*free_aligned_sized)(void*, std::size_t align, std::size_t);
  std::size_t (*usable_size)(void*);
};

struct Opened {
  Functions functions{};
  std::string names;  // With blanks between.
  std::string name;   // Of the system.
  std::string summary;
  lockstep_port port{};
  std::size_t turn = 0;  // Which of several functions is next.
};

Opened& TheOpened() {
  static Opened opened;
  return opened;
}

const Functions& C() { return TheOpened().functions; }

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
  TheOpened().turn = 0;
  return LOCKSTEP_OK;
}

void Destroy(void* /*state*/) {}

lockstep_status Deallocate(void* /*state*/, void* block, std::size_t bytes,
                           std::size_t align) {
  const bool is_sized = TheOpened().turn++ % 2 == 1;
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
  if (is_immodest(Asked(bytes, align))) {
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
  if (is_immodest(asked)) return LOCKSTEP_NO_MEMORY;
  const bool is_array = TheOpened().turn++ % 2 == 1 && asked % 2 == 0;
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
  if (!wraps && is_immodest(count * bytes)) return LOCKSTEP_NO_MEMORY;
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

// Looks functions up, and notes which there are.
class Finder {
 public:
  Finder(const Library& library, std::string prefix, std::string& names)
      : library_(library), prefix_(std::move(prefix)), names_(names) {}

  template <typename Function>
  void Into(Function*& function, std::string_view name) {
    const std::string whole = Text(prefix_, name);
    void* const found = library_.Find(whole);
    if (found == nullptr) return;
    function = reinterpret_cast<Function*>(found);
    names_ += Text(names_.empty() ? "" : " ", whole);
  }

 private:
  const Library& library_;
  std::string prefix_;
  std::string& names_;
};

void FindC(Finder find, Functions& c) {
  find.Into(c.malloc, "malloc");
  find.Into(c.calloc, "calloc");
  find.Into(c.realloc, "realloc");
  find.Into(c.reallocarray, "reallocarray");
  find.Into(c.aligned_alloc, "aligned_alloc");
  find.Into(c.posix_memalign, "posix_memalign");
  find.Into(c.memalign, "memalign");
  find.Into(c.free, "free");
  find.Into(c.free_sized, "free_sized");
  find.Into(c.free_aligned_sized, "free_aligned_sized");
  find.Into(c.usable_size, "malloc_usable_size");
}

// The functions of C++, behind the signatures of C.
struct Operators {
  void* (*make)(std::size_t);
  void* (*make_quietly)(std::size_t, const std::nothrow_t&);
  void* (*make_aligned)(std::size_t, std::align_val_t);
  void* (*make_aligned_quietly)(std::size_t, std::align_val_t,
                                const std::nothrow_t&);
  void (*free)(void*);
  void (*free_sized)(void*, std::size_t);
  void (*free_aligned)(void*, std::align_val_t);
  void (*free_aligned_sized)(void*, std::size_t, std::align_val_t);
};

Operators& TheOperators() {
  static Operators operators{};
  return operators;
}

// Every other time the one that throws, where it will not: an exception cannot
// leave the libraries that were loaded for this one alone.
template <typename Throwing, typename Quiet, typename... Align>
void* Make(Throwing* throwing, Quiet* quiet, std::size_t bytes,
           Align... align) {
  const bool is_quiet = TheOpened().turn++ % 2 == 1 || bytes > MODEST_BYTES;
  if (quiet != nullptr && (is_quiet || throwing == nullptr)) {
    return quiet(bytes, align..., std::nothrow);
  }
  return throwing == nullptr || bytes > MODEST_BYTES
             ? nullptr
             : throwing(bytes, align...);
}

void* New(std::size_t bytes) {
  return Make(TheOperators().make, TheOperators().make_quietly, bytes);
}

void* NewAligned(std::size_t align, std::size_t bytes) {
  return Make(TheOperators().make_aligned, TheOperators().make_aligned_quietly,
              bytes, std::align_val_t{align});
}

// As the Itanium C++ ABI spells them.
void FindOperators(Finder find, Functions& c) {
  Operators& found = TheOperators();
  const std::string size = sizeof(std::size_t) == 8 ? "m" : "j";
  find.Into(found.make, "_Znw" + size);
  find.Into(found.make_quietly, Text("_Znw", size, "RKSt9nothrow_t"));
  find.Into(found.make_aligned, Text("_Znw", size, "St11align_val_t"));
  find.Into(found.make_aligned_quietly,
            Text("_Znw", size, "St11align_val_tRKSt9nothrow_t"));
  find.Into(found.free, "_ZdlPv");
  find.Into(found.free_sized, "_ZdlPv" + size);
  find.Into(found.free_aligned, "_ZdlPvSt11align_val_t");
  find.Into(found.free_aligned_sized, Text("_ZdlPv", size, "St11align_val_t"));
  if (found.make != nullptr || found.make_quietly != nullptr) c.malloc = New;
  c.free = found.free;
  c.free_sized = found.free_sized;
  const bool has_aligned =
      found.make_aligned != nullptr || found.make_aligned_quietly != nullptr;
  if (!has_aligned || found.free_aligned == nullptr) return;
  c.aligned_alloc = NewAligned;
  c.free_aligned = [](void* block, std::size_t align) {
    TheOperators().free_aligned(block, std::align_val_t{align});
  };
  if (found.free_aligned_sized == nullptr) return;
  c.free_aligned_sized = [](void* block, std::size_t align, std::size_t bytes) {
    TheOperators().free_aligned_sized(block, bytes, std::align_val_t{align});
  };
}

// "libje malloc-2.so.1" as je_malloc_2.
std::string NameOf(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  if (path.starts_with("lib")) path.remove_prefix(3);
  std::string name;
  for (const char letter : path.substr(0, path.find('.'))) {
    const auto byte = static_cast<unsigned char>(letter);
    name +=
        std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
  }
  return name.empty() ? "malloc" : name;
}

lockstep_port MakePort(const Opened& opened) {
  const Functions& c = opened.functions;
  const bool has_aligned = c.aligned_alloc != nullptr ||
                           c.posix_memalign != nullptr || c.memalign != nullptr;
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = opened.name.c_str();
  port.summary = opened.summary.c_str();
  port.capabilities = LOCKSTEP_OWN_MEMORY;
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

std::string Lacking(const MallocLibrary& which, const Opened& opened) {
  const std::string_view wanted = which.is_operator_new
                                      ? "operator new and operator delete"
                                      : "malloc and free";
  return Text(which.path, " does not export ", wanted,
              which.prefix.empty() ? "" : Text(" behind ", which.prefix),
              opened.names.empty() ? "" : Text(", but only ", opened.names),
              "; names that begin otherwise: --prefix je_; operator new: "
              "--operator-new");
}

}  // namespace

std::expected<const lockstep_port*, std::string> OpenMalloc(
    const MallocLibrary& which) {
  Opened& opened = TheOpened();
  if (opened.port.version != 0) return &opened.port;
  const auto library = LoadLibrary(which.path, Isolation::kOwnLibraries);
  if (!library) return std::unexpected(library.error());
  const Finder find(*library, which.prefix, opened.names);
  if (which.is_operator_new) {
    FindOperators(find, opened.functions);
  } else {
    FindC(find, opened.functions);
  }
  if (opened.functions.malloc == nullptr || opened.functions.free == nullptr) {
    return std::unexpected(Lacking(which, opened));
  }
  opened.name = NameOf(which.path);
  opened.summary = Text(opened.names, " of ", library->path);
  opened.port = MakePort(opened);
  return &opened.port;
}

std::string FunctionsOfMalloc() { return TheOpened().names; }

}  // namespace lockstep::suite
