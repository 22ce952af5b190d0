#ifndef LOCKSTEP_TESTS_LYING_LAW_LIAR_H_
#define LOCKSTEP_TESTS_LYING_LAW_LIAR_H_

// Ports that break a law, each in one way: tests of the laws.

#include <ostream>
#include <string_view>
#include <vector>

#include "lockstep/port.h"

namespace lockstep::suite {

struct LawLiar {
  lockstep_port port;
  lockstep_port honest;  // Promises the same, and keeps it.
  std::string_view law;

  friend void PrintTo(const LawLiar& liar, std::ostream* out) {
    *out << liar.port.name;
  }
};

std::vector<LawLiar> RunLawLiars();
std::vector<LawLiar> RequestLawLiars();
std::vector<LawLiar> CacheLawLiars();
std::vector<LawLiar> WholeLawLiars();

// All of these. They live as long as the program.
const std::vector<LawLiar>& LawLiars();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_LYING_LAW_LIAR_H_
