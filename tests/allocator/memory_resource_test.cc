#include "allocator/std/memory_resource.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory_resource>
#include <new>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "allocator/bytes/byte_allocator.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"

namespace lockstep::memory_resource_test {
namespace {

constexpr std::size_t kArenaBytes = 1024 * 1024;

template <class Facade>
class Resource : public testing::Test {
 protected:
  Resource() { EXPECT_TRUE(allocator_.Init(arena_.at(0), arena_.bytes())); }
  ~Resource() override {
    EXPECT_EQ(allocator_.AvailableBytes(), kArenaBytes);
    EXPECT_EQ(allocator_.Audit(), nullptr);
  }

  Arena arena_{kArenaBytes};
  Facade allocator_{};
  MemoryResource<Facade> resource_{allocator_};
};

using Facades = testing::Types<SlabByteAllocator, BuddyByteAllocator>;
TYPED_TEST_SUITE(Resource, Facades);

TYPED_TEST(Resource, HoldsAVector) {
  std::pmr::vector<int> numbers(&this->resource_);
  for (int i = 0; i < 10000; ++i) numbers.push_back(i);
  EXPECT_TRUE(this->arena_.Contains(numbers.data()));
  EXPECT_EQ(std::accumulate(numbers.begin(), numbers.end(), 0), 49995000);
}

TYPED_TEST(Resource, FreesWithTheAlignmentThatItAllocatedWith) {
  void* const block = this->resource_.allocate(8, 256);
  this->resource_.deallocate(block, 8, 256);
}

TYPED_TEST(Resource, HoldsAString) {
  std::pmr::string text("a text that is too long to be kept in place ",
                        &this->resource_);
  for (int i = 0; i < 10; ++i) text += std::pmr::string(text);
  EXPECT_TRUE(this->arena_.Contains(text.data()));
  EXPECT_EQ(text.size(), 44u * 1024);
  EXPECT_TRUE(text.ends_with("in place "));
}

TYPED_TEST(Resource, HoldsAMapOfStrings) {
  std::pmr::map<int, std::pmr::string> names(&this->resource_);
  for (int i = 0; i < 500; ++i) {
    names.try_emplace(i * 7 % 500, std::string(static_cast<unsigned>(i), 'x'));
  }
  for (int i = 0; i < 500; i += 2) names.erase(i);
  EXPECT_EQ(names.size(), 250u);
  EXPECT_EQ(names.at(7).size(), 1u);
  EXPECT_TRUE(this->arena_.Contains(names.at(499).data()));
}

TYPED_TEST(Resource, HoldsAList) {
  std::pmr::list<int> numbers(&this->resource_);
  for (int i = 0; i < 1000; ++i) numbers.push_front(i);
  numbers.remove_if([](int number) { return number % 3 != 0; });
  numbers.sort();
  EXPECT_EQ(numbers.size(), 334u);
  EXPECT_EQ(numbers.back(), 999);
}

TYPED_TEST(Resource, GivesZeroBytesABlock) {
  std::pmr::memory_resource& resource = this->resource_;
  void* const one = resource.allocate(0, 1);
  void* const other = resource.allocate(0, 1);
  EXPECT_NE(one, other);
  EXPECT_TRUE(this->arena_.Contains(one));
  resource.deallocate(one, 0, 1);
  resource.deallocate(other, 0, 1);
}

TYPED_TEST(Resource, ThrowsWhenItIsExhaustedAndStaysOfUse) {
  using Part = std::pmr::vector<std::byte>;
  std::pmr::memory_resource& resource = this->resource_;
  EXPECT_THROW((void)resource.allocate(2 * kArenaBytes), std::bad_alloc);
  EXPECT_THROW((void)resource.allocate(PTRDIFF_MAX, 8), std::bad_alloc);
  volatile std::size_t no_layout = PTRDIFF_MAX;  // g++ warns of a constant.
  no_layout = no_layout + 1;
  EXPECT_THROW((void)resource.allocate(no_layout, 1), std::bad_alloc);
  std::vector<Part> parts;
  const auto fill = [&] {
    for (;;) parts.emplace_back(60000, std::byte{1}, &resource);
  };
  EXPECT_THROW(fill(), std::bad_alloc);
  const std::size_t part_count = parts.size();
  EXPECT_EQ(part_count, 16u);
  parts.pop_back();
  EXPECT_THROW(fill(), std::bad_alloc);
  EXPECT_EQ(parts.size(), part_count);
}

TYPED_TEST(Resource, EqualsAResourceOfTheSameAllocatorAndNoOther) {
  TypeParam another;
  const MemoryResource<TypeParam> same(this->allocator_);
  const MemoryResource<TypeParam> different(another);
  EXPECT_TRUE(this->resource_.is_equal(same));
  EXPECT_TRUE(same.is_equal(this->resource_));
  EXPECT_FALSE(this->resource_.is_equal(different));
  EXPECT_FALSE(this->resource_.is_equal(*std::pmr::new_delete_resource()));
}

TYPED_TEST(Resource, MovesAContainerBetweenEqualResourcesWithoutACopy) {
  MemoryResource<TypeParam> same(this->allocator_);
  std::pmr::vector<int> from(100, 7, &this->resource_);
  const int* const data = from.data();
  const std::pmr::vector<int> to(std::move(from), &same);
  EXPECT_EQ(to.data(), data);
}

using ResourceDeathTest = Resource<SlabByteAllocator>;

TEST_F(ResourceDeathTest, ClaimsThatWhatIsFreedWasAllocatedHere) {
  std::pmr::memory_resource& resource = this->resource_;
  EXPECT_DEATH(resource.deallocate(this->arena_.at(0), 64, 8),
               "not so: a block that is freed was allocated here");
}

TEST_F(ResourceDeathTest, ClaimsThatWhatIsFreedHasALayout) {
  std::pmr::memory_resource& resource = this->resource_;
  volatile std::size_t no_layout = PTRDIFF_MAX;  // g++ warns of a constant.
  no_layout = no_layout + 1;
  EXPECT_DEATH(resource.deallocate(this->arena_.at(0), no_layout, 8),
               "not so: a block that is freed has a layout that can exist");
}

}  // namespace
}  // namespace lockstep::memory_resource_test
