// Exits with 0 if example.h does what it says.

#include "tests/bugs/example.h"

int main() {
  using lockstep::Larger;
  using lockstep::NumberError;
  using lockstep::Numbers;
  Numbers numbers;
  bool held = !numbers.Add(0);
  held = held && numbers.Refuses(1) == NumberError::kNone;
  for (const unsigned number : {2u, 8u, 16u, 32u}) {
    held = held && numbers.Add(number);
  }
  held = held && !numbers.Add(64);
  held = held && numbers.Refuses(0) == NumberError::kZero;
  held = held && numbers.Refuses(1) == NumberError::kNoRoom;
  held = held && numbers.Sum() == 58 && numbers.Bits() == 58;
  held = held && Larger(2, 3) == 3 && Larger(3, 2) == 3;
  held = held && Numbers::Between(7, 5) == 2 && Numbers::Between(5, 7) == 2;
  std::atomic<unsigned> published = 0;
  Numbers::Publish(published, 3);
  held = held && published == 3;
  return held ? 0 : 1;
}
