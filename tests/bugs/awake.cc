#include "tests/bugs/awake.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace lockstep {

constinit int bug_awake = 0;
constinit bool bodies_awake[kMostBugs] = {};
// The largest page that any of our machines has, so that a file can stand here.
alignas(1 << 16) constinit unsigned char bugs_reached[kMostBugs] = {};

namespace {

bool Map(const char* path) {
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0 || ftruncate(file, kMostBugs) != 0) return false;
  void* const memory = mmap(bugs_reached, kMostBugs, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_FIXED, file, 0);
  close(file);
  return memory != MAP_FAILED;
}

constexpr struct {
  int body;
  int bug;
} kPlaces[] = {
#include "bodies.inc"
};

// Before any other constructor: some allocate.
[[gnu::constructor(101)]] void WakeBug() {
  bool notes_all = false;
  if (const char* number = std::getenv("LOCKSTEP_BUG")) {
    bug_awake = std::atoi(number);
  }
  if (const char* path = std::getenv("LOCKSTEP_BUGS_REACHED")) {
    notes_all = bug_awake == 0;
    if (!Map(path)) {
      std::perror(path);
      std::_Exit(2);
    }
  }
  for (const auto& place : kPlaces) {
    bodies_awake[place.body] |= notes_all || place.bug == bug_awake;
  }
}

}  // namespace
}  // namespace lockstep
