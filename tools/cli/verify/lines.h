#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_LINES_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_LINES_H_

// Texts that processes print, and words for people.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::suite::verify {

// Without their ends.
std::vector<std::string_view> LinesOf(std::string_view text);
std::string_view TrimmedRight(std::string_view text);
// The last two thousand bytes.
std::string LastOf(std::string_view text);
// Without 12 and 0x1f.
std::string WithoutNumbers(std::string_view text);
// As a shell takes them.
std::string QuotedAll(const std::vector<std::string>& words);
std::string JoinedWith(std::string_view separator,
                       const std::vector<std::string>& words);
// Unless it is there.
void AddOnce(const std::string& name, std::vector<std::string>& names);
// The first few, and how many more there are.
std::string InShort(const std::vector<std::string>& names);
// A number without its fraction, as 1,234.
std::string Rounded(double number);
// "1 finding", "2 findings".
std::string Counted(std::size_t number, std::string_view word);
// A path as short as it can be written from here.
std::string Shown(const std::string& path);
std::string FileNameOf(const std::string& path);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_LINES_H_
