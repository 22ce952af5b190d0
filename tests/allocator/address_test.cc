#include "allocator/base/address.h"

#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"

namespace lockstep::address_test {
namespace {

TEST(Address, AlignsDownAndUpToTheNearestMultiple) {
  for (std::size_t align : {1u, 2u, 8u, 4096u}) {
    for (Address address = 0; address < 3 * align; ++address) {
      EXPECT_EQ(AlignDown(address, align), address / align * align);
      EXPECT_EQ(AlignUp(address, align), (address + align - 1) / align * align);
      EXPECT_EQ(IsAligned(address, align), address % align == 0);
    }
  }
}

TEST(Address, WrapsToZeroPastTheLastMultiple) {
  EXPECT_EQ(AlignUp(UINTPTR_MAX, 8), 0u);
  EXPECT_EQ(AlignUp(UINTPTR_MAX - 6, 8), 0u);
  EXPECT_EQ(AlignUp(UINTPTR_MAX - 7, 8), UINTPTR_MAX - 7);
}

TEST(Address, ComesFromAPointerAndGoesBackToIt) {
  int here = 0;
  EXPECT_EQ(PointerTo(AddressOf(&here)), &here);
  EXPECT_EQ(AddressOf(nullptr), 0u);
}

TEST(Address, ASumThatIsTooLargeIsTheLargestNumber) {
  EXPECT_EQ(SumAtMostMax(2, 3), 5u);
  EXPECT_EQ(SumAtMostMax(2, 0), 2u);
  EXPECT_EQ(SumAtMostMax(SIZE_MAX - 3, 3), SIZE_MAX);
  EXPECT_EQ(SumAtMostMax(3, SIZE_MAX - 3), SIZE_MAX);
  EXPECT_EQ(SumAtMostMax(SIZE_MAX - 3, 2), SIZE_MAX - 1);
  EXPECT_EQ(SumAtMostMax(SIZE_MAX - 3, 4), SIZE_MAX);
  EXPECT_EQ(SumAtMostMax(SIZE_MAX, SIZE_MAX), SIZE_MAX);
}

}  // namespace
}  // namespace lockstep::address_test
