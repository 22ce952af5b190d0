"""A copy of the checkout, what is installed from it without compiling, and a
project of a user's own."""

import os
import re
import shutil
import subprocess
import unittest

FOLDERS = ("allocator", "docs", "fuzz", "models", "ports", "props", "tools")

COMMANDS = ("list", "replay", "random", "show", "explore", "misuse", "props",
            "verify")
INSTALLED = [
    "bin/lockstep",
    "bin/lockstep-fuzz",
    "include/lockstep/port.h",
    "lib/lockstep/libscheduled.so",
    "lib/cmake/lockstep/lockstepConfig.cmake",
    "lib/cmake/lockstep/lockstepConfigVersion.cmake",
    "lib/cmake/lockstep/lockstepSuite.cmake",
    "lib/pkgconfig/lockstep.pc",
    "share/bash-completion/completions/lockstep",
    "share/doc/lockstep/LICENSE",
    "share/doc/lockstep/README.md",
    "share/doc/lockstep/docs/installing.md",
    "share/doc/lockstep/licences/libclang-rt-19-dev",
    "share/doc/lockstep/licences/libcli11-dev",
    "share/doc/lockstep/licences/librapidcheck-dev",
    "share/doc/lockstep/licences/nlohmann-json3-dev",
    "share/lockstep/rust/Cargo.toml",
    "share/lockstep/rust/README.md",
    "share/lockstep/rust/example/src/lib.rs",
    "share/lockstep/rust/src/lib.rs",
    "share/fish/vendor_completions.d/lockstep.fish",
    "share/man/man1/lockstep.1",
    "share/zsh/site-functions/_lockstep",
] + ["share/man/man1/lockstep-%s.1" % command for command in COMMANDS]
# Completes what is typed, and prints what bash would offer.
COMPLETE = """
source "$1"
PATH=$2:$PATH
read -ra COMP_WORDS <<<"$3"
[[ $3 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_lockstep
echo "${COMPREPLY[*]}"
"""

# The table of my_alloc_port.c, as the page has it.
BEFORE = "#define MY_ALLOC_TABLE mine\n"
AFTER = "LOCKSTEP_EXPORT(mine)\n"
# Two steps that the honest allocator survives.
TRACE = """\
lockstep-trace 1
component mine
arena size=1024 align=1024
init offset=0 size=1024
alloc b0 size=100 align=1
alloc b1 size=100 align=1
"""


def missing(*tools):
    return [tool for tool in tools if shutil.which(tool) is None]


def needs(*tools):
    return unittest.skipIf(missing(*tools), "there is no %s here; tools/setup "
                           "--package installs it" % ", ".join(missing(*tools)))


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False,
                          **options)


def run_or_fail(*command, **options):
    """Standard output of what must succeed."""
    came = run(*command, **options)
    if came.returncode:
        raise AssertionError("%s\n%s%s" % (" ".join(command), came.stdout,
                                           came.stderr))
    return came.stdout


def copy_checkout(folder):
    """Files instead of the links that a test is given: CMake would install
    links as they are."""
    for name in FOLDERS:
        shutil.copytree(name, os.path.join(folder, name))
    for name in ("LICENSE", "README.md"):
        shutil.copy(name, folder)


def install(checkout, program, fuzzer, library, folder):
    """Below folder/prefix, with programs that were built elsewhere."""
    build = os.path.join(folder, "build")
    prefix = os.path.join(folder, "prefix")
    run_or_fail("cmake", "-S", os.path.join(checkout, "tools/cmake"), "-B", build,
                "-DLOCKSTEP_BINARY=" + program, "-DLOCKSTEP_FUZZ_BINARY=" + fuzzer,
                "-DLOCKSTEP_SCHEDULED_LIBRARY=" + library)
    run_or_fail("cmake", "--build", build)
    run_or_fail("cmake", "--install", build, "--prefix", prefix)
    return build, prefix


def block(page, language):
    """The one block of code in this language."""
    [text] = re.findall(r"^```%s\n(.*?)^```" % language, read(page),
                        re.DOTALL | re.MULTILINE)
    return text


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(text, *names):
    path = os.path.join(*names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_project(folder, page, allocator):
    """The project of docs/installing.md, with less time for random scripts."""
    for name, language in (("CMakeLists.txt", "cmake"), ("Makefile", "make")):
        text = block(page, language)
        shorter = re.sub(r"(seconds|SECONDS) 5", r"\1 0.5", text)
        assert shorter != text
        write(shorter, folder, name)
    write(TRACE, folder, "traces/two.trace")
    write(read("tests/cells/%s.c" % allocator), folder, "my_alloc.c")
    port = read("tests/cells/my_alloc_port.c")
    write(BEFORE + port + AFTER, folder, "my_alloc_port.c")


def files_below(folder):
    return sorted(os.path.relpath(os.path.join(path, name), folder)
                  for path, _, names in os.walk(folder) for name in names)
