#ifndef LOCKSTEP_MODELS_CELL_LAST_WORDS_H_
#define LOCKSTEP_MODELS_CELL_LAST_WORDS_H_

// What a process wrote to stderr before it died: the text of an assertion, a
// panic with its message, the report of a sanitizer.

#include <cstddef>
#include <string>
#include <string_view>

namespace lockstep::suite {

// Of a stream of any length the first bytes and the last.
class LastWords {
 public:
  void Add(std::string_view text);
  // With a line in place of what was left out.
  std::string Text() const;
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kFirstBytes = 8 << 10;
  static constexpr std::size_t kLastBytes = 24 << 10;

  std::string first_;
  std::string last_;
  std::size_t bytes_ = 0;
};

// At most so many lines, none of them long, and nothing in them that a terminal
// would obey. A sanitizer's report loses what it says of its own memory.
std::string Shortened(std::string_view words, std::size_t most_lines = 16);

// "heap.c:12": the first place in a source that the words name, except frames
// of the runtime of a sanitizer and of this suite. With the kind of error in
// front, if a sanitizer names one. "" if there is none.
std::string PlaceIn(std::string_view words);

// Whether a sanitizer has begun to say of which error it will end the process.
bool BeginsReport(std::string_view words);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_CELL_LAST_WORDS_H_
