#include "models/script/swarm.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <set>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/script/random_scripts.h"

namespace lockstep::suite {
namespace {

// As the heap is, and as the buddy is.
constexpr lockstep_port PortWith(std::size_t align, std::size_t granule) {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.region_align_bytes = align;
  port.init_granule_bytes = granule;
  port.add = [](void* /*state*/, void* /*start*/, std::size_t /*bytes*/) {
    return lockstep_status{LOCKSTEP_OK};
  };
  return port;
}
constexpr std::array kPorts = {PortWith(0, 0), PortWith(4096, 32768)};

constexpr std::array<std::uint64_t, 10> kPatterns = {0,
                                                     1,
                                                     0xFF,
                                                     0x8000000000000000,
                                                     0x5555555555555555,
                                                     0xAAAAAAAAAAAAAAAA,
                                                     0x00000000FFFFFFFF,
                                                     0xFFFFFFFF00000000,
                                                     0x7FFFFFFFFFFFFFFF,
                                                     ~std::uint64_t{0}};

void ExpectSound(const Swarm& swarm, const Op& op) {
  EXPECT_LT(static_cast<std::size_t>(op.verb), kVerbs);
  EXPECT_LT(op.align_log2, 64);
  EXPECT_LT(op.slot, swarm.slots());
  if (op.verb == Verb::kInit || op.verb == Verb::kAdd) {
    EXPECT_LT(op.offset, swarm.arena().bytes);
  }
}

TEST(Swarm, MakesAScriptOfAnyNumbers) {
  for (const lockstep_port& port : kPorts) {
    for (const std::uint64_t bits : kPatterns) {
      for (const std::uint64_t subset : kPatterns) {
        const Swarm swarm = Swarm::Part(port, bits, subset);
        EXPECT_TRUE(std::has_single_bit(swarm.arena().align_bytes));
        EXPECT_GT(swarm.slots(), 0u);
        for (const Op& op : swarm.opening()) ExpectSound(swarm, op);
        for (const std::uint64_t choice : kPatterns) {
          for (const std::uint64_t number : kPatterns) {
            ExpectSound(swarm, swarm.Make({choice, number}));
          }
        }
      }
    }
  }
}

TEST(Swarm, OpensWithRegionsInsideTheArena) {
  for (const lockstep_port& port : kPorts) {
    for (std::uint64_t bits = 0; bits < 4096; ++bits) {
      const Swarm swarm = Swarm::Whole(port, bits);
      for (const Op& op : swarm.opening()) {
        EXPECT_LE(op.offset + op.bytes, swarm.arena().bytes) << bits;
      }
    }
  }
}

TEST(Swarm, AddsNoRegionToAPortThatTakesNone) {
  lockstep_port port = kPorts[0];
  port.add = nullptr;
  for (std::uint64_t bits = 0; bits < 4096; ++bits) {
    const Swarm swarm = Swarm::Whole(port, bits);
    for (const Op& op : swarm.opening()) {
      EXPECT_EQ(op.verb, Verb::kInit);
    }
  }
}

TEST(Swarm, HasSomeOfTheVerbsInPart) {
  std::size_t fewest = kVerbs;
  for (std::uint64_t subset = 0; subset < 64; ++subset) {
    const Swarm swarm = Swarm::Part(kPorts[0], 0, subset);
    std::array<bool, kVerbs> is_on{};
    for (std::uint64_t choice = 0; choice < 256; ++choice) {
      is_on[static_cast<std::size_t>(swarm.Make({choice, 0}).verb)] = true;
    }
    EXPECT_TRUE(is_on[static_cast<std::size_t>(Verb::kAllocate)]);
    EXPECT_TRUE(is_on[static_cast<std::size_t>(Verb::kFree)]);
    fewest = std::min<std::size_t>(
        fewest, static_cast<std::size_t>(std::ranges::count(is_on, true)));
  }
  EXPECT_EQ(fewest, 2u);
}

std::vector<Op> ManyOps(const lockstep_port& port = kPorts[0]) {
  RandomScripts scripts(port, 20'000, false);
  return scripts.Make(1).ops;
}

TEST(RandomScripts, HaveEveryVerb) {
  lockstep_port pulling{};
  pulling.handle_count = 2;
  pulling.attach = [](void*, std::uint32_t, const lockstep_provider*) {
    return lockstep_status{LOCKSTEP_OUT_OF_MEMORY};
  };
  pulling.trim = [](void*) { return lockstep_status{}; };
  pulling.audit = [](const void*) -> const char* { return nullptr; };
  lockstep_port whole{};
  whole.version = LOCKSTEP_PORT_VERSION;
  whole.capabilities = LOCKSTEP_DIES_OF_OTHER_LAYOUT | LOCKSTEP_DETECTS_NULL |
                       LOCKSTEP_DETECTS_FOREIGN | LOCKSTEP_DETECTS_INTERIOR |
                       LOCKSTEP_DIES_OF_FREE_AGAIN_AT_ONCE;
  whole.init = whole.add = kPorts[0].add;
  whole.statistics = [](const void*, lockstep_statistics*) {};
  whole.usable = [](const void*, std::size_t, std::size_t, std::size_t*,
                    std::size_t*) {
    return lockstep_status{LOCKSTEP_INVALID_PARAM};
  };
  whole.reallocate = whole.reallocate_zeroed =
      [](void*, void*, std::size_t, std::size_t, std::size_t, std::size_t,
         void**) { return lockstep_status{LOCKSTEP_NO_MEMORY}; };
  whole.resize = [](void*, void*, std::size_t, std::size_t, std::size_t) {
    return lockstep_status{LOCKSTEP_NO_MEMORY};
  };
  whole.allocate_zeroed = [](void*, std::size_t, std::size_t, std::size_t,
                             void**) {
    return lockstep_status{LOCKSTEP_NO_MEMORY};
  };
  whole.usable_of = [](const void*, const void*, std::size_t, std::size_t,
                       std::size_t*) {
    return lockstep_status{LOCKSTEP_INVALID_PARAM};
  };
  whole.footprint = [](const void*, std::size_t*) {};
  whole.allocate_many = [](void*, std::size_t, std::size_t, std::size_t, void**,
                           std::size_t*) {
    return lockstep_status{LOCKSTEP_NO_MEMORY};
  };
  whole.deallocate_many = [](void*, void* const*, std::size_t, std::size_t,
                             std::size_t) {
    return lockstep_status{LOCKSTEP_NOT_ALLOCATED};
  };
  std::vector<Op> ops = ManyOps();
  std::ranges::copy(ManyOps(pulling), std::back_inserter(ops));
  std::ranges::copy(ManyOps(whole), std::back_inserter(ops));
  for (std::size_t i = 0; i < kVerbs; ++i) {
    EXPECT_GT(std::ranges::count(ops, static_cast<Verb>(i), &Op::verb), 20)
        << InfoOf(static_cast<Verb>(i)).word;
  }
}

// They would all be skipped.
TEST(RandomScripts, HaveNoVerbThatThePortNeitherOffersNorMinds) {
  lockstep_port port = kPorts[0];
  port.statistics = [](const void*, lockstep_statistics*) {};
  port.capabilities = LOCKSTEP_DETECTS_INTERIOR;
  std::set<Verb> verbs;
  for (const Op& op : ManyOps(port)) verbs.insert(op.verb);
  EXPECT_EQ(verbs,
            (std::set{Verb::kInit, Verb::kAdd, Verb::kAllocate, Verb::kFree,
                      Verb::kStatistics, Verb::kFreeInside}));
}

// What is about a block comes to a slot for which one was asked.
TEST(RandomScripts, ActOnBlocksThatAreThere) {
  lockstep_port port = kPorts[0];
  port.capabilities = LOCKSTEP_DETECTS_INTERIOR;
  port.resize = [](void*, void*, std::size_t, std::size_t, std::size_t) {
    return lockstep_status{LOCKSTEP_NO_MEMORY};
  };
  std::set<std::uint32_t> held;
  std::size_t resized = 0;
  for (const Op& op : ManyOps(port)) {
    switch (op.verb) {
      case Verb::kAllocate:
        held.insert(op.slot);
        break;
      case Verb::kFree:
        EXPECT_EQ(held.erase(op.slot), 1u);
        break;
      case Verb::kResize:
        ++resized;
        [[fallthrough]];
      case Verb::kFreeInside:
        EXPECT_TRUE(held.contains(op.slot));
        break;
      default:
        break;
    }
  }
  EXPECT_GT(resized, 500u);
}

TEST(RandomScripts, HaveEveryClassOfSizesAndAligns) {
  const std::vector<Op> ops = ManyOps();
  const auto count = [&](const std::function<bool(const Op&)>& is) {
    return std::ranges::count_if(ops, [&](const Op& op) {
      return op.verb == Verb::kAllocate && is(op);
    });
  };
  EXPECT_GT(count([](const Op& op) { return op.bytes == 0; }), 100);
  EXPECT_GT(count([](const Op& op) { return op.bytes == 512; }), 50);
  EXPECT_GT(count([](const Op& op) { return op.bytes == 4097; }), 10);
  EXPECT_GT(count([](const Op& op) { return op.bytes > 65'536; }), 100);
  EXPECT_GT(count([](const Op& op) { return op.bytes > 1u << 31; }), 10);
  EXPECT_GT(count([](const Op& op) { return op.bytes == UINT64_MAX; }), 0);
  EXPECT_GT(count([](const Op& op) { return op.align_log2 == 0; }), 1000);
  EXPECT_GT(count([](const Op& op) { return op.align_log2 == 12; }), 50);
  EXPECT_GT(count([](const Op& op) { return op.align_log2 == 16; }), 10);
  EXPECT_GT(count([](const Op& op) { return op.align_log2 > 32; }), 10);
}

TEST(RandomScripts, AskForSizesAtAnyDistanceBelowPowersOfTwo) {
  RandomScripts scripts(kPorts[0], 100'000, false);
  // Whether 2^k - d was asked for, with d from 2^magnitude to twice that.
  std::array<std::array<bool, 64>, 65> is_seen{};
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    for (const Op& op : scripts.Make(seed).ops) {
      if (op.verb != Verb::kAllocate || op.bytes < 2) continue;
      const auto k = static_cast<std::size_t>(std::bit_width(op.bytes));
      const std::uint64_t distance =
          (k == 64 ? 0 : std::uint64_t{1} << k) - op.bytes;
      const auto magnitude =
          static_cast<std::size_t>(std::bit_width(distance)) - 1;
      is_seen[k][magnitude] = true;
    }
  }
  // A few are missed by chance.
  for (std::ptrdiff_t k = 2; k <= 64; ++k) {
    const auto& magnitudes = is_seen[static_cast<std::size_t>(k)];
    EXPECT_GT(std::ranges::count(magnitudes, true), k * 3 / 4) << "2^" << k;
  }
}

TEST(RandomScripts, AskForSumsOfSizeAndAlignBelowPowersOfTwo) {
  std::size_t wraps = 0;
  std::size_t is_near = 0;
  for (const Op& op : ManyOps()) {
    if (op.verb != Verb::kAllocate || op.bytes < 1u << 24) continue;
    const std::uint64_t sum = op.bytes + (std::uint64_t{1} << op.align_log2);
    if (sum < op.bytes) ++wraps;
    if (std::bit_width(sum) != std::bit_width(sum + 64)) ++is_near;
  }
  EXPECT_GT(wraps, 5u);
  EXPECT_GT(is_near, 10u);
}

TEST(RandomScripts, GiveShortRegionsThatTouchTheLast) {
  for (const lockstep_port& port : kPorts) {
    const std::uint64_t page =
        std::max<std::uint64_t>(port.region_align_bytes, 1);
    std::size_t touching = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      std::uint64_t end = 0;
      const Script script = RandomScripts(port, 1000, false).Make(seed);
      for (const Op& op : script.ops) {
        if (op.verb != Verb::kInit && op.verb != Verb::kAdd) continue;
        const bool is_short = op.bytes <= std::max<std::uint64_t>(128, page);
        if (op.offset == end && is_short && end != 0) ++touching;
        if (op.bytes <= script.arena.bytes) end = op.offset + op.bytes;
      }
    }
    EXPECT_GT(touching, 100u) << page;
  }
}

// FNV-1a, over numbers.
std::uint64_t HashOf(const Script& script) {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto mix = [&](std::uint64_t number) {
    hash = (hash ^ number) * 0x100000001B3;
  };
  mix(script.arena.bytes);
  mix(script.arena.align_bytes);
  for (const Op& op : script.ops) {
    mix(static_cast<std::uint64_t>(op.verb));
    mix(op.align_log2);
    mix(op.slot);
    mix(op.bytes);
    mix(op.offset);
  }
  return hash;
}

// Whoever means to change them changes the numbers here.
TEST(RandomScripts, AreTheSameOnEveryMachine) {
  EXPECT_EQ(HashOf(RandomScripts(kPorts[0], 1000, false).Make(1)),
            16038319042308170845u);
  EXPECT_EQ(HashOf(RandomScripts(kPorts[0], 1000, true).Make(1)),
            16967554286766537353u);
  EXPECT_EQ(HashOf(RandomScripts(kPorts[1], 1000, true).Make(2)),
            7424241840969236376u);
}

TEST(RandomScripts, DependOnTheSeedAlone) {
  RandomScripts one(kPorts[0], 500, true);
  RandomScripts other(kPorts[0], 500, true);
  const std::uint64_t first = HashOf(one.Make(7));
  EXPECT_NE(HashOf(one.Make(8)), first);
  EXPECT_EQ(HashOf(other.Make(7)), first);
  EXPECT_EQ(HashOf(one.Make(7)), first);
}

}  // namespace
}  // namespace lockstep::suite
