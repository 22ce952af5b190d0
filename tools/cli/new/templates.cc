#include "tools/cli/new/templates.h"

#include <array>
#include <span>
#include <string_view>

#include "tools/cli/new/rust.h"
#include "tools/cli/new/sources.h"
#include "tools/cli/new/zig.h"

namespace lockstep::suite {
namespace {

constexpr std::string_view kMakefile =
    R"(# make: judge it for a few seconds. make check BUDGET=60: for longer.
LOCKSTEP ?= @LOCKSTEP@
BUDGET ?= 2
@FLAGS@

check: libNAME.so
	$(LOCKSTEP) random ./libNAME.so --seconds $(BUDGET) -o traces
	$(LOCKSTEP) random ./libNAME.so --swarm --seconds $(BUDGET) -o traces
	$(LOCKSTEP) props ./libNAME.so --seconds $(BUDGET)
	$(LOCKSTEP) explore ./libNAME.so
	$(LOCKSTEP) replay --system ./libNAME.so traces

libNAME.so: @SOURCE@ @OTHERS@
	@COMPILE@
@INCLUDED@
.PHONY: check
)";

constexpr std::string_view kMallocMakefile =
    R"(# make: judge it for a few seconds. make check BUDGET=60: for longer.
LOCKSTEP ?= @LOCKSTEP@
BUDGET ?= 2
# Without -fno-builtin the compiler makes a call of calloc out of calloc.
CFLAGS ?= -std=c11 -O1 -g -Wall -Wextra -fno-builtin

check: libNAME.so
	$(LOCKSTEP) random --malloc ./libNAME.so --seconds $(BUDGET) -o traces
	$(LOCKSTEP) random --malloc ./libNAME.so --swarm --seconds $(BUDGET) -o traces
	$(LOCKSTEP) props --malloc ./libNAME.so --seconds $(BUDGET)
	$(LOCKSTEP) replay --malloc ./libNAME.so traces

libNAME.so: NAME.c
	$(CC) $(CFLAGS) -shared -fPIC -o $@ $<

.PHONY: check
)";

constexpr std::string_view kIgnored = R"(*.so
lockstep.out/
target/
fuzzed/
Cargo.lock
*.so.d
*.so.o
zig-cache/
.zig-cache/
)";

// One that holds: an empty folder is not kept by git, and nothing to replay is
// an error.
constexpr std::string_view kTrace = R"(lockstep-trace 1
component NAME
arena size=4096 align=4096
init offset=0 size=4096
alloc b0 size=100 align=8
alloc b1 size=0 align=1
free b0
alloc b2 size=64 align=64
)";
constexpr std::string_view kMallocTrace = R"(lockstep-trace 1
component NAME
arena size=4096 align=4096
alloc b0 size=100 align=8
realloc b0 size=200 align=8
alloc b1 size=0 align=1
free b0
)";

constexpr std::string_view kWorkflow =
    R"(# Judges the allocator on each pull request, and each night for longer. Traces of
# violations are kept with the run.
name: lockstep
on:
  pull_request:
  push:
    branches: [main]
  schedule:
    - cron: "17 2 * * *"
env:
  # REPLACE: where the Debian package of Lockstep is (see docs/installing.md there).
  LOCKSTEP_DEB: https://example.com/lockstep_amd64.deb
jobs:
  judge:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: |
          curl -fsSLo lockstep.deb "$LOCKSTEP_DEB"
          sudo apt-get install -y ./lockstep.deb pkg-config
      - run: "@COMMAND@"
        env:
          BUDGET: ${{ github.event_name == 'schedule' && '1200' || '20' }}
      - uses: actions/upload-artifact@v4
        if: failure()
        with:
          name: traces
          path: traces
)";

constexpr std::string_view kReadme = R"(# NAME, judged by Lockstep

    make

builds the allocator as a shared library, and runs Lockstep on it: random scripts,
properties, allocations and frees in every state of a small system, and the scripts in
`traces`. A violation is printed as a short script, and saved in `traces`, so that it is
tried again from then on.

Replace these:

1. the allocator in `@SOURCE@`;
2. what it promises, in the same file: see `lockstep/port.h`;
3. `LOCKSTEP_DEB` in `.github/workflows/lockstep.yml`.

If several threads may call it, promise LOCKSTEP_THREAD_SAFE, and try

    lockstep threads ./libNAME.so
    lockstep schedules ./libNAME.so

The second one chooses the order in which threads go on. It takes a library that clang
compiled with `-fsanitize=thread`, in place of other sanitizers.
)";

constexpr std::string_view kMallocReadme = R"(# NAME, judged by Lockstep

    make

builds the allocator as a shared library, and runs Lockstep on it: random scripts,
properties, and the scripts in `traces`. A violation is printed as a short script, and
saved in `traces`, so that it is tried again from then on.

Two places are to be replaced: the functions in `NAME.c`, to which you may add any other
of malloc's (aligned_alloc, malloc_usable_size, ...), and `LOCKSTEP_DEB` in
`.github/workflows/lockstep.yml`.
)";

