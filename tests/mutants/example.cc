// Exits with 0 if example.h does what it says.

#include "tests/mutants/example.h"

int main() {
  using lockstep::Larger;
  using lockstep::Numbers;
  Numbers numbers;
  bool held = !numbers.Add(0);
  for (const unsigned number : {2u, 8u, 16u, 32u}) {
    held = held && numbers.Add(number);
  }
  held = held && !numbers.Add(64);
  held = held && numbers.Sum() == 58 && numbers.Bits() == 58;
  held = held && Larger(2, 3) == 3 && Larger(3, 2) == 3;
  held = held && Numbers::Between(7, 5) == 2 && Numbers::Between(5, 7) == 2;
  return held ? 0 : 1;
}
