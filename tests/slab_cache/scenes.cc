// The states that the corruption sweep starts from, each reached by a script.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/corruption.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {
namespace {

class Script {
 public:
  Script(Yard& yard, std::string name)
      : yard_(yard),
        name_(std::move(name)),
        handle_(PointCache::Create(YardProvider{&yard}).value()) {}

  Script& Take(std::size_t count) {
    while (count-- > 0) {
      auto box = handle_.Thawed().Allocate(Point{1, 2, 3, 4});
      objects_.push_back(box.value().release());
    }
    return *this;
  }
  Script& Free(std::size_t first, std::size_t count = 1) {
    for (; count > 0; ++first, --count) {
      Point* const point = std::exchange(objects_[first], nullptr);
      EXPECT_EQ(PointBox::FromRaw(point).Free(), CacheResult<void>());
    }
    return *this;
  }
  Script& Attach() {
    const FrozenHandle second(handle_.Thawed());
    return *this;
  }
  Script& Detach() {
    EXPECT_EQ(handle_.Thawed().Detach(), CacheResult<void>());
    has_handle_ = false;
    return *this;
  }
  Scene End() {
    std::erase(objects_, nullptr);
    return {name_, has_handle_, handle_, objects_, yard_.Take()};
  }

 private:
  Yard& yard_;
  std::string name_;
  FrozenHandle handle_;
  bool has_handle_ = true;
  std::vector<Point*> objects_;
};

}  // namespace

std::vector<Scene> Scenes(Yard& yard) {
  constexpr std::size_t k = kSlots;
  const auto blank = yard.Take();
  std::vector<Scene> scenes;
  const auto from = [&](const char* name) {
    yard.Restore(blank);
    return Script(yard, name);
  };
  scenes.push_back(from("fresh").End());
  scenes.push_back(from("some live").Take(3).End());
  scenes.push_back(from("holes").Take(5).Free(3).Free(1).End());
  scenes.push_back(from("one slot left").Take(k - 1).End());
  scenes.push_back(from("full").Take(k).End());
  scenes.push_back(from("full and partial").Take(k + 2).End());
  scenes.push_back(from("full and reserve").Take(k + 1).Free(k).End());
  scenes.push_back(from("empty master").Take(k + 1).Free(0, k).End());
  scenes.push_back(
      from("three partial").Take(3 * k).Free(0).Free(k).Free(2 * k).End());
  scenes.push_back(from("three full").Take(3 * k).End());
  scenes.push_back(from("two partial, full, reserve")
                       .Take(4 * k)
                       .Free(3 * k, k)
                       .Free(2)
                       .Free(k + 3)
                       .End());
  scenes.push_back(
      from("nearly empty, reserve").Take(2 * k + 1).Free(k, k).End());
  scenes.push_back(from("two handles").Take(k + 1).Attach().End());
  scenes.push_back(from("no handle").Take(k + 3).Free(1).Detach().End());
  scenes.push_back(from("no handle, one object").Take(1).Detach().End());
  scenes.push_back(
      from("no handle, slaves").Take(2 * k + 1).Free(0, k).Detach().End());
  yard.Restore(blank);
  return scenes;
}

}  // namespace lockstep
