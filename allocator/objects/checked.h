#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_CHECKED_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_CHECKED_H_

// A number, or the address of a slab, in a word that carries its own check; or,
// if nothing is to be sealed, in a plain word.
//
//     +--------------------+--------------------+
//     | number ^ 0xFFFF    | number             |   CheckedNumber, 32 bits
//     +--------------------+--------------------+
//     +--------------------------------+--------+
//     | address, all but its low byte  | check  |   CheckedPointer
//     +--------------------------------+--------+
//
//   Requires   a number below 2^16, or an address that is a multiple of 256.
//   Errors     Damage is not 0 if the word is not one that was written here.
//              What Value returns then means nothing.
//   Complexity O(1).
//   Invariant  the two halves of a number XOR to 0xFFFF. The check of an
//              address is the highest byte of its product with a constant, to
//              which every bit counts. So any changed bit is found; any changed
//              byte of a number; and any of an address, unless it has become
//              smaller or larger by exactly 253. Words of zeros and words of
//              ones are unsound.
//   Undetected - one of 65,536 changes of several bytes of a number, and one of
//                256 of an address;
//              - all changes, if Unsealed.

#include <bit>
#include <climits>
#include <cstddef>
#include <cstdint>

#include "allocator/base/address.h"

namespace lockstep {

// Whether a cache finds what others changed in its headers, or saves the time.
struct Sealed {
  static constexpr bool kSeals = true;
};
struct Unsealed {
  static constexpr bool kSeals = false;
};

template <class Sealing>
class CheckedNumber {
 public:
  static constexpr std::uint32_t kMax = 0xFFFF;

  CheckedNumber() : CheckedNumber(0) {}
  explicit CheckedNumber(std::uint32_t number)
      : word_(Sealing::kSeals ? number * (kOneUp + 1) ^ ~kMax : number) {}

  static CheckedNumber FromWord(std::uint32_t word) {
    CheckedNumber checked;
    checked.word_ = word;
    return checked;
  }
  std::uint32_t word() const { return word_; }

  std::uint32_t Damage() const {
    return Sealing::kSeals ? ~(word_ ^ std::rotl(word_, 16)) : 0;
  }
  // Of several at once, for the price of one: the same change of two of them
  // cancels out.
  static std::uint32_t DamageOf(CheckedNumber a, CheckedNumber b) {
    const std::uint32_t word = a.word_ ^ b.word_;
    return Sealing::kSeals ? word ^ std::rotl(word, 16) : 0;
  }
  static std::uint32_t DamageOf(CheckedNumber a, CheckedNumber b,
                                CheckedNumber c) {
    return FromWord(a.word_ ^ b.word_ ^ c.word_).Damage();
  }
  std::uint32_t Value() const { return Sealing::kSeals ? word_ & kMax : word_; }

  // Of a number that is sound, and stays below 2^16. The upper half moves the
  // other way.
  void Increase() { word_ = Sealing::kSeals ? word_ + 1 - kOneUp : word_ + 1; }
  void Decrease() { word_ = Sealing::kSeals ? word_ - 1 + kOneUp : word_ - 1; }

 private:
  static constexpr std::uint32_t kOneUp = kMax + 1;

  std::uint32_t word_;
};

template <class Slab, class Sealing>
class CheckedPointer {
 public:
  CheckedPointer() : CheckedPointer(nullptr) {}
  explicit CheckedPointer(const Slab* slab) : word_(AddressOf(slab)) {
    if (Sealing::kSeals) word_ |= CheckOf(word_);
  }

  Address Damage() const {
    return Sealing::kSeals ? CheckOf(word_) ^ (word_ & kLowByte) : 0;
  }
  Slab* Value() const {
    return static_cast<Slab*>(
        PointerTo(Sealing::kSeals ? word_ & ~kLowByte : word_));
  }

 private:
  static constexpr Address kLowByte = 0xFF;
  static constexpr int kCheckShift = sizeof(Address) * CHAR_BIT - 8;
  // Nearly 89/253 of 2^64, and 25/253 of 2^32. When a byte changes by d, so
  // does the check, unless d times the factor, moved to where the byte is, lies
  // less than 2^-8 of a word from 0. Every factor has such a d; for these it is
  // 253.
  static constexpr Address kFactor =
      sizeof(Address) == 8 ? static_cast<Address>(0x5A0E'2A7F'7E7B'7257)
                           : 0x194B'E3AB;

  // The highest byte of a product, to which every byte of the address counts.
  static Address CheckOf(Address word) {
    return (word | kLowByte) * kFactor >> kCheckShift;
  }

  Address word_;
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_CHECKED_H_
