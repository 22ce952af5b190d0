#include "models/judge/minimise.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lockstep::suite {
namespace {

using Ops = std::vector<Op>;

class Minimiser {
 public:
  Minimiser(const Script& script, const Violation& violation,
            const Trial& trial, std::size_t max_runs)
      : trial_(trial), max_runs_(max_runs), best_{script, violation, 1} {
    DropOpsAfterViolation();
  }

  Minimised Run() {
    do {
      while (DeleteOps()) {
      }
      SimplifyOps();
    } while (DeleteOps());
    RenumberSlots();
    return std::move(best_);
  }

 private:
  // Takes over what still breaks the same rule.
  bool Try(Ops ops) {
    if (best_.runs >= max_runs_) return false;
    ++best_.runs;
    Script script{best_.script.arena, std::move(ops)};
    auto verdict = trial_(script);
    if (!verdict || verdict->rule != best_.violation.rule) return false;
    best_.script = std::move(script);
    best_.violation = *verdict;
    DropOpsAfterViolation();
    return true;
  }

  void DropOpsAfterViolation() {
    Ops& ops = best_.script.ops;
    ops.resize(std::min(ops.size(), best_.violation.step + 1));
  }

  // From the end, in pieces of half the script, a quarter, ... one op.
  bool DeleteOps() {
    bool has_shrunk = false;
    std::size_t piece = std::bit_ceil(best_.script.ops.size());
    for (; piece > 0; piece /= 2) {
      std::size_t end = best_.script.ops.size();
      while (end > 0) {
        const std::size_t start = end > piece ? end - piece : 0;
        Ops ops = best_.script.ops;
        ops.erase(At(ops, start), At(ops, end));
        has_shrunk |= Try(std::move(ops));
        end = std::min(start, best_.script.ops.size());
      }
    }
    return has_shrunk;
  }

  static Ops::iterator At(Ops& ops, std::size_t index) {
    return ops.begin() + static_cast<std::ptrdiff_t>(index);
  }

  void SimplifyOps() {
    for (std::size_t i = 0; i < best_.script.ops.size(); ++i) {
      SimplifyNumber(i, &Op::bytes);
      SimplifyNumber(i, &Op::offset);
      SimplifyNumber(i, &Op::align_log2);
    }
  }

  // Zero, or a power of two, or by halving steps down to what still fails.
  template <class Number>
  void SimplifyNumber(std::size_t index, Number Op::* field) {
    const auto try_number = [&](Number less) {
      if (index >= best_.script.ops.size()) return false;
      Ops ops = best_.script.ops;
      if (less >= ops[index].*field) return false;
      ops[index].*field = less;
      return Try(std::move(ops));
    };
    if (index >= best_.script.ops.size()) return;
    const Number number = best_.script.ops[index].*field;
    if (try_number(0)) return;
    if (try_number(std::bit_floor(number))) {
      while (index < best_.script.ops.size() &&
             try_number(best_.script.ops[index].*field / 2)) {
      }
      return;
    }
    for (Number less = number / 2; less != 0; less /= 2) {
      if (index >= best_.script.ops.size()) return;
      try_number(static_cast<Number>(best_.script.ops[index].*field - less));
    }
  }

  // b0, b1, ... in the order in which they are first named.
  void RenumberSlots() {
    Ops ops = best_.script.ops;
    std::vector<std::uint32_t> names;
    for (Op& op : ops) {
      // Handles and slabs have numbers of their own.
      if (!InfoOf(op.verb).has_slot || InfoOf(op.verb).slot_prefix != "b") {
        continue;
      }
      auto name = std::ranges::find(names, op.slot);
      if (name == names.end()) name = names.insert(names.end(), op.slot);
      op.slot = static_cast<std::uint32_t>(name - names.begin());
    }
    Try(std::move(ops));
  }

  const Trial& trial_;
  std::size_t max_runs_;
  Minimised best_;
};

}  // namespace

Minimised Minimise(const Script& script, const Violation& violation,
                   const Trial& trial, std::size_t max_runs) {
  return Minimiser(script, violation, trial, max_runs).Run();
}

}  // namespace lockstep::suite
