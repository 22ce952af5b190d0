#include "props/search.h"

#include <rapidcheck.h>

#include <cstdlib>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "props/scripts.h"

namespace lockstep::suite {
namespace {

// What every trial passes through. RapidCheck asks whether a script fails, and
// does not mind why; a shrunk one must break the rule that the first one broke.
class Watch {
 public:
  explicit Watch(const Trial& trial) : trial_(trial) {}

  bool Holds(const Script& script) {
    Verdict verdict = trial_(script);
    if (found_) ++found_->runs;
    if (!verdict) return true;
    if (!found_) {
      found_ = {script, script, *verdict, 0};
    } else if (verdict->rule != found_->violation.rule) {
      return true;
    } else {
      found_->script = script;
      found_->violation = *verdict;
    }
    return false;
  }

  std::optional<Found> Take() { return std::move(found_); }

 private:
  const Trial& trial_;
  std::optional<Found> found_;
};

// RapidCheck's own would read a configuration, and print a seed that is not
// ours.
class Silence final : public rc::detail::TestListener {
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&,
                      const rc::detail::TestResult&) override {}
};

}  // namespace

SearchParams SearchParams::OrFromEnvironment() const {
  const char* const text = std::getenv("RC_PARAMS");
  if (text == nullptr) return *this;
  rc::detail::Configuration defaults;
  defaults.testParams.seed = seed;
  defaults.testParams.maxSuccess = cases;
  defaults.testParams.maxSize = size;
  const auto params = rc::detail::configFromString(text, defaults).testParams;
  return {params.seed, params.maxSuccess, params.maxSize};
}

std::optional<Found> Search(const lockstep_port& port, const Trial& trial,
                            const SearchParams& params) {
  Watch watch(trial);
  const auto scripts = ScriptsFor(port);
  rc::detail::TestParams test;
  test.seed = params.seed;
  test.maxSuccess = params.cases;
  test.maxSize = params.size;
  Silence silence;
  const auto result = rc::detail::checkTestable(
      [&] { return watch.Holds(*scripts); }, rc::detail::TestMetadata{}, test,
      silence, std::unordered_map<std::string, rc::detail::Reproduce>{});
  auto found = watch.Take();
  if (!found && !result.is<rc::detail::SuccessResult>()) {
    std::ostringstream why;
    rc::detail::printResultMessage(result, why);
    throw std::runtime_error(why.str());
  }
  return found;
}

}  // namespace lockstep::suite
