// Who gives blocks another size, and does not mind which layout is claimed of
// them; or minds too late.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "lockstep/port.h"
#include "models/spec/spec.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

// Honest: where it is, a block takes any size of the same span.
class Changing : public PlainBuddy {
 public:
  struct Layout {
    std::size_t bytes;
    std::size_t align;
  };

  virtual lockstep_status Resize(Address block, Layout claimed,
                                 std::size_t bytes) {
    if (!Believes(block, claimed)) return LOCKSTEP_NOT_ALLOCATED;
    Live& live = live_.at(block);
    if (!IsLayout(bytes, live.align)) return LOCKSTEP_INVALID_PARAM;
    if (!HasRoomFor(bytes, block)) return LOCKSTEP_NO_MEMORY;
    statistics_.requested += bytes - live.bytes;
    live.bytes = bytes;
    return LOCKSTEP_OK;
  }

  virtual lockstep_status Reallocate(Address& block, Layout claimed,
                                     std::size_t bytes) {
    if (!Believes(block, claimed)) return LOCKSTEP_NOT_ALLOCATED;
    const Live old = live_.at(block);
    const lockstep_status resized =
        Changing::Resize(block, {old.bytes, old.align}, bytes);
    if (resized != LOCKSTEP_NO_MEMORY) return resized;
    Address moved = 0;
    const lockstep_status status = Allocate(bytes, old.align, moved);
    if (status != LOCKSTEP_OK) return status;
    std::memcpy(At(moved), At(block), std::min(old.bytes, bytes));
    (void)Free(block, old.bytes, old.align);
    block = moved;
    return LOCKSTEP_OK;
  }

 protected:
  // Whether a live block has that layout, or one of the same span.
  bool Believes(Address block, Layout claimed) const {
    const auto live = live_.find(block);
    return live != live_.end() && IsLayout(claimed.bytes, claimed.align) &&
           SpanOf(claimed.bytes, claimed.align) ==
               SpanOf(live->second.bytes, live->second.align);
  }
  // Where it is.
  bool HasRoomFor(std::size_t bytes, Address block) const {
    const Live& live = live_.at(block);
    return SpanOf(bytes, live.align) == SpanOf(live.bytes, live.align);
  }
  // The one that it has.
  Layout LayoutOf(Address block) const {
    const Live& live = live_.at(block);
    return {live.bytes, live.align};
  }
};

class ReallocatesAnyLayout final : public Changing {
  lockstep_status Reallocate(Address& block, Layout /*claimed*/,
                             std::size_t bytes) override {
    return Changing::Reallocate(block, LayoutOf(block), bytes);
  }
};

class ResizesAnyLayout final : public Changing {
  lockstep_status Resize(Address block, Layout /*claimed*/,
                         std::size_t bytes) override {
    return Changing::Resize(block, LayoutOf(block), bytes);
  }
};

// Sees what is wrong only where there is room for the new size.
class LooksAtTheRoomFirst final : public Changing {
  lockstep_status Resize(Address block, Layout claimed,
                         std::size_t bytes) override {
    return HasRoomFor(bytes, block) ? Changing::Resize(block, claimed, bytes)
                                    : LOCKSTEP_NO_MEMORY;
  }
};

// Links the block up as if it were free, and then sees that it is not as large.
class WritesBeforeItRefuses final : public Changing {
  lockstep_status Reallocate(Address& block, Layout claimed,
                             std::size_t bytes) override {
    if (!Believes(block, claimed) && LayoutOf(block).bytes != 0) {
      *At(block) ^= std::byte{1};
    }
    return Changing::Reallocate(block, claimed, bytes);
  }
};

class CountsBeforeItRefuses final : public Changing {
  lockstep_status Resize(Address block, Layout claimed,
                         std::size_t bytes) override {
    if (!Believes(block, claimed)) ++statistics_.requested;
    return Changing::Resize(block, claimed, bytes);
  }
};

template <class Allocator>
class ChangingPort {
 public:
  static lockstep_port Called(const char* name) {
    lockstep_port port = PlainPort<Allocator>::Behind(kExact, name);
    port.capabilities |= LOCKSTEP_REALLOCATES_TO_ZERO;
    port.reallocate = Reallocate;
    port.resize = Resize;
    return port;
  }

 private:
  static Changing& In(void* state) { return *static_cast<Allocator*>(state); }
  static PlainBuddy::Address AddressOf(const void* pointer) {
    return reinterpret_cast<std::uintptr_t>(pointer);
  }

  static lockstep_status Reallocate(void* state, void* block, std::size_t bytes,
                                    std::size_t align, std::size_t new_bytes,
                                    std::size_t /*new_align*/, void** out) {
    PlainBuddy::Address at = AddressOf(block);
    const lockstep_status status =
        In(state).Reallocate(at, {bytes, align}, new_bytes);
    if (status == LOCKSTEP_OK) {
      *out = reinterpret_cast<void*>(static_cast<std::uintptr_t>(at));
    }
    return status;
  }
  static lockstep_status Resize(void* state, void* block, std::size_t bytes,
                                std::size_t align, std::size_t new_bytes) {
    return In(state).Resize(AddressOf(block), {bytes, align}, new_bytes);
  }
};

template <class Lie>
Liar ChangingLiar(const char* name, const Rule& rule) {
  return {ChangingPort<Lie>::Called(name),
          ChangingPort<Changing>::Called("honest"), rule.name, 3};
}

}  // namespace

std::vector<Liar> LayoutLiars() {
  return {
      ChangingLiar<ReallocatesAnyLayout>("lying_reallocates_any_layout",
                                         kDetectedRule),
      ChangingLiar<ResizesAnyLayout>("lying_resizes_any_layout", kDetectedRule),
      ChangingLiar<LooksAtTheRoomFirst>("lying_looks_at_the_room_first",
                                        kDetectedRule),
      ChangingLiar<WritesBeforeItRefuses>("lying_writes_before_it_refuses",
                                          kContentsRule),
      ChangingLiar<CountsBeforeItRefuses>("lying_counts_before_it_refuses",
                                          kConservedRule),
  };
}

}  // namespace lockstep::suite
