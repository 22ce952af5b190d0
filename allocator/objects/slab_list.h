#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_LIST_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_LIST_H_

// The lists that the slabs of a family are on, linked through their headers.
//   Requires   headers that AreTrusted said may be believed: those that an
//              operation writes to, and their neighbours.
//   Complexity O(1), but AuditList: O(slots).

#include <cstddef>
#include <initializer_list>

#include "allocator/objects/slab_header.h"
#include "allocator/objects/slab_view.h"

namespace lockstep {

template <class Header, SlabShape kShape>
class SlabLists {
 public:
  using View = SlabView<Header, kShape>;

  // Null is trusted: there is nothing to believe.
  static bool AreTrusted(const Header& master,
                         std::initializer_list<Header*> slabs) {
    for (Header* slab : slabs) {
      if (slab != nullptr && !IsTrusted(*slab, master)) return false;
    }
    return true;
  }

  // Seal the neighbours that they change; not the slab, nor the owner of
  // `list`. A slab on no list has no previous one.
  static void PushOn(Header*& list, Header& slab) {
    slab.next = list;
    if (list != nullptr) {
      list->previous = &slab;
      View(*list).Seal();
    }
    list = &slab;
  }

  static void TakeOff(Header*& list, Header& slab) {
    (slab.previous == nullptr ? list : slab.previous->next) = slab.next;
    if (slab.previous != nullptr) View(*slab.previous).Seal();
    if (slab.next != nullptr) {
      slab.next->previous = slab.previous;
      View(*slab.next).Seal();
    }
    slab.next = nullptr;
    slab.previous = nullptr;
  }

  // The name of the first broken invariant, or null. Adds to the counts.
  static const char* AuditList(const Header& master, Header* list, bool is_full,
                               std::size_t& slabs, std::size_t& live) {
    Header* previous = nullptr;
    for (Header* slab = list; slab != nullptr; slab = slab->next) {
      if (!IsTrusted(*slab, master)) {
        const char* broken = View(*slab).Audit();
        return broken == nullptr ? "slab_cache.lists" : broken;
      }
      if (slab->previous != previous || ++slabs > master.slabs) {
        return "slab_cache.lists";
      }
      if (const char* broken = View(*slab).Audit()) return broken;
      if ((slab->live == kShape.slots) != is_full) return "slab_cache.lists";
      live += slab->live;
      previous = slab;
    }
    return nullptr;
  }

 private:
  static bool IsTrusted(Header& slab, const Header& master) {
    View view(slab);
    return view.HasSentinel() && slab.master == &master && view.IsSealed();
  }
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_LIST_H_
