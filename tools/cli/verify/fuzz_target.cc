#include "tools/cli/verify/fuzz_target.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/child_process.h"
#include "tools/cli/console.h"
#include "tools/cli/fuzz_engine.h"
#include "tools/cli/verify/setting.h"

namespace lockstep::suite::verify {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBinary = "_fuzz_bin";
constexpr double kReplaySeconds = 120;

double ToThousandths(double number) { return std::round(number * 1000) / 1000; }

std::string CrashesOf(const System& system, const Setting& setting) {
  return Text(setting.corpora, "/.crashes/", system.name, "_fuzz");
}

}  // namespace

TallyFigures ReadTally(const std::string& path) {
  TallyFigures figures;
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(&figures), sizeof figures);
  return file ? figures : TallyFigures{};
}

std::vector<std::string> TargetsIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(kBinary)) continue;
    names.push_back(name.substr(0, name.size() - kBinary.size()));
  }
  std::ranges::sort(names);
  return names;
}

FuzzTarget::FuzzTarget(const System& system, const Setting& setting)
    : book(CrashesOf(system, setting)),
      name_(system.name + "_fuzz"),
      corpus_(Text(setting.corpora, '/', name_)),
      crashes_(CrashesOf(system, setting)),
      scratch_(setting.scratch) {
  const fs::path folder = setting.fuzzers;
  if (system.IsLinked()) {
    binary_ = fs::canonical(folder / Text(system.name, kBinary)).string();
    const fs::path seeds = folder / Text(system.name, "_fuzz_corpus");
    if (fs::is_directory(seeds)) seeds_ = {fs::canonical(seeds).string()};
    const fs::path words = folder / Text(system.name, ".dict");
    if (fs::exists(words)) dictionary_ = {Text("-dict=", words.string())};
  } else {
    binary_ = setting.engine;
    environment_["LOCKSTEP_FUZZ_SYSTEM"] = system.argument.front();
    // A sanitizer that this program was started with, to load the library. The
    // engine has its own.
    environment_["LD_PRELOAD"] = "";
  }
  // A merge that was killed while it put one in the place of the other.
  if (fs::is_directory(Replaced()) && !fs::is_directory(corpus_)) {
    fs::rename(Replaced(), corpus_);
  }
  fs::create_directories(corpus_);
  fs::create_directories(crashes_);
  inputs_before_ = Inputs();
}

ChildProcess::Command FuzzTarget::Call(std::vector<std::string> options) const {
  ChildProcess::Command command{.words = {binary_},
                                .environment = environment_};
  auto& words = command.words;
  words.insert(words.end(), std::begin(kFuzzLimits), std::end(kFuzzLimits));
  words.push_back(Text("-artifact_prefix=", crashes_, '/'));
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(corpus_);
  words.insert(words.end(), seeds_.begin(), seeds_.end());
  return command;
}

ChildProcess::Command FuzzTarget::Fuzzing(double most_seconds,
                                          std::uint32_t seed,
                                          const std::string& tally) const {
  const auto whole = std::max(1LL, std::llround(most_seconds));
  std::vector<std::string> options = {Text("-max_total_time=", whole),
                                      Text("-seed=", seed),
                                      "-print_final_stats=1", "-print_funcs=0"};
  options.insert(options.end(), dictionary_.begin(), dictionary_.end());
  ChildProcess::Command command = Call(options);
  command.environment["LOCKSTEP_TALLY"] = tally;
  return command;
}

ChildProcess::Command FuzzTarget::Merging(const std::string& merged) const {
  return Call({"-merge=1", merged});
}

ChildProcess::Command FuzzTarget::Replaying(const std::string& artifact) const {
  ChildProcess::Command command{.words = {binary_, artifact},
                                .environment = environment_,
                                .allowed_seconds = kReplaySeconds};
  command.environment["LOCKSTEP_FUZZ_CELL"] = "1";
  return command;
}

std::string FuzzTarget::NewTally() {
  tallies_.push_back(Text(scratch_, '/', name_, '-', tallies_.size()));
  return tallies_.back();
}

std::size_t FuzzTarget::Inputs() const {
  std::error_code error;
  return static_cast<std::size_t>(std::ranges::count_if(
      fs::directory_iterator(corpus_, error), [](const auto& entry) {
        std::error_code ignored;
        return entry.is_regular_file(ignored);
      }));
}

bool FuzzTarget::Replace(const std::string& merged) const {
  std::error_code error;
  // If no input reaches anything, there is nothing to replace it with.
  if (fs::is_empty(merged, error) || error) return !error;
  fs::rename(corpus_, Replaced(), error);
  if (error) return false;
  fs::rename(merged, corpus_, error);
  if (error) return false;
  fs::remove_all(Replaced(), error);
  return true;
}

std::string FuzzTarget::InWords() const {
  return Text(Grouped(executions), " executions, ", Grouped(coverage),
              " edges, ", Grouped(Inputs()), " inputs");
}

nlohmann::ordered_json FuzzTarget::Describe() const {
  TallyFigures all;
  for (const std::string& tally : tallies_) {
    const TallyFigures one = ReadTally(tally);
    all.executions += one.executions;
    all.operations += one.operations;
    all.nanoseconds_judging += one.nanoseconds_judging;
    all.served += one.served;
    all.refused += one.refused;
    all.skipped += one.skipped;
  }
  return {{"target", name_},
          {"executions", executions},
          {"seconds", ToThousandths(seconds)},
          {"operations", all.operations},
          {"served", all.served},
          {"refused", all.refused},
          {"skipped", all.skipped},
          {"executions_tallied", all.executions},
          {"seconds_judging",
           ToThousandths(static_cast<double>(all.nanoseconds_judging) * 1e-9)},
          {"coverage", coverage},
          {"features", features},
          {"corpus",
           {{"folder", corpus_},
            {"inputs_before", inputs_before_},
            {"inputs", Inputs()},
            {"is_merged", is_merged}}},
          {"crashes", book.Crashes()},
          {"kinds_of_crashes", book.Kinds()}};
}

}  // namespace lockstep::suite::verify
