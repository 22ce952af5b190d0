#include "tools/cli/verify/report/json.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "tools/cli/result/fields.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/verify/job.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/outcome.h"
#include "tools/cli/verify/report/findings.h"

namespace lockstep::suite::verify {
namespace {

using Json = nlohmann::ordered_json;

// From 1.
std::size_t NumberIn(const std::vector<Group>& groups,
                     const Violation& violation) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const auto& [job, entry] : groups[i].entries) {
      if (entry == &violation) return i + 1;
    }
  }
  return 0;
}

}  // namespace

Json DescribeJob(const Job& job, const std::vector<Group>& groups) {
  const Outcome& came = job.outcome;
  Json fields = {
      {"source", job.source->name},
      {"system", job.system.name},
      {"verdict", came.Verdict()},
      {"operations", came.tried.operations},
      {"seconds", std::round(came.seconds * 1000) / 1000},
      {"operations_per_second",
       static_cast<std::uint64_t>(std::llround(came.Rate()))},
      {"violations", Json::array()},
      {"problems", came.problems},
      {"counts", Json::object()},
  };
  for (const Violation& violation : came.violations) {
    Json entry = {{"rule", violation.finding.rule},
                  {"file", FileNameOf(violation.path)},
                  {"finding", NumberIn(groups, violation)}};
    if (!violation.artifact.empty()) {
      entry["artifact"] = violation.artifact;
      entry["is_new"] = violation.is_new;
    }
    fields["violations"].push_back(entry);
  }
  for (const auto& [words, number] : came.counts) {
    fields["counts"][words] = number;
  }
  if (job.target != nullptr) fields["fuzz"] = job.target->Describe();
  return fields;
}

Finding FindingOf(const Violation& violation, const Job& job) {
  Finding finding = violation.finding;
  finding.file = violation.path;
  finding.system = job.system.name;
  if (finding.place.empty()) finding.place = PlaceOf(finding);
  return finding;
}

Json DescribeGroups(const std::vector<Group>& groups) {
  Json all = Json::array();
  for (const Group& group : groups) {
    Json fields = {
        {"rule", group.First().finding.rule},
        {"claim", group.claim},
        {"violations", group.entries.size()},
        {"sources", group.Sources()},
        {"systems", group.Systems()},
        {"file", FileNameOf(group.First().path)},
    };
    // The rest as every command has it.
    const Json finding = FieldsOf(FindingOf(group.First(), group.FirstJob()));
    for (const auto& [name, value] : finding.items()) {
      if (!fields.contains(name)) fields[name] = value;
    }
    all.push_back(fields);
  }
  return all;
}

}  // namespace lockstep::suite::verify
