#ifndef LOCKSTEP_TOOLS_CLI_PICTURE_TERMINAL_H_
#define LOCKSTEP_TOOLS_CLI_PICTURE_TERMINAL_H_

// Colour and line breaks, as standard output wants them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep::suite {

enum class Style : std::uint8_t { kPlain, kQuiet, kBad, kFirstBlock };
// Blocks have the styles from kFirstBlock on, by slot.
Style BlockStyle(std::uint32_t slot);

// Whether standard output is a terminal that shows colours, and nobody has set
// NO_COLOR (https://no-color.org).
bool HasColour();

// The text in a style; as it is where there is no colour.
std::string Painted(std::string_view text, Style style, bool has_colour);

// Breaks at blanks, so that no line is longer than the width, except one with a
// single word. Lines from the second on begin with the indent.
std::string Wrapped(std::string_view text, std::size_t width,
                    std::string_view indent);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PICTURE_TERMINAL_H_
