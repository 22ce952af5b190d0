#include "models/script/op.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace lockstep::suite {
namespace {

constexpr bool kYes = true;
constexpr bool kNo = false;

}  // namespace

// In the order of Verb. The columns: slot, offset, size, align.
constexpr std::array<VerbInfo, kVerbs> kVerbTable = {{
    {"init", kNo, kYes, kYes, kNo, Form::kStatus, kNo,
     "give the first region, at an offset of the arena"},
    {"add", kNo, kYes, kYes, kNo, Form::kStatus, kNo, "give a further region"},
    {"alloc", kYes, kNo, kYes, kYes, Form::kBlock, kNo,
     "allocate a block into an empty slot"},
    {"free", kYes, kNo, kNo, kNo, Form::kStatus, kNo,
     "free the block in a slot, with the layout it was allocated with"},
    {"stats", kNo, kNo, kNo, kNo, Form::kStatistics, kNo,
     "read the statistics"},
    {"usable", kNo, kNo, kYes, kYes, Form::kUsable, kNo,
     "ask how much of such a block may be used"},
    {"free_again", kYes, kNo, kNo, kNo, Form::kStatus, kYes,
     "free the block that a slot held last a second time"},
    {"free_inside", kYes, kYes, kNo, kNo, Form::kStatus, kYes,
     "free an address inside the block in a slot, at an offset of its start"},
    {"free_foreign", kNo, kYes, kYes, kYes, Form::kStatus, kYes,
     "free an address outside every region, at an offset of the arena"},
    {"free_null", kNo, kNo, kYes, kYes, Form::kStatus, kYes,
     "free the null pointer"},
    {"free_other", kYes, kNo, kYes, kYes, Form::kStatus, kYes,
     "free the block in a slot with a layout that it cannot have, or of "
     "another size class"},
    {"attach", kYes, kNo, kNo, kNo, Form::kStatus, kNo,
     "attach a handle, the first one to a new family", "h"},
    {"detach", kYes, kNo, kNo, kNo, Form::kStatus, kNo, "detach a handle", "h"},
    {"trim", kNo, kNo, kNo, kNo, Form::kStatus, kNo,
     "give back what is only kept in reserve"},
    {"refuse", kNo, kNo, kYes, kNo, Form::kStatus, kNo,
     "let the provider refuse the next requests", "", "count="},
    {"misalign", kNo, kNo, kYes, kNo, Form::kStatus, kNo,
     "let the provider return misaligned memory", "", "count="},
    {"keep", kNo, kNo, kYes, kNo, Form::kStatus, kNo,
     "let the provider fail to take memory back", "", "count="},
    {"corrupt", kYes, kYes, kYes, kNo, Form::kStatus, kNo,
     "flip a bit of a slab outside its live blocks, audit, flip it back", "s",
     "bit="},
    {"realloc", kYes, kNo, kYes, kYes, Form::kBlock, kNo,
     "give the block in a slot another size; it may move"},
    {"rezalloc", kYes, kNo, kYes, kYes, Form::kBlock, kNo,
     "the same, and what is added is zero"},
    {"resize", kYes, kNo, kYes, kNo, Form::kStatus, kNo,
     "give the block in a slot another size; it stays where it is"},
    {"zalloc", kYes, kYes, kYes, kYes, Form::kBlock, kNo,
     "allocate a block of so many times a size, all zero, into an empty slot",
     "b", "size=", "count="},
    {"usable_of", kYes, kNo, kNo, kNo, Form::kBytes, kNo,
     "ask how much of the block in a slot may be used, and use it"},
    {"footprint", kNo, kNo, kNo, kNo, Form::kBytes, kNo,
     "ask how much memory the port holds from the system"},
    {"alloc_many", kYes, kYes, kYes, kYes, Form::kCount, kNo,
     "allocate blocks of one layout into the empty ones of so many slots", "b",
     "size=", "count="},
    {"free_many", kYes, kYes, kNo, kNo, Form::kStatus, kNo,
     "free those blocks of so many slots that have the layout of the first",
     "b", "size=", "count="},
    {"realloc_other", kYes, kYes, kYes, kYes, Form::kStatus, kYes,
     "give the block in a slot a new size, as if it had a layout that it "
     "cannot have, or of another size class; it may move",
     "b", "size=", "new="},
    {"resize_other", kYes, kYes, kYes, kYes, Form::kStatus, kYes,
     "the same, and it stays where it is", "b", "size=", "new="},
}};

namespace {

constexpr std::array<std::string_view, kStatuses> kStatusNames = {
    "ok",
    "no_memory",
    "invalid_param",
    "memory_overlap",
    "not_allocated",
    "out_of_memory",
    "invalid_pointer",
    "alignment_mismatch",
    "fatal_error",
    "unknown",
    "skipped",
};

}  // namespace

std::optional<Verb> VerbOf(std::string_view word) {
  for (std::size_t i = 0; i < kVerbs; ++i) {
    if (InfoOf(static_cast<Verb>(i)).word == word) return static_cast<Verb>(i);
  }
  return std::nullopt;
}

bool NamesBlock(Verb verb) {
  return InfoOf(verb).has_slot && InfoOf(verb).slot_prefix == "b";
}

bool HasThreads(const Script& script) {
  return std::ranges::any_of(script.ops,
                             [](const Op& op) { return op.thread != 0; });
}

std::string_view NameOf(Status status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

}  // namespace lockstep::suite
