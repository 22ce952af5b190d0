#ifndef LOCKSTEP_TOOLS_CLI_EXPLORE_OPTIONS_H_
#define LOCKSTEP_TOOLS_CLI_EXPLORE_OPTIONS_H_

// What is explored, and how.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "models/explore/alphabet.h"
#include "models/explore/explorer.h"

namespace CLI {
class App;
}  // namespace CLI

namespace lockstep::suite {

struct ExploreOptions {
  AlphabetOptions alphabet{};
  std::vector<std::string> verbs{};  // As they are called on a command line.
  bool is_concrete = false;
  bool is_bytes = false;
  std::string go_back = "either";
  unsigned threads = std::max(std::thread::hardware_concurrency(), 1u);
  std::uint64_t max_states = StateTree::kMostStates;
  double memory_gib = 8;
  bool is_in_process = false;

  void AddTo(CLI::App& command);
  // Puts the verbs into the alphabet. False, after a complaint.
  bool ReadVerbs();
  Explorer::Options ForExplorer() const;
  // What does the same again, with the system called so.
  std::string Command(std::string_view argument) const;

 private:
  void AddWhat(CLI::App& command);
  void AddHow(CLI::App& command);
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_EXPLORE_OPTIONS_H_
