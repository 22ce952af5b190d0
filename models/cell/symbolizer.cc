#include "models/cell/symbolizer.h"

#include <array>
#include <cstddef>

// Of the sanitizers' public interface; null without one.
// NOLINTBEGIN(bugprone-reserved-identifier): the name is theirs.
extern "C" [[gnu::weak]] void __sanitizer_symbolize_pc(void* address,
                                                       const char* format,
                                                       char* text,
                                                       std::size_t text_bytes);
// NOLINTEND(bugprone-reserved-identifier)

namespace lockstep::suite {

void StartSymbolizer() {
  if (&__sanitizer_symbolize_pc == nullptr) return;
  std::array<char, 256> text{};
  __sanitizer_symbolize_pc(reinterpret_cast<void*>(&StartSymbolizer), "%f",
                           text.data(), text.size());
}

}  // namespace lockstep::suite
