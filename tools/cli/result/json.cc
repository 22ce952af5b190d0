#include <cstdint>
#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "models/script/text.h"
#include "tools/cli/result/fields.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"

namespace lockstep::suite {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

constexpr std::pair<const char*, std::string Finding::*> kTexts[] = {
    {"rule", &Finding::rule},
    {"claim", &Finding::claim},
    {"op", &Finding::op},
    {"expected", &Finding::expected},
    {"came", &Finding::came},
    {"place", &Finding::place},
    {"last_words", &Finding::last_words},
    {"found_by", &Finding::found_by},
    {"again", &Finding::again},
    {"file", &Finding::file},
    {"system", &Finding::system},
    {"script", &Finding::script},
    {"report", &Finding::report},
};

Finding FindingOf(const Json& fields) {
  Finding finding;
  fields.at("step").get_to(finding.step);
  for (const auto& [name, text] : kTexts) {
    fields.at(name).get_to(finding.*text);
  }
  return finding;
}

Result ResultOf(const Json& fields) {
  if (fields.at("schema").get<int>() != kSchema) {
    throw Json::out_of_range::create(0, Text("the schema is not ", kSchema),
                                     nullptr);
  }
  Result result;
  fields.at("command").get_to(result.command);
  fields.at("system").get_to(result.system);
  result.exit_code = static_cast<ExitCode>(fields.at("exit_code").get<int>());
  if (!fields.at("seed").is_null()) {
    result.seed = fields.at("seed").get<std::uint64_t>();
  }
  fields.at("operations").get_to(result.tried.operations);
  fields.at("skipped").get_to(result.tried.skipped);
  fields.at("served").get_to(result.tried.served);
  fields.at("refused").get_to(result.tried.refused);
  fields.at("seconds").get_to(result.seconds);
  fields.at("processor_seconds").get_to(result.processor_seconds);
  for (const Json& finding : fields.at("findings")) {
    result.findings.push_back(FindingOf(finding));
  }
  fields.at("problems").get_to(result.problems);
  result.details = fields.at("details").dump();
  return result;
}

}  // namespace

Json FieldsOf(const Finding& finding) {
  Json fields = {{"rule", finding.rule}, {"step", finding.step}};
  for (const auto& [name, text] : kTexts) fields[name] = finding.*text;
  return fields;
}

std::string ToJson(const Result& result) {
  Json fields = {
      {"schema", kSchema},
      {"command", result.command},
      {"system", result.system},
      {"verdict", VerdictOf(result.exit_code)},
      {"exit_code", static_cast<int>(result.exit_code)},
      {"seed", result.seed ? Json(*result.seed) : Json()},
      {"operations", result.tried.operations},
      {"served", result.tried.served},
      {"refused", result.tried.refused},
      {"skipped", result.tried.skipped},
      {"seconds", result.seconds},
      {"processor_seconds", result.processor_seconds},
      {"findings", Json::array()},
      {"problems", result.problems},
      {"details", Json::parse(result.details)},
  };
  for (const Finding& finding : result.findings) {
    fields["findings"].push_back(FieldsOf(finding));
  }
  // Last words may be in any encoding.
  return fields.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::expected<Result, std::string> FromJson(std::string_view text) {
  try {
    return ResultOf(Json::parse(text));
  } catch (const Json::exception& error) {
    return std::unexpected(error.what());
  }
}

}  // namespace lockstep::suite
