#include "tools/cli/result/result.h"

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep::suite {
namespace {

using Json = nlohmann::ordered_json;

void AddCounts(const std::string& details, Json& sums) {
  // Named: with compilers that lack this part of C++23, temporaries in a range
  // initialiser are destroyed before the loop body runs.
  const Json fields = Json::parse(details);
  for (const auto& [name, value] : fields.items()) {
    if (!value.is_number_unsigned()) continue;
    sums[name] =
        sums.value(name, std::uint64_t{0}) + value.get<std::uint64_t>();
  }
}

}  // namespace

std::string_view VerdictOf(ExitCode exit_code) {
  switch (exit_code) {
    case kHeld:
      return "held";
    case kViolated:
      return "violated";
    case kInterrupted:
      return "interrupted";
    default:
      return "failed";
  }
}

std::string CountsOf(
    std::initializer_list<std::pair<std::string_view, std::uint64_t>> counts) {
  Json fields = Json::object();
  for (const auto& [name, count] : counts) fields[std::string(name)] = count;
  return fields.dump();
}

Result WholeOf(std::string command, const std::vector<Result>& parts) {
  Result whole{.command = std::move(command)};
  Json details = Json::object();
  if (parts.size() == 1) whole.system = parts[0].system;
  for (const Result& part : parts) {
    whole.exit_code = Worse(whole.exit_code, part.exit_code);
    if (!whole.seed) whole.seed = part.seed;
    whole.tried += part.tried;
    whole.seconds += part.seconds;
    whole.processor_seconds += part.processor_seconds;
    whole.findings.insert(whole.findings.end(), part.findings.begin(),
                          part.findings.end());
    whole.problems.insert(whole.problems.end(), part.problems.begin(),
                          part.problems.end());
    AddCounts(part.details, details);
  }
  whole.details = details.dump();
  return whole;
}

}  // namespace lockstep::suite
