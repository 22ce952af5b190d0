#ifndef LOCKSTEP_TESTS_LYING_LIAR_H_
#define LOCKSTEP_TESTS_LYING_LIAR_H_

// Ports that break their word, each in one way: tests of the checker.

#include <cstddef>
#include <ostream>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "models/system/rules.h"
#include "tests/lying/plain_port.h"

namespace lockstep::suite {

struct Liar {
  lockstep_port port;
  lockstep_port honest;   // Promises the same, and keeps it.
  std::string_view rule;  // The first that it must break.
  // How many ops at most are left of a script that shows it.
  std::size_t most_ops;

  friend void PrintTo(const Liar& liar, std::ostream* out) {
    *out << liar.port.name;
  }
};

// What all of PlainBuddy's liars promise that do not say otherwise.
inline constexpr lockstep_port kPlain = PlainTable(
    "buddy", LOCKSTEP_FITS_AGAIN | LOCKSTEP_COALESCES | LOCKSTEP_RESTORES |
                 LOCKSTEP_COUNTS_REQUESTED | kDetectsWithoutBooks);
// No placement claimed.
inline constexpr lockstep_port kUnplaced =
    PlainTable(nullptr, kPlain.capabilities);
// All misuse detected. The specification lets some of it pass.
inline constexpr lockstep_port kWary =
    PlainTable(nullptr, kPlain.capabilities | LOCKSTEP_DETECTS_FREE_AGAIN |
                            LOCKSTEP_DETECTS_USE_BEFORE_INIT);
// And that a layout is of another size class.
inline constexpr lockstep_port kExact =
    PlainTable(nullptr, kWary.capabilities | LOCKSTEP_DETECTS_OTHER_LAYOUT);
// Nothing about when all is free again.
inline constexpr lockstep_port kMerging =
    PlainTable(nullptr, kPlain.capabilities & ~LOCKSTEP_RESTORES);
// Only that all is free again in the end.
inline constexpr lockstep_port kRestoring =
    PlainTable(nullptr, LOCKSTEP_RESTORES | kDetectsWithoutBooks);
// And that a block of the same layout fits where one was just freed.
inline constexpr lockstep_port kModest = PlainTable(
    nullptr, LOCKSTEP_FITS_AGAIN | LOCKSTEP_RESTORES | kDetectsWithoutBooks);

template <class Lie>
Liar MakeLiar(const char* name, const Rule& rule, std::size_t most_ops,
              const lockstep_port& promises = kPlain) {
  return {PlainPort<Lie>::Behind(promises, name),
          PlainPort<PlainBuddy>::Behind(promises, "honest"), rule.name,
          most_ops};
}

std::vector<Liar> BlockLiars();
std::vector<Liar> BookLiars();
std::vector<Liar> CacheLiars();
std::vector<Liar> ContentsLiars();
std::vector<Liar> HeapLiars();
std::vector<Liar> LayoutLiars();
std::vector<Liar> MisuseLiars();
std::vector<Liar> OwnMemoryLiars();
std::vector<Liar> WholeLiars();
std::vector<Liar> PlacementLiars();
std::vector<Liar> RefusalLiars();
std::vector<Liar> StatusLiars();

// All of these. They live as long as the program.
const std::vector<Liar>& Liars();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_LYING_LIAR_H_
