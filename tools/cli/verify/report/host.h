#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_HOST_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_HOST_H_

// What a reader of figures wants to know of where they come from.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace lockstep::suite::verify {

// That this process may use.
std::size_t Cores();

// Processor, cores, memory, kernel and distribution.
nlohmann::ordered_json DescribeMachine();

// What a program was made of and with: the commit, as far as the variable
// LOCKSTEP_COMMIT says it, the compiler and the sanitizers.
nlohmann::ordered_json DescribeBuild(const std::string& program);

// "2026-11-29T06:28:05+01:00".
std::string TimeNow();

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_HOST_H_
