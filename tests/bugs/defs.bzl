"""The suite built against a copy of allocator/ in which every bug sleeps."""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("//tools/bazel:built_with.bzl", "built_with")

# Much is built, and lives for seconds. Tests are mostly GoogleTest's templates,
# and some look for their lines in a report. A bug may cause warnings.
_COPTS = ["-O1", "-g0", "-w"]
_TEST_COPTS = ["-O0", "-gline-tables-only", "-w"]
# These take seconds, so they are optimised.
_SLOW_TESTS = ["corruption", "workload"]

_COMMON = {"features": ["-layering_check"], "tags": ["manual"]}

def _copy_impl(ctx):
    root = ctx.label.name + "/"
    files = [ctx.actions.declare_file(root + f.short_path) for f in ctx.files.srcs]
    table = ctx.actions.declare_file(root + "bugs.json")
    bodies = ctx.actions.declare_file(root + "bodies.inc")
    units = [ctx.file.instances] + [f for f in ctx.files.srcs if f.extension == "cc"]
    arguments = ctx.actions.args()
    arguments.add_all([ctx.files.generator[0].dirname, "bugs.weave"])
    arguments.add("--compiler", find_cpp_toolchain(ctx).compiler_executable)
    arguments.add_all(["--flag=-std=c++23", "--flag=-I."])
    arguments.add_all(units, before_each = "--unit")
    arguments.add_all(ctx.files.animals, before_each = "--animal")
    arguments.add("--output", table.dirname)
    arguments.add("--table", table)
    arguments.add_all(ctx.files.srcs)
    ctx.actions.run(
        executable = "/usr/bin/python3",
        arguments = [arguments],
        inputs = ctx.files.srcs + ctx.files.animals + ctx.files.deps +
                 ctx.files.generator + [ctx.file.instances],
        outputs = files + [table, bodies],
        mnemonic = "WeaveBugs",
        progress_message = "Putting bugs into a copy of allocator/",
    )
    return [
        DefaultInfo(
            files = depset(files + [table, bodies]),
            runfiles = ctx.runfiles(files = [table]),
        ),
        OutputGroupInfo(
            headers = depset([f for f in files if f.extension == "h"] + [bodies]),
            sources = depset([f for f in files if f.extension == "cc"]),
        ),
    ]

_copy = rule(
    doc = "A copy of allocator/, in <name>/allocator/, with all bugs asleep.",
    implementation = _copy_impl,
    attrs = {
        "animals": attr.label_list(allow_files = [".patch"]),
        "deps": attr.label_list(allow_files = True),
        # The first file is the one to run.
        "generator": attr.label(mandatory = True),
        "instances": attr.label(allow_single_file = True, mandatory = True),
        "srcs": attr.label(default = "//allocator:sources"),
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
    },
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def copy_with_bugs(name, animals, ports):
    """The copy, the ports and the command line on it.

    Args:
      name: of the copy. Makes <name>_allocator, <name>_ports, <name>_lockstep.
      animals: the patches.
      ports: files of //ports.
    """
    _copy(
        name = name,
        animals = animals,
        deps = ["awake.h"],
        generator = "//tools/report:weave",
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
        srcs = [":%s_sources" % name, "awake.cc"],
        hdrs = [":%s_headers" % name, "awake.h"],
        # No target here depends on //allocator: in its sandbox an action finds
        # this copy, or none.
        includes = [name],
        copts = _COPTS,
        alwayslink = True,
        **_COMMON
    )
    cc_library(
        name = name + "_ports",
        srcs = ["//ports:" + port for port in ports],
        deps = [
            ":%s_allocator" % name,
            "//models/door",
            "//ports:registry",
        ],
        copts = _COPTS,
        alwayslink = True,
        **_COMMON
    )
    cc_binary(
        name = name + "_lockstep",
        testonly = True,
        deps = [":%s_ports" % name, "//tools/cli"],
        **_COMMON
    )

def bug_test(name, test):
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
        testonly = True,
        srcs = srcs + ["//tests/%s:headers" % folder],
        deps = [
            ":%s_allocator" % name,
            "@googletest//:gtest_main",
        ],
        copts = _COPTS if stem in _SLOW_TESTS else _TEST_COPTS,
        **_COMMON
    )

def programs(name, tests):
    """The labels of what bug_test makes of the tests."""
    return [":%s_%s" % (name, test.replace("/", "_")) for test in tests]

def _with_asan(name, deps):
    cc_binary(name = name + "_raw", testonly = True, deps = deps, **_COMMON)
    built_with(
        name = name,
        testonly = True,
        binary = ":%s_raw" % name,
        feature = "libfuzzer",
        tags = ["manual"],
    )

def bug_fuzzer(name, system):
    """A fuzzer with AddressSanitizer: <name>_fuzz_<system>.

    Args:
      name: of the copy.
      system: whose scripts it makes.
    """
    fuzzer = "%s_fuzz_%s" % (name, system)
    cc_library(
        name = fuzzer + "_target",
        srcs = ["//fuzz:system_fuzz.cc"],
        features = ["judging", "unguided"],
        local_defines = [
            'LOCKSTEP_FUZZ_SYSTEM=\\"%s\\"' % system,
            'LOCKSTEP_FUZZ_TWIN=\\"\\"',
        ],
        deps = ["//fuzz:judge", "//fuzz:mutator_hooks"],
        tags = ["manual"],
        alwayslink = True,
    )
    _with_asan(fuzzer, [":%s_target" % fuzzer, ":%s_ports" % name, "//fuzz:engine"])

def baselines(name):
    """<name>_baseline and <name>_baseline_asan: what others do, to compare with.

    Args:
      name: of the copy.
    """
    deps = [":%s_ports" % name, ":baseline"]
    cc_binary(name = name + "_baseline", testonly = True, deps = deps, **_COMMON)
    _with_asan(name + "_baseline_asan", deps)
