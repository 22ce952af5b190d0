"""Fuzz targets: cc_fuzz_test for any LLVMFuzzerTestOneInput, and
lockstep_fuzz_test for an allocator behind the door.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")
load("//tools/bazel:built_with.bzl", "built_with")
load(
    ":rules.bzl",
    "chosen_engine",
    "chosen_feature",
    "encoded_traces",
    "fuzz_corpus",
    "fuzz_launcher",
    "fuzz_package",
)

def cc_fuzz_test(
        name,
        srcs,
        deps = [],
        corpus = [],
        dicts = [],
        afl_mutator = None,
        tags = [],
        testonly = False,
        size = "small",
        visibility = None,
        **kwargs):
    """A fuzz target.

    Makes:
      <name>          a test: the corpus is run through it, without an engine.
      <name>_run      bazel run //:<name>_run -- -max_total_time=60
                      fuzzes; what comes after -- goes to the engine, which is
                      libFuzzer, or with --config=afl or file_runner another.
      <name>_bin      what that runs, with the engine and sanitizers.
      <name>_corpus   the seed corpus, as a folder.
      <name>_package  <name>_package.zip, as OSS-Fuzz expects it: the program,
                      <name>_seed_corpus.zip, <name>.options, <name>.dict.

    Args:
      name: of the target.
      srcs: of which one defines LLVMFuzzerTestOneInput.
      deps: of srcs.
      corpus: seeds: files, or targets that make files or folders.
      dicts: at most one libFuzzer dictionary.
      afl_mutator: a library with mutations of its own for afl-fuzz; libFuzzer
        looks for them in the target.
      tags: of all targets.
      testonly: of all targets.
      size: of the test.
      visibility: of all targets.
      **kwargs: for the library that srcs are compiled as.
    """
    common = {"tags": tags, "testonly": testonly, "visibility": visibility}
    cc_library(
        name = name + "_target",
        srcs = srcs,
        deps = deps,
        alwayslink = True,
        **dict(common, **kwargs)
    )
    fuzz_corpus(name = name + "_corpus", srcs = corpus, **common)
    cc_test(
        name = name,
        size = size,
        args = ["$(rootpath :%s_corpus)" % name],
        data = [":%s_corpus" % name],
        deps = [":%s_target" % name, str(Label("//fuzz:file_runner"))],
        tags = tags,
        visibility = visibility,
    )
    cc_binary(
        name = name + "_raw",
        deps = [":%s_target" % name, str(Label("//fuzz:engine"))],
        **dict(common, tags = tags + ["manual"])
    )
    built_with(
        name = name + "_bin",
        binary = ":%s_raw" % name,
        feature = chosen_feature(),
        **common
    )
    fuzz_launcher(
        name = name + "_run",
        binary = ":%s_bin" % name,
        corpus = ":%s_corpus" % name,
        dicts = dicts,
        engine = chosen_engine(),
        mutator = select({
            str(Label("//fuzz:with_afl")): afl_mutator,
            "//conditions:default": None,
        }),
        target = name,
        **common
    )
    fuzz_package(
        name = name + "_package",
        binary = ":%s_bin" % name,
        corpus = ":%s_corpus" % name,
        dicts = dicts,
        target = name,
        **dict(common, tags = tags + ["manual"])
    )

_TRACES = [
    str(Label("//tests:traces")),
    str(Label("//tests:regressions")),
]

def lockstep_fuzz_test(
        name,
        system,
        deps,
        twin = "",
        pulls = False,
        traces = _TRACES,
        **kwargs):
    """An allocator before all models that apply to it.

    Args:
      name: of the target; see cc_fuzz_test for what it makes.
      system: the name of the port.
      deps: the ports that are needed, alwayslink libraries.
      twin: the name of another port, that must come to the same in step.
      pulls: whether the port attaches, and so which traces are seeds for it.
      traces: which traces there are.
      **kwargs: for cc_fuzz_test.
    """
    encoded_traces(
        name = name + "_seeds",
        opening = "attach" if pulls else "init",
        traces = traces,
    )
    cc_fuzz_test(
        name = name,
        srcs = [str(Label("//fuzz:system_fuzz.cc"))],
        afl_mutator = str(Label("//fuzz:afl_mutator.so")),
        corpus = [":%s_seeds" % name],
        local_defines = [
            'LOCKSTEP_FUZZ_SYSTEM=\\"%s\\"' % system,
            'LOCKSTEP_FUZZ_TWIN=\\"%s\\"' % twin,
        ],
        deps = deps + [
            str(Label("//fuzz:judge")),
            str(Label("//fuzz:mutator_hooks")),
        ],
        **kwargs
    )
