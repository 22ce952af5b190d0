#include "tests/mutants/mutant.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace lockstep {
namespace {

unsigned char nowhere[kMostMutants];

unsigned char* Map(const char* path) {
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0 || ftruncate(file, kMostMutants) != 0) return nullptr;
  void* const memory =
      mmap(nullptr, kMostMutants, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return memory == MAP_FAILED ? nullptr : static_cast<unsigned char*>(memory);
}

}  // namespace

constinit int mutant_awake = 0;
constinit unsigned char* mutants_reached = nowhere;

namespace {

// Before any other constructor: some allocate.
[[gnu::constructor(101)]] void WakeMutant() {
  if (const char* number = std::getenv("LOCKSTEP_MUTANT")) {
    mutant_awake = std::atoi(number);
  }
  if (const char* path = std::getenv("LOCKSTEP_MUTANTS_REACHED")) {
    mutants_reached = Map(path);
    if (mutants_reached == nullptr) {
      std::perror(path);
      std::_Exit(2);
    }
  }
}

}  // namespace
}  // namespace lockstep
