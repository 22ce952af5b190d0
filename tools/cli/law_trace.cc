#include "tools/cli/law_trace.h"

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "models/script/text.h"
#include "tools/cli/console.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {

void MentionLaw(const std::string& path) {
  if (path == "-") return;
  std::ifstream file(path, std::ios::binary);
  const Finding finding =
      ReadReport({std::istreambuf_iterator<char>(file), {}});
  constexpr std::string_view kFile = " FILE";
  std::string command = finding.again;
  const std::size_t at = command.find(kFile);
  if (!command.contains(" props ") || at == command.npos) return;
  command.replace(at, kFile.size(), Text(' ', Quoted(path)));
  Complain(Text(path, " breaks the law ", finding.rule,
                ", and no rule. To see it, run: ", command));
}

}  // namespace lockstep::suite
