#include "tools/cli/console.h"

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>

#include "models/judge/caveat.h"
#include "models/script/text.h"

namespace lockstep::suite {
namespace {

volatile std::sig_atomic_t g_is_interrupted = 0;

// The second time, whatever it is that does not end is given up.
void OnInterrupt(int /*signal*/) {
  if (g_is_interrupted != 0) _exit(kInterrupted);
  g_is_interrupted = 1;
}

constexpr unsigned kSilenceSeconds = 30;

// What to say should the allocator under test crash, or not come back.
std::array<char, 1024> g_crash_note{};

void Write(std::string_view text) {
  (void)!write(STDERR_FILENO, text.data(), text.size());
}

void OnCrash(int signal) {
  Write("lockstep: it crashed: ");
  Write(g_crash_note.data());
  std::signal(signal, SIG_DFL);
  (void)raise(signal);
}

// Once: it may be slow and no more.
void OnSilence(int /*signal*/) {
  Write(
      "lockstep: half a minute without an end to it; does the allocator "
      "loop? ");
  Write(g_crash_note.data());
  Write("lockstep: Ctrl-C, a second time if need be, ends it\n");
}

// Leaves those of a sanitizer alone.
void InstallCrashNote() {
  std::signal(SIGALRM, OnSilence);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL}) {
    const auto before = std::signal(signal, OnCrash);
    if (before != SIG_DFL) std::signal(signal, before);
  }
}

std::string& ProgramText() {
  static std::string text = "lockstep";
  return text;
}

// What Bazel has built lies deep, and in bazel-bin too.
std::string InBazelBin(std::string_view path) {
  const std::size_t out = path.find("/bazel-out/");
  const std::size_t bin = path.find("/bin/", out);
  if (out == std::string_view::npos || bin == std::string_view::npos)
    return std::string(path);
  path.remove_prefix(bin + 5);
  constexpr std::string_view kRunfiles = ".runfiles/lockstep/";
  if (const std::size_t at = path.find(kRunfiles);
      at != std::string_view::npos) {
    path.remove_prefix(at + kRunfiles.size());
  }
  return Text("bazel-bin/", path);
}

double UsedProcessorSeconds() {
  double seconds = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval time : {usage.ru_utime, usage.ru_stime}) {
      seconds += static_cast<double>(time.tv_sec) +
                 static_cast<double>(time.tv_usec) * 1e-6;
    }
  }
  return seconds;
}

}  // namespace

void BeginProgram(std::string_view path) {
  // So that a child process does not take Ctrl-C for itself.
  (void)WasInterrupted();
  std::error_code error;
  if (const char* const folder = std::getenv("BUILD_WORKING_DIRECTORY")) {
    std::filesystem::current_path(folder, error);
  }
  ProgramText() = InBazelBin(path);
  constexpr std::string_view kOfScript = "/.cache/lockstep";
  if (!path.ends_with(kOfScript)) return;
  // As it is called from here: by the script that built it.
  path.remove_suffix(kOfScript.size());
  const std::filesystem::path checkout(path);
  ProgramText() = std::filesystem::equivalent(checkout, ".", error)
                      ? "tools/lockstep"
                      : (checkout / "tools/lockstep").string();
}

const std::string& ProgramName() { return ProgramText(); }

std::string ProgramPath() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? ProgramName() : path.string();
}

ExitCode Worse(ExitCode one, ExitCode other) { return std::max(one, other); }

void Complain(std::string_view message) {
  std::cerr << "lockstep: " << message << '\n';
}

void NoteForCrash(std::string_view what) {
  static const bool kIsInstalled = (InstallCrashNote(), true);
  (void)kIsInstalled;
  const std::string text = Text(what, "\n");
  const std::size_t length = std::min(text.size(), g_crash_note.size() - 1);
  std::copy_n(text.begin(), length, g_crash_note.begin());
  g_crash_note[length] = '\0';
  NoteReturn();
}

void NoteReturn() {
  if (g_crash_note.front() != '\0') alarm(kSilenceSeconds);
}

std::size_t TerminalColumns() {
  winsize window{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 ? window.ws_col : 0;
}

std::string Grouped(std::uint64_t number) {
  std::string digits = Text(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0;
       at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string InWords(const Tried& tried) {
  return Text(Grouped(tried.served), " requests served, ",
              Grouped(tried.refused), " refused");
}

ExitCode WithCaveat(ExitCode exit_code, std::string_view system,
                    const Tried& tried) {
  if (exit_code != kHeld) return exit_code;
  const std::string caveat = CaveatOf(tried);
  if (!caveat.empty()) Complain(Text(system, ": ", caveat));
  return tried.served == 0 ? kBadInput : kHeld;
}

bool WasInterrupted() {
  static const bool kIsInstalled = [] {
    // Not to be restarted: a read that waits is to end.
    struct sigaction action{};
    action.sa_handler = OnInterrupt;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return true;
  }();
  return kIsInstalled && g_is_interrupted != 0;
}

Progress::Progress()
    : next_(start_ + std::chrono::seconds(2)),
      used_before_(UsedProcessorSeconds()),
      is_terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (has_shown_) std::cerr << (is_terminal_ ? "\r\033[K" : "");
}

double Progress::Seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

double Progress::ProcessorSeconds() const {
  return UsedProcessorSeconds() - used_before_;
}

void Progress::Show(std::string_view text) {
  NoteReturn();
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + (is_terminal_ ? std::chrono::milliseconds(100)
                              : std::chrono::milliseconds(5000));
  has_shown_ = true;
  if (is_terminal_) {
    std::cerr << '\r' << text << "\033[K" << std::flush;
  } else {
    std::cerr << text << '\n';
  }
}

}  // namespace lockstep::suite
