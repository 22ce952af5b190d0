// Objects of one size, from a provider. What is freed is kept in reserve. What
// the handles share, their family, comes from the provider as well, and goes back
// with the last handle or the last object, whichever is later.
//
//     keeper --> family --> object in reserve --> object in reserve
//                  ^
//                  +------- object in use

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>

#include "tests/threads/animals/animal.h"

namespace {

enum Fault {
  kHonest,
  kCountsPlainly,       // Handles are counted before the lock is taken.
  kReadsAgain,          // The counts, when the lock has been given up.
  kFreeAsksTooEarly,    // Whether there are handles, before it has the lock.
  kDetachAsksTooEarly,  // The same, for objects.
  kTrimsUnlocked        // While others free.
};
constexpr Fault kFault = FAULT;

struct Object {
  struct Family* family;
  Object* next;
};

// An object that is in use begins one block behind this.
constexpr std::size_t kPieceBytes = std::size_t{2} * kBlockBytes;

struct Family {
  std::size_t handles = 1;
  std::size_t objects = 0;
  std::size_t kept = 0;
  Object* reserve = nullptr;

  bool IsUnused() const { return handles == 0 && objects == 0; }
};

struct Keeper {
  std::mutex mutex;  // Of everything, families too.
  Family* family = nullptr;
  const lockstep_provider* provider = nullptr;
};

lockstep_status Take(const lockstep_provider& provider, void** out) {
  void* const piece = provider.take(provider.context, kPieceBytes, kBlockBytes);
  if (piece == nullptr) return LOCKSTEP_OUT_OF_MEMORY;
  if (reinterpret_cast<std::uintptr_t>(piece) % kBlockBytes == 0) {
    *out = piece;
    return LOCKSTEP_OK;
  }
  const bool is_back =
      provider.give_back(provider.context, piece, kPieceBytes, kBlockBytes);
  return is_back ? LOCKSTEP_ALIGNMENT_MISMATCH : LOCKSTEP_FATAL_ERROR;
}

bool GiveBack(const lockstep_provider& provider, Object* list) {
  bool is_back = true;
  while (list != nullptr) {
    Object* const piece = list;
    list = list->next;
    is_back = provider.give_back(provider.context, piece, kPieceBytes,
                                 kBlockBytes) != 0 &&
              is_back;
  }
  return is_back;
}

lockstep_status Retire(const lockstep_provider& provider, Family* family) {
  const bool is_back = GiveBack(provider, family->reserve);
  auto* const last = new (family) Object{nullptr, nullptr};
  return GiveBack(provider, last) && is_back ? LOCKSTEP_OK
                                             : LOCKSTEP_FATAL_ERROR;
}

lockstep_status Create(void* state) {
  new (state) Keeper;
  return LOCKSTEP_OK;
}

void Destroy(void* state) { static_cast<Keeper*>(state)->~Keeper(); }

lockstep_status Attach(void* state, std::uint32_t,
                       const lockstep_provider* provider) {
  Keeper& self = *static_cast<Keeper*>(state);
  std::unique_lock lock(self.mutex);
  if (self.family != nullptr) {
    if (kFault == kCountsPlainly) lock.unlock();
    ++self.family->handles;
    return LOCKSTEP_OK;
  }
  void* piece = nullptr;
  const lockstep_status status = Take(*provider, &piece);
  if (status != LOCKSTEP_OK) return status;
  self.family = new (piece) Family;
  self.provider = provider;
  return LOCKSTEP_OK;
}

lockstep_status Detach(void* state, std::uint32_t) {
  Keeper& self = *static_cast<Keeper*>(state);
  const std::size_t before =
      kFault == kCountsPlainly ? self.family->handles : 0;
  const bool had_objects =
      kFault == kDetachAsksTooEarly ? self.family->objects != 0 : false;
  std::unique_lock lock(self.mutex);
  Family* const family = self.family;
  family->handles = (kFault == kCountsPlainly ? before : family->handles) - 1;
  bool is_unused = family->IsUnused() && !had_objects;
  if (family->handles == 0) self.family = nullptr;
  const lockstep_provider& provider = *self.provider;
  lock.unlock();
  if (kFault == kReadsAgain) is_unused = family->IsUnused();
  return is_unused ? Retire(provider, family) : LOCKSTEP_OK;
}

lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** out) {
  Keeper& self = *static_cast<Keeper*>(state);
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  const std::lock_guard lock(self.mutex);
  Family& family = *self.family;
  void* piece = family.reserve;
  if (piece != nullptr) {
    family.reserve = family.reserve->next;
    --family.kept;
  } else {
    const lockstep_status status = Take(*self.provider, &piece);
    if (status != LOCKSTEP_OK) return status;
  }
  new (piece) Object{&family, nullptr};
  ++family.objects;
  *out = static_cast<char*>(piece) + kBlockBytes;
  return LOCKSTEP_OK;
}

