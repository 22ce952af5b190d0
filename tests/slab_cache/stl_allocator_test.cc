// The containers of the standard library on slab caches.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <memory_resource>
#include <new>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/std/memory_resource_provider.h"
#include "allocator/std/slab_cache_allocator.h"
#include "gtest/gtest.h"

namespace lockstep::stl_allocator_test {
namespace {

// Counts what is lent, and has no more than it is allowed.
class Bounded : public std::pmr::memory_resource {
 public:
  std::size_t lent_bytes = 0;
  std::size_t limit_bytes = std::size_t{1} << 24;

 private:
  void* do_allocate(std::size_t bytes, std::size_t align_bytes) override {
    if (lent_bytes + bytes > limit_bytes) throw std::bad_alloc();
    lent_bytes += bytes;
    return ::operator new(bytes, std::align_val_t(align_bytes));
  }
  void do_deallocate(void* block, std::size_t bytes,
                     std::size_t align_bytes) override {
    lent_bytes -= bytes;
    ::operator delete(block, std::align_val_t(align_bytes));
  }
  bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }
};

template <class T>
using Alloc = SlabCacheAllocator<T, SpinLock, 1024, MemoryResourceProvider>;

using List = std::list<std::string, Alloc<std::string>>;
using Map = std::map<int, std::string, std::less<>,
                     Alloc<std::pair<const int, std::string>>>;
using Set = std::set<int, std::less<>, Alloc<int>>;

using Traits = std::allocator_traits<Alloc<int>>;
static_assert(Traits::propagate_on_container_swap::value);
static_assert(!Traits::is_always_equal::value);
static_assert(std::is_same_v<Traits::rebind_alloc<char>, Alloc<char>>);
static_assert(SlabCacheAllocator<int>::is_always_equal::value);

class Containers : public testing::Test {
 protected:
  ~Containers() override {
    EXPECT_EQ(resource_.lent_bytes, 0u);
    EXPECT_EQ(other_.lent_bytes, 0u);
  }
  Alloc<int> alloc() { return Alloc<int>(MemoryResourceProvider(resource_)); }
  Alloc<int> other_alloc() {
    return Alloc<int>(MemoryResourceProvider(other_));
  }

