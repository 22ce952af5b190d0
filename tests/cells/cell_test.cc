// Whatever becomes of a child, its parent lives on and can tell.

#include "models/cell/cell.h"

#include <unistd.h>

#include <cassert>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "models/cell/board.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/witness.h"
#include "tests/cells/spin.h"

namespace lockstep::suite {
namespace {

constexpr Patience kShort = {.processor_seconds = 0.1, .waiting_seconds = 0.2};

// One op that fails, behind one that does not.
Script Failing() {
  return {{4096, 4096},
          {{.verb = Verb::kStatistics}, {.verb = Verb::kFree, .slot = 1}}};
}

Script Holding() { return {{4096, 4096}, {{.verb = Verb::kStatistics}}}; }

// Ops other than statistics do what they are told, as if in deallocate().
class CellTest : public testing::Test {
 protected:
  using Deed = std::function<void()>;

  Cell CellThat(Deed deed) {
    return Cell(board_, [this, deed = std::move(deed)](const Script& script) {
      Witness& witness = board_.witness();
      for (std::size_t i = 0; i < script.ops.size(); ++i) {
        witness.step.store(i);
        const Witness::Call calling(witness, Function::kDeallocate);
        if (script.ops[i].verb != Verb::kStatistics) deed();
      }
      return Verdict();
    });
  }

  // Of the script that fails, after a look at what holds for all of them.
  Violation Try(Deed deed) {
    Cell cell = CellThat(std::move(deed));
    cell.SetPatience(kShort);
    EXPECT_FALSE(cell.Try(Holding()));
    const Verdict verdict = cell.Try(Failing());
    EXPECT_FALSE(cell.Try(Holding()));
    if (!verdict) {
      ADD_FAILURE() << "it held";
      return {};
    }
    EXPECT_EQ(verdict->step, 1u);
    return *verdict;
  }

  Board board_;
};

TEST_F(CellTest, TellsACrash) {
  const Violation violation = Try([] { (void)std::raise(SIGSEGV); });
  EXPECT_EQ(violation.rule, "crash");
  EXPECT_EQ(violation.expected, "deallocate() comes back");
  EXPECT_NE(violation.came, "");
}

TEST_F(CellTest, TellsAnAssertionWithItsPlace) {
  const int line = __LINE__ + 1;
  const Violation violation = Try([] { assert(false && "enough"); });
  EXPECT_EQ(violation.rule, "crash");
  EXPECT_NE(violation.last_words.find("enough"), std::string::npos);
  EXPECT_EQ(violation.place, "cell_test.cc:" + std::to_string(line));
}

TEST_F(CellTest, TellsAnEndWithoutAnError) {
  const Violation violation = Try([] { _exit(0); });
  EXPECT_EQ(violation.rule, "crash");
  EXPECT_EQ(violation.came, "it ended the process, with exit code 0");
}

TEST_F(CellTest, TellsADeathThatNoHandlerSees) {
  const Violation violation = Try([] { kill(getpid(), SIGKILL); });
  EXPECT_EQ(violation.rule, "crash");
  EXPECT_EQ(violation.came, "SIGKILL");
}

TEST_F(CellTest, TellsAnException) {
  const Violation violation = Try([] { throw std::runtime_error("thrown"); });
  EXPECT_EQ(violation.rule, "crash");
  EXPECT_NE(violation.last_words.find("thrown"), std::string::npos);
}

TEST_F(CellTest, TellsALoop) {
  const Violation violation = Try(Spin);
  EXPECT_EQ(violation.rule, "hang");
  EXPECT_EQ(violation.came, "it used the processor, without an end to it");
}

TEST_F(CellTest, TellsALoopThatTalks) {
  const Violation violation = Try([] {
    for (;;) std::fputs("and so on\n", stderr);
  });
  EXPECT_EQ(violation.rule, "hang");
  EXPECT_NE(violation.last_words.find("and so on"), std::string::npos);
}

TEST_F(CellTest, TellsALoopWithoutFiles) {
  const Violation violation = Try([] {
    for (int file = 2; file < 256; ++file) close(file);
    Spin();
  });
  EXPECT_EQ(violation.rule, "hang");
}

TEST_F(CellTest, TellsAWait) {
  const Violation violation = Try([] {
    for (;;) pause();
  });
  EXPECT_EQ(violation.rule, "hang");
  EXPECT_EQ(violation.came, "it waited, and used no processor time");
}

TEST_F(CellTest, TellsACrashWhoseReportIsSlow) {
  const Violation violation = Try([] {
    std::fputs("==1==ERROR: AddressSanitizer: SEGV on unknown address\n",
               stderr);
    alarm(1);
    for (;;) pause();
  });
  EXPECT_EQ(violation.rule, "crash");
  EXPECT_EQ(violation.came, "SIGALRM");
}

TEST_F(CellTest, TellsALoopOfTheSuiteItself) {
  Cell cell(board_, [](const Script& /*script*/) -> Verdict { Spin(); });
  cell.SetPatience({.processor_seconds = 0.01, .waiting_seconds = 1});
  const Verdict verdict = cell.Try(Failing());
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->rule, "hang");
  EXPECT_EQ(verdict->expected, "the process goes on");
}

TEST_F(CellTest, ShortensAMegabyteOfLastWords) {
  const Violation violation = Try([] {
    for (int i = 0; i < 1 << 14; ++i) {
      std::fprintf(stderr, "%-62d.\n", i);
    }
    std::abort();
  });
  EXPECT_EQ(violation.rule, "crash");
  EXPECT_LT(violation.last_words.size(), 2000u);
  EXPECT_EQ(violation.last_words.find("0 "), 0u);
  EXPECT_NE(violation.last_words.find("16383"), std::string::npos);
}

TEST_F(CellTest, LetsPassWhoOnlyTalks) {
  Cell cell = CellThat([] {
    for (int i = 0; i < 1 << 14; ++i) std::fprintf(stderr, "%-63d\n", i);
  });
  EXPECT_FALSE(cell.Try(Failing()));
}

// The one before must not name the place of this one.
TEST_F(CellTest, ForgetsTheLastCrash) {
  Cell cell = CellThat([] {
    if (std::getenv("LOCKSTEP_EXIT") != nullptr) _exit(3);
    (void)std::raise(SIGFPE);
  });
  EXPECT_TRUE(cell.Try(Failing()));
  setenv("LOCKSTEP_EXIT", "1", 1);
  const Verdict verdict = cell.Try(Failing());
  unsetenv("LOCKSTEP_EXIT");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->came, "it ended the process, with exit code 3");
  EXPECT_EQ(verdict->place, "");
}

