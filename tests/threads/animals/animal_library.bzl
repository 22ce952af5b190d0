"""animal_library: a small allocator as a library for schedules and for threads."""

load("@rules_cc//cc:defs.bzl", "cc_binary")
load("//tools/bazel:unless.bzl", "unless")

def animal_library(name, file, fault = None):
    """NAME.so: the file with this fault. The name is that of its table, too.

    It calls ThreadSanitizer's functions, and has none of its runtime: the program
    that opens it has them, be they the runtime's or those of the scheduler.

    Args:
      name: of the library.
      file: a source, which includes animal.h.
      fault: what FAULT is; None: the file does not ask for it.
    """
    cc_binary(
        name = name + ".so",
        testonly = True,
        srcs = [
            file,
            "//tests/threads/animals:animal.h",
        ] + native.glob(["*.h"], exclude = ["animal.h"]),
        features = ["scheduled"],
        linkshared = True,
        local_defines = ["ANIMAL=" + name] + (["FAULT=" + fault] if fault else []),
        # Built where a test, or the hunt, asks for it.
        tags = ["manual"],
        target_compatible_with = unless("asan", "emulated", "gcc", "m32", "tsan"),
        deps = ["//models/door"],
    )
