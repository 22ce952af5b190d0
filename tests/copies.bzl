"""The suite built against changed copies of allocator/, for zoo and mutants."""

load("@rules_cc//cc:defs.bzl", "cc_library")

FEATURES = ["-layering_check"]

# Much is built, and lives for seconds. Tests are mostly GoogleTest's templates,
# and some look for their lines in a report. What was changed may cause warnings.
COPTS = ["-O1", "-g0", "-w"]
TEST_COPTS = ["-O0", "-gline-tables-only", "-w"]

_COMMON = {
    "copts": COPTS,
    "features": FEATURES,
    "tags": ["manual"],
    "alwayslink": True,
}

def libraries_of(name, ports, srcs = [], hdrs = []):
    """<name>_allocator and <name>_ports.

    Args:
      name: of the copy: a rule with the output groups headers and sources, in
        <name>/allocator/. What includes it must not see the original.
      ports: files of //ports.
      srcs: what is built with the copy.
      hdrs: what it includes of them.
    """
    for group in ["headers", "sources"]:
        native.filegroup(
            name = "%s_%s" % (name, group),
            srcs = [":" + name],
            output_group = group,
            tags = ["manual"],
        )
    cc_library(
        name = name + "_allocator",
        srcs = [":%s_sources" % name] + srcs,
        hdrs = [":%s_headers" % name] + hdrs,
        # No target here depends on //allocator: in its sandbox an action finds
        # this copy, or none.
        includes = [name],
        **_COMMON
    )
    cc_library(
        name = name + "_ports",
        srcs = ["//ports:" + file for file in ports] + [
            "//ports:cpp_port.h",
            "//ports:slab_cache_port.h",
        ],
        deps = [
            ":%s_allocator" % name,
            "//models/door",
            "//ports:registry",
        ],
        **_COMMON
    )

def fuzz_target(name, system):
    """What fuzzes a system, without its port.

    Args:
      name: of the library.
      system: whose scripts it makes.
    """
    cc_library(
        name = name,
        srcs = ["//fuzz:system_fuzz.cc"],
        features = ["unguided"],
        local_defines = [
            'LOCKSTEP_FUZZ_SYSTEM=\\"%s\\"' % system,
            'LOCKSTEP_FUZZ_TWIN=\\"\\"',
        ],
        deps = ["//fuzz:judge", "//fuzz:mutator_hooks"],
        tags = ["manual"],
        alwayslink = True,
    )