TEST_F(CellTest, HasOneChildUntilARuleIsBroken) {
  int tries = 0;
  Cell cell(board_, [&](const Script& script) -> Verdict {
    ++tries;
    const Violation violation{"status", 0, "", std::to_string(tries)};
    if (script.ops.size() == 1) return std::nullopt;
    return violation;
  });
  EXPECT_FALSE(cell.Try(Holding()));
  EXPECT_FALSE(cell.Try(Holding()));
  EXPECT_EQ(cell.Try(Failing())->came, "3");
  EXPECT_EQ(cell.Try(Failing())->came, "1");
  EXPECT_EQ(tries, 0);
}

TEST_F(CellTest, TakesScriptsThatDoNotFitOnItsBoard) {
  const Board small(1);
  Cell cell(small, [](const Script& script) -> Verdict {
    return Violation{"status", script.ops.size(), "", ""};
  });
  EXPECT_EQ(cell.Try(Holding())->step, 1u);
  EXPECT_EQ(cell.Try(Failing())->step, 2u);
}

TEST_F(CellTest, EndsWorkThatIsToGoOnNoLonger) {
  Cell cell = CellThat([] {});
  int asked = 0;
  const auto work = []() -> Verdict { Spin(); };
  EXPECT_FALSE(cell.Run(work, [&] { return ++asked < 3; }));
  EXPECT_EQ(asked, 3);
}

TEST_F(CellTest, TellsWhatBecameOfWork) {
  Cell cell = CellThat([] {});
  const auto always = [] { return true; };
  EXPECT_FALSE(cell.Run([] { return Verdict(); }, always));
  const auto violate = [] { return Verdict(Violation{"audit", 7, "a", "b"}); };
  const Verdict verdict = cell.Run(violate, always);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->rule, "audit");
  EXPECT_EQ(verdict->step, 7u);
  EXPECT_EQ(verdict->expected + verdict->came, "ab");
  const auto die = []() -> Verdict { std::abort(); };
  EXPECT_EQ(cell.Run(die, always)->rule, "crash");
}

}  // namespace
}  // namespace lockstep::suite
