#include "tools/cli/law_trace.h"

#include <fstream>
#include <iterator>
#include <string>

#include "models/script/text.h"
#include "tools/cli/console.h"
#include "tools/cli/result/finding.h"

namespace lockstep::suite {

void MentionLaw(const std::string& path) {
  if (path == "-") return;
  std::ifstream file(path, std::ios::binary);
  Finding finding = ReadReport({std::istreambuf_iterator<char>(file), {}});
  finding.file = path;
  const std::string command = LawCommand(finding);
  if (command.empty()) return;
  Complain(Text(path, " breaks the law ", finding.rule,
                ", and no rule. To see it, run: ", command));
}

}  // namespace lockstep::suite
