#ifndef LOCKSTEP_MODELS_SCRIPT_LINE_H_
#define LOCKSTEP_MODELS_SCRIPT_LINE_H_

// One line of a trace, read word by word. A word is a name, or key=number.
//   Errors     The first thing that was not as expected is kept; whatever is
//              read after it counts for nothing.
//   Complexity O(characters).

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace lockstep::suite {

inline constexpr std::uint64_t kAnyNumber =
    std::numeric_limits<std::uint64_t>::max();

class Line {
 public:
  // The text must outlive it.
  explicit Line(std::string_view text) : rest_(text) { SkipBlanks(); }

  bool AtEnd() const { return rest_.empty(); }
  const std::string& fault() const { return fault_; }

  // Notes what was expected, and what is there.
  void Fault(std::string_view expected, std::string_view found);

  // The next word, which is not taken; "" at the end.
  std::string_view Next() const;
  // The next word, which is taken.
  std::string_view Word();
  // Takes the next word if it is this one.
  bool Accept(std::string_view word);
  void Expect(std::string_view expected);
  bool StartsWith(std::string_view prefix) const {
    return rest_.starts_with(prefix);
  }

  // `prefix` and a decimal number, such as size=4096 or b7.
  std::uint64_t Number(std::string_view prefix,
                       std::uint64_t most = kAnyNumber);
  // align= and a power of two.
  std::uint8_t AlignLog2();

 private:
  void SkipBlanks();

  std::string_view rest_;
  std::string fault_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_LINE_H_