  Bounded resource_;
  Bounded other_;
};

template <class Container>
std::vector<typename Container::value_type> In(const Container& container) {
  return {container.begin(), container.end()};
}

TEST_F(Containers, ListInsertsErasesAndIterates) {
  List list(alloc());
  std::vector<std::string> expected;
  for (int i = 0; i < 1000; ++i) {
    list.push_back("a string that is on the heap: " + std::to_string(i));
    expected.push_back(list.back());
  }
  EXPECT_EQ(In(list), expected);
  const auto is_odd = [](const std::string& s) { return s.back() % 2 == 1; };
  list.remove_if(is_odd);
  std::erase_if(expected, is_odd);
  list.reverse();
  std::ranges::reverse(expected);
  EXPECT_EQ(In(list), expected);
  EXPECT_GT(resource_.lent_bytes, 0u);
}

TEST_F(Containers, ListCopiesMovesSwapsAndSplices) {
  List list({"one", "two", "three"}, alloc());
  List copy = list;
  EXPECT_EQ(copy, list);
  List moved = std::move(copy);
  copy = List({"four"}, alloc());
  swap(copy, moved);
  EXPECT_EQ(moved.front(), "four");
  moved.splice(moved.begin(), copy, std::next(copy.begin()));
  EXPECT_EQ(In(moved), (std::vector<std::string>{"two", "four"}));
  moved.splice(moved.end(), list);
  moved.sort();
  EXPECT_EQ(moved.size(), 5u);
  EXPECT_EQ(moved.front(), "four");
  EXPECT_TRUE(list.empty());
}

TEST_F(Containers, WithAllocatorsThatDifferTakeThemAlong) {
  List list({"one", "two"}, alloc());
  List target({"three"}, other_alloc());
  EXPECT_NE(list.get_allocator(), target.get_allocator());
  swap(list, target);
  EXPECT_EQ(target.get_allocator(), alloc());
  list = target;
  EXPECT_EQ(list.get_allocator(), alloc());
  EXPECT_EQ(other_.lent_bytes, 0u);
  list = List({"four"}, other_alloc());
  EXPECT_EQ(list.get_allocator(), other_alloc());
  EXPECT_EQ(In(list), std::vector<std::string>{"four"});
}

TEST_F(Containers, MapInsertsErasesFindsAndExtracts) {
  Map map(alloc());
  for (int i = 0; i < 500; ++i) map[i * 7 % 500] = std::to_string(i * 7 % 500);
  EXPECT_EQ(map.size(), 500u);
  for (int i = 0; i < 500; i += 2) EXPECT_EQ(map.erase(i), 1u);
  for (const auto& [key, value] : map) EXPECT_EQ(value, std::to_string(key));
  Map second(alloc());
  const auto extracted = map.extract(13);
  EXPECT_EQ(extracted.mapped(), "13");
  second.merge(map);
  EXPECT_EQ(second.size(), 249u);
  EXPECT_TRUE(map.empty());
  Map copy = second;
  copy.clear();
  EXPECT_EQ(second.at(499), "499");
}

TEST_F(Containers, SetKeepsItsOrder) {
  Set set(alloc());
  for (int i = 0; i < 300; ++i) set.insert(i * 11 % 300);
  EXPECT_TRUE(std::ranges::is_sorted(set));
  set.erase(set.find(100), set.find(200));
  const Set copy = set;
  EXPECT_EQ(In(copy), In(set));
  EXPECT_EQ(copy.size(), 200u);
}

// Buckets are arrays, and nodes are not.
TEST_F(Containers, OfArraysGetThemFromTheProvider) {
  std::vector<int, Alloc<int>> vector(alloc());
  for (int i = 0; i < 1000; ++i) vector.push_back(i);
  EXPECT_EQ(vector[999], 999);
  std::unordered_map<int, int, std::hash<int>, std::equal_to<>,
                     Alloc<std::pair<const int, int>>>
      hashed(alloc());
  for (int i = 0; i < 1000; ++i) hashed[i] = -i;
  EXPECT_EQ(hashed.at(999), -999);
}

TEST_F(Containers, ThrowWhenThereIsNoMore) {
  resource_.limit_bytes = 8 * 1024;
  List list(alloc());
  EXPECT_THROW(for (;;) list.emplace_back("no more"), std::bad_alloc);
  EXPECT_GT(list.size(), 100u);
  EXPECT_EQ(std::ranges::count(list, "no more"),
            static_cast<std::ptrdiff_t>(list.size()));
  const std::size_t most = list.size();
  list.clear();
  EXPECT_THROW(for (;;) list.emplace_back("no more"), std::bad_alloc);
  EXPECT_EQ(list.size(), most);
  EXPECT_THROW((void)alloc().allocate(4096), std::bad_alloc);
  EXPECT_THROW((void)alloc().allocate(SIZE_MAX / 2), std::bad_array_new_length);
  // As few bytes as there are, were they counted without care.
  EXPECT_THROW((void)alloc().allocate(SIZE_MAX / sizeof(int) + 3),
               std::bad_array_new_length);
  EXPECT_THROW((void)Alloc<char>(alloc()).allocate(SIZE_MAX),
               std::bad_array_new_length);
  resource_.limit_bytes = 0;
  EXPECT_THROW((void)alloc().allocate(1), std::bad_alloc);
}

TEST_F(Containers, MayFreeWithAnyAllocatorThatIsEqual) {
  Alloc<double> first(alloc());
  Alloc<double> second(Alloc<char>{first});
  EXPECT_EQ(first, second);
  double* const one = first.allocate(1);
  *one = 1;
  second.deallocate(one, 1);
  Alloc<double> moved = std::move(first);
  EXPECT_EQ(moved, first);  // NOLINT(bugprone-use-after-move): required.
  first.deallocate(moved.allocate(1), 1);
}

// Lends memory one byte further on than it was asked to.
struct Shifting {
  Bounded* resource;