constexpr std::array kCFiles = {
    TemplateFile{"NAME_port.c", kCPort},
    TemplateFile{"Makefile", kMakefile},
    TemplateFile{"README.md", kReadme},
    TemplateFile{"traces/first.trace", kTrace},
    TemplateFile{".gitignore", kIgnored},
    TemplateFile{".github/workflows/lockstep.yml", kWorkflow},
};
constexpr std::array kCppFiles = {
    TemplateFile{"NAME_port.cc", kCppPort},
    TemplateFile{"Makefile", kMakefile},
    TemplateFile{"README.md", kReadme},
    TemplateFile{"traces/first.trace", kTrace},
    TemplateFile{".gitignore", kIgnored},
    TemplateFile{".github/workflows/lockstep.yml", kWorkflow},
};
constexpr std::array kMallocFiles = {
    TemplateFile{"NAME.c", kMalloc},
    TemplateFile{"Makefile", kMallocMakefile},
    TemplateFile{"README.md", kMallocReadme},
    TemplateFile{"traces/first.trace", kMallocTrace},
    TemplateFile{".gitignore", kIgnored},
    TemplateFile{".github/workflows/lockstep.yml", kWorkflow},
};
constexpr std::array kRustFiles = {
    TemplateFile{"src/lib.rs", kRustLibrary},
    TemplateFile{"tests/holds.rs", kRustTest},
    TemplateFile{"Cargo.toml", kCargo},
    TemplateFile{"README.md", kRustReadme},
    TemplateFile{"traces/first.trace", kTrace},
    TemplateFile{".gitignore", kIgnored},
    TemplateFile{".github/workflows/lockstep.yml", kWorkflow},
};
constexpr std::array kZigFiles = {
    TemplateFile{"NAME_port.zig", kZigPort},
    TemplateFile{"lockstep.zig", kZigTable},
    TemplateFile{"Makefile", kMakefile},
    TemplateFile{"README.md", kZigReadme},
    TemplateFile{"traces/first.trace", kTrace},
    TemplateFile{".gitignore", kIgnored},
    TemplateFile{".github/workflows/lockstep.yml", kWorkflow},
};

constexpr Word kDoor{"@DOOR@",
                     "CPPFLAGS += $(shell pkg-config --cflags lockstep "
                     "2>/dev/null || echo @INCLUDE@)"};
constexpr Word kLink{
    "@LINK@", "$(CPPFLAGS) -shared -fPIC -MMD -MF $@.d -o $@ $(SOURCES)"};
constexpr Word kNoOthers{" @OTHERS@", ""};
// What a source includes is looked at as well.
constexpr Word kIncluded{"@INCLUDED@", "-include libNAME.so.d\n"};
constexpr Word kMakeCheck{"@COMMAND@", "make check LOCKSTEP=lockstep"};

constexpr std::array kCWords = {
    Word{"@SOURCE@", "$(SOURCES)"},
    Word{"@FLAGS@",
         "SOURCES = NAME_port.c\n"
         "CFLAGS ?= -std=c11 -O1 -g -Wall -Wextra\n@DOOR@"},
    Word{"@COMPILE@", "$(CC) $(CFLAGS) @LINK@"},
    kDoor,
    kLink,
    kNoOthers,
    kIncluded,
    kMakeCheck,
};
constexpr std::array kCppWords = {
    Word{"@SOURCE@", "$(SOURCES)"},
    Word{"@FLAGS@",
         "SOURCES = NAME_port.cc\n"
         "CXXFLAGS ?= -std=c++20 -O1 -g -Wall -Wextra\n@DOOR@"},
    Word{"@COMPILE@", "$(CXX) $(CXXFLAGS) @LINK@"},
    kDoor,
    kLink,
    kNoOthers,
    kIncluded,
    kMakeCheck,
};
constexpr std::array kMallocWords = {kMakeCheck};
constexpr std::array kRustWords = {Word{"@COMMAND@", "cargo test"}};
constexpr std::array kZigWords = {
    Word{"@SOURCE@", "NAME_port.zig"},
    Word{"@FLAGS@", "ZIG ?= zig"},
    Word{"@COMPILE@", "$(ZIG) build-lib -dynamic -lc -femit-bin=$@ $<"},
    Word{"@OTHERS@", "lockstep.zig"},
    Word{"@INCLUDED@", ""},
    kMakeCheck,
};

constexpr std::array kTemplates = {
    Template{"c", "a port in C, and a Makefile", kCFiles, kCWords},
    Template{"cpp", "a port in C++, and a Makefile", kCppFiles, kCppWords},
    Template{"malloc", "a malloc in C, which needs no port", kMallocFiles,
             kMallocWords},
    Template{"rust", "a crate with a port, and cargo test", kRustFiles,
             kRustWords},
    Template{"zig", "a port in Zig, which was tried with Zig 0.11 only",
             kZigFiles, kZigWords},
};

}  // namespace

std::span<const Template> Templates() { return kTemplates; }

}  // namespace lockstep::suite
