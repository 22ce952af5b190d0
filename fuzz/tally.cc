#include "fuzz/tally.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "models/judge/caveat.h"

namespace lockstep::suite {
namespace {

// Inputs that were kept may serve nothing, and be right.
constexpr std::uint64_t kFewExecutions = 8;

// Null, after a complaint, if the file cannot be had.
Tally::Figures* MapFile(const char* path) {
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  void* mapped = MAP_FAILED;
  if (file >= 0 && ftruncate(file, sizeof(Tally::Figures)) == 0) {
    mapped = mmap(nullptr, sizeof(Tally::Figures), PROT_READ | PROT_WRITE,
                  MAP_SHARED, file, 0);
  }
  if (mapped == MAP_FAILED) std::perror(path);
  if (file >= 0) close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<Tally::Figures*>(mapped);
}

}  // namespace

Tally::Tally() {
  const char* const path = std::getenv("LOCKSTEP_TALLY");
  if (path == nullptr) return;
  if (Figures* const mapped = MapFile(path)) figures_ = mapped;
}

void Tally::End(const Tried& tried) {
  const std::chrono::nanoseconds took = Clock::now() - began_;
  ++figures_->executions;
  figures_->operations += tried.operations;
  figures_->served += tried.served;
  figures_->refused += tried.refused;
  figures_->skipped += tried.skipped;
  figures_->nanoseconds_judging += static_cast<std::uint64_t>(took.count());
}

Tally::~Tally() {
  std::fprintf(stderr,
               "lockstep: {\"executions\": %" PRIu64
               ", \"operations\": %" PRIu64 ", \"served\": %" PRIu64
               ", \"refused\": %" PRIu64 ", \"skipped\": %" PRIu64
               ", \"seconds_judging\": %.3f}\n",
               figures_->executions, figures_->operations, figures_->served,
               figures_->refused, figures_->skipped,
               static_cast<double>(figures_->nanoseconds_judging) * 1e-9);
  if (figures_->executions < kFewExecutions ||
      figures_->served + figures_->refused == 0) {
    return;
  }
  const std::string caveat = CaveatOf({figures_->operations, figures_->skipped,
                                       figures_->served, figures_->refused});
  if (caveat.empty()) return;
  std::fprintf(stderr, "lockstep: %s\n", caveat.c_str());
  // It is ending already: another exit() would be undefined.
  if (figures_->served != 0) return;
  std::fflush(nullptr);
  std::_Exit(2);
}

}  // namespace lockstep::suite
