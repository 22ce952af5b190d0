#include "models/judge/lockstep.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/script/swarm.h"
#include "models/system/model.h"
#include "ports/registry.h"
#include "tests/models/puppet.h"
#include "tests/models/written.h"

namespace lockstep::suite {
namespace {

// Writes down what it is shown, and objects to one step.
class Witness final : public Model {
 public:
  void Begin(const System& /*system*/) override { (void)Note("begin", 0); }
  Verdict Before(const Call& call) override {
    return Note("before", call.step);
  }
  Verdict Observe(const Call& call, const Outcome& /*outcome*/) override {
    return Note("observe", call.step);
  }
  Verdict Skipped(const Op& /*op*/, std::size_t step) override {
    return Note("skipped", step);
  }
  Verdict Check(std::size_t step) override { return Note("check", step); }

  const std::vector<std::string>& notes() const { return notes_; }
  void ObjectTo(std::string note) { objection_ = std::move(note); }

 private:
  Verdict Note(const char* what, std::size_t step) {
    notes_.push_back(std::string(what) + " " + std::to_string(step));
    if (notes_.back() != objection_) return std::nullopt;
    return Violation{"objection", step, "", ""};
  }

  std::vector<std::string> notes_;
  std::string objection_;
};

class OfAPuppet : public testing::Test {
 protected:
  OfAPuppet() { Puppet::Only() = Puppet{}; }

  lockstep_port port_ = Puppet::Table(0);
  Witness witness_;
};
using LockstepOfAPuppet = OfAPuppet;

TEST_F(LockstepOfAPuppet, ShowsModelsEachStepAndThenCleansUp) {
  Lockstep lockstep(port_, {&witness_}, 2);
  EXPECT_FALSE(
      lockstep.Run(Written("init offset=0 size=64\n"
                           "free b0\n"
                           "alloc b3 size=8 align=1\n")));
  EXPECT_EQ(
      witness_.notes(),
      (std::vector<std::string>{"begin 0", "before 0", "observe 0", "skipped 1",
                                "before 2", "observe 2", "check 2", "check 2",
                                "before 3", "observe 3", "check 3"}));
}

TEST_F(LockstepOfAPuppet, StopsAtAnyObjection) {
  for (const std::string note :
       {"before 0", "observe 0", "check 0", "skipped 1", "observe 3"}) {
    Witness witness;
    witness.ObjectTo(note);
    Lockstep lockstep(port_, {&witness});
    EXPECT_EQ(RuleOf(lockstep.Run(Written("init offset=0 size=64\n"
                                          "free b0\n"
                                          "alloc b3 size=8 align=1\n"))),
              "objection");
    EXPECT_EQ(witness.notes().back(), note);
  }
}

TEST_F(LockstepOfAPuppet, FreesAllThatIsLive) {
  Lockstep lockstep(port_, {});
  EXPECT_FALSE(
      lockstep.Run(Written("init offset=0 size=64\n"
                           "alloc b0 size=1 align=1\n"
                           "alloc b9 size=1 align=1\n"
                           "alloc b5 size=1 align=1\n"
                           "free b9\n")));
  EXPECT_EQ(Puppet::Only().frees, 3u);
}

TEST_F(LockstepOfAPuppet, AuditsAsOftenAsItIsTold) {
  for (const std::size_t every : {1u, 2u, 5u, 100u}) {
    Puppet::Only() = Puppet{};
    Lockstep lockstep(port_, {}, every);
    lockstep.Begin({64, 64});
    for (int i = 0; i < 20; ++i) {
      EXPECT_FALSE(lockstep.Step({.verb = Verb::kStatistics}));
    }
    EXPECT_EQ(Puppet::Only().audits, 20 / every);
  }
}

TEST_F(LockstepOfAPuppet, AuditsAtTheEndWhateverItIsTold) {
  Lockstep lockstep(port_, {}, 1000);
  lockstep.Begin({64, 64});
  EXPECT_FALSE(lockstep.Step({.verb = Verb::kStatistics}));
  Puppet::Only().broken = "cycle";
  const Verdict verdict = lockstep.Finish();
  EXPECT_EQ(RuleOf(verdict), "audit");
  EXPECT_EQ(verdict->came, "cycle");
}

TEST_F(LockstepOfAPuppet, CountsWhatItPerformed) {
  Lockstep lockstep(port_, {});
  EXPECT_FALSE(
      lockstep.Run(Written("free b1\n"
                           "init offset=0 size=64\n"
                           "free b1\n"
                           "alloc b1 size=1 align=1\n")));
  EXPECT_EQ(lockstep.operations(), 2u);
}

TEST_F(LockstepOfAPuppet, EndsEachInstanceThatItBegan) {
  {
    Lockstep lockstep(port_, {});
    for (int i = 0; i < 3; ++i) {
      EXPECT_FALSE(lockstep.Run(Written("init offset=0 size=64\n")));
      EXPECT_EQ(Puppet::Only().live_instances, 0u);
    }
    Puppet::Only().broken = "cycle";
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(RuleOf(lockstep.Run(Written(""))), "audit");
      EXPECT_EQ(Puppet::Only().live_instances, 1u);
    }
  }
  EXPECT_EQ(Puppet::Only().live_instances, 0u);
}

TEST_F(LockstepOfAPuppet, SurvivesARefusedFreeThatNoModelMinds) {
  port_.capabilities = LOCKSTEP_RESTORES;
  Lockstep lockstep(port_, {});
  lockstep.Begin({64, 64});
  EXPECT_FALSE(lockstep.Step({.verb = Verb::kInit, .bytes = 64}));
  EXPECT_FALSE(lockstep.Step({.verb = Verb::kAllocate, .bytes = 8}));
  Puppet::Only().status = LOCKSTEP_INVALID_PARAM;
  EXPECT_FALSE(lockstep.Finish());
}

// Regions that were added apart merge when a block is freed, not before.
TEST(Lockstep, ComparesWhatIsRestoredWithWhatAFreshInstanceHas) {
  Lockstep lockstep(*FindPort("buddy"), {});
  const Verdict verdict =
      lockstep.Run(Written("init offset=0 size=64\nadd offset=64 size=64\n"));
  EXPECT_FALSE(verdict) << Describe(verdict);
}

// Any op, in any state.
Op AnyOp(std::uint64_t i) {
  const std::uint64_t bits = i * 0x9E3779B97F4A7C15;
  return {.verb = static_cast<Verb>((bits >> 60) % kVerbs),
          .align_log2 = static_cast<std::uint8_t>(bits >> 50 & 63),
          .slot = static_cast<std::uint32_t>(bits >> 40 & 3),
          .bytes = bits >> (bits >> 32 & 63),
          .offset = bits >> (bits >> 24 & 63)};
}

TEST(Lockstep, EveryOpIsLegalInEveryState) {
  for (const lockstep_port* port : AllPorts()) {
    Lockstep lockstep(*port, {});
    lockstep.Begin({65536, 65536});
    for (std::uint64_t i = 0; i < 20'000; ++i) {
      const Verdict verdict = lockstep.Step(AnyOp(i));
      ASSERT_FALSE(verdict) << port->name << " " << Describe(verdict);
      if (i == 5000) {
        EXPECT_FALSE(lockstep.Step({.verb = Verb::kInit, .bytes = 65536}));
      }
    }
    EXPECT_FALSE(lockstep.Finish()) << port->name;
  }
}

}  // namespace
}  // namespace lockstep::suite