lockstep_status Deallocate(void* state, void* freed, std::size_t, std::size_t) {
  Keeper& self = *static_cast<Keeper*>(state);
  auto* const object =
      reinterpret_cast<Object*>(static_cast<char*>(freed) - kBlockBytes);
  Family* const family = object->family;
  const bool had_handles =
      kFault == kFreeAsksTooEarly ? family->handles != 0 : false;
  std::unique_lock lock(self.mutex);
  object->next = family->reserve;
  family->reserve = object;
  ++family->kept;
  --family->objects;
  bool is_unused = family->IsUnused() && !had_handles;
  const lockstep_provider& provider = *self.provider;
  lock.unlock();
  if (kFault == kReadsAgain) is_unused = family->IsUnused();
  return is_unused ? Retire(provider, family) : LOCKSTEP_OK;
}

lockstep_status Trim(void* state) {
  Keeper& self = *static_cast<Keeper*>(state);
  std::unique_lock lock(self.mutex);
  Family& family = *self.family;
  const lockstep_provider& provider = *self.provider;
  if (kFault == kTrimsUnlocked) lock.unlock();
  Object* const kept = family.reserve;
  family.reserve = nullptr;
  family.kept = 0;
  if (lock.owns_lock()) lock.unlock();
  return GiveBack(provider, kept) ? LOCKSTEP_OK : LOCKSTEP_FATAL_ERROR;
}

void Statistics(const void* state, lockstep_statistics* out) {
  Keeper& self = *static_cast<Keeper*>(const_cast<void*>(state));
  const std::lock_guard lock(self.mutex);
  *out = {};
  if (self.family == nullptr) return;
  out->used = self.family->objects * kPieceBytes;
  out->available = self.family->kept * kPieceBytes;
  out->total = out->used + out->available;
}

// All handles are alike.
void UseHandle(void*, std::uint32_t) {}

// It follows no link in memory that may be corrupt.
const char* Audit(const void* state) {
  const Family* const family = static_cast<const Keeper*>(state)->family;
  return family == nullptr || family->handles != 0
             ? nullptr
             : "a family that can be attached to has handles";
}

constexpr lockstep_port Table() {
  lockstep_port table{};
  table.version = LOCKSTEP_PORT_VERSION;
  table.name = NAME(ANIMAL);
  table.capabilities = LOCKSTEP_THREAD_SAFE | LOCKSTEP_SERVES_WHILE_PROVIDED;
  table.state_bytes = sizeof(Keeper);
  table.max_request_bytes = kBlockBytes;
  table.max_request_align = kBlockBytes;
  table.create = Create;
  table.destroy = Destroy;
  table.allocate = Allocate;
  table.deallocate = Deallocate;
  table.statistics = Statistics;
  table.audit = Audit;
  table.handle_count = 4;
  table.attach = Attach;
  table.detach = Detach;
  table.trim = Trim;
  table.use_handle = UseHandle;
  return table;
}

const lockstep_port ANIMAL = Table();

}  // namespace

LOCKSTEP_EXPORT(ANIMAL)
