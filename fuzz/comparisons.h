#ifndef LOCKSTEP_FUZZ_COMPARISONS_H_
#define LOCKSTEP_FUZZ_COMPARISONS_H_

// The constants that the code of a library was seen to compare something with:
// sizes that are worth asking for. A few hundred are kept.
//   Complexity O(1).

#include <cstdint>

namespace lockstep::suite {

void NoteComparison(std::uint64_t constant);

// One of them, by a random number; 0: there is none.
std::uint64_t ComparedConstant(std::uint64_t random);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_FUZZ_COMPARISONS_H_
