#include "models/script/encoding.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/script/swarm.h"
#include "models/script/trace.h"
#include "tests/models/recorded.h"

namespace lockstep::suite {
namespace {

constexpr lockstep_port kPort{};
constexpr ArenaSpec kArena = {.bytes = 4096, .align_bytes = 4096};

std::vector<std::uint8_t> AnyBytes(std::mt19937_64& random, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

class EncodedRecording : public testing::TestWithParam<RecordedFile> {};

TEST_P(EncodedRecording, IsDecodedAsItWasEncoded) {
  const auto trace = Parse(GetParam().text);
  ASSERT_TRUE(trace);
  const auto bytes = Encode(trace->script);
  ASSERT_TRUE(bytes) << bytes.error();
  EXPECT_EQ(bytes->size(), (trace->script.ops.size() + 1) * kEncodedBytes);
  const Script decoded = Decode(kPort, *bytes);
  EXPECT_EQ(decoded.arena, trace->script.arena);
  EXPECT_EQ(decoded.ops, trace->script.ops);
}

INSTANTIATE_TEST_SUITE_P(All, EncodedRecording,
                         testing::ValuesIn(RecordedFiles()), NameOfTest);

TEST(Encoding, SaysEveryFieldOfEveryVerbUpToItsEnd) {
  Script script{.arena = kArena, .ops = {}};
  for (std::size_t verb = 0; verb < kVerbs; ++verb) {
    script.ops.push_back({.verb = static_cast<Verb>(verb),
                          .align_log2 = 63,
                          .slot = kEncodedSlotsEnd - 1,
                          .bytes = UINT64_MAX,
                          .offset = kEncodedOffsetsEnd - 1});
  }
  const auto bytes = Encode(script);
  ASSERT_TRUE(bytes) << bytes.error();
  EXPECT_EQ(Decode(kPort, *bytes).ops, script.ops);
}

TEST(Encoding, HasTheSameBytesOnEveryMachine) {
  const auto bytes = Encode({.arena = kArena,
                             .ops = {{.verb = Verb::kFree,
                                      .align_log2 = 5,
                                      .slot = 0xABC,
                                      .bytes = 0x0102030405060708,
                                      .offset = 0x11223344}}});
  ASSERT_TRUE(bytes) << bytes.error();
  EXPECT_EQ(*bytes, (std::vector<std::uint8_t>{
                        0,    0,    0,    0,    0,    0,    0,    0,     //
                        0,    0,    0,    0,    0,    0,    0,    0xF8,  //
                        0x03, 0xBC, 0x5A, 0x40, 0x34, 0x23, 0x12, 0xF9,  //
                        0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01}));
}

TEST(Encoding, MakesAScriptOfAnyBytesThatCanBeEncodedAgain) {
  std::mt19937_64 random(1);
  for (std::size_t count = 0; count < 400; ++count) {
    const Script script = Decode(kPort, AnyBytes(random, count));
    const auto bytes = Encode(script);
    ASSERT_TRUE(bytes) << count << ": " << bytes.error();
    ASSERT_EQ(Decode(kPort, *bytes).ops, script.ops) << count;
  }
}

TEST(Encoding, DeletesAnOpWithItsRecord) {
  std::mt19937_64 random(2);
  constexpr std::size_t kRecords = 40;
  const auto bytes = AnyBytes(random, kRecords * kEncodedBytes);
  const Script whole = Decode(kPort, bytes);
  const std::size_t opened = whole.ops.size() - (kRecords - 1);
  for (std::size_t record = 1; record < kRecords; ++record) {
    auto fewer_bytes = bytes;
    const auto first = fewer_bytes.begin() +
                       static_cast<std::ptrdiff_t>(record * kEncodedBytes);
    fewer_bytes.erase(first, first + kEncodedBytes);
    Script fewer = whole;
    fewer.ops.erase(fewer.ops.begin() +
                    static_cast<std::ptrdiff_t>(opened + record - 1));
    EXPECT_EQ(Decode(kPort, fewer_bytes).ops, fewer.ops) << record;
  }
}

TEST(Encoding, TakesWhatIsMissingOfARecordForZeros) {
  std::mt19937_64 random(3);
  for (std::size_t count = 1; count < 4 * kEncodedBytes; ++count) {
    auto bytes = AnyBytes(random, count);
    const Script script = Decode(kPort, bytes);
    const std::size_t records = (count + kEncodedBytes - 1) / kEncodedBytes;
    bytes.resize(records * kEncodedBytes);
    EXPECT_EQ(Decode(kPort, bytes).ops, script.ops) << count;
  }
}

TEST(Encoding, HasNoWordForThreads) {
  Script script{.arena = kArena, .ops = {{.verb = Verb::kFree, .thread = 1}}};
  EXPECT_FALSE(Encode(script));
  script.ops[0].thread = 0;
  EXPECT_TRUE(Encode(script));
  script.switches.push_back({.step = 0, .point = 1, .to = 1});
  EXPECT_FALSE(Encode(script));
}

TEST(Encoding, MakesNoThreadOfAnyBytes) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(HasThreads(Decode(kPort, AnyBytes(random, 4096))));
  }
}

TEST(Encoding, HasEveryArenaItPromises) {
  for (unsigned order = kMinArenaOrder; order <= kMaxArenaOrder; ++order) {
    const std::uint64_t size = std::uint64_t{1} << order;
    const ArenaSpec arena{.bytes = size, .align_bytes = size};
    const auto bytes = Encode({.arena = arena, .ops = {}});
    ASSERT_TRUE(bytes) << bytes.error();
    EXPECT_EQ(Decode(kPort, *bytes).arena, arena);
  }
}

TEST(Encoding, RefusesArenasThatItCannotSay) {
  for (const ArenaSpec arena :
       {ArenaSpec{.bytes = 0, .align_bytes = 1},
        ArenaSpec{.bytes = 2048, .align_bytes = 2048},
        ArenaSpec{.bytes = 5000, .align_bytes = 4096},
        ArenaSpec{.bytes = 4096, .align_bytes = 8192},
        ArenaSpec{.bytes = 1u << 25, .align_bytes = 1u << 25}}) {
    EXPECT_FALSE(Encode({.arena = arena, .ops = {}})) << arena.bytes;
  }
}

TEST(Encoding, NamesTheStepThatItCannotSay) {
  const Op fine{.verb = Verb::kFree, .slot = kEncodedSlotsEnd - 1};
  const auto slot =
      Encode({kArena, {fine, {.verb = Verb::kFree, .slot = kEncodedSlotsEnd}}});
  ASSERT_FALSE(slot);
  EXPECT_EQ(slot.error(),
            "step 2: free b4096; bytes can say slots below 4096 and offsets "
            "below 2147483648");
  EXPECT_FALSE(
      Encode({kArena, {{.verb = Verb::kInit, .offset = kEncodedOffsetsEnd}}}));
}

}  // namespace
}  // namespace lockstep::suite
