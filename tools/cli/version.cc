#include "tools/cli/version.h"

#include <string>

#include "lockstep/port.h"
#include "models/script/text.h"

// Only a build that looks at git knows it; Bazel's does not, so that it need not
// build again after each commit.
#ifndef LOCKSTEP_COMMIT
#define LOCKSTEP_COMMIT "unknown"
#endif

namespace lockstep::suite {

std::string VersionText() {
  return Text("lockstep ", kVersion, "\ncommit ", LOCKSTEP_COMMIT,
              "\nport versions 1 to ", int{LOCKSTEP_PORT_VERSION});
}

}  // namespace lockstep::suite
