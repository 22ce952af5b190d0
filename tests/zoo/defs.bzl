"""Animals: the suite built against copies of allocator/ with one bug each."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("//tests:copies.bzl", "COPTS", "FEATURES", "TEST_COPTS", "libraries_of")
load("//tools/bazel:built_with.bzl", "built_with")
load(":components.bzl", "COMPONENTS", "component_of")
load(":rules.bzl", "tree")

# AddressSanitizer, for all that has it: one build of each copy serves the fuzzer
# and what no engine guides.
_ASAN = "libfuzzer"

_GTEST = "@googletest//:gtest_main"

# Of a component, what makes which program.
_UNITS = [("tests", "_unit", TEST_COPTS), ("sweep", "_unit_sweep", COPTS)]

def _binary(name, srcs, deps, feature = "", **kwargs):
    common = {"tags": ["manual"], "testonly": True}
    cc_binary(
        name = name + "_raw" if feature else name,
        srcs = srcs,
        deps = deps,
        features = FEATURES,
        **dict(common, **kwargs)
    )
    if feature:
        built_with(
            name = name,
            binary = ":%s_raw" % name,
            feature = feature,
            **common
        )

def _folder(file):
    return "//tests/" + file.partition("/")[0]

def one_source(name, files):
    """Test files as one, <name>.cc: most of each is what all of them include."""
    native.genrule(
        name = name + "_source",
        outs = [name + ".cc"],
        cmd = "printf '#include \"tests/%%s\"\n' %s >$@" % " ".join(files),
    )
    cc_library(
        name = name,
        testonly = True,
        hdrs = {_folder(f) + ":headers": None for f in files}.keys(),
        textual_hdrs = [_folder(f) + ":" + f.partition("/")[2] for f in files],
    )

def _tests(name, kind, files, feature):
    """A program for each file of tests: <name>_<kind>_<folder>_<test>."""
    programs = []
    for file in files:
        stem = file[:-len("_test.cc")].replace("/", "_")
        programs.append("%s_%s_%s" % (name, kind, stem))
        _binary(
            name = programs[-1],
            srcs = [_folder(file) + ":" + file.partition("/")[2], _folder(file) + ":headers"],
            deps = [":%s_allocator" % name, _GTEST],
            feature = feature,
            copts = TEST_COPTS,
        )
    return programs

def animal(name):
    """Everything of animals/<name>.patch; <name>_all stands for it.

    Makes <name>_lockstep, <name>_baseline, <name>_baseline_asan,
    <name>_fuzz_<system>, and, of some components, <name>_unit, <name>_unit_*,
    <name>_threads_*.

    Args:
      name: of the animal.
    """
    patch = "animals/%s.patch" % name
    component = COMPONENTS[component_of(name)]
    tree(name = name, patch = patch, tags = ["manual"])
    libraries_of(name, component.ports)
    ports = ":%s_ports" % name
    programs = [name + "_lockstep", name + "_baseline", name + "_baseline_asan"]
    _binary(name + "_lockstep", [], [ports, "//tools/cli"])
    _binary(name + "_baseline", [], [ports, ":baseline"])
    _binary(name + "_baseline_asan", [], [ports, ":baseline"], _ASAN)
    for system in component.systems:
        programs.append("%s_fuzz_%s" % (name, system))
        deps = [":fuzz_" + system, ports, "//fuzz:engine"]
        _binary(programs[-1], [], deps, _ASAN)
    for kind, suffix, copts in _UNITS:
        if hasattr(component, kind):
            source = "%s_%s" % (component_of(name), kind)
            deps = [":%s_allocator" % name, ":" + source, _GTEST]
            programs.append(name + suffix)
            _binary(programs[-1], [source + ".cc"], deps, copts = copts)
    programs += _tests(name, "unit", getattr(component, "sanitized", []), _ASAN)
    programs += _tests(name, "threads", getattr(component, "threads", []), "tsan")
    native.filegroup(
        name = name + "_all",
        srcs = [":" + p for p in programs] + [patch],
        tags = ["manual"],
        testonly = True,
        visibility = ["//tests:__subpackages__"],
    )
