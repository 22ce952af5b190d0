#include "models/judge/minimise.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include "models/judge/variants.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

// In a script of at most so many ops all pairs of them are tried.
constexpr std::size_t kMostOpsForPairs = 12;
// A longer one is searched for in other words, for so many runs an op.
constexpr std::size_t kShortOps = 4;
constexpr std::size_t kRunsPerOp = 48;

// For a hang, and for any rule but a crash once kHangsUntilShort scripts have hung.
// A call that is merely slow then counts as a hang: a shorter script may be
// missed, but nothing wrong is reported.
constexpr Patience kShortPatience = {.processor_seconds = 0.03,
                                     .waiting_seconds = 0.1};
constexpr int kHangsUntilShort = 3;
// For whatever else: to fill a stack takes a while.
constexpr Patience kMiddlePatience = {.processor_seconds = 0.2,
                                      .waiting_seconds = 0.5};

// The factor is Knuth's for MMIX, The Art of Computer Programming 2, 3.3.4.
std::uint64_t HashOf(const Ops& ops) {
  std::uint64_t hash = ops.size();
  const auto add = [&hash](std::uint64_t number) {
    hash = (std::rotl(hash, 32) ^ number) * 6364136223846793005;
  };
  for (const auto& [verb, align_log2, thread, slot, bytes, offset] : ops) {
    add(std::uint64_t{std::to_underlying(verb)} << 48 |
        std::uint64_t{align_log2} << 40 | std::uint64_t{thread} << 32 | slot);
    add(bytes);
    add(offset);
  }
  return hash;
}

class Minimiser {
 public:
  using Clock = std::chrono::steady_clock;

  Minimiser(const Script& script, const Violation& violation,
            const Trial& trial, MinimiseLimits limits)
      : trial_(trial),
        limits_(std::move(limits)),
        best_{.script = script, .violation = violation, .runs = 1} {}

  Minimised Run() {
    CutAfterViolation();
    do {
      do {
        Delete();
      } while (Leap());
    } while (Simplify());
    Try(WithOwnSlots(best_.script.ops));
    best_.seconds = Seconds();
    return std::move(best_);
  }

 private:
  // Takes over what still breaks the same rule.
  bool Try(Ops ops) {
    if (!Breaks(std::move(ops))) return false;
    CutAfterViolation();
    return true;
  }

  bool Breaks(Ops ops) {
    if (!GoesOn() || ops == best_.script.ops) return false;
    const std::uint64_t hash = HashOf(ops);
    if (useless_.contains(hash)) return false;
    ++best_.runs;
    Script script{best_.script.arena, std::move(ops)};
    auto verdict = trial_(script);
    if (!verdict || !verdict->IsLike(best_.violation)) {
      if (limits_.is_repeatable) useless_.insert(hash);
      return false;
    }
    best_.script = std::move(script);
    best_.violation = *verdict;
    return true;
  }

