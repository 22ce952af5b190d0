#include "tools/cli/verify/campaign.h"

#include <cmath>
#include <cstddef>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/console.h"
#include "tools/cli/result/result.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/report/findings.h"
#include "tools/cli/verify/report/host.h"
#include "tools/cli/verify/report/json.h"
#include "tools/cli/verify/report/page.h"
#include "tools/cli/verify/report/table.h"

namespace lockstep::suite::verify {
namespace {

// What processes say need not be UTF-8.
std::string Dumped(const nlohmann::ordered_json& fields) {
  return fields.dump(2, ' ', false,
                     nlohmann::ordered_json::error_handler_t::replace) +
         '\n';
}

}  // namespace

Campaign::Campaign(const TakenFolder& folder, const Setting& setting,
                   std::string shown_program, std::size_t width,
                   const std::vector<std::unique_ptr<Job>>& jobs)
    : folder_(folder),
      setting_(setting),
      shown_program_(std::move(shown_program)),
      width_(width),
      jobs_(jobs),
      fixed_{{"version", 1},
             {"seed", setting.seed},
             {"seconds_per_source_and_system", setting.seconds},
             {"seconds_on_threads", setting.thread_seconds},
             {"started", TimeNow()},
             {"jobs", width},
             {"build", DescribeBuild(setting.program)},
             {"machine", DescribeMachine()}},
      pool_(InTurns(jobs), width) {}

double Campaign::Seconds() const {
  return std::chrono::duration<double>(Clock::now() - began_).count();
}

std::vector<const Job*> Campaign::AllJobs() const {
  std::vector<const Job*> jobs;
  for (const auto& job : jobs_) jobs.push_back(job.get());
  return jobs;
}

void Campaign::RunJobs() {
  const auto on_end = [this](Task& task) {
    for (const auto& job : jobs_) {
      for (const auto& its : job->tasks) {
        if (its.get() != &task || !job->HasEnded()) continue;
        if (!std::exchange(job->is_told, true)) OnJob(*job);
      }
    }
  };
  pool_.Run(on_end, [this] { status_.Show(jobs_, pool_.SecondsLeft()); });
  for (const auto& job : jobs_) {
    if (!job->HasEnded() || job->tasks.empty()) OnJob(*job);
  }
}

void Campaign::OnJob(Job& job) {
  job.AddUp();
  SaveViolations(job);
  total_.Add(job.outcome);
  ended_.push_back(&job);
  // If that fails, it is tried again in the end, and then said.
  (void)folder_.Write(kJsonFile,
                      Dumped(Fields(GroupViolations(ended_), ended_, false)));
  status_.Erase();
  PrintLine(job);
}

// As SOURCE-SYSTEM.trace or .stderr; from the second on, with a number.
void Campaign::SaveViolations(Job& job) const {
  std::size_t number = 0;
  for (Violation& violation : job.outcome.violations) {
    const std::string name = Text(job.source->name, '-', job.system.name,
                                  ++number == 1 ? "" : Text('-', number),
                                  violation.is_trace ? ".trace" : ".stderr");
    violation.path = folder_.Path(name);
    const auto written = folder_.Write(name, violation.finding.report);
    if (!written) job.outcome.problems.push_back(written.error());
  }
}

ExitCode Campaign::Code() const {
  if (pool_.is_interrupted()) return kInterrupted;
  if (!total_.problems.empty() || !problems_.empty()) return kBadInput;
  return total_.violations.empty() ? kHeld : kViolated;
}

Campaign::Json Campaign::Fields(const std::vector<Group>& groups,
                                const std::vector<const Job*>& jobs,
                                bool is_complete) const {
  Json fields = fixed_;
  fields["is_complete"] = is_complete;
  fields["exit_code"] = static_cast<int>(Code());
  fields["duration_seconds"] = std::round(Seconds() * 1000) / 1000;
  fields["operations"] = total_.tried.operations;
  fields["violations"] = total_.violations.size();
  fields["findings"] = DescribeGroups(groups);
  fields["results"] = Json::array();
  for (const Job* job : jobs) {
    fields["results"].push_back(DescribeJob(*job, groups));
  }
  return fields;
}

// The files come first: standard output may be closed, or full.
ExitCode Campaign::Run() {
  RunJobs();
  status_.Erase();
  const std::vector<const Job*> jobs = AllJobs();
  const std::vector<Group> groups = GroupViolations(jobs);
  const Json fields = Fields(groups, jobs, true);
  const double seconds = Seconds();
  auto written = folder_.Write(kJsonFile, Dumped(fields));
  if (written) {
    written = folder_.Write(
        kPageFile, MakeReportPage({jobs, groups, fields, shown_program_,
                                   setting_.program}));
  }
  PrintTable(jobs, total_, seconds, width_);
  PrintFindings(groups, shown_program_);
  PrintProblems(jobs);
  if (!written) {
    problems_.push_back("the report is not complete: " + written.error());
    std::cout << "problem: " << problems_.back() << '\n';
  }
  PrintSummary(groups, seconds);
  return Code();
}

void Campaign::PrintSummary(const std::vector<Group>& groups,
                            double seconds) const {
  const std::string violations = Counted(total_.violations.size(), "violation");
  std::cout << "seed " << setting_.seed << ", " << Rounded(seconds)
            << " s, report in " << Shown(folder_.Path(kPageFile)) << '\n'
            << (pool_.is_interrupted() ? "interrupted; " : "")
            << Grouped(total_.tried.operations) << " operations checked, "
            << (groups.empty() ? violations
                               : Text(Counted(groups.size(), "finding"), " (",
                                      violations, ")"))
            << (total_.problems.empty()
                    ? ""
                    : ", " + Counted(total_.problems.size(), "problem"))
            << std::endl;
}

Result Campaign::Whole() const {
  Result result{.command = "verify"};
  if (!jobs_.empty()) result.system = jobs_[0]->system.name;
  for (const auto& job : jobs_) {
    if (job->system.name != result.system) result.system.clear();
  }
  result.exit_code = Code();
  result.seed = setting_.seed;
  result.tried = total_.tried;
  result.seconds = Seconds();
  result.processor_seconds = total_.seconds;
  for (const Group& group : GroupViolations(AllJobs())) {
    result.findings.push_back(FindingOf(group.First(), group.FirstJob()));
  }
  result.problems = total_.problems;
  result.problems.insert(result.problems.end(), problems_.begin(),
                         problems_.end());
  result.details = Dumped({{"report", folder_.Path(kJsonFile)},
                           {"violations", total_.violations.size()}});
  return result;
}

std::vector<Result> Campaign::Parts() const {
  std::vector<Result> parts;
  for (const auto& job : jobs_) {
    const Outcome& came = job->outcome;
    Result part{.command = std::string(job->source->name),
                .system = job->system.name};
    part.exit_code = !came.problems.empty()     ? kBadInput
                     : !came.violations.empty() ? kViolated
                     : came.is_interrupted      ? kInterrupted
                                                : kHeld;
    part.seed = setting_.seed;
    part.tried = came.tried;
    part.seconds = part.processor_seconds = came.seconds;
    part.problems = came.problems;
    for (const Violation& violation : came.violations) {
      part.findings.push_back(FindingOf(violation, *job));
    }
    parts.push_back(std::move(part));
  }
  if (!problems_.empty()) {
    parts.push_back(
        {.command = "report", .exit_code = kBadInput, .problems = problems_});
  }
  return parts;
}

}  // namespace lockstep::suite::verify
