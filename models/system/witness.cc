#include "models/system/witness.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace lockstep::suite {

std::string_view NameOf(Function function) {
  static constexpr std::array<std::string_view, 23> kNames = {
      "",
      "create",
      "destroy",
      "init",
      "add",
      "allocate",
      "deallocate",
      "statistics",
      "usable",
      "attach",
      "detach",
      "trim",
      "audit",
      "reallocate",
      "reallocate_zeroed",
      "resize",
      "allocate_zeroed",
      "usable_of",
      "footprint",
      "allocate_many",
      "deallocate_many",
      "needs",
      "steps"};
  const auto index = static_cast<std::size_t>(function);
  return index < kNames.size() ? kNames[index] : "";
}

}  // namespace lockstep::suite
