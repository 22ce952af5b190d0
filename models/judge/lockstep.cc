#include "models/judge/lockstep.h"

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "models/system/junk.h"
#include "models/system/rules.h"

namespace lockstep::suite {

Lockstep::Lockstep(const lockstep_port& port, std::vector<Model*> models,
                   std::size_t check_every, Witness* witness)
    : system_(port, witness),
      models_(std::move(models)),
      check_every_(check_every),
      fresh_(port, &system_.witness()) {}

Verdict Lockstep::Run(const Script& script) {
  Begin(script.arena, JunkFor(script));
  for (const Op& op : script.ops) {
    if (auto verdict = TakeStep(op)) return verdict;
  }
  if (auto verdict = Finish()) return verdict;
  // Here and not when the next script begins, whose fault it would seem to be.
  system_.witness().step.store(step_, std::memory_order_relaxed);
  system_.End();
  return std::nullopt;
}

void Lockstep::Begin(ArenaSpec arena, std::uint64_t junk) {
  step_ = 0;
  system_.witness().step.store(0, std::memory_order_relaxed);
  if (break_at_ == 0) (void)std::raise(SIGTRAP);
  system_.Begin(arena, junk);
  unchecked_ops_ = 0;
  before_.clear();
  observing_.clear();
  skipped_.clear();
  for (Model* model : models_) {
    model->Begin(system_);
    const Interest interest = model->interest();
    if (interest.before) before_.push_back(model);
    if (interest.observe) observing_.push_back(model);
    if (interest.skipped) skipped_.push_back(model);
  }
}

Verdict Lockstep::Step(const Op& op) { return TakeStep(op); }

[[gnu::always_inline]] inline Verdict Lockstep::TakeStep(const Op& op) {
  const std::size_t step = step_++;
  if (step == break_at_ && step != 0) (void)std::raise(SIGTRAP);
  system_.witness().step.store(step, std::memory_order_relaxed);
  if (!system_.Resolve(op, step, call_)) return Skip(op, step);
  for (Model* model : before_) {
    if (auto verdict = model->Before(call_)) return verdict;
  }
  system_.Perform(call_, outcome_);
  ++counts().operations;
  if (IsRequest(op.verb)) {
    ++(outcome_.status == Status::kOk ? counts().served : counts().refused);
  }
  for (Model* model : observing_) {
    if (auto verdict = model->Observe(call_, outcome_)) return verdict;
  }
  return ++unchecked_ops_ < check_every_ ? std::nullopt : Check();
}

Verdict Lockstep::Skip(const Op& op, std::size_t step) {
  if (!system_.IsRunning()) return NotRunning(step);
  outcome_ = Outcome{};
  ++counts().skipped;
  for (Model* model : skipped_) {
    if (auto verdict = model->Skipped(op, step)) return verdict;
  }
  return std::nullopt;
}

Verdict Lockstep::NotRunning(std::size_t step) const {
  return Violation{kStatusRule.name, step, "an instance from create()",
                   "an error"};
}

void Lockstep::Save(Snapshot& into) const {
  system_.Save(into.system);
  into.memories.resize(models_.size());
  for (std::size_t i = 0; i < models_.size(); ++i) {
    models_[i]->Save(into.memories[i]);
  }
  into.step = step_;
}

void Lockstep::Restore(const Snapshot& snapshot) {
  system_.Restore(snapshot.system);
  for (std::size_t i = 0; i < models_.size(); ++i) {
    models_[i]->Restore(snapshot.memories[i].get());
  }
  step_ = snapshot.step;
  unchecked_ops_ = 0;
}

Verdict Lockstep::Check() {
  unchecked_ops_ = 0;
  const std::size_t step = step_ == 0 ? 0 : step_ - 1;
  if (const char* broken = system_.Audit()) {
    return Violation{kAuditRule.name, step, "no broken invariant", broken};
  }
  for (Model* model : models_) {
    if (auto verdict = model->Check(step)) return verdict;
  }
  return std::nullopt;
}

Verdict Lockstep::Finish() {
  const Tried asked_for = counts();
  Verdict verdict = CleanUp();
  counts() = asked_for;
  return verdict;
}

Verdict Lockstep::CleanUp() {
  if (auto verdict = Check()) return verdict;
  const auto slots = static_cast<std::uint32_t>(system_.slot_count());
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    if (!system_.IsLive(slot)) continue;
    if (auto verdict = Step({.verb = Verb::kFree, .slot = slot})) {
      return verdict;
    }
  }
  if (system_.Promises(LOCKSTEP_TRIM_RETURNS)) {
    if (auto verdict = Step({.verb = Verb::kTrim})) return verdict;
  }
  for (std::uint32_t handle = 0; handle < system_.port().handle_count;
       ++handle) {
    if (!system_.IsAttached(handle)) continue;
    if (auto verdict = Step({.verb = Verb::kDetach, .slot = handle})) {
      return verdict;
    }
  }
  if (auto verdict = CheckRestored()) return verdict;
  for (Model* model : models_) {
    if (auto verdict = model->Finish(step_)) return verdict;
  }
  return Check();
}

Verdict Lockstep::CheckRestored() {
  if (!system_.Promises(LOCKSTEP_RESTORES)) return std::nullopt;
  system_.witness().step.store(step_, std::memory_order_relaxed);
  if (system_.Promises(LOCKSTEP_ONE_INSTANCE)) return CheckRestoredAlone();
  const std::uint64_t bytes =
      fresh_.LargestRequest(system_.arena().spec(), system_.memory().pieces());
  if (bytes == 0) return std::nullopt;
  // Before the models see it: they have their own names for a refusal.
  const Op request{.verb = Verb::kAllocate, .slot = 0, .bytes = bytes};
  const auto call = system_.Resolve(request, step_);
  // The free of what was in the slot was refused, and no model minded.
  if (!call) return std::nullopt;
  if (step_ == break_at_) (void)std::raise(SIGTRAP);
  const Outcome outcome = system_.Perform(*call);
  if (outcome.status != Status::kOk) {
    return Violation{
        kRestoredRule.name, step_,
        Text(bytes, " bytes in one block, as a fresh instance has"),
        std::string(NameOf(outcome.status))};
  }
  for (Model* model : observing_) {
    if (auto verdict = model->Observe(*call, outcome)) return verdict;
  }
  ++step_;
  return Step({.verb = Verb::kFree, .slot = 0});
}

// The fresh instance ends the other one, so what that serves is asked first.
Verdict Lockstep::CheckRestoredAlone() {
  const std::uint64_t served =
      LargestServed(system_.memory().pieces(), [&](std::uint64_t bytes) {
        const Op request{.verb = Verb::kAllocate, .slot = 0, .bytes = bytes};
        const auto call = system_.Resolve(request, step_);
        if (!call || system_.Perform(*call).status != Status::kOk) return false;
        const auto undo =
            system_.Resolve({.verb = Verb::kFree, .slot = 0}, step_);
        if (undo) system_.Perform(*undo);
        return true;
      });
  const std::uint64_t fresh =
      fresh_.LargestRequest(system_.arena().spec(), system_.memory().pieces());
  if (served >= fresh) return std::nullopt;
  return Violation{kRestoredRule.name, step_,
                   Text(fresh, " bytes in one block, as a fresh instance has"),
                   Text("at most ", served)};
}

}  // namespace lockstep::suite
