#ifndef LOCKSTEP_TOOLS_CLI_PROPS_CAMPAIGN_H_
#define LOCKSTEP_TOOLS_CLI_PROPS_CAMPAIGN_H_

// All properties of a system, in turns, until they had their number of cases or
// the time is over. Each counterexample goes to stdout, progress to stderr.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "props/property.h"
#include "props/search.h"
#include "tools/cli/console.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"

namespace lockstep::suite {

class Campaign {
 public:
  struct Options {
    std::vector<std::string> names;  // Of properties; empty: all.
    std::uint64_t seed = 0;
    int cases = 200;     // Of each property.
    double seconds = 0;  // 0: as many cases as said; else as many as it takes.
    std::optional<int> size;
    bool is_in_process = false;
  };

  // The port and the options must outlive it.
  Campaign(const lockstep_port& port, const Options& options);

  Result Run();
  // Whether any of those named is promised; whether a script met the premise of
  // any.
  bool HasProperties() const { return !properties_.empty(); }
  bool HasTried() const;
  // Tries one script instead.
  Result RunScript(const Script& script);

 private:
  bool IsDone() const;
  int CasesOfRound() const;
  Verdict TryRounds();
  Verdict TryRound(int cases);
  Verdict Try(std::size_t index, const Script& script);
  void Refute(std::size_t index, const Violation& violation,
              SearchParams params);
  Result SumUp();
  // Prints a counterexample, and keeps it for the result.
  void Report(std::size_t index, const std::string& report);
  std::vector<std::string_view> Untried() const;
  void PrintSummary(std::size_t untried) const;
  std::uint64_t operations() const;
  std::string Command(const Property& property, int cases) const;
  SearchParams ParamsOf(const Property& property, int cases) const;

  // What children count as well.
  struct Counts {
    std::uint64_t applied = 0;
    std::uint64_t operations = 0;
  };
  static constexpr std::size_t kMostProperties = 64;
  struct Shared {
    std::size_t at = 0;  // Which property is tried.
    int done = 0;        // Cases of each property, in whole rounds.
    std::uint64_t next_seed = 0;
    std::uint64_t scripts = 0;
    std::array<Counts, kMostProperties> of{};
  };

  const lockstep_port& port_;
  const Options& options_;
  Board board_;
  SharedMemory memory_;
  Shared* shared_;
  std::vector<std::unique_ptr<Property>> properties_;
  std::vector<std::string_view> skipped_;
  std::vector<std::string_view> refuted_;
  std::vector<Finding> findings_;
  Progress progress_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PROPS_CAMPAIGN_H_
