// Objects, slabs and locks of every size.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/lock.h"
#include "allocator/objects/checked.h"
#include "allocator/objects/object_slab.h"
#include "allocator/objects/slab_cache.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::shape_test {
namespace {

template <std::size_t kBytes, std::size_t kAlign>
struct alignas(kAlign) Bytes {
  std::array<unsigned char, kBytes> bytes;
};

// A lock of all the bytes that one may have, which counts.
struct CountingLock {
  void lock() { ++locked; }
  void unlock() { ++unlocked; }
  ~CountingLock() { ++destroyed; }

  std::uint64_t locked = 0;
  std::uint64_t unlocked = 0;
  static int destroyed;
};

int CountingLock::destroyed = 0;

static_assert(sizeof(CountingLock) == 16);

// As small as Lockable wants it, and std::mutex where that is small enough.
struct FittingMutex {
  void lock() { mutex->lock(); }
  void unlock() { mutex->unlock(); }
  std::mutex* mutex = &shared;
  static std::mutex shared;
};

std::mutex FittingMutex::shared;

template <class T, class Lock, std::size_t kSlabBytes>
struct Shape {
  using Object = T;
  using Cache = SlabCache<T, Lock, kSlabBytes, YardProvider>;
  static constexpr std::size_t kBytes = kSlabBytes;
};

// Two of them and the header are all that fits.
constexpr std::size_t kHalf = 2048 - 128;

using Shapes = testing::Types<
    Shape<Bytes<4, 4>, NoLock, 512>, Shape<Bytes<4, 4>, NoLock, 64 * 1024>,
    Shape<Bytes<12, 4>, SpinLock, 1024>, Shape<Bytes<64, 64>, SpinLock, 4096>,
    Shape<Bytes<1, 64>, NoLock, 512>, Shape<Bytes<128, 128>, NoLock, 512>,
    Shape<Bytes<kHalf, 8>, SpinLock, 4096>,
    Shape<Bytes<16, 16>, CountingLock, 2048>,
    Shape<Bytes<100, 4>, FittingMutex, 32 * 1024>,
    Shape<Bytes<24 * 1024, 16>, NoLock, 64 * 1024>>;

template <class S>
class AnyShape : public testing::Test {};
TYPED_TEST_SUITE(AnyShape, Shapes);

// Each object filled with a byte of its own, to its last, and checked.
TYPED_TEST(AnyShape, HoldsDisjointAlignedObjectsInsideItsSlabs) {
  using Object = TypeParam::Object;
  using Cache = TypeParam::Cache;
  Yard yard(TypeParam::kBytes, 4);
  {
    auto cache = Cache::Create(YardProvider{&yard}).value();
    ASSERT_GE(Cache::slots_per_slab(), 2u);
    std::vector<typename Cache::Box> boxes(3 * Cache::slots_per_slab());
    ASSERT_EQ(cache.AllocateMany(boxes), CacheResult<void>());
    EXPECT_EQ(yard.lent(), 3u);
    unsigned char name = 0;
    for (const auto& box : boxes) box->bytes.fill(name++);
    EXPECT_EQ(cache.Audit(), nullptr);
    name = 0;
    for (const auto& box : boxes) {
      EXPECT_TRUE(IsAligned(AddressOf(box.get()), alignof(Object)));
      for (const unsigned char byte : box->bytes) ASSERT_EQ(byte, name);
      ++name;
    }
    while (!boxes.empty()) boxes.pop_back();
    EXPECT_EQ(cache.Audit(), nullptr);
    EXPECT_EQ(cache.ReadStatistics()->slabs, 2u);
  }
  EXPECT_EQ(yard.lent(), 0u);
  EXPECT_EQ(yard.mistakes(), "");
}

// Bits behind the header, slots behind the bits, and not one slot fewer than
// fit.
TEST(SlabShape, HoldsAsManySlotsAsFit) {
  const auto slots_offset = [](std::size_t header_bytes, std::size_t slots,
                               std::size_t align) {
    return AlignUp(header_bytes + (slots + 15) / 16 * 4, align);
  };
  for (std::size_t slab_bytes = 64; slab_bytes <= 65536; slab_bytes *= 2) {
    for (const std::size_t header_bytes : {8u, 100u, 120u}) {
      for (std::size_t slot_bytes = 4; slot_bytes <= 4096; slot_bytes += 60) {
        const std::size_t align = slot_bytes & (~slot_bytes + 1);
        const auto shape =
            SlabShapeFor({slab_bytes, slot_bytes, align}, header_bytes);
        EXPECT_EQ(shape.slots_offset,
                  slots_offset(header_bytes, shape.slots, align));
        if (shape.slots > 0) {
          EXPECT_LE(shape.slots_offset + shape.slots * slot_bytes, slab_bytes);
        }
        const std::size_t more = shape.slots + 1;
        EXPECT_GT(slots_offset(header_bytes, more, align) + more * slot_bytes,
                  slab_bytes);
      }
    }
  }
}

// Two objects fill the slab.
TEST(SlabShape, IsFormattedToItsEndAndNotBeyond) {
  using Object = Bytes<128, 128>;
  constexpr SlabShape kFull =
      ObjectSlab<NoLock, YardProvider,
                 SlabSizes{512, sizeof(Object), 128}>::Shape();
  static_assert(kFull.slots_offset + kFull.slots * sizeof(Object) == 512);
  Yard yard(512, 2);
  const auto before = yard.Take().bytes;
  const auto cache =
      SlabCache<Object, NoLock, 512, YardProvider>::Create(YardProvider{&yard});
  ASSERT_TRUE(cache);
  const auto after = yard.Take().bytes;
  EXPECT_TRUE(std::equal(before.begin() + 512, before.end(),
                         after.begin() + 512, after.end()));
}

// The bits of sixteen slots fill their word; what stands behind are none.
TEST(SlabShape, HasNoBitsBehindThoseOfItsSlots) {
  using Cache = SlabCache<Bytes<240, 8>, NoLock, 4096, YardProvider>;
  static_assert(Cache::slots_per_slab() == 16);
  Yard yard(4096, 1);
  const auto cache = Cache::Create(YardProvider{&yard});
  ASSERT_TRUE(cache);
  EXPECT_EQ(cache->Audit(), nullptr);
}

using Number = CheckedNumber<Sealed>;

// Of all changes of the byte there, those that go unnoticed.
unsigned UnnoticedIn(Number checked, std::uint32_t shift) {
  unsigned unnoticed = 0;
  for (std::uint32_t change = 1; change < 256; ++change) {
    const auto changed = Number::FromWord(checked.word() ^ change << shift);
    unnoticed += changed.Damage() == 0 ||
                 Number::DamageOf(changed, checked) == 0 ||
                 Number::DamageOf(checked, checked, changed) == 0;
  }
  return unnoticed;
}

TEST(CheckedNumber, IsUnsoundWhenAnyByteOfItChanges) {
  for (std::uint32_t number = 0; number <= Number::kMax;
       number += number < Number::kMax - 7 ? 7 : 1) {
    const Number checked(number);
    EXPECT_EQ(checked.Value(), number);
    EXPECT_EQ(checked.Damage(), 0u) << number;
    for (std::uint32_t shift = 0; shift < 32; shift += 8) {
      ASSERT_EQ(UnnoticedIn(checked, shift), 0u) << number << ", " << shift;
    }
  }
}

TEST(CheckedNumber, IsUnsoundWhenAllBytesOfItAreTheSame) {
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    EXPECT_NE(Number::FromWord(byte * 0x0101'0101u).Damage(), 0u) << byte;
  }
}

TEST(CheckedNumber, MovesUpAndDownAndStaysSound) {
  Number number(0);
  for (std::uint32_t i = 0; i < Number::kMax; ++i) {
    EXPECT_EQ(number.Value(), i);
    number.Increase();
    ASSERT_EQ(number.word(), Number(i + 1).word());
    number.Decrease();
    ASSERT_EQ(number.word(), Number(i).word());
    number.Increase();
  }
}

TEST(CheckedNumber, IsPlainIfItIsNotSealed) {
  CheckedNumber<Unsealed> number(7);
  EXPECT_EQ(number.word(), 7u);
  number.Increase();
  EXPECT_EQ(number.Value(), 8u);
  number.Decrease();
  EXPECT_EQ(number.Value(), 7u);
  EXPECT_EQ(CheckedNumber<Unsealed>::FromWord(0xFFFF'FFFF).Damage(), 0u);
  EXPECT_EQ(CheckedNumber<Unsealed>::DamageOf(number, number), 0u);
}

using Pointer = CheckedPointer<char, Sealed>;

Pointer FromWord(Address word) { return std::bit_cast<Pointer>(word); }

// As checked.h claims: every change of every byte, but by 253.
TEST(CheckedPointer, IsUnsoundWhenNearlyAnyByteOfItChanges) {
  Address some = 1;
  for (int round = 0; round < 300; ++round) {
    some = some * static_cast<Address>(6364136223846793005u) + 1442695041u;
    const Address address = round == 0 ? 0 : AlignDown(some, 256);
    const Pointer pointer(static_cast<char*>(PointerTo(address)));
    ASSERT_EQ(pointer.Value(), PointerTo(address));
    ASSERT_EQ(pointer.Damage(), 0u);
    const auto word = std::bit_cast<Address>(pointer);
    for (std::size_t shift = 0; shift < sizeof(word) * 8; shift += 8) {
      const int byte = static_cast<int>(word >> shift & 0xFF);
      for (int other = 0; other < 256; ++other) {
        const int change = byte ^ other;
        if (other == byte || (shift > 0 && std::abs(other - byte) == 253)) {
          continue;
        }
        const Address changed = word ^ static_cast<Address>(change) << shift;
        ASSERT_NE(FromWord(changed).Damage(), 0u)
            << address << ", " << shift << ", " << change;
      }
    }
  }
}

TEST(CheckedPointer, IsUnsoundWhenAllBitsOfItAreTheSame) {
  EXPECT_NE(FromWord(0).Damage(), 0u);
  EXPECT_NE(FromWord(static_cast<Address>(-1)).Damage(), 0u);
}

TEST(CheckedPointer, IsPlainIfItIsNotSealed) {
  char byte = 0;
  const CheckedPointer<char, Unsealed> pointer(&byte);
  EXPECT_EQ(pointer.Value(), &byte);
  EXPECT_EQ(pointer.Damage(), 0u);
  EXPECT_EQ((CheckedPointer<char, Unsealed>().Value()), nullptr);
}

TEST(Shape, HasNoSlotWhereNoneFits) {
  EXPECT_EQ(SlabShapeFor({128, 100, 8}, 64).slots, 0u);
  EXPECT_EQ(SlabShapeFor({64, 16, 8}, 100).slots, 0u);
}

template <SlabSizes kOne, SlabSizes kOther>
void ExpectStrangers() {
  using Slab = ObjectSlab<NoLock, YardProvider, kOne>;
  using Stranger = ObjectSlab<NoLock, YardProvider, kOther>;
  alignas(4096) static std::array<std::byte, 4096> memory;
  auto& slab = *::new (memory.data()) Slab{.provider = YardProvider{}, .lock{}};
  slab.Format(slab);
  EXPECT_TRUE(slab.HasSentinel());
  EXPECT_FALSE(reinterpret_cast<Stranger&>(slab).HasSentinel());
  slab.Destroy();
}

TEST(Sentinel, IsThatOfOneShapeOfSlabAlone) {
  ExpectStrangers<SlabSizes{4096, 16, 4}, SlabSizes{4096, 20, 4}>();
  ExpectStrangers<SlabSizes{4096, 16, 4}, SlabSizes{2048, 16, 4}>();
  ExpectStrangers<SlabSizes{4096, 4, 4}, SlabSizes{512, 120, 4}>();
}

TEST(Lock, IsReleasedAsOftenAsTakenAndDestroyedWithItsSlab) {
  using Cache = SlabCache<Bytes<16, 16>, CountingLock, 1024, YardProvider>;
  Yard yard(1024, 4);
  CountingLock::destroyed = 0;
  {
    auto cache = Cache::Create(YardProvider{&yard}).value();
    std::vector<Cache::Box> boxes(2 * Cache::slots_per_slab());
    EXPECT_EQ(cache.AllocateMany(boxes), CacheResult<void>());
    const Cache copy = cache;
    const auto& master = *static_cast<
        ObjectSlab<CountingLock, YardProvider, SlabSizes{1024, 16, 16}>*>(
        yard.place(0));
    EXPECT_GT(master.lock.locked, 1u);
    EXPECT_EQ(master.lock.locked, master.lock.unlocked);
  }
  EXPECT_EQ(CountingLock::destroyed, 2);
}

}  // namespace
}  // namespace lockstep::shape_test
