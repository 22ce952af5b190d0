#include "tools/cli/explore/options.h"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/explore/alphabet.h"
#include "models/explore/explorer.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"

namespace lockstep::suite {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

}  // namespace

bool ExploreOptions::ReadVerbs() {
  for (const std::string& word : verbs) {
    const auto verb = VerbOf(word);
    if (!verb) {
      Complain(Text("--alphabet: there is no verb '", word,
                    "'; see: lockstep list verbs"));
      return false;
    }
    alphabet.verbs.push_back(*verb);
  }
  return true;
}

Explorer::Options ExploreOptions::ForExplorer() const {
  Explorer::Options options;
  options.sameness = is_bytes      ? Sameness::kBytes
                     : is_concrete ? Sameness::kConcrete
                                   : Sameness::kAbstract;
  options.replays = go_back == "replay";
  options.threads = threads;
  options.most_states = max_states;
  options.most_bytes = static_cast<std::uint64_t>(memory_gib * kGiB);
  return options;
}

std::string ExploreOptions::Command(std::string_view argument) const {
  std::string text = Text(ProgramName(), " explore ", argument);
  const auto list = [&](std::string_view option, const auto& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      text += Text(i == 0 ? option : ",", items[i]);
    }
  };
  if (alphabet.units != 0) text += Text(" --units ", alphabet.units);
  if (alphabet.slots != 0) text += Text(" --slots ", alphabet.slots);
  list(" --sizes ", alphabet.sizes);
  list(" --alphabet ", verbs);
  text += is_bytes ? " --bytes" : is_concrete ? " --concrete" : "";
  return text + (go_back == "replay" ? " --go-back replay" : "");
}

void ExploreOptions::AddTo(CLI::App& command) {
  AddWhat(command);
  AddHow(command);
}

void ExploreOptions::AddWhat(CLI::App& command) {
  command
      .add_option("--units", alphabet.units,
                  "The region has this many of the port's units. Without it, "
                  "as few as are useful")
      ->check(CLI::Range(1, 1 << 24));
  command
      .add_option("--slots", alphabet.slots,
                  "At most this many blocks are live. Without it, as many as "
                  "there are units for a port that coalesces, else a few")
      ->check(CLI::Range(1u, kMostSlots));
  command
      .add_option("--sizes", alphabet.sizes,
                  "What is asked for, in bytes, separated by commas. Without "
                  "it, what the port's table suggests")
      ->delimiter(',');
  command
      .add_option("--alphabet", verbs,
                  "Only these verbs, separated by commas. Without it, all "
                  "that the port has but resize and realloc, which lead to "
                  "many more states")
      ->delimiter(',');
}

void ExploreOptions::AddHow(CLI::App& command) {
  auto* const concrete =
      command.add_flag("--concrete", is_concrete,
                       "Tell states apart by the order, too, in which free "
                       "memory is handed out");
  command
      .add_flag("--bytes", is_bytes,
                "Tell states apart by every byte of the port's, too; on one "
                "thread")
      ->excludes(concrete);
  command
      .add_option("--go-back", go_back,
                  "How to return to a state: snapshots of the port's bytes, as "
                  "LOCKSTEP_SNAPSHOTS promises; replay of the script; or "
                  "either, snapshots if they are promised")
      ->check(CLI::IsMember({"snapshots", "replay", "either"}))
      ->capture_default_str();
  command
      .add_option("--threads", threads,
                  "Run on this many; what is found is the same")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  command
      .add_option("--max-states", max_states,
                  "End, with exit code 2, at this many")
      ->check(IsPositive());
  command
      .add_option("--memory", memory_gib,
                  "End, with exit code 2, before the states take more GiB")
      ->check(IsPositive())
      ->capture_default_str();
  command.add_flag("--in-process", is_in_process,
                   "Run nothing in a child process, for a debugger. A crash or "
                   "a hang then ends all");
}

}  // namespace lockstep::suite
