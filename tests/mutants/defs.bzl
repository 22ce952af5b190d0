"""The suite built against a copy of allocator/ in which every mutant sleeps."""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load("@rules_cc//cc:defs.bzl", "cc_binary")
load(
    "//tests:copies.bzl",
    "COPTS",
    "FEATURES",
    "TEST_COPTS",
    "fuzz_target",
    "libraries_of",
)
load("//tools/bazel:built_with.bzl", "built_with")

def _copy_impl(ctx):
    root = ctx.label.name + "/"
    files = [ctx.actions.declare_file(root + f.short_path) for f in ctx.files.srcs]
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

_PORTS = [
    "buddy_port.cc",
    "heap_port.cc",
    "slab_port.cc",
    "slab_cache_port.cc",
    "slab_cache_registered.cc",
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
    libraries_of(name, _PORTS, srcs = ["mutant.cc"], hdrs = ["mutant.h"])
    cc_binary(
        name = name + "_lockstep",
        deps = [":%s_ports" % name, "//tools/cli"],
        features = FEATURES,
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
        copts = COPTS if stem in ["corruption", "workload"] else TEST_COPTS,
        features = FEATURES,
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
    fuzz_target(name = fuzzer + "_target", system = system)
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
