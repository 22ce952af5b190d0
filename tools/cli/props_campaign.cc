#include "tools/cli/props_campaign.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "props/search.h"

namespace lockstep::suite {
namespace {

// So many cases of a property at a time, so that all get their turn.
constexpr int kRoundCases = 50;

bool Has(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string Listed(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) text += Text(" ", name);
  return text;
}

}  // namespace

Campaign::Campaign(const lockstep_port& port, const Options& options)
    : port_(port), options_(options), next_seed_(options.seed) {
  for (auto& property : PropertiesOf(port, ProgramName())) {
    if (!options.names.empty() && !Has(options.names, property->name())) {
      continue;
    }
    if (property->lacking().empty()) {
      properties_.push_back(std::move(property));
      continue;
    }
    skipped_.push_back(property->name());
  }
  if (skipped_.empty()) return;
  Complain(Text(port.name,
                ": skipped, because it does not promise what --list says that "
                "these need:",
                Listed(skipped_)));
}

bool Campaign::IsDone(int cases) const {
  const bool is_over = options_.seconds > 0
                           ? progress_.Seconds() >= options_.seconds
                           : cases >= options_.cases;
  return is_over || refuted_.size() == properties_.size();
}

ExitCode Campaign::Run() {
  for (int done = 0; !IsDone(done) && !WasInterrupted(); done += kRoundCases) {
    Round(options_.seconds > 0 ? kRoundCases
                               : std::min(kRoundCases, options_.cases - done));
    ++next_seed_;
  }
  return SumUp();
}

void Campaign::Round(int cases) {
  for (const auto& property : properties_) {
    if (WasInterrupted()) return;
    if (Has(refuted_, property->name())) continue;
    progress_.Show(Text(port_.name, ": ", property->name(), ", ",
                        Grouped(operations()), " operations checked"));
    NoteForCrash(Command(*property, cases));
    Refute(*property, cases);
  }
}

void Campaign::Refute(Property& property, int cases) {
  const auto trial = [&](const Script& script) -> Verdict {
    ++scripts_;
    NoteReturn();
    // With nothing left to find, the search ends soon.
    if (WasInterrupted()) return std::nullopt;
    return property.Try(script);
  };
  const auto found =
      Search(port_, trial,
             {.seed = next_seed_, .cases = cases, .size = SizeOf(property)});
  if (!found) return;
  refuted_.push_back(property.name());
  std::cout << "# found by   " << Command(property, cases)
            << "\n# shrunk     from " << found->first.ops.size() << " steps to "
            << found->script.ops.size() << " by RapidCheck, in " << found->runs
            << " runs\n"
            << property.Report(found->script, found->violation);
}

ExitCode Campaign::RunScript(const Script& script) {
  for (const auto& property : properties_) {
    ++scripts_;
    const Verdict verdict = property->Try(script);
    if (!verdict) continue;
    refuted_.push_back(property->name());
    std::cout << property->Report(script, *verdict);
  }
  return SumUp();
}

std::vector<std::string_view> Campaign::Untried() const {
  std::vector<std::string_view> names;
  for (const auto& property : properties_) {
    if (property->applied() == 0) names.push_back(property->name());
  }
  return names;
}

bool Campaign::HasTried() const {
  return Untried().size() < properties_.size();
}

ExitCode Campaign::SumUp() const {
  const auto untried = Untried();
  if (!untried.empty() && !WasInterrupted()) {
    Complain(Text(port_.name,
                  ": never tried, because no script met their "
                  "premise; more --cases may help:",
                  Listed(untried)));
  }
  if (options_.is_json) PrintJson(untried.size());
  const bool is_refuted = !refuted_.empty();
  const double rate = static_cast<double>(operations()) / progress_.Seconds();
  // Behind a report it is a comment: all of the output is a trace.
  std::cout << (is_refuted ? "# " : "")
            << (WasInterrupted() ? "interrupted; " : "") << port_.name << ": "
            << properties_.size() - refuted_.size() - untried.size() << " of "
            << properties_.size() << " properties held, " << untried.size()
            << " never tried, " << skipped_.size() << " skipped, "
            << Grouped(operations()) << " operations in " << scripts_
            << " scripts, seeds " << options_.seed << ".."
            << std::max(next_seed_, options_.seed + 1) - 1 << ", "
            << Grouped(static_cast<std::uint64_t>(rate)) << " a second, "
            << refuted_.size() << " violations\n";
  if (is_refuted) return kViolated;
  return WasInterrupted() ? kInterrupted : kHeld;
}

void Campaign::PrintJson(std::size_t untried) const {
  std::cout << "{\"source\":\"props\",\"system\":\"" << port_.name
            << "\",\"seed\":" << options_.seed << ",\"scripts\":" << scripts_
            << ",\"operations\":" << operations()
            << ",\"seconds\":" << progress_.Seconds()
            << ",\"properties\":" << properties_.size()
            << ",\"untried\":" << untried << ",\"skipped\":" << skipped_.size()
            << ",\"violations\":" << refuted_.size() << "}\n";
}

std::uint64_t Campaign::operations() const {
  std::uint64_t sum = 0;
  for (const auto& property : properties_) sum += property->operations();
  return sum;
}

std::string Campaign::Command(const Property& property, int cases) const {
  return Text(ProgramName(), " props ", port_.name, " --property ",
              property.name(), " --seed ", next_seed_, " --cases ", cases,
              " --size ", SizeOf(property));
}

}  // namespace lockstep::suite
