// The algorithms of Boost.Interprocess that manage a piece of memory from
// within it.
//
// Boost 1.74 and 1.83 round the size of a request up without a look at the
// largest number, and serve a few bytes where nearly all were asked for; and
// simple_seq_fit reads a number in its header that it never wrote. So there are
// two of each: as it is, over memory that holds the wrong number, and one that
// refuses what no object can have and clears the header. That one also asks for
// a byte where none was asked for: a block of none may begin where the region
// ends.

#include <algorithm>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/mem_algo/simple_seq_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>
#include <cstddef>
#include <limits>
#include <new>

#include "lockstep/port.h"

namespace {

namespace ipc = boost::interprocess;

template <class Heap>
class BoostPort {
 public:
  static constexpr lockstep_port AsIs(const char* name, const char* summary) {
    lockstep_port port = Table(name, summary);
    port.init = InitAsIs;
    port.allocate = AllocateAsIs;
    return port;
  }

  static constexpr lockstep_port Table(const char* name, const char* summary) {
    lockstep_port port{};
    port.version = LOCKSTEP_PORT_VERSION;
    port.name = name;
    port.summary = summary;
    port.capabilities = LOCKSTEP_RESTORES | LOCKSTEP_SNAPSHOTS;
    port.state_bytes = sizeof(State);
    port.region_align_bytes = alignof(std::max_align_t);
    port.init_granule_bytes = 1024;
    port.create = Create;
    port.destroy = Destroy;
    port.init = Init;
    port.allocate = Allocate;
    port.deallocate = Deallocate;
    port.statistics = ReadStatistics;
    port.audit = Audit;
    return port;
  }

 private:
  static constexpr std::size_t kMostBytes =
      std::numeric_limits<std::ptrdiff_t>::max() / 2;

  struct State {
    Heap* heap = nullptr;
    std::size_t total_bytes = 0;  // Without what it needs for itself.
  };

  static State& In(void* state) { return *static_cast<State*>(state); }
  static const State& In(const void* state) {
    return *static_cast<const State*>(state);
  }

  static lockstep_status Create(void* state) {
    ::new (state) State();
    return LOCKSTEP_OK;
  }
  static void Destroy(void* /*state*/) {}

  template <std::size_t kFill>
  static lockstep_status InitOver(void* state, void* start, std::size_t bytes) {
    std::fill_n(static_cast<std::size_t*>(start),
                sizeof(Heap) / sizeof(std::size_t), kFill);
    Heap* const heap = ::new (start) Heap(bytes, 0);
    In(state) = {heap, heap->get_free_memory()};
    return LOCKSTEP_OK;
  }
  static constexpr auto Init = InitOver<0>;
  static constexpr auto InitAsIs = InitOver<3>;

  static lockstep_status Allocate(void* state, std::size_t bytes,
                                  std::size_t align, void** block) {
    if (bytes > kMostBytes || align > kMostBytes) return LOCKSTEP_INVALID_PARAM;
    return AllocateAsIs(state, std::max(bytes, std::size_t{1}), align, block);
  }

  static lockstep_status AllocateAsIs(void* state, std::size_t bytes,
                                      std::size_t align, void** block) {
    void* const found = In(state).heap->allocate_aligned(bytes, align);
    if (found == nullptr) return LOCKSTEP_NO_MEMORY;
    *block = found;
    return LOCKSTEP_OK;
  }

  static lockstep_status Deallocate(void* state, void* block,
                                    std::size_t /*bytes*/,
                                    std::size_t /*align*/) {
    In(state).heap->deallocate(block);
    return LOCKSTEP_OK;
  }

  static void ReadStatistics(const void* state, lockstep_statistics* out) {
    *out = {};
    const State& now = In(state);
    if (now.heap == nullptr) return;
    out->total = now.total_bytes;
    out->available = now.heap->get_free_memory();
    out->used = out->total - out->available;
  }

  static const char* Audit(const void* state) {
    Heap* const heap = In(state).heap;  // Its query is not const.
    return heap == nullptr || heap->check_sanity() ? nullptr : "check_sanity";
  }
};

using BestFit = ipc::rbtree_best_fit<ipc::null_mutex_family, void*>;
using SequentialFit = ipc::simple_seq_fit<ipc::null_mutex_family, void*>;

}  // namespace

extern "C" {
extern const lockstep_port boost_best_fit_port;
const lockstep_port boost_best_fit_port = BoostPort<BestFit>::Table(
    "boost_best_fit", "boost::interprocess::rbtree_best_fit");
extern const lockstep_port boost_best_fit_as_is_port;
const lockstep_port boost_best_fit_as_is_port = BoostPort<BestFit>::AsIs(
    "boost_best_fit_as_is", "the same, with what is wrong with it");
extern const lockstep_port boost_seq_fit_port;
const lockstep_port boost_seq_fit_port = BoostPort<SequentialFit>::Table(
    "boost_seq_fit", "boost::interprocess::simple_seq_fit");
extern const lockstep_port boost_seq_fit_as_is_port;
const lockstep_port boost_seq_fit_as_is_port = BoostPort<SequentialFit>::AsIs(
    "boost_seq_fit_as_is", "the same, with what is wrong with it");
}
