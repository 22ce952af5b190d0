#include "tools/cli/props/campaign.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/cell/cell.h"
#include "models/judge/minimise.h"
#include "models/script/text.h"
#include "models/system/rules.h"
#include "props/search.h"
#include "tools/cli/system_choice.h"

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
    : port_(port),
      options_(options),
      memory_(sizeof(Shared)),
      shared_(new(memory_.data()) Shared()) {
  shared_->next_seed = options.seed;
  const PropertyOptions how{
      .program = ProgramName(),
      .system = AsArgument(port_),
      .arguments = AsOption(port_),
      .board = options.is_in_process ? nullptr : &board_,
      .go_on = [](const Minimised&) { return !WasInterrupted(); }};
  for (auto& property : PropertiesOf(port, how)) {
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

bool Campaign::IsDone() const {
  const bool is_over = options_.seconds > 0
                           ? progress_.Seconds() >= options_.seconds
                           : shared_->done >= options_.cases;
  return is_over || refuted_.size() == properties_.size();
}

// A child tries round after round, until something is refuted; then another goes
// on behind it.
Result Campaign::Run() {
  Cell cell(board_, nullptr);
  const auto go_on = [&] {
    progress_.Show(
        Text(port_.name, ": ", Grouped(operations()), " operations checked"));
    return !WasInterrupted();
  };
  while (!IsDone() && go_on()) {
    const auto work = [&] { return TryRounds(); };
    const Verdict verdict =
        options_.is_in_process ? work() : cell.Run(work, go_on);
    if (!verdict) break;
    const std::size_t index = shared_->at++;
    Refute(index, *verdict, ParamsOf(*properties_[index], CasesOfRound()));
  }
  return SumUp();
}

Verdict Campaign::TryRounds() {
  for (; !IsDone() && !WasInterrupted(); shared_->at = 0) {
    if (Verdict verdict = TryRound(CasesOfRound())) return verdict;
    shared_->done += kRoundCases;
    ++shared_->next_seed;
  }
  return std::nullopt;
}

int Campaign::CasesOfRound() const {
  return options_.seconds > 0
             ? kRoundCases
             : std::min(kRoundCases, options_.cases - shared_->done);
}

SearchParams Campaign::ParamsOf(const Property& property, int cases) const {
  return {.seed = shared_->next_seed,
          .cases = cases,
          .size = options_.size.value_or(property.size())};
}

// So many cases of each property that is left.
Verdict Campaign::TryRound(int cases) {
  for (std::size_t& i = shared_->at; i < properties_.size(); ++i) {
    Property& property = *properties_[i];
    if (Has(refuted_, property.name())) continue;
    if (options_.is_in_process) {
      NoteForCrash(Command(property, cases));
      progress_.Show(Text(port_.name, ": ", property.name()));
    }
    SearchParams search = ParamsOf(property, cases);
    search.most_shrinks = 0;
    const auto found = Search(
        port_, [&](const Script& script) { return Try(i, script); }, search);
    if (!found) continue;
    board_.Write(found->first);
    return found->violation;
  }
  return std::nullopt;
}

Verdict Campaign::Try(std::size_t index, const Script& script) {
  Property& property = *properties_[index];
  Counts& counts = shared_->of.at(index);
  const Counts before{property.applied(), property.operations()};
  board_.Write(script);
  ++shared_->scripts;
  // With nothing left to find, the search ends soon.
  if (options_.is_in_process && WasInterrupted()) return std::nullopt;
  Verdict verdict = property.Try(script);
  counts.applied += property.applied() - before.applied;
  counts.operations += property.operations() - before.operations;
  return verdict;
}

// Searched for again where it can be shrunk, each script in a cell. A loop that
// has no end is not waited for so often.
void Campaign::Refute(std::size_t index, const Violation& violation,
                      SearchParams params) {
  Property& property = *properties_[index];
  const Script script = board_.ReadScript();
  Found found{script, script, violation, 0};
  if (violation.rule != kHangRule.name) {
    const auto trial = [&](const Script& tried) { return Try(index, tried); };
    Cell cell(board_, trial);
    const auto again = Search(
        port_,
        options_.is_in_process
            ? Trial(trial)
            : [&](const Script& tried) { return cell.Try(tried); },
        params);
    if (again) found = *again;
  }
  Report(index,
         Text("# found by   ", Command(property, params.cases),
              "\n# shrunk     from ", found.first.ops.size(), " steps to ",
              found.script.ops.size(), " by RapidCheck, in ", found.runs,
              " runs\n", property.Report(found.script, found.violation)));
}

void Campaign::Report(std::size_t index, const std::string& report) {
  refuted_.push_back(properties_[index]->name());
  findings_.push_back(ReadReport(report));
  std::cout << report;
}

Result Campaign::RunScript(const Script& script) {
  for (std::size_t i = 0; i < properties_.size(); ++i) {
    Cell cell(board_, [&](const Script& tried) { return Try(i, tried); });
    const Verdict verdict =
        options_.is_in_process ? Try(i, script) : cell.Try(script);
    if (!verdict) continue;
    Report(i, properties_[i]->Report(script, *verdict));
  }
  return SumUp();
}

std::vector<std::string_view> Campaign::Untried() const {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < properties_.size(); ++i) {
    if (shared_->of.at(i).applied == 0 &&
        !Has(refuted_, properties_[i]->name())) {
      names.push_back(properties_[i]->name());
    }
  }
  return names;
}

bool Campaign::HasTried() const {
  return Untried().size() < properties_.size();
}

Result Campaign::SumUp() {
  const auto untried = Untried();
  if (!untried.empty() && !WasInterrupted()) {
    Complain(Text(port_.name,
                  ": never tried, because no script met their "
                  "premise; more --cases may help:",
                  Listed(untried)));
  }
  PrintSummary(untried.size());
  return {.command = "props",
          .system = port_.name,
          .exit_code = !refuted_.empty()  ? kViolated
                       : WasInterrupted() ? kInterrupted
                                          : kHeld,
          .seed = options_.seed,
          .tried = {.operations = operations()},
          .seconds = progress_.Seconds(),
          .processor_seconds = progress_.ProcessorSeconds(),
          .findings = findings_,
          .details = CountsOf({{"scripts", shared_->scripts},
                               {"properties", properties_.size()},
                               {"properties_untried", untried.size()},
                               {"properties_skipped", skipped_.size()}})};
}

void Campaign::PrintSummary(std::size_t untried) const {
  const double rate =
      static_cast<double>(operations()) / progress_.ProcessorSeconds();
  // Behind a report it is a comment: all of the output is a trace.
  std::cout << (refuted_.empty() ? "" : "# ")
            << (WasInterrupted() ? "interrupted; " : "") << port_.name << ": "
            << properties_.size() - refuted_.size() - untried << " of "
            << properties_.size() << " properties held, " << untried
            << " never tried, " << skipped_.size() << " skipped, "
            << Grouped(operations()) << " operations in " << shared_->scripts
            << " scripts, seeds " << options_.seed << ".."
            << std::max(shared_->next_seed, options_.seed + 1) - 1 << ", "
            << Grouped(static_cast<std::uint64_t>(rate)) << " a second, "
            << refuted_.size() << " violations\n";
}

std::uint64_t Campaign::operations() const {
  std::uint64_t sum = 0;
  for (const Counts& counts : shared_->of) sum += counts.operations;
  return sum;
}

std::string Campaign::Command(const Property& property, int cases) const {
  return Text(ProgramName(), " props ", AsArgument(port_), " --property ",
              property.name(), " --seed ", shared_->next_seed, " --cases ",
              cases, " --size ", ParamsOf(property, cases).size);
}

}  // namespace lockstep::suite
