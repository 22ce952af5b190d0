// Who offers the whole interface, and lies about a part of it: allocators of
// tests/whole, and copies of the honest one with another function.

#include <cstddef>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "models/system/rules.h"
#include "tests/lying/law_liar.h"
#include "tests/lying/liar.h"

extern "C" {
extern const lockstep_port own_honest;
extern const lockstep_port own_never_uses_again;
extern const lockstep_port pool_honest;
extern const lockstep_port pool_doubles_without_end;
extern const lockstep_port pool_keeps_all;
extern const lockstep_port pool_tries_only_once;
extern const lockstep_port whole_changes_any_layout;
extern const lockstep_port whole_clears_nothing;
extern const lockstep_port whole_copies_too_few;
extern const lockstep_port whole_forgets_layouts;
extern const lockstep_port whole_frees_inside;
extern const lockstep_port whole_frees_twice;
extern const lockstep_port whole_honest;
extern const lockstep_port whole_loses_the_align;
extern const lockstep_port whole_product_wraps;
extern const lockstep_port whole_refuses_to_grow;
extern const lockstep_port whole_searches_all;
}

namespace lockstep::suite {
namespace {

lockstep_port Called(const char* name, lockstep_port port) {
  port.name = name;
  return port;
}

lockstep_status RefuseTheSameSize(void* state, void* block, std::size_t bytes,
                                  std::size_t align, std::size_t new_bytes,
                                  std::size_t new_align, void** out) {
  if (block != nullptr && bytes == new_bytes) return LOCKSTEP_NO_MEMORY;
  return whole_honest.reallocate(state, block, bytes, align, new_bytes,
                                 new_align, out);
}

lockstep_status RefuseOtherSizes(void* state, void* block, std::size_t bytes,
                                 std::size_t align, std::size_t new_bytes,
                                 std::size_t new_align, void** out) {
  if (block != nullptr && bytes != new_bytes) return LOCKSTEP_NO_MEMORY;
  return whole_honest.reallocate(state, block, bytes, align, new_bytes,
                                 new_align, out);
}

lockstep_status ShrinkWithADent(void* state, void* block, std::size_t bytes,
                                std::size_t align, std::size_t new_bytes,
                                std::size_t new_align, void** out) {
  const lockstep_status status = whole_honest.reallocate(
      state, block, bytes, align, new_bytes, new_align, out);
  if (status == LOCKSTEP_OK && new_bytes != 0 && new_bytes < bytes) {
    *static_cast<std::byte*>(*out) ^= std::byte{1};
  }
  return status;
}

lockstep_status ClearNothing(void* state, std::size_t count, std::size_t bytes,
                             std::size_t align, void** block) {
  if (bytes != 0 && count > SIZE_MAX / bytes) return LOCKSTEP_NO_MEMORY;
  return whole_honest.allocate(state, count * bytes, align, block);
}

lockstep_status ServeOne(void* state, std::size_t /*count*/, std::size_t bytes,
                         std::size_t align, void** blocks,
                         std::size_t* served) {
  *served = 1;
  return whole_honest.allocate(state, bytes, align, blocks);
}

template <class Member, class Function>
LawLiar Unlawful(const char* name, Member lockstep_port::* member,
                 Function function, std::string_view law) {
  lockstep_port port = Called(name, whole_honest);
  port.*member = function;
  return {port, whole_honest, law};
}

}  // namespace

std::vector<Liar> WholeLiars() {
  return {
      {Called("lying_whole_clears_nothing", whole_clears_nothing), whole_honest,
       kZeroedRule.name, 5},
      {Called("lying_whole_product_wraps", whole_product_wraps), whole_honest,
       kZeroedRule.name, 2},
      {Called("lying_whole_copies_too_few", whole_copies_too_few), whole_honest,
       kContentsRule.name, 4},
      {Called("lying_whole_loses_the_align", whole_loses_the_align),
       whole_honest, kAlignedRule.name, 4},
      {Called("lying_whole_refuses_to_grow", whole_refuses_to_grow),
       whole_honest, kRefusalRule.name, 3},
      {Called("lying_whole_searches_all", whole_searches_all), whole_honest,
       kStepsRule.name, 10},
      {Called("lying_whole_frees_twice", whole_frees_twice), whole_honest,
       kDetectedRule.name, 4},
      {Called("lying_whole_frees_inside", whole_frees_inside), whole_honest,
       kDetectedRule.name, 3},
      {Called("lying_whole_forgets_layouts", whole_forgets_layouts),
       whole_honest, kDetectedRule.name, 3},
      {Called("lying_whole_changes_any_layout", whole_changes_any_layout),
       whole_honest, kDetectedRule.name, 3},
      {Called("lying_whole_doubles_without_end", pool_doubles_without_end),
       pool_honest, kLedgerRule.name, 20},
      {Called("lying_whole_keeps_all", pool_keeps_all), pool_honest,
       kLedgerRule.name, 20},
      {Called("lying_whole_tries_only_once", pool_tries_only_once), pool_honest,
       kRefusalRule.name, 4},
  };
}

std::vector<LawLiar> WholeLawLiars() {
  return {
      Unlawful("unlawful_whole_refuses_the_same_size",
               &lockstep_port::reallocate, RefuseTheSameSize,
               "same_size_is_served"),
      Unlawful("unlawful_whole_shrinks_with_a_dent", &lockstep_port::reallocate,
               ShrinkWithADent, "grown_and_shrunk_is_the_same"),
      Unlawful("unlawful_whole_refuses_other_sizes", &lockstep_port::reallocate,
               RefuseOtherSizes, "what_fits_in_place_fits"),
      Unlawful("unlawful_whole_clears_nothing", &lockstep_port::allocate_zeroed,
               ClearNothing, "zeroed_is_zero_again"),
      Unlawful("unlawful_whole_serves_one", &lockstep_port::allocate_many,
               ServeOne, "many_are_as_singles"),
      {Called("unlawful_whole_never_uses_again", own_never_uses_again),
       own_honest, "footprint_settles"},
  };
}

}  // namespace lockstep::suite
