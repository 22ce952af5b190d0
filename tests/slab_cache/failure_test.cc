// A script with the provider failing at its n-th call, for every n.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::failure_test {
namespace {

// Works on two handles as well as it can, and checks every object at every
// step. An error may not change anything but what it says.
class Sufferer {
 public:
  explicit Sufferer(Yard& yard) : yard_(yard) {}

  // False: not even a master was to be had.
  bool Run();
  std::size_t errors() const { return errors_; }

 private:
  void Swell(std::size_t slabs);
  void Add();
  void AddMany(std::size_t count);
  void Remove(std::size_t i);
  void RemoveMany(std::size_t count);
  void Trim();
  void Leave(PointCache& cache) { Check(cache.Detach()); }

  PointBox Named(PointBox box) {
    *box = Point{next_, next_ * 3, ~next_, next_};
    ++next_;
    return box;
  }
  // That an error which is none of a provider that does not take back has
  // changed no slab.
  void Check(const CacheResult<void>& result);
  void CheckObjects() const;

  Yard& yard_;
  std::optional<PointCache> cache_;
  std::vector<PointBox> boxes_;
  std::uint32_t next_ = 1;
  std::size_t errors_ = 0;
  Yard::Picture before_;
};

bool Sufferer::Run() {
  auto created = PointCache::Create(YardProvider{&yard_});
  if (!created) return false;
  cache_ = *std::move(created);
  for (std::size_t round = 1; round <= 5; ++round) Swell(round);
  auto second = cache_->Attach().value();
  for (std::size_t i = 0; i < kSlots; ++i) Add();
  RemoveMany(boxes_.size() / 2);
  AddMany(2 * kSlots);
  Leave(second);
  for (std::size_t i = boxes_.size(); i-- > kSlots;) Remove(i);
  Trim();
  AddMany(kSlots);
  Leave(*cache_);
  while (!boxes_.empty()) Remove(boxes_.size() - 1);
  return true;
}

// Grows by one and by many, frees every other object, then all but a few.
void Sufferer::Swell(std::size_t slabs) {
  for (std::size_t i = 0; i < slabs * kSlots; ++i) Add();
  AddMany(slabs * kSlots + 3);
  for (std::size_t i = boxes_.size() / 2; i-- > 0;) Remove(2 * i);
  AddMany(2 * kSlots);
  RemoveMany(boxes_.size() / 2);
  Trim();
  while (boxes_.size() > slabs) Remove(boxes_.size() / 2);
}

void Sufferer::Add() {
  before_ = yard_.Take();
  auto box = cache_->Allocate();
  if (box) boxes_.push_back(Named(std::move(*box)));
  Check(OutcomeOf(box));
}

void Sufferer::AddMany(std::size_t count) {
  before_ = yard_.Take();
  std::vector<PointBox> many(count);
  const auto result = cache_->AllocateMany(many);
  for (PointBox& box : many) {
    ASSERT_EQ(static_cast<bool>(box), result.has_value());
    if (box) boxes_.push_back(Named(std::move(box)));
  }
  Check(result);
}

void Sufferer::Remove(std::size_t i) {
  const auto result = boxes_[i].Free();
  boxes_.erase(boxes_.begin() + static_cast<std::ptrdiff_t>(i));
  Check(result);
}

void Sufferer::RemoveMany(std::size_t count) {
  std::vector<PointBox> many;
  for (; count > 0; --count) {
    many.push_back(std::move(boxes_.back()));
    boxes_.pop_back();
  }
  Check(cache_->FreeMany(many));
}

void Sufferer::Trim() { Check(cache_->Trim()); }

// Counts a refusal as the cache does: in the master, which is place 0.
void CountRefusal(Yard::Picture& picture, std::size_t refusals) {
  PointSlab master{.provider = YardProvider{}, .lock{}};
  std::memcpy(static_cast<void*>(&master), picture.bytes.data(),
              sizeof(master));
  master.seal ^= master.refusals ^ refusals;
  master.refusals = refusals;
  std::memcpy(picture.bytes.data(), &master, sizeof(master));
}

void Sufferer::Check(const CacheResult<void>& result) {
  const std::string journal = yard_.Journal();
  const bool is_lost = journal.contains('?');
  CheckObjects();
  EXPECT_EQ(result == kFatalError, is_lost) << journal;
  if (result) return;
  ++errors_;
  if (is_lost) return;
  auto after = yard_.Take();
  ASSERT_EQ(before_.lent, after.lent) << journal;
  CountRefusal(before_, cache_->ReadStatistics()->refusals);
  for (std::size_t i = 0; i < after.bytes.size(); ++i) {
    if (after.lent[i / kFamilySlabBytes] == 0) continue;
    ASSERT_EQ(before_.bytes[i], after.bytes[i]) << journal << ", byte " << i;
  }
}

void Sufferer::CheckObjects() const {
  for (const PointBox& box : boxes_) {
    ASSERT_EQ(box->x, box->name);
    ASSERT_EQ(box->y, 3 * box->name);
    ASSERT_EQ(box->z, ~box->name);
  }
  ASSERT_EQ(cache_->Audit(), nullptr);
}

using Plan = std::function<Yard::Faults(std::size_t)>;

// Until n is past the last call.
void Sweep(const char* what, const Plan& plan) {
  std::size_t failures = 0;
  for (std::size_t n = 1;; ++n) {
    SCOPED_TRACE(what + std::to_string(n));
    Yard yard(kFamilySlabBytes, 32);
    yard.faults() = plan(n);
    Sufferer sufferer(yard);
    const bool has_run = sufferer.Run();
    EXPECT_EQ(yard.lent(), 0u);
    EXPECT_EQ(yard.mistakes(), "");
    if (testing::Test::HasFailure()) return;
    if (has_run && sufferer.errors() == 0) {
      std::cout << "  " << what << "n-th call, for n = 1 to " << n - 1 << ": "
                << failures << " errors\n";
      EXPECT_GT(n, 10u);
      return;
    }
    failures += has_run ? sufferer.errors() : 1;
  }
}

TEST(Failure, ToLendLeaksAndChangesNothing) {
  Sweep("refuses the ",
        [](std::size_t n) { return Yard::Faults{.refuse = n}; });
}

TEST(Failure, ToAlignLeaksAndChangesNothing) {
  Sweep("misaligns the ",
        [](std::size_t n) { return Yard::Faults{.misalign = n}; });
}

TEST(Failure, ToTakeBackLosesNothingElse) {
  Sweep("does not take back the ",
        [](std::size_t n) { return Yard::Faults{.not_take_back = n}; });
}

TEST(Failure, ToLendAndThenToTakeBackLosesNothingElse) {
  Sweep("refuses, and does not take back, the ", [](std::size_t n) {
    return Yard::Faults{.refuse = n, .not_take_back = n};
  });
}

}  // namespace
}  // namespace lockstep::failure_test
