#include "tools/cli/threads/preload.h"

#include <cstdlib>
#include <string>

#include "ports/library/library.h"

namespace lockstep::suite {

void Preload(const std::string& path) {
  constexpr const char* kPreload = "LD_PRELOAD";
  constexpr const char* kIsPreloaded = "LOCKSTEP_IS_PRELOADED";
  if (HasAddressSanitizer()) return;
  if (std::getenv(kIsPreloaded) == nullptr) {
    StartAgain({{kPreload, path}, {kIsPreloaded, "1"}});
    return;
  }
  // Not for what this program starts.
  unsetenv(kPreload);
  unsetenv(kIsPreloaded);
}

}  // namespace lockstep::suite
