#include "models/threads/judgement.h"

#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {

Verdict Judge(Stage& stage, const Script& script, const History& history) {
  for (const Event& event : history) {
    if (event.spoiled) {
      return Violation{
          .rule = kContentsRule.name,
          .step = event.step,
          .expected = Text("what was written to b", event.spoiled->block.slot),
          .came = Text("another byte, at ", event.spoiled->at)};
    }
  }
  if (const char* const broken = stage.Audit()) {
    return Violation{.rule = kAuditRule.name,
                     .step = script.ops.size(),
                     .expected = "no broken invariant",
                     .came = broken};
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
