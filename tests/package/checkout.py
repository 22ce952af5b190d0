"""A copy of the checkout, what is installed from it without compiling, and a
project of a user's own."""

import os
import shutil
import subprocess

FOLDERS = ("allocator", "models", "ports", "props", "tools")

PROJECT = """\
cmake_minimum_required(VERSION 3.25)
project(mine C)
enable_testing()
find_package(lockstep 2 REQUIRED)
foreach(name my_alloc my_alloc_short_header)
  add_library(${name} MODULE ${name}.c my_alloc_port.c export.c)
  target_compile_definitions(${name} PRIVATE MY_ALLOC_TABLE=${name})
  target_link_libraries(${name} PRIVATE lockstep::port)
  lockstep_add_suite(${name} SECONDS 0.5 SEED 7 TRACES traces)
endforeach()
"""
EXPORT = """\
#include "lockstep/port.h"
extern const lockstep_port MY_ALLOC_TABLE;
#define EXPORT(table) LOCKSTEP_EXPORT(table)
EXPORT(MY_ALLOC_TABLE)
"""
# Two steps that the honest allocator survives.
TRACE = """\
lockstep-trace 1
component my_alloc
arena size=1024 align=1024
init offset=0 size=1024
alloc b0 size=100 align=1
alloc b1 size=100 align=1
"""


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
    shutil.copy("LICENSE", folder)


def install(checkout, program, folder):
    """Below folder/prefix, with a program that was built elsewhere."""
    build = os.path.join(folder, "build")
    prefix = os.path.join(folder, "prefix")
    run_or_fail("cmake", "-S", os.path.join(checkout, "tools/cmake"), "-B", build,
                "-DLOCKSTEP_BINARY=" + program)
    run_or_fail("cmake", "--build", build)
    run_or_fail("cmake", "--install", build, "--prefix", prefix)
    return build, prefix


def write_project(folder):
    os.makedirs(os.path.join(folder, "traces"))
    for name, text in {"CMakeLists.txt": PROJECT, "export.c": EXPORT,
                       "traces/two.trace": TRACE}.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    for name in ("my_alloc", "my_alloc_port", "my_alloc_short_header"):
        shutil.copy("tests/cells/%s.c" % name, folder)


def files_below(folder):
    return sorted(os.path.relpath(os.path.join(path, name), folder)
                  for path, _, names in os.walk(folder) for name in names)
