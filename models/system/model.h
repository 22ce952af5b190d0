#ifndef LOCKSTEP_MODELS_SYSTEM_MODEL_H_
#define LOCKSTEP_MODELS_SYSTEM_MODEL_H_

// A model only watches. It says nothing, or what rule was broken.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "models/script/op.h"
#include "models/system/memory.h"
#include "models/system/system.h"

namespace lockstep::suite {

struct Violation {
  std::string_view rule;  // Stable: see rules.h.
  std::size_t step = 0;   // From 0; those after the script's end clean up.
  std::string expected;
  std::string came;
  // Of a crash: where, "heap.c:12" or "my_free"; two at different places are
  // different findings. "" if it is not known, and for all other rules.
  std::string place{};
  // Of a crash or a hang: what the process wrote to stderr before.
  std::string last_words{};

  // Whether both show the same fault.
  bool IsLike(const Violation& other) const {
    return rule == other.rule && place == other.place;
  }
};

// What has this can be returned in a register, although it has a destructor.
#if defined(__clang__)
#define LOCKSTEP_IN_A_REGISTER [[clang::trivial_abi]]
#else
#define LOCKSTEP_IN_A_REGISTER
#endif

// A violation, or nothing: a single pointer, because nearly every one of them is
// nothing. It owns what it points to, as a std::unique_ptr would, which cannot be
// returned in a register.
class [[nodiscard]] LOCKSTEP_IN_A_REGISTER Verdict {
 public:
  Verdict() = default;
  Verdict(std::nullopt_t) {}  // NOLINT(google-explicit-constructor)
  // NOLINTNEXTLINE(google-explicit-constructor)
  [[gnu::cold]] Verdict(Violation violation)
      : violation_(new Violation(std::move(violation))) {}
  Verdict(Verdict&& other) noexcept
      : violation_(std::exchange(other.violation_, nullptr)) {}
  Verdict& operator=(Verdict&& other) noexcept {
    std::swap(violation_, other.violation_);
    return *this;
  }
  ~Verdict() {
    if (violation_ != nullptr) [[unlikely]]
      Delete(violation_);
  }

  bool has_value() const { return violation_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  // Require has_value().
  const Violation& operator*() const { return *violation_; }
  const Violation* operator->() const { return violation_; }

 private:
  // Out of the way of all that have nothing to delete.
  [[gnu::noinline]] static void Delete(const Violation* violation) {
    delete violation;
  }

  const Violation* violation_ = nullptr;
};

// Which of its functions a model wants called in a script. All by default;
// leaving one out saves a call for each op.
struct Interest {
  bool before = true;
  bool observe = true;
  bool skipped = true;
};

class Model {
 public:
  Model() = default;
  virtual ~Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  // A fresh system, about to run a script. It outlives the script.
  virtual void Begin(const System& system) = 0;
  // In the script that has begun.
  virtual Interest interest() const { return {}; }
  // Before the call: the last look at memory that it may give back.
  virtual Verdict Before(const Call& /*call*/) { return std::nullopt; }
  virtual Verdict Observe(const Call& call, const Outcome& outcome) = 0;
  virtual Verdict Skipped(const Op& /*op*/, std::size_t /*step*/) {
    return std::nullopt;
  }
  // After everything was freed and detached.
  virtual Verdict Finish(std::size_t /*step*/) { return std::nullopt; }
  // A walk over all that is live.
  virtual Verdict Check(std::size_t /*step*/) { return std::nullopt; }

  // For going back to a point of the script, together with the system. `into`
  // is null, or what a Save of this very model made before; Restore takes
  // nothing else. A model that remembers nothing leaves it alone.
  virtual void Save(std::unique_ptr<Memory>& /*into*/) const {}
  virtual void Restore(const Memory* /*memory*/) {}
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_MODEL_H_
