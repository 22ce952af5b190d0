#ifndef LOCKSTEP_TESTS_ALLOCATOR_RAW_MEMORY_H_
#define LOCKSTEP_TESTS_ALLOCATOR_RAW_MEMORY_H_

// Reads and writes that no sanitizer sees, to compare and to corrupt what the
// allocators keep: links in free memory, and words in themselves.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "allocator/base/platform.h"
#include "tests/allocator/arena.h"

namespace lockstep {

using Word = std::uintptr_t;

[[gnu::no_sanitize_address, gnu::noinline]] inline void LoadWords(
    const volatile Word* from, std::size_t count, Word* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = from[i];
}

inline Word LoadWord(const void* address) {
  Word word = 0;
  LoadWords(static_cast<const Word*>(address), 1, &word);
  return word;
}

[[gnu::no_sanitize_address, gnu::noinline]] inline void StoreLink(
    void* block, const void* link) {
  *static_cast<const void* volatile*>(block) = link;
}

inline void CopyWords(const void* start, std::size_t bytes,
                      std::vector<Word>& into) {
  into.resize(bytes / sizeof(Word));
  LoadWords(static_cast<const Word*>(start), into.size(), into.data());
}

// Not found out by poisoning something: that is what is to be tested.
constexpr bool IsUnderAddressSanitizer() {
#ifdef LOCKSTEP_ADDRESS_SANITIZER
  return true;
#else
  return false;
#endif
}

// All that an operation may change.
struct State {
  std::vector<Word> allocator;
  std::vector<Word> memory;
  bool operator==(const State&) const = default;
};

template <class Allocator>
void CopyState(const Allocator& allocator, const Arena& arena, State& into) {
  CopyWords(&allocator, sizeof(allocator), into.allocator);
  CopyWords(arena.at(0), arena.bytes(), into.memory);
}

template <class Allocator>
State StateOf(const Allocator& allocator, const Arena& arena) {
  State state;
  CopyState(allocator, arena, state);
  return state;
}

// Overwrites the words of an object that hold `from`, and says how many did.
template <class Object>
std::size_t ReplaceWord(Object& object, Word from, Word to) {
  auto* const bytes = reinterpret_cast<std::byte*>(&object);
  std::size_t found = 0;
  for (std::size_t i = 0; i + sizeof(Word) <= sizeof(object);
       i += sizeof(Word)) {
    Word word;
    std::memcpy(&word, bytes + i, sizeof(word));
    if (word != from) continue;
    std::memcpy(bytes + i, &to, sizeof(to));
    ++found;
  }
  return found;
}

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_ALLOCATOR_RAW_MEMORY_H_
