// That Allocate and Free are O(1): nanoseconds for a pair of them with 10,
// 1,000 and 100,000 live objects, and their ratios to the first.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "allocator/layout.h"
#include "allocator/lock.h"
#include "allocator/slab_cache.h"
#include "benchmark/benchmark.h"

namespace lockstep {
namespace {

struct Malloc {
  void* Allocate(Layout layout) const {
    return std::aligned_alloc(layout.align_bytes(), layout.size_bytes());
  }
  bool Free(void* slab, Layout /*layout*/) const {
    std::free(slab);
    return true;
  }
};

// Ten to a slab: with 10 objects, 1,000 or 100,000, all slabs are full, and
// every pair moves its slab to the list of partial ones and back.
struct Object {
  std::uint32_t words[21];
};

template <class Lock>
using Cache = SlabCache<Object, Lock, 1024, Malloc>;

static_assert(Cache<NoLock>::slots_per_slab() == 10);
static_assert(Cache<SpinLock>::slots_per_slab() == 10);

// One object freed and one allocated, of so many that are live. The objects
// were allocated in order and their boxes shuffled, so that the frees fall
// anywhere. A small window of boxes is used over and over: what is measured is
// the cache, and not the processor's, which no number of objects fits.
template <class Lock>
void FreeAndAllocateAFew(benchmark::State& state) {
  constexpr std::size_t kWindow = 8;
  auto cache = Cache<Lock>::Create().value();
  std::vector<typename Cache<Lock>::Box> boxes(
      static_cast<std::size_t>(state.range(0)));
  if (!cache.AllocateMany(boxes)) std::abort();
  std::ranges::shuffle(boxes, std::minstd_rand(1));
  std::size_t i = 0;
  for (auto _ : state) {
    auto& box = boxes[i++ % kWindow];
    if (!box.Free()) std::abort();
    box = cache.Allocate().value();
    benchmark::DoNotOptimize(box.get());
  }
}

// The whole stock freed in random order and allocated again: with many objects
// every access misses the processor's caches.
template <class Lock>
void FreeAndAllocateAll(benchmark::State& state) {
  auto cache = Cache<Lock>::Create().value();
  std::vector<typename Cache<Lock>::Box> boxes(
      static_cast<std::size_t>(state.range(0)));
  if (!cache.AllocateMany(boxes)) std::abort();
  std::ranges::shuffle(boxes, std::minstd_rand(1));
  std::size_t i = 0;
  for (auto _ : state) {
    auto& box = boxes[i];
    if (++i == boxes.size()) i = 0;
    if (!box.Free()) std::abort();
    box = cache.Allocate().value();
    benchmark::DoNotOptimize(box.get());
  }
}

void Counts(benchmark::internal::Benchmark* benchmark) {
  for (const std::int64_t live : {10, 1'000, 100'000}) benchmark->Arg(live);
}

BENCHMARK(FreeAndAllocateAFew<NoLock>)->Apply(Counts);
BENCHMARK(FreeAndAllocateAFew<SpinLock>)->Apply(Counts);
BENCHMARK(FreeAndAllocateAll<NoLock>)->Apply(Counts);
BENCHMARK(FreeAndAllocateAll<SpinLock>)->Apply(Counts);

// Beside the usual table: each time over that with fewer objects.
class Ratios : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      auto& times = times_[run.run_name.function_name];
      times.push_back(run.GetAdjustedCPUTime());
      std::cout << "  " << run.run_name.args << " live objects:" << std::fixed
                << std::setprecision(2);
      for (const double time : times) {
        std::cout << " x" << times.back() / time;
      }
      std::cout << "\n";
    }
  }

 private:
  std::map<std::string, std::vector<double>> times_;
};

}  // namespace
}  // namespace lockstep

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return EXIT_FAILURE;
  lockstep::Ratios ratios;
  benchmark::RunSpecifiedBenchmarks(&ratios);
}
