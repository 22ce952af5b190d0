// What the code of a library calls that was instrumented for a fuzzer
// (-fsanitize=fuzzer-no-link, or rustc's sancov-module). Outside of a fuzzer nobody
// asks what it covers: with these, every command opens such a library all the same.
// Each is weak, and gives way to a sanitizer's own in a static link. A sanitizer that
// is loaded as a library writes no coverage then (ASAN_OPTIONS=coverage=1).

#include <cstdint>

#define LOCKSTEP_HOOK(name, ...) \
  extern "C" __attribute__((weak, used)) void name(__VA_ARGS__) {}

// The names are those of the compilers.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
__attribute__((
    weak, used,
    tls_model(
        "initial-exec"))) thread_local std::uintptr_t __sancov_lowest_stack = 0;
}

LOCKSTEP_HOOK(__sanitizer_cov_8bit_counters_init, std::uint8_t*, std::uint8_t*)
LOCKSTEP_HOOK(__sanitizer_cov_bool_flag_init, bool*, bool*)
LOCKSTEP_HOOK(__sanitizer_cov_pcs_init, const std::uintptr_t*,
              const std::uintptr_t*)
LOCKSTEP_HOOK(__sanitizer_cov_trace_pc)
LOCKSTEP_HOOK(__sanitizer_cov_trace_pc_guard_init, std::uint32_t*,
              std::uint32_t*)
LOCKSTEP_HOOK(__sanitizer_cov_trace_pc_guard, std::uint32_t*)
LOCKSTEP_HOOK(__sanitizer_cov_trace_pc_indir, std::uintptr_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_cmp1, std::uint8_t, std::uint8_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_cmp2, std::uint16_t, std::uint16_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_cmp4, std::uint32_t, std::uint32_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_cmp8, std::uint64_t, std::uint64_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_const_cmp1, std::uint8_t, std::uint8_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_const_cmp2, std::uint16_t, std::uint16_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_const_cmp4, std::uint32_t, std::uint32_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_const_cmp8, std::uint64_t, std::uint64_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_cmpf, float, float)
LOCKSTEP_HOOK(__sanitizer_cov_trace_cmpd, double, double)
LOCKSTEP_HOOK(__sanitizer_cov_trace_switch, std::uint64_t, std::uint64_t*)
LOCKSTEP_HOOK(__sanitizer_cov_trace_div4, std::uint32_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_div8, std::uint64_t)
LOCKSTEP_HOOK(__sanitizer_cov_trace_gep, std::uintptr_t)
// NOLINTEND(bugprone-reserved-identifier)
