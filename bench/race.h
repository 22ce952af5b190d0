#ifndef LOCKSTEP_BENCH_RACE_H_
#define LOCKSTEP_BENCH_RACE_H_

// Which contestants run which workloads, under names that tools/bench reads:
// WORKLOAD/CONTESTANT/ARGUMENT. A contestant runs what it serves; what it does
// not is remembered, by LeaveOut.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "bench/arena.h"
#include "bench/contestant.h"
#include "bench/interruption.h"
#include "bench/main.h"
#include "bench/recordings.h"
#include "bench/work.h"
#include "bench/workloads.h"
#include "benchmark/benchmark.h"

namespace lockstep::suite::bench {

// What threads have.
enum class Sharing : std::uint8_t {
  kEachItsOwn,
  kOneForAll,
  kNoThreads,
};

// `Make` is what makes an instance, from memory.
template <class Make>
class Entrant {
 public:
  Entrant(std::string name, Sharing sharing, Make make)
      : name_(std::move(name)), sharing_(sharing), make_(std::move(make)) {}

  // Of free_among.
  Entrant& MostHolesLog2(int most) {
    most_holes_log2_ = most;
    return *this;
  }

  void Register() const {
    RegisterMixed();
    RegisterObjects();
  }

  // Blocks of any size.
  void RegisterMixed() const {
    RegisterPairs();
    RegisterSets();
    RegisterRecordings();
  }

  // Blocks of kObjectBytes.
  void RegisterObjects() const {
    const bool has_threads = sharing_ != Sharing::kNoThreads;
    if (!Serves({kObjectBytes})) {
      LeaveOut(NameOf("objects"));
      LeaveOut(NameOf("free_among"));
      if (has_threads) LeaveOut(NameOf("threads"));
      return;
    }
    RegisterOneSize();
    if (has_threads) RegisterThreads();
  }

  // Each thread with blocks of its own. Requires that it serves objects.
  void RegisterThreads() const;

 private:
  using C = decltype(std::declval<Make>()(Memory()));

  bool Serves(std::initializer_list<std::size_t> sizes,
              std::size_t align = kAlign) const {
    auto contestant = make_(MemoryOf(0));
    for (const std::size_t bytes : sizes) {
      if (!bench::Serves(contestant, bytes, align)) return false;
    }
    return true;
  }

  std::string NameOf(const std::string& workload,
                     const std::string& argument = "") const {
    return workload + "/" + name_ + (argument.empty() ? "" : "/" + argument);
  }

  static std::string Sized(const std::string& name,
                           const benchmark::State& state) {
    return name + "/" + std::to_string(state.range(0));
  }

  // `work(state, contestant)`, with an instance of its own; for each Arg, unless
  // there is an argument.
  template <class Work>
  auto* Add(const std::string& workload, Work work,
            const std::string& argument = "") const {
    const std::string name = NameOf(workload, argument);
    return benchmark::RegisterBenchmark(
        name.c_str(), [=, make = make_](benchmark::State& state) {
          Time(state, argument.empty() ? Sized(name, state) : name, [&] {
            auto contestant = make(MemoryOf(state.thread_index()));
            work(state, contestant);
          });
        });
  }

  void RegisterPairs() const {
    for (const unsigned bytes : {16u, 64u, 256u, 1024u, 4096u, 16384u}) {
      if (Serves({bytes})) {
        Add("pair", Pair<C>)->Arg(bytes);
      } else {
        LeaveOut(NameOf("pair", std::to_string(bytes)));
      }
    }
  }

  static auto SetOf(const std::vector<Choice>& (*choices)()) {
    return [choices](benchmark::State& state, C& contestant) {
      WorkingSet(state, contestant, choices());
    };
  }

  void RegisterSets() const {
    if (!Serves({16, 512})) return LeaveOut(NameOf("working_set"));
    Add("working_set", SetOf(MixedChoices))
        ->Arg(10)
        ->Arg(1'000)
        ->Arg(100'000)
        ->Arg(1'000'000);
  }

  void RegisterOneSize() const {
    Add("objects", SetOf(ObjectChoices))->Arg(10)->Arg(1'000)->Arg(100'000);
    Add("free_among", FreeAmong<C>)
        ->RangeMultiplier(4)
        ->Range(1 << 10, 1 << most_holes_log2_)
        ->Complexity();
  }

  void RegisterRecordings() const {
    for (const Recording& recording : Recordings()) {
      if (!Serves({recording.most_bytes}, recording.most_align)) {
        LeaveOut(NameOf("recording", recording.name));
        continue;
      }
      Add(
          "recording",
          [&recording](benchmark::State& state, C& contestant) {
            Replay(state, contestant, recording);
          },
          recording.name);
    }
  }

  std::string name_;
  Sharing sharing_;
  Make make_;
  int most_holes_log2_ = 18;
};

template <class Make>
void Entrant<Make>::RegisterThreads() const {
  const auto work = SetOf(ObjectChoices);
  if (sharing_ == Sharing::kEachItsOwn) {
    Add("threads", work)->Arg(1'000)->ThreadRange(1, kThreads);
    return;
  }
  const std::string name = NameOf("threads");
  const std::shared_ptr<C> shared(new C(make_(MemoryOf(kShared))));
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) {
                                 Time(state, Sized(name, state),
                                      [&] { work(state, *shared); });
                               })
      ->Arg(1'000)
      ->ThreadRange(1, kThreads);
}

// Of a contestant that is made from memory alone.
template <Contestant C>
auto EntrantOf(std::string name, Sharing sharing = Sharing::kEachItsOwn) {
  return Entrant(std::move(name), sharing,
                 [](Memory memory) { return C(memory); });
}

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_RACE_H_
