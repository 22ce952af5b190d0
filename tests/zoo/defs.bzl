"""Animals: the suite built against copies of allocator/ with one bug each."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("//fuzz:rules.bzl", "fuzz_binary")

# Of each component: the ports that it can be seen through, their systems, and
# the tests of it. The first word of an animal's name is its component.
COMPONENTS = {
    "buddy": struct(
        ports = ["buddy"],
        systems = ["buddy"],
        tests = [
            "allocator/buddy",
            "allocator/buddy_misuse",
            "allocator/buddy_region",
        ],
    ),
    "slab": struct(
        ports = ["slab"],
        systems = ["slab"],
        tests = ["allocator/slab"],
    ),
    "heap": struct(
        ports = ["heap"],
        systems = ["heap"],
        tests = ["allocator/heap", "allocator/heap_region"],
    ),
    "facade": struct(
        ports = ["heap"],
        systems = ["slab_byte"],
        tests = ["allocator/byte_allocator", "allocator/memory_resource"],
    ),
    "cache": struct(
        ports = ["slab_cache", "slab_cache_registered"],
        systems = ["slab_cache"],
        tests = [
            "slab_cache/box",
            "slab_cache/destructor",
            "slab_cache/failure",
            "slab_cache/object",
            "slab_cache/placement",
            "slab_cache/stl_allocator",
            "slab_cache/corruption",
        ],
    ),
    "lock": struct(
        ports = ["slab_cache", "slab_cache_registered"],
        systems = ["slab_cache"],
        tests = ["slab_cache/handle", "slab_cache/hooks"],
        threads = [
            "allocator/locked",
            "slab_cache/hooks",
            "slab_cache/threads",
        ],
    ),
    "sanitizer": struct(
        ports = ["heap", "slab_cache", "slab_cache_registered"],
        systems = ["heap", "slab_cache"],
        sanitized = ["allocator/sanitizer", "slab_cache/sanitizer"],
        tests = [],
    ),
}

def _tree_impl(ctx):
    root = ctx.label.name + "/allocator/"
    files = [ctx.actions.declare_file(root + f.basename) for f in ctx.files.srcs]
    folder = files[0].dirname
    ctx.actions.run_shell(
        inputs = ctx.files.srcs + [ctx.file.patch],
        outputs = files,
        # Without fuzz: what stands around a change must be as it was.
        command = ("cp -L --no-preserve=mode %s %s && " % (
            " ".join([f.path for f in ctx.files.srcs]),
            folder,
        ) + "patch -s -p1 --fuzz=0 --no-backup-if-mismatch -d %s/.. <%s" % (
            folder,
            ctx.file.patch.path,
        )),
        mnemonic = "PatchAllocator",
    )
    return [
        DefaultInfo(files = depset(files)),
        OutputGroupInfo(
            headers = depset([f for f in files if f.extension == "h"]),
            sources = depset([f for f in files if f.extension == "cc"]),
        ),
    ]

_tree = rule(
    doc = "A copy of allocator/, in <name>/allocator/, with a patch applied.",
    implementation = _tree_impl,
    attrs = {
        "patch": attr.label(allow_single_file = [".patch"], mandatory = True),
        "srcs": attr.label(default = "//allocator:sources"),
    },
)

def _with_feature_impl(settings, attr):
    return {
        "//command_line_option:compilation_mode": "opt",
        "//command_line_option:features": [
            other
            for other in settings["//command_line_option:features"]
            if other not in ["asan", "tsan", "cov"]
        ] + [attr.feature],
    }

_with_feature = transition(
    implementation = _with_feature_impl,
    inputs = ["//command_line_option:features"],
    outputs = [
        "//command_line_option:compilation_mode",
        "//command_line_option:features",
    ],
)

def _program_impl(ctx):
    binary = ctx.executable.binary[0] if type(ctx.executable.binary) == "list" else ctx.executable.binary
    link = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = link, target_file = binary, is_executable = True)
    return [DefaultInfo(executable = link, files = depset([link]))]

_program = rule(
    doc = "A program, optimised, as it is built with a toolchain feature.",
    implementation = _program_impl,
    attrs = {
        "binary": attr.label(
            cfg = _with_feature,
            executable = True,
            mandatory = True,
        ),
        "feature": attr.string(mandatory = True, values = ["asan", "tsan"]),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)

def _allocator(name, patch):
    """The patched copy. What includes it must not see the other."""
    _tree(name = name, patch = patch, tags = ["manual"])
    for group in ["headers", "sources"]:
        native.filegroup(
            name = "%s_%s" % (name, group),
            srcs = [":" + name],
            output_group = group,
            tags = ["manual"],
        )
    cc_library(
        name = name + "_allocator",
        srcs = [":%s_sources" % name],
        hdrs = [":%s_headers" % name],
        # No target here depends on //allocator: in its sandbox an action finds
        # this copy, or none.
        includes = [name],
        copts = _PORT_COPTS,
        features = _FEATURES,
        tags = ["manual"],
        alwayslink = True,
    )

# A bug may be a warning.
_FEATURES = ["-layering_check", "-warnings"]

# There are many animals, and each lives for seconds: what is built fast. Tests
# are mostly GoogleTest's templates.
_PORT_COPTS = ["-O1", "-g0"]
_TEST_COPTS = ["-O0", "-gline-tables-only"]

def _binary(name, srcs, deps, feature = "", **kwargs):
    common = {"tags": ["manual"], "testonly": True}
    cc_binary(
        name = name + "_raw" if feature else name,
        srcs = srcs,
        deps = deps,
        features = _FEATURES,
        **dict(common, **kwargs)
    )
    if feature:
        _program(
            name = name,
            binary = ":%s_raw" % name,
            feature = feature,
            **common
        )

def _tests(name, kind, tests, feature):
    """The programs of unit tests: <name>_<kind>_<folder>_<test>."""
    programs = []
    for test in tests:
        folder, _, stem = test.partition("/")
        srcs = ["//tests/%s:%s_test.cc" % (folder, stem)]
        if stem == "corruption":
            srcs += ["//tests/slab_cache:%s.cc" % s for s in ["corruption", "scenes"]]
        programs.append("%s_%s_%s" % (name, kind, test.replace("/", "_")))
        _binary(
            name = programs[-1],
            srcs = srcs + ["//tests/%s:headers" % folder],
            deps = [
                ":%s_allocator" % name,
                "@googletest//:gtest_main",
            ],
            feature = feature,
            # A sweep, of seconds as it is.
            copts = _PORT_COPTS if stem == "corruption" else _TEST_COPTS,
        )
    return programs

def animal(name):
    """Everything of animals/<name>.patch; <name>_all stands for it.

    Makes <name>_lockstep, <name>_baseline, <name>_baseline_asan, <name>_unit_*,
    <name>_fuzz_<system>, and, of some components, <name>_threads_*.

    Args:
      name: of the animal.
    """
    patch = "animals/%s.patch" % name
    component = COMPONENTS[component_of(name)]
    _allocator(name, patch)
    cc_library(
        name = name + "_ports",
        srcs = ["//ports:%s%s" % (p, "_port.cc" if p in _PORTS else ".cc") for p in component.ports] +
               ["//ports:cpp_port.h", "//ports:slab_cache_port.h"],
        deps = [
            ":%s_allocator" % name,
            "//models:port",
            "//ports:registry",
        ],
        copts = _PORT_COPTS,
        features = _FEATURES,
        tags = ["manual"],
        alwayslink = True,
    )
    ports = ":%s_ports" % name
    programs = [name + "_lockstep", name + "_baseline", name + "_baseline_asan"]
    _binary(name + "_lockstep", [], [ports, "//tools/cli"])
    _binary(name + "_baseline", [], [ports, ":baseline"])
    _binary(name + "_baseline_asan", [], [ports, ":baseline"], "asan")
    programs += _tests(name, "unit", component.tests, "")
    programs += _tests(name, "unit", getattr(component, "sanitized", []), "asan")
    programs += _tests(name, "threads", getattr(component, "threads", []), "tsan")
    for system in component.systems:
        fuzzer = "%s_fuzz_%s" % (name, system)
        programs.append(fuzzer)
        cc_binary(
            name = fuzzer + "_raw",
            deps = [":fuzz_" + system, ports, "//fuzz:engine"],
            tags = ["manual"],
        )
        fuzz_binary(
            name = fuzzer,
            binary = ":%s_raw" % fuzzer,
            engine = "libfuzzer",
            tags = ["manual"],
        )
    native.filegroup(
        name = name + "_all",
        srcs = [":" + p for p in programs] + [patch],
        tags = ["manual"],
        testonly = True,
        visibility = ["//tests:__subpackages__"],
    )

_PORTS = ["buddy", "heap", "slab", "slab_cache"]

def component_of(name):
    """The first word of an animal's name; the memory resource is a facade."""
    word = name.partition("_")[0]
    return "facade" if word == "pmr" else word

def systems():
    """All that some component is seen through."""
    names = {}
    for component in COMPONENTS.values():
        names.update({s: None for s in component.systems})
    return sorted(names)
