// lockstep misuse: what an allocator makes of misuse, as a table.

#include "models/judge/misuse.h"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/script/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

constexpr std::array<std::uint64_t, 4> kBytes = {16, 256, 4096, 65536};
constexpr std::array<std::uint32_t, 3> kBetween = {0, 4, 32};

struct Row {
  Attempt attempt;
  std::array<std::uint32_t, kResponses> counts{};
  std::uint32_t tried = 0;
};

struct Table {
  SystemChoice choice;
  std::string system{};  // Its name.
  std::uint32_t variants = 8;
  ResultOptions form;
  std::vector<Row> rows;

  ExitCode Run();
  void Try(const lockstep_port& port, Row& row, Witness& witness) const;
  void Print() const;
  std::string Details() const;
};

// All kinds and sizes; where time passes, different lengths of it.
std::vector<Row> AllRows() {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < kMisuses; ++i) {
    const auto misuse = static_cast<Misuse>(i);
    const bool waits =
        misuse == Misuse::kFreeAgain || misuse == Misuse::kWriteAfterFree;
    for (const std::uint64_t bytes : kBytes) {
      for (const std::uint32_t between : kBetween) {
        if (between != 0 && !waits) continue;
        rows.push_back(
            {.attempt = {
                 .misuse = misuse, .bytes = bytes, .frees_between = between}});
      }
    }
  }
  return rows;
}

void Table::Try(const lockstep_port& port, Row& row, Witness& witness) const {
  for (std::uint32_t i = 0; i < variants; ++i) {
    row.attempt.variant = i;
    const auto response = TryMisuse(port, row.attempt, witness);
    if (!response) continue;
    ++row.tried;
    ++row.counts[static_cast<std::size_t>(*response)];
  }
}

void Table::Print() const {
  std::cout << std::left << std::setw(18) << "misuse" << std::right
            << std::setw(7) << "bytes" << std::setw(7) << "after"
            << std::setw(7) << "tried";
  for (std::size_t i = 0; i < kResponses; ++i) {
    std::cout << std::setw(12) << NameOf(static_cast<Response>(i));
  }
  std::cout << '\n';
  for (const Row& row : rows) {
    std::cout << std::left << std::setw(18) << NameOf(row.attempt.misuse)
              << std::right << std::setw(7) << row.attempt.bytes << std::setw(7)
              << row.attempt.frees_between << std::setw(7) << row.tried;
    for (const std::uint32_t count : row.counts) {
      std::cout << std::setw(12) << (count == 0 ? "." : std::to_string(count));
    }
    std::cout << '\n';
  }
  std::cout << system << ": after is the number of other frees in between.\n";
}

std::string Table::Details() const {
  auto of_rows = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json fields = {{"misuse", NameOf(row.attempt.misuse)},
                                     {"bytes", row.attempt.bytes},
                                     {"after", row.attempt.frees_between},
                                     {"tried", row.tried}};
    for (std::size_t i = 0; i < kResponses; ++i) {
      fields[std::string(NameOf(static_cast<Response>(i)))] = row.counts[i];
    }
    of_rows.push_back(std::move(fields));
  }
  return nlohmann::ordered_json{{"rows", std::move(of_rows)}}.dump();
}

ExitCode Table::Run() {
  form.Begin();
  const lockstep_port* const port = choice.PortOrComplain();
  if (port == nullptr) return kBadInput;
  system = port->name;
  const Board board;
  Progress progress;
  rows = AllRows();
  std::uint64_t tried = 0;
  for (Row& row : rows) {
    if (WasInterrupted()) return kInterrupted;
    Try(*port, row, board.witness());
    tried += row.tried;
    progress.Show(Text(system, ": ", tried, " attempts"));
  }
  Print();
  if (tried == 0) {
    Complain(Text(system,
                  " serves no block that could be misused: nothing was "
                  "shown"));
  }
  return form.Publish({.command = "misuse",
                       .system = system,
                       .exit_code = tried == 0 ? kBadInput : kHeld,
                       .tried = {.operations = tried},
                       .seconds = progress.Seconds(),
                       .processor_seconds = progress.ProcessorSeconds(),
                       .details = Details()});
}

}  // namespace

void AddMisuseCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "misuse",
      "Misuse a system in all ways, whatever it promises, and print a table of "
      "what it did: refused the call, died in it, died later, or did not see "
      "it; harmed is unseen, and a block was handed out twice");
  const auto table = std::make_shared<Table>();
  table->choice.AddArgumentTo(*command);
  command
      ->add_option("--variants", table->variants,
                   "Blocks that are misused in each row")
      ->check(CLI::Range(1u, 1000u))
      ->capture_default_str();
  table->form.AddTo(*command);
  command->footer("For example: lockstep misuse --malloc libjemalloc.so.2");
  command->callback([table, &exit_code] { exit_code = table->Run(); });
}

}  // namespace lockstep::suite
