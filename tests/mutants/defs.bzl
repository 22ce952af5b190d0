"""The suite built against a copy of allocator/ in which every mutant sleeps."""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("//tools/bazel:built_with.bzl", "built_with")

def _copy_impl(ctx):
    root = ctx.label.name + "/allocator/"
    files = [ctx.actions.declare_file(root + f.basename) for f in ctx.files.srcs]
    table = ctx.actions.declare_file(ctx.label.name + "/mutants.json")
    units = [ctx.file.instances] + [f for f in ctx.files.srcs if f.extension == "cc"]
    arguments = ctx.actions.args()
    arguments.add(ctx.file.generator)
    arguments.add("--compiler", find_cpp_toolchain(ctx).compiler_executable)
    arguments.add_all(["--flag=-std=c++23", "--flag=-I."])
    arguments.add_all(units, before_each = "--unit")
    arguments.add("--output", table.dirname)
    arguments.add("--table", table)
    arguments.add_all(ctx.files.srcs)
    ctx.actions.run(
        executable = "/usr/bin/python3",
        arguments = [arguments],
        inputs = ctx.files.srcs + ctx.files.deps + [ctx.file.generator, ctx.file.instances],
        outputs = files + [table],
        mnemonic = "MutateAllocator",
        progress_message = "Finding the mutants of allocator/",
    )
    return [
        DefaultInfo(files = depset(files + [table])),
        OutputGroupInfo(
            headers = depset([f for f in files if f.extension == "h"]),
            sources = depset([f for f in files if f.extension == "cc"]),
        ),
    ]

_copy = rule(
    doc = "A copy of allocator/, in <name>/allocator/, with all of its mutants.",
    implementation = _copy_impl,
    attrs = {
        "deps": attr.label_list(allow_files = True),
        "generator": attr.label(allow_single_file = True, mandatory = True),
        "instances": attr.label(allow_single_file = True, mandatory = True),
        "srcs": attr.label(default = "//allocator:sources"),
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
    },
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

# What a mutant makes of an expression may be worth a warning.
_FEATURES = ["-layering_check", "-warnings"]

# One build serves all mutants; tests are mostly GoogleTest's templates.
_COPTS = ["-O1", "-g0"]
_TEST_COPTS = ["-O0", "-gline-tables-only"]

_PORTS = [
    "buddy_port",
    "heap_port",
    "slab_port",
    "slab_cache_port",
    "slab_cache_registered",
]

def mutants(name):
    """The copy, the ports and the command line on it.

    Args:
      name: of the copy. Makes <name>_lockstep.
    """
    _copy(
        name = name,
        deps = ["mutant.h", "//tools/report:mutant_generator"],
        generator = "//tools/report:mutant_schemata.py",
        instances = "instances.cc",
        tags = ["manual"],
    )
    for group in ["headers", "sources"]:
        native.filegroup(
            name = "%s_%s" % (name, group),
            srcs = [":" + name],
            output_group = group,
            tags = ["manual"],
        )
    cc_library(
        name = name + "_allocator",
        srcs = [":%s_sources" % name, "mutant.cc"],
        hdrs = [":%s_headers" % name, "mutant.h"],
        # No target here depends on //allocator: in its sandbox an action finds
        # this copy, or none.
        includes = [name],
        copts = _COPTS,
        features = _FEATURES,
        tags = ["manual"],
        alwayslink = True,
    )
    cc_library(
        name = name + "_ports",
        srcs = ["//ports:%s.cc" % port for port in _PORTS] +
               ["//ports:cpp_port.h", "//ports:slab_cache_port.h"],
        deps = [
            ":%s_allocator" % name,
            "//models:port",
            "//ports:registry",
        ],
        copts = _COPTS,
        features = _FEATURES,
        tags = ["manual"],
        alwayslink = True,
    )
    cc_binary(
        name = name + "_lockstep",
        deps = [":%s_ports" % name, "//tools/cli"],
        features = _FEATURES,
        tags = ["manual"],
        testonly = True,
    )

def mutant_test(name, test):
    """The program of a unit test: <name>_<folder>_<test>.

    Args:
      name: of the copy.
      test: folder/test, without _test.cc.
    """
    folder, _, stem = test.partition("/")
    srcs = ["//tests/%s:%s_test.cc" % (folder, stem)]
    if stem == "corruption":
        srcs += ["//tests/slab_cache:%s.cc" % s for s in ["corruption", "scenes"]]
    cc_binary(
        name = "%s_%s_%s" % (name, folder, stem),
        srcs = srcs + ["//tests/%s:headers" % folder],
        deps = [
            ":%s_allocator" % name,
            "@googletest//:gtest_main",
        ],
        # Those of seconds as they are.
        copts = _COPTS if stem in ["corruption", "workload"] else _TEST_COPTS,
        features = _FEATURES,
        tags = ["manual"],
        testonly = True,
    )

def programs(name, tests):
    """The labels of what mutant_test makes of the tests."""
    return [":%s_%s" % (name, test.replace("/", "_")) for test in tests]

def mutant_fuzzer(name, system):
    """A fuzzer with AddressSanitizer: <name>_fuzz_<system>.

    Args:
      name: of the copy.
      system: whose scripts it makes.
    """
    fuzzer = "%s_fuzz_%s" % (name, system)
    cc_library(
        name = fuzzer + "_target",
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
    cc_binary(
        name = fuzzer + "_raw",
        deps = [":%s_target" % fuzzer, ":%s_ports" % name, "//fuzz:engine"],
        tags = ["manual"],
    )
    built_with(
        name = fuzzer,
        binary = ":%s_raw" % fuzzer,
        feature = "libfuzzer",
        tags = ["manual"],
    )
