#include "props/property.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/judge/jury.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "props/lab.h"
#include "props/law.h"

namespace lockstep::suite {
namespace {

// Long scripts, for what many blocks bring about; short ones, for the laws look
// at each state that they reach.
constexpr int kLongOps = 400;
constexpr int kShortOps = 64;
constexpr std::size_t kCheckEvery = 16;

class InLockstep final : public Property {
 public:
  explicit InLockstep(const lockstep_port& port)
      : jury_(port, {.recording = false, .check_every = kCheckEvery}) {}

  std::string_view name() const override { return "lockstep"; }
  int size() const override { return kLongOps; }
  Verdict Try(const Script& script) override {
    ++applied_;
    return jury_.Try(script);
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
  UnderLaw(const lockstep_port& port, const Law& law) : law_(law), lab_(port) {}

  std::string_view name() const override { return law_.name; }
  int size() const override { return kShortOps; }
  std::string_view lacking() const override {
    return law_.is_promised(lab_.port()) ? "" : law_.needs;
  }
  // All of the script counts, also what stands behind the step that shows it.
  Verdict Try(const Script& script) override {
    const auto breach = law_.check(lab_, script);
    if (!breach) return std::nullopt;
    return Violation{law_.name, script.ops.size(), breach->expected,
                     breach->came};
  }
  std::string Report(const Script& script, const Violation& violation) override;
  std::uint64_t applied() const override { return lab_.applied(); }
  std::uint64_t operations() const override { return lab_.operations(); }

 private:
  const Law& law_;
  Lab lab_;
};

// A law that is not broken a second time by the same script stays as it came.
std::string UnderLaw::Report(const Script& script, const Violation& violation) {
  Minimised reduced{script, violation, 0};
  if (const Verdict again = Try(script)) {
    reduced = Minimise(script, *again,
                       [this](const Script& tried) { return Try(tried); });
  }
  const auto& ops = reduced.script.ops;
  const auto breach = law_.check(lab_, reduced.script);
  const std::size_t step = breach ? breach->step : ops.size();
  return Text(
      "# violation  ", law_.name, ": ", law_.claim, "\n# step       ",
      step < ops.size()
          ? Text(step + 1, " of ", ops.size(), ": ", FormatOp(ops[step]))
          : Text(ops.size(), ", and what the law does then"),
      "\n# expected   ", reduced.violation.expected, "\n# came       ",
      reduced.violation.came, "\n# minimised  from ", script.ops.size(),
      " steps to ", ops.size(), ", in ", reduced.runs,
      " runs\n# To see it again, save this text and run: lockstep props ",
      lab_.port().name, " --property ", law_.name, " --script FILE\n",
      Format({lab_.port().name, reduced.script, {}}));
}

}  // namespace

std::vector<std::unique_ptr<Property>> PropertiesOf(const lockstep_port& port) {
  std::vector<std::unique_ptr<Property>> properties;
  properties.push_back(std::make_unique<InLockstep>(port));
  for (const Law& law : Laws()) {
    properties.push_back(std::make_unique<UnderLaw>(port, law));
  }
  return properties;
}

}  // namespace lockstep::suite
