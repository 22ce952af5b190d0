// Counts the instructions of a free and an allocation of 64 bytes in MappedHeap,
// among live blocks in random order, however large the regions are. They are
// only reserved: what is used gets memory.
//
// A child process does the work, and its parent goes through it step by step.
// Callgrind cannot: no program has 64 GiB of addresses under it.

#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "allocator/base/layout.h"
#include "allocator/bytes/heap.h"

namespace lockstep {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr std::size_t kGiB = std::size_t{1} << 30;
// Between regions: they do not touch, and blocks of all orders lie at the ends.
constexpr std::size_t kGapBytes = 4 * MappedHeap::kPageBytes;
constexpr long kFewRounds = 500;
constexpr long kManyRounds = 2500;

struct Row {
  std::size_t regions;
  std::size_t region_bytes;
  std::size_t live_blocks;
};

constexpr Row kRows[] = {
    {1, 64 * kMiB, 1000},       {1, 64 * kGiB, 1000}, {1, 64 * kGiB, 1'000'000},
    {16, 64 * kMiB, 1000},      {16, 4 * kGiB, 1000}, {16, 4 * kGiB, 1'000'000},
    {16, 64 * kGiB, 1'000'000},
};

void Require(bool held, const char* what) {
  if (held) return;
  std::perror(what);
  std::exit(2);
}

std::byte* Reserve(std::size_t bytes) {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  Require(memory != MAP_FAILED, "mmap");
  return static_cast<std::byte*>(memory);
}

void AddRegions(MappedHeap& heap, const Row& row) {
  const std::size_t map_bytes = MappedHeap::MapBytesFor(row.region_bytes);
  std::byte* start = Reserve(row.regions * (row.region_bytes + kGapBytes));
  for (std::size_t i = 0; i < row.regions; ++i) {
    std::byte* const map = Reserve(map_bytes);
    const auto added =
        i == 0 ? heap.Init(start, row.region_bytes, map, map_bytes)
               : heap.AddRegion(start, row.region_bytes, map, map_bytes);
    Require(added.has_value(), "a region");
    start += row.region_bytes + kGapBytes;
  }
}

// Frees a block and allocates another, so often.
void Turn(MappedHeap& heap, std::vector<void*>& blocks, Layout layout,
          long rounds) {
  std::uint32_t random = 1;
  for (long i = 0; i < rounds; ++i) {
    random = random * 1664525 + 1013904223;
    void*& block = blocks[std::uint64_t{random} * blocks.size() >> 32];
    const bool is_freed = heap.Deallocate(block, layout).has_value();
    const auto allocated = heap.Allocate(layout);
    if (!is_freed || !allocated) std::abort();
    block = *allocated;
  }
}

// Stops before and after each of the two runs.
void Work(const Row& row) {
  static MappedHeap heap;
  AddRegions(heap, row);
  const Layout layout = *Layout::Make(64, 8);
  std::vector<void*> blocks(row.live_blocks);
  for (void*& block : blocks) {
    block = heap.Allocate(layout).value_or(nullptr);
    Require(block != nullptr, "a block");
  }
  for (const long rounds : {kFewRounds, kManyRounds}) {
    std::raise(SIGSTOP);
    Turn(heap, blocks, layout, rounds);
    std::raise(SIGSTOP);
  }
}

// Until the child stops of itself.
long StepsOf(pid_t child) {
  long steps = 0;
  int status = 0;
  do {
    Require(ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) == 0, "a step");
    Require(waitpid(child, &status, 0) == child && WIFSTOPPED(status), "child");
    ++steps;
  } while (WSTOPSIG(status) == SIGTRAP);
  Require(WSTOPSIG(status) == SIGSTOP, "child");
  return steps;
}

void RunToStop(pid_t child) {
  int status = 0;
  Require(waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
              WSTOPSIG(status) == SIGSTOP,
          "child");
}

double InstructionsOf(const Row& row) {
  const pid_t child = fork();
  Require(child >= 0, "fork");
  if (child == 0) {
    Require(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0, "ptrace");
    Work(row);
    std::_Exit(0);
  }
  RunToStop(child);
  const long few = StepsOf(child);
  Require(ptrace(PTRACE_CONT, child, nullptr, nullptr) == 0, "ptrace");
  RunToStop(child);
  const long many = StepsOf(child);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return static_cast<double>(many - few) / (kManyRounds - kFewRounds);
}

}  // namespace
}  // namespace lockstep

int main() {
  std::puts("regions   MiB each  live blocks  instructions");
  for (const lockstep::Row& row : lockstep::kRows) {
    std::printf("%7zu %10zu %12zu %13.0f\n", row.regions,
                row.region_bytes / lockstep::kMiB, row.live_blocks,
                lockstep::InstructionsOf(row));
    std::fflush(stdout);
  }
}
