// Ours and their peers, called as directly as a client would.

#include <cstdio>
#include <string>
#include <vector>

#include "bench/main.h"
#include "bench/ours.h"
#include "bench/race.h"
#include "bench/theirs.h"

namespace lockstep::suite::bench {

std::vector<std::string> RegisterAll() {
  // A lock that nobody else wants costs the same whatever the work is.
  EntrantOf<HeapOnly>("heap").Register();
  EntrantOf<MappedHeapOnly>("heap_mapped").Register();
  EntrantOf<LockedHeap>("heap_locked", Sharing::kOneForAll).RegisterThreads();
  EntrantOf<Buddy>("buddy").Register();
  EntrantOf<MappedBuddyOnly>("buddy_mapped").Register();
  EntrantOf<Objects<NoLock>>("slab_cache").Register();
  EntrantOf<Objects<SpinLock>>("slab_cache_locked", Sharing::kOneForAll)
      .RegisterThreads();

  EntrantOf<Glibc>("glibc", Sharing::kOneForAll).Register();
  EntrantOf<Jemalloc>("jemalloc", Sharing::kOneForAll).Register();
  EntrantOf<Tcmalloc>("tcmalloc", Sharing::kOneForAll).Register();
  if (Mimalloc::IsThere()) {
    EntrantOf<Mimalloc>("mimalloc", Sharing::kOneForAll).Register();
  } else {
    std::fprintf(stderr, "bench: without mimalloc: %s is not there\n",
                 Mimalloc::LibraryName().c_str());
    LeaveOut("all/mimalloc");
  }
  EntrantOf<PmrPools>("pmr").Register();
  EntrantOf<PmrSynchronized>("pmr_locked", Sharing::kOneForAll)
      .RegisterThreads();
  EntrantOf<FoonathanPools>("foonathan").RegisterMixed();
  EntrantOf<FoonathanObjects>("foonathan").RegisterObjects();
  return {"heap",         "heap_mapped", "heap_locked",      "buddy",
          "buddy_mapped", "slab_cache",  "slab_cache_locked"};
}

}  // namespace lockstep::suite::bench
