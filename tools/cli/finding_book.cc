#include "tools/cli/finding_book.h"

#include <bit>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

constexpr unsigned kOftenEnough = 3;

std::string NameAt(const Script& script, std::size_t step) {
  return step < script.ops.size()
             ? std::string(InfoOf(script.ops[step].verb).word)
             : "after the script";
}

// What is known before it is made short.
std::string KindOf(const Script& script, const Violation& violation) {
  return Text(violation.rule, ' ', violation.place, ' ',
              NameAt(script, violation.step));
}

std::string ShapeOf(const Minimised& reduced) {
  std::set<std::string_view> words;
  for (const Op& op : reduced.script.ops) words.insert(InfoOf(op.verb).word);
  std::string text = KindOf(reduced.script, reduced.violation);
  for (const std::string_view word : words) text += Text(' ', word);
  return text;
}

}  // namespace

bool FindingBook::IsTired(const Script& script,
                          const Violation& violation) const {
  const auto known = known_again_.find(KindOf(script, violation));
  if (known == known_again_.end()) return false;
  const auto often = static_cast<unsigned>(known->second);
  return often >= kOftenEnough && !std::has_single_bit(often);
}

void FindingBook::CountRepeat(const Script& script,
                              const Violation& violation) {
  ++known_again_[KindOf(script, violation)];
  ++repeats_;
}

bool FindingBook::Enter(const Script& script, const Violation& before,
                        const Minimised& reduced) {
  int& known_again = known_again_[KindOf(script, before)];
  if (shapes_.insert(ShapeOf(reduced)).second) {
    known_again = 0;
    return true;
  }
  ++known_again;
  ++repeats_;
  return false;
}

}  // namespace lockstep::suite
