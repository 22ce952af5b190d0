#include "props/search.h"

#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "props/scripts.h"

namespace lockstep::suite {
namespace {

// Of the case with this number: from 0 up to the largest, again and again. The
// last such round may be short; then its sizes lie further apart.
int SizeOfCase(int number, const SearchParams& params) {
  const int round = params.size + 1;
  const int in_whole_rounds = params.cases / round * round;
  if (number < in_whole_rounds) return number % round;
  const int last = params.cases - in_whole_rounds - 1;
  if (last == 0) return 0;
  return static_cast<int>(std::int64_t{number - in_whole_rounds} * params.size /
                          last);
}

Found Shrink(const rc::Shrinkable<Script>& first, const Violation& violation,
             const Trial& trial, std::size_t most_shrinks) {
  Found found{first.value(), first.value(), violation, 0};
  auto smaller = first.shrinks();
  while (found.runs < most_shrinks) {
    const auto next = smaller.next();
    if (!next) break;
    Script script = next->value();
    const Verdict verdict = trial(script);
    ++found.runs;
    if (!verdict || !verdict->IsLike(violation)) continue;
    found.script = std::move(script);
    found.violation = *verdict;
    smaller = next->shrinks();
  }
  return found;
}

}  // namespace

std::optional<Found> Search(const lockstep_port& port, const Trial& trial,
                            const SearchParams& params) {
  const rc::Gen<Script> scripts = ScriptsFor(port);
  rc::Random random(params.seed);
  for (int number = 0; number < params.cases; ++number) {
    // Split twice, as rc::check does: a seed stands for the same scripts there.
    const rc::Shrinkable<Script> one =
        scripts(random.split().split(), SizeOfCase(number, params));
    if (const Verdict verdict = trial(one.value())) {
      return Shrink(one, *verdict, trial, params.most_shrinks);
    }
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
