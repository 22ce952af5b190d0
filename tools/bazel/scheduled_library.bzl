"""scheduled_library: a shared library as `lockstep schedules` takes it.

    load("@lockstep//tools/bazel:scheduled_library.bzl", "scheduled_library")

    cc_binary(
        name = "mine.so",
        srcs = ["mine.c", "mine_port.c"],  # LOCKSTEP_EXPORT(...)
        linkshared = True,
        deps = ["@lockstep//models/door"],
    )

    scheduled_library(
        name = "libmine_scheduled.so",
        binary = ":mine.so",
    )
"""

load(":built_with.bzl", "built_with")
load(":unless.bzl", "unless")

def scheduled_library(name, binary, **kwargs):
    """The same library, compiled for schedules: the feature in features.bzl.

    Only clang makes one, and for machines of 64 bits.

    Args:
      name: of the file: a name that ends in .so.
      binary: a cc_binary with linkshared.
      **kwargs: attributes of the rule: tags, testonly, visibility, ...
    """
    built_with(
        name = name,
        binary = binary,
        feature = "scheduled",
        target_compatible_with = unless("emulated", "gcc", "m32"),
        **kwargs
    )
