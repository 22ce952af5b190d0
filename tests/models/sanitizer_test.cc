// A client that goes beyond its block in the heap is reported at its own line.

#include <cstddef>
#include <cstdint>

#include "allocator/base/platform.h"
#include "gtest/gtest.h"
#include "models/judge/lockstep.h"
#include "models/script/op.h"
#include "ports/registry.h"

namespace lockstep::suite {
namespace {

bool HasAddressSanitizer() {
  alignas(16) static std::byte memory[16];
  Poison(memory, sizeof(memory));
  const bool is_poisoned = IsPoisoned(memory);
  Unpoison(memory, sizeof(memory));
  return is_poisoned;
}

class ClientOfTheHeapDeathTest : public testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override {
    if (!HasAddressSanitizer()) GTEST_SKIP() << "only with --config=asan";
    lockstep_.Begin({1u << 20, 1u << 20});
    ASSERT_FALSE(lockstep_.Step({.verb = Verb::kInit, .bytes = 1u << 20}));
    ASSERT_FALSE(
        lockstep_.Step({.verb = Verb::kAllocate, .bytes = GetParam()}));
    ASSERT_EQ(lockstep_.outcome().status, Status::kOk);
    block_ = lockstep_.system().arena().At(lockstep_.outcome().offset);
  }

  void Write(std::uint64_t at) {
    volatile std::byte* const byte = block_ + at;
    *byte = std::byte{1};
  }

  Lockstep lockstep_{*FindPort("heap"), {}};
  std::byte* block_ = nullptr;
};

TEST_P(ClientOfTheHeapDeathTest, IsStoppedBeyondTheBytesItAskedFor) {
  Write(GetParam() - 1);
  EXPECT_DEATH(Write(GetParam()), "use-after-poison");
}

TEST_P(ClientOfTheHeapDeathTest, IsStoppedAfterItsFree) {
  Write(0);
  ASSERT_FALSE(lockstep_.Step({.verb = Verb::kFree}));
  EXPECT_DEATH(Write(GetParam() - 1), "use-after-poison");
}

// Of slabs and of the buddy; not the whole of a block, behind which another
// client's may follow.
INSTANTIATE_TEST_SUITE_P(Sizes, ClientOfTheHeapDeathTest,
                         testing::Values(1, 13, 63, 65, 700, 4095, 5000));

}  // namespace
}  // namespace lockstep::suite