  double Seconds() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }

  bool GoesOn() {
    best_.is_complete = best_.is_complete && best_.runs < limits_.runs &&
                        Seconds() < limits_.seconds &&
                        (limits_.go_on == nullptr || limits_.go_on(best_));
    return best_.is_complete;
  }

  // If what stands behind the step does not count.
  void CutAfterViolation() {
    const Ops& ops = best_.script.ops;
    const std::size_t end = best_.violation.step + 1;
    if (end < ops.size()) Breaks(Without(ops, end, ops.size()));
  }

  void Delete() {
    DeletePieces(std::bit_ceil(best_.script.ops.size()));
    while (DeletePieces(1)) {
    }
  }

  // From the end, in pieces of so many ops, of half as many, ... of one.
  bool DeletePieces(std::size_t piece) {
    bool has_shrunk = false;
    for (; piece > 0; piece /= 2) {
      std::size_t end = best_.script.ops.size();
      while (end > 0) {
        const std::size_t start = end > piece ? end - piece : 0;
        has_shrunk |= Try(Without(best_.script.ops, start, end));
        end = std::min(start, best_.script.ops.size());
      }
    }
    return has_shrunk;
  }

  // Out of a local minimum. For a short script one attempt must do: simpler
  // numbers would hardly make another succeed.
  bool Leap() {
    const std::size_t count = best_.script.ops.size();
    if (count <= kShortOps && count == count_at_last_leap_) return false;
    count_at_last_leap_ = count;
    return DeletePair() || ChangeWholesale() || FindAShortOne();
  }

  // Of ops that only go together.
  bool DeletePair() {
    const Ops& ops = best_.script.ops;
    if (ops.size() > kMostOpsForPairs) return false;
    for (std::size_t j = 1; j < ops.size(); ++j) {
      for (std::size_t i = 0; i < j; ++i) {
        if (Try(Without(Without(ops, j, j + 1), i, i + 1))) return true;
      }
    }
    return false;
  }

  // Whether fewer ops suffice then; else all is as before.
  bool ChangeWholesale() {
    const Minimised before = best_;
    if (before.script.ops.size() < 2) return false;
    for (Ops& variant : Wholesale(before.script)) {
      if (!Try(std::move(variant))) continue;
      Delete();
      if (best_.script.ops.size() < before.script.ops.size()) return true;
      best_.script = before.script;
      best_.violation = before.violation;
    }
    return false;
  }

  bool FindAShortOne() {
    const std::size_t count = best_.script.ops.size();
    if (count <= kShortOps) return false;
    for (Ops& ops : ShortOnes(best_.script, count * kRunsPerOp)) {
      if (Try(std::move(ops))) return true;
    }
    return false;
  }

  bool Simplify() {
    bool has_changed = Try(WithPlainRequests(best_.script.ops));
    for (std::size_t i = 0; i < best_.script.ops.size(); ++i) {
      has_changed |= SimplifyNumber(i, &Op::bytes);
      has_changed |= SimplifyNumber(i, &Op::offset);
      has_changed |= SimplifyNumber(i, &Op::align_log2);
    }
    return has_changed;
  }

  // Zero, or a power of two, or by halving steps down to what still fails.
  template <class Number>
  bool SimplifyNumber(std::size_t index, Number Op::* field) {
    const auto number = [&] {
      return index < best_.script.ops.size() ? best_.script.ops[index].*field
                                             : Number{0};
    };
    const auto try_number = [&](Number less) {
      if (less >= number()) return false;
      Ops ops = best_.script.ops;
      ops[index].*field = less;
      return Try(std::move(ops));
    };
    if (try_number(0)) return true;
    if (try_number(std::bit_floor(number()))) {
      while (try_number(number() / 2)) {
      }
      return true;
    }
    bool has_changed = false;
    for (Number less = number() / 2; less != 0; less /= 2) {
      has_changed |= try_number(static_cast<Number>(number() - less));
    }
    return has_changed;
  }

  const Trial& trial_;
  MinimiseLimits limits_;
  Clock::time_point start_ = Clock::now();
  std::size_t count_at_last_leap_ = 0;
  // Scripts that did not break the rule, by their hashes.
  std::unordered_set<std::uint64_t> useless_;
  Minimised best_;
};

}  // namespace

Minimised Minimise(const Script& script, const Violation& violation,
                   const Trial& trial, MinimiseLimits limits) {
  return Minimiser(script, violation, trial, std::move(limits)).Run();
}

Minimised MinimiseInCell(const Script& script, const Violation& violation,
                         Cell& cell, MinimiseLimits limits) {
  const bool is_hang = violation.rule == kHangRule.name;
  Minimised before{.script = script, .violation = violation, .runs = 1};
  cell.SetPatience(is_hang ? kMiddlePatience : Patience());
  const Verdict again = cell.Try(script);
  // One of another rule may come first when all is checked after every op.
  if (again && again->rule == kHangRule.name && !is_hang) {
    before.why_not = "when the script was run again, it hung";
    return before;
  }
  if (!again) return before;
  for (const bool is_each_alone : {false, true}) {
    cell.SetPatience(is_hang ? kShortPatience : kMiddlePatience);
    int hangs = 0;
    const auto trial = [&](const Script& tried) {
      if (is_each_alone) cell.Renew();
      Verdict verdict = cell.Try(tried);
      const bool has_hung = verdict && verdict->rule == kHangRule.name;
      if (has_hung && again->rule != kCrashRule.name &&
          ++hangs == kHangsUntilShort) {
        cell.SetPatience(kShortPatience);
      }
      return verdict;
    };
    Minimised reduced = Minimise(script, *again, trial, limits);
    limits.seconds -= reduced.seconds;
    cell.SetPatience(Patience());
    cell.Renew();
    const Verdict last = cell.Try(reduced.script);
    if (last && last->IsLike(*again)) return reduced;
    // It was only slow, or suffered from what a script before it did.
    before.runs += reduced.runs;
    before.seconds += reduced.seconds;
    before.is_complete = false;
  }
  return before;
}

}  // namespace lockstep::suite
