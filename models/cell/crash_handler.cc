#include "models/cell/crash_handler.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <link.h>
#include <ucontext.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ios>
#include <memory>
#include <string>
#include <string_view>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE,
                                 SIGABRT, SIGILL, SIGTRAP};

CrashNote* g_note = nullptr;
thread_local std::uint32_t number_of_thread = 0;

struct Registers {
  std::uintptr_t instruction = 0;
  std::uintptr_t stack = 0;
};

// Zeros on machines whose registers nobody has told us of.
Registers RegistersOf([[maybe_unused]] const ucontext_t& context) {
#if defined(__x86_64__)
  const auto& of = context.uc_mcontext.gregs;
  return {static_cast<std::uintptr_t>(of[REG_RIP]),
          static_cast<std::uintptr_t>(of[REG_RSP])};
#elif defined(__i386__)
  const auto& of = context.uc_mcontext.gregs;
  return {static_cast<std::uintptr_t>(of[REG_EIP]),
          static_cast<std::uintptr_t>(of[REG_ESP])};
#elif defined(__aarch64__)
  return {static_cast<std::uintptr_t>(context.uc_mcontext.pc),
          static_cast<std::uintptr_t>(context.uc_mcontext.sp)};
#else
  return {};
#endif
}

// A frame that does not fit is written to at either of its ends.
bool IsNear(std::uintptr_t address, std::uintptr_t stack_pointer) {
  constexpr std::uintptr_t kFrameBytes = 1 << 16;
  return stack_pointer != 0 &&
         address - (stack_pointer - kFrameBytes) < 2 * kFrameBytes;
}

// Returns to the instruction, which does it again, or to raise, which is
// answered by the default action as soon as the signal is let through.
void OnCrash(int signal, siginfo_t* info, void* context) {
  g_note->address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const Registers registers =
      RegistersOf(*static_cast<const ucontext_t*>(context));
  g_note->instruction = signal == SIGABRT ? 0 : registers.instruction;
  g_note->is_stack_full =
      signal == SIGSEGV && IsNear(g_note->address, registers.stack);
  g_note->thread = number_of_thread;
  g_note->signal = signal;
  std::signal(signal, SIG_DFL);
  (void)std::raise(signal);
}

}  // namespace

void NoteCrashes(CrashNote& note) {
  g_note = &note;
  static std::array<char, 64 << 10> stack;
  const stack_t alternative{
      .ss_sp = stack.data(), .ss_flags = 0, .ss_size = stack.size()};
  for (const int signal : kSignals) {
    struct sigaction action{};
    if (sigaction(signal, nullptr, &action) != 0) continue;
    if (action.sa_handler != SIG_DFL) continue;
    sigaltstack(&alternative, nullptr);
    action.sa_sigaction = OnCrash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(signal, &action, nullptr);
  }
}

void NumberThread(std::uint32_t number) { number_of_thread = number; }

std::string FunctionAt(std::uintptr_t instruction) {
  Dl_info info{};
  const ElfW(Sym)* symbol = nullptr;
  if (instruction == 0 ||
      dladdr1(reinterpret_cast<void*>(instruction), &info,
              reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)),
              RTLD_DL_SYMENT) == 0) {
    return "";
  }
  // It may be the nearest function that has a name, and not this one.
  const bool is_named =
      info.dli_sname != nullptr && symbol != nullptr &&
      instruction - reinterpret_cast<std::uintptr_t>(info.dli_saddr) <
          symbol->st_size;
  if (!is_named) {
    const std::string_view file = info.dli_fname;
    return Text(file.substr(file.rfind('/') + 1), "+0x", std::hex,
                instruction - reinterpret_cast<std::uintptr_t>(info.dli_fbase));
  }
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> plain(
      abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status),
      &std::free);
  return status == 0 ? plain.get() : info.dli_sname;
}

std::string SignalName(int signal) {
  const char* const name = sigabbrev_np(signal);
  return name == nullptr ? "signal " + std::to_string(signal)
                         : std::string("SIG") + name;
}

}  // namespace lockstep::suite
