#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_CHECKED_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_CHECKED_H_

// A number, or the address of a slab, in a word that carries its own check.
//   Requires   a number below kCheckedEnd, or an address that is a multiple of
//              256.
//   Errors     Get clears `is_sound` if the word is not one that was written
//              here. What it returns then means nothing.
//   Complexity O(1).
//   Invariant  the bytes of the word XOR to kTag. If one byte changes they do
//              not; nor do they if all bytes are the same.
//   Undetected - one of 256 changes of several bytes.

#include <climits>
#include <cstddef>
#include <cstdint>

#include "allocator/base/address.h"

namespace lockstep {

template <class Word>
inline constexpr Word kCheckedEnd = static_cast<Word>(-1) >> CHAR_BIT;

template <class Word>
class Checked {
 public:
  Checked() : Checked(0) {}
  // The number is in the upper bytes, and the lowest byte is the check.
  explicit Checked(Word number)
      : word_(number << CHAR_BIT | (Fold(number) ^ kTag)) {}

  static Checked FromWord(Word word) {
    Checked checked;
    checked.word_ = word;
    return checked;
  }
  Word word() const { return word_; }

  Word Get(bool& is_sound) const {
    is_sound = is_sound && Fold(word_) == kTag;
    return Value();
  }
  // Of a word that is known to be sound.
  Word Value() const { return word_ >> CHAR_BIT; }

 private:
  static constexpr Word kTag = 0xA5;

  // All of its bytes, XORed.
  static Word Fold(Word word) {
    for (std::size_t bits = sizeof(Word) * CHAR_BIT / 2; bits >= CHAR_BIT;
         bits /= 2) {
      word ^= word >> bits;
    }
    return word & 0xFF;
  }

  Word word_;
};

template <class Slab>
class CheckedPointer {
 public:
  CheckedPointer() = default;
  explicit CheckedPointer(const Slab* slab) : number_(AddressOf(slab) >> 8) {}

  Slab* Get(bool& is_sound) const {
    number_.Get(is_sound);
    return Value();
  }
  Slab* Value() const {
    return static_cast<Slab*>(PointerTo(number_.Value() << 8));
  }

 private:
  Checked<Address> number_;
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_CHECKED_H_