  void* Allocate(Layout layout) const {
    return static_cast<std::byte*>(resource->allocate(layout.size_bytes() + 1,
                                                      layout.align_bytes())) +
           1;
  }
  bool Free(void* block, Layout layout) const {
    resource->deallocate(static_cast<std::byte*>(block) - 1,
                         layout.size_bytes() + 1, layout.align_bytes());
    return true;
  }
  friend bool operator==(Shifting, Shifting) = default;
};

TEST_F(Containers, GiveBackAnArrayThatIsMisaligned) {
  SlabCacheAllocator<int, SpinLock, 1024, Shifting> shifted(
      Shifting{&resource_});
  const auto copy = shifted;
  EXPECT_TRUE(copy == shifted);
  EXPECT_THROW((void)shifted.allocate(2), std::bad_alloc);
  EXPECT_EQ(resource_.lent_bytes, 0u);
}

struct Nothing {
  void* Allocate(Layout /*layout*/) const { return nullptr; }
  bool Free(void* /*block*/, Layout /*layout*/) const { return false; }
};

TEST(ContainersOfAProviderWithoutState, HaveEqualAllocators) {
  SlabCacheAllocator<int, NoLock, 1024, Nothing> one;
  const SlabCacheAllocator<char, NoLock, 1024, Nothing> other;
  EXPECT_TRUE(one == other);
  EXPECT_THROW((void)one.allocate(1), std::bad_alloc);
  EXPECT_THROW((void)one.allocate(2), std::bad_alloc);
}

// Lends what is misaligned, and takes nothing back.
struct Stubborn {
  void* Allocate(Layout layout) const { return memory->at(layout); }
  bool Free(void* /*block*/, Layout /*layout*/) const { return false; }
  friend bool operator==(Stubborn, Stubborn) = default;

  struct Memory {
    void* at(Layout /*layout*/) { return bytes + 1; }
    alignas(8) std::byte bytes[64];
  };
  Memory* memory;
};

TEST(ContainersOfAStubbornProvider, ThrowAllTheSame) {
  Stubborn::Memory memory{};
  SlabCacheAllocator<int, NoLock, 1024, Stubborn> stubborn(Stubborn{&memory});
  const auto copy = stubborn;
  EXPECT_TRUE(copy == stubborn);
  EXPECT_THROW((void)stubborn.allocate(2), std::bad_alloc);
}

// deallocate cannot return an error: see assert.h.
using ContainersDeathTest = Containers;

TEST_F(ContainersDeathTest, OfAnObjectThatWasFreed) {
  auto ints = alloc();
  int* const one = ints.allocate(1);
  ints.deallocate(one, 1);
  EXPECT_DEATH(ints.deallocate(one, 1),
               "not so: an object that is freed was allocated so");
}

TEST_F(ContainersDeathTest, OfAnArrayWithACountThatCannotBe) {
  auto ints = alloc();
  int* const many = ints.allocate(4);
  volatile std::size_t count = SIZE_MAX / sizeof(int);
  EXPECT_DEATH(ints.deallocate(many, count),
               "not so: an array is freed with the count it has");
  ints.deallocate(many, 4);
}

TEST(ContainersOfAProviderWithoutStateDeathTest, OfAnArrayThatIsNotTakenBack) {
  SlabCacheAllocator<int, NoLock, 1024, Nothing> ints;
  int array[2] = {};
  EXPECT_DEATH(ints.deallocate(array, 2),
               "not so: an array that is freed was allocated here");
}

}  // namespace
}  // namespace lockstep::stl_allocator_test
