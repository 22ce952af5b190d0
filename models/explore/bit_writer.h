#ifndef LOCKSTEP_MODELS_EXPLORE_BIT_WRITER_H_
#define LOCKSTEP_MODELS_EXPLORE_BIT_WRITER_H_

// Writes numbers of few bits one behind the other, without branches, as which of
// them fills a word cannot be predicted. Who writes many has a copy, which can
// stay in registers.
//   Requires   room for kMostBytes a number, and as much for the end.
//   Complexity O(1).

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lockstep::suite {

class BitWriter {
 public:
  static constexpr std::size_t kMostBytes = 4;

  explicit BitWriter(char* to) : to_(to) {}

  // Up to 32 bits.
  void Put(std::uint64_t number, unsigned bits) {
    tail_ |= number << tail_bits_;
    tail_bits_ += bits;
    const auto word = static_cast<std::uint32_t>(tail_);
    std::memcpy(to_, &word, sizeof(word));
    const unsigned words = tail_bits_ / 32;
    to_ += words * sizeof(word);
    tail_ >>= words * 32;
    tail_bits_ %= 32;
  }

  // The bits that fill no word, in as few bytes as hold them. Behind all.
  char* End() {
    for (; tail_bits_ != 0; tail_bits_ -= tail_bits_ < 8 ? tail_bits_ : 8) {
      *to_++ = static_cast<char>(tail_ & 0xFF);
      tail_ >>= 8;
    }
    return to_;
  }

  // Where it goes on, and where it is to do so when what it wrote was moved.
  char* to() const { return to_; }
  void MoveTo(char* to) { to_ = to; }

 private:
  char* to_;
  std::uint64_t tail_ = 0;  // Bits that fill no word yet.
  unsigned tail_bits_ = 0;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_BIT_WRITER_H_
