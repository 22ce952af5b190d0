#include "props/property.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/cell/cell.h"
#include "models/judge/jury.h"
#include "models/judge/minimise.h"
#include "models/judge/report.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/rules.h"
#include "props/lab.h"
#include "props/law.h"

namespace lockstep::suite {
namespace {

// Long scripts, for what many blocks bring about; short ones, because the laws look
// at each state that they reach.
constexpr int kLongOps = 400;
constexpr int kShortOps = 64;
constexpr std::size_t kCheckEvery = 16;

class InLockstep final : public Property {
 public:
  InLockstep(const lockstep_port& port, const PropertyOptions& options)
      : jury_(port, {.recording = false,
                     .check_every = kCheckEvery,
                     .program = options.program,
                     .board = options.board,
                     .is_in_process = options.board == nullptr,
                     .arguments = options.arguments,
                     .go_on = options.go_on}) {}

  std::string_view name() const override { return "lockstep"; }
  int size() const override { return kLongOps; }
  // A script in which no request is served shows nothing.
  Verdict Try(const Script& script) override {
    const std::uint64_t before = jury_.tried().served;
    Verdict verdict = jury_.Try(script);
    if (verdict || jury_.tried().served != before) ++applied_;
    return verdict;
  }
  std::string Report(const Script& script,
                     const Violation& violation) override {
    return jury_.Report(script, violation);
  }
  std::uint64_t applied() const override { return applied_; }
  std::uint64_t operations() const override { return jury_.operations(); }

 private:
  std::uint64_t applied_ = 0;
  Jury jury_;
};

class UnderLaw final : public Property {
 public:
  UnderLaw(const lockstep_port& port, const Law& law, PropertyOptions options)
      : law_(law),
        lab_(port,
             options.board == nullptr ? nullptr : &options.board->witness()),
        options_(std::move(options)) {}

  std::string_view name() const override { return law_.name; }
  int size() const override { return kShortOps; }
  std::string_view lacking() const override {
    return law_.is_promised(lab_.port()) ? "" : law_.needs;
  }
  Verdict Try(const Script& script) override {
    return Judge(law_, lab_, script);
  }
  std::string Report(const Script& script, const Violation& violation) override;
  std::uint64_t applied() const override { return lab_.applied(); }
  std::uint64_t operations() const override { return lab_.operations(); }

 private:
  const Law& law_;
  Lab lab_;
  PropertyOptions options_;
  Minimised Reduce(const Script& script, const Violation& violation);
};

Minimised UnderLaw::Reduce(const Script& script, const Violation& violation) {
  const auto trial = [this](const Script& tried) { return Try(tried); };
  const MinimiseLimits limits{.go_on = options_.go_on};
  if (options_.board == nullptr) {
    return Minimise(script, violation, trial, limits);
  }
  Cell cell(*options_.board, trial);
  return MinimiseInCell(script, violation, cell, limits);
}

std::string UnderLaw::Report(const Script& script, const Violation& violation) {
  const Minimised reduced = Reduce(script, violation);
  const std::string command =
      Text(options_.program, " props ",
           options_.system.empty() ? lab_.port().name : options_.system,
           " --property ", law_.name, " --script FILE");
  return FormatReport({.reduced = reduced,
                       .steps_before = script.ops.size(),
                       .claim = violation.rule == law_.name
                                    ? law_.claim
                                    : ClaimOf(violation.rule),
                       .afterwards = "what the law does then",
                       .command = command}) +
         Format({lab_.port().name, reduced.script, {}});
}

}  // namespace

std::vector<std::unique_ptr<Property>> PropertiesOf(
    const lockstep_port& port, const PropertyOptions& options) {
  std::vector<std::unique_ptr<Property>> properties;
  properties.push_back(std::make_unique<InLockstep>(port, options));
  for (const Law& law : Laws()) {
    properties.push_back(std::make_unique<UnderLaw>(port, law, options));
  }
  return properties;
}

}  // namespace lockstep::suite
