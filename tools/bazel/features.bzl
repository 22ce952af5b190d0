"""What the features of the toolchains mean.

A feature is switched on in .bazelrc (`--features=asan`), and off again, where
that must be, in a package or a target (`features = ["-warnings"]`).
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load(
    "@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl",
    "feature",
    "flag_group",
    "flag_set",
    "with_feature_set",
)
load("@bazel_tools//tools/cpp:unix_cc_toolchain_config.bzl", "layering_check_features")

_C = [ACTION_NAMES.c_compile]

_CPP = [
    ACTION_NAMES.cpp_compile,
    ACTION_NAMES.cpp_header_parsing,
    ACTION_NAMES.cpp_module_compile,
]

_ASSEMBLE = [
    ACTION_NAMES.assemble,
    ACTION_NAMES.preprocess_assemble,
]

_LINK = [
    ACTION_NAMES.cpp_link_executable,
    ACTION_NAMES.cpp_link_dynamic_library,
    ACTION_NAMES.cpp_link_nodeps_dynamic_library,
]

def _flags(actions, flags, modes = []):
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags)],
        with_features = [with_feature_set(features = [m]) for m in modes],
    )

def _feature(name, compile = [], cpp = [], link = [], enabled = False):
    sets = []
    if compile:
        sets.append(_flags(_C + _CPP, compile))
    if cpp:
        sets.append(_flags(_CPP, cpp))
    if link:
        sets.append(_flags(_LINK, link))
    return feature(name = name, flag_sets = sets, enabled = enabled)

# For what judges an allocator. Its accesses to the allocator's memory and to the heap
# are checked, and so is its arithmetic. With all checks, as its own tests have them
# (--features=-judging), programs take 1.6 times as long.
_FAST_ASAN_COMPILE = [
    "-fsanitize-address-use-after-return=never",
    "-mllvm",
    "-asan-stack=0",
    "-fno-sanitize=alignment,null,object-size,pointer-overflow,vptr",
    "-U_GLIBCXX_ASSERTIONS",
]

def _guided_feature(name, coverage):
    return feature(name = name, flag_sets = [
        _flags(_C + _CPP, _ASAN_COMPILE),
        _flags(_LINK, _ASAN),
        flag_set(
            actions = _C + _CPP,
            flag_groups = [flag_group(flags = coverage)],
            with_features = [with_feature_set(not_features = ["unguided"])],
        ),
        _flags(_C + _CPP, _FAST_ASAN_COMPILE, ["judging"]),
    ])

_WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wshadow",
    "-Werror",
]

_ASAN = ["-fsanitize=address,undefined"]

_ASAN_COMPILE = _ASAN + [
    "-fno-sanitize-recover=all",
    "-fsanitize-address-use-after-scope",
    "-fno-omit-frame-pointer",
    "-fno-optimize-sibling-calls",
    "-D_GLIBCXX_ASSERTIONS",
]

_COVERAGE = [
    "-fprofile-instr-generate",
    "-fcoverage-mapping",
]

# The counters lie in the profile itself: what aborts has counted as well.
_COVERAGE_COMPILE = _COVERAGE + [
    "-mllvm",
    "-runtime-counter-relocation",
]

def _default_features(is_clang, target, link):
    # First on the command line, so that everything else can override it.
    return [
        feature(
            name = "default_compile_flags",
            enabled = True,
            flag_sets = [
                _flags(_C + _CPP + _ASSEMBLE, target + [
                    "-no-canonical-prefixes",
                ] + (["-ffile-compilation-dir=."] if is_clang else [])),
                _flags(_C + _CPP, ["-O0", "-g"], ["dbg"]),
                # Lines for reports and breakpoints; variables are in dbg.
                _flags(_C + _CPP, ["-O1", "-g1", "-fno-omit-frame-pointer"], ["fastbuild"]),
                _flags(_C + _CPP, ["-O3", "-g1"], ["opt"]),
                _flags(_C, ["-std=c11"]),
                _flags(_CPP, ["-std=c++23"]),
            ],
        ),
        _feature(
            "default_link_flags",
            enabled = True,
            # Each function is looked up at the start. Otherwise each child that is
            # forked to die would look up the functions that it calls once more.
            link = target + link + ["-Wl,-z,now"],
        ),
    ]

_COMMON_FEATURES = [
    # The compilers bake no date into what they make.
    _feature(
        "deterministic",
        enabled = True,
        compile = [
            "-Wno-builtin-macro-redefined",
            "-D__DATE__=\"redacted\"",
            "-D__TIME__=\"redacted\"",
            "-D__TIMESTAMP__=\"redacted\"",
        ],
    ),
    _feature("warnings", compile = _WARNINGS),
    feature(name = "asan", flag_sets = [
        _flags(_C + _CPP, _ASAN_COMPILE),
        _flags(_LINK, _ASAN),
        _flags(_C + _CPP, _FAST_ASAN_COMPILE, ["judging"]),
    ]),
    _feature(
        "tsan",
        compile = ["-fsanitize=thread", "-fno-omit-frame-pointer"],
        link = ["-fsanitize=thread"],
    ),
]

_CLANG_FEATURES = [
    # For an engine, which fuzz/BUILD.bazel links. It is guided by what is judged,
    # not by what is "unguided".
    _guided_feature("libfuzzer", [
        "-fsanitize=fuzzer-no-link",
        # Our own mutations would not look at it, and it costs a fifth.
        "-fno-sanitize-coverage=trace-cmp",
    ]),
    _guided_feature("afl", ["-fsanitize-coverage=trace-pc-guard"]),
    feature(name = "unguided"),
    feature(name = "judging"),
    # For what is compiled for a few short runs: it takes half as long to make.
    # Not for g++, which finds less in code that it does not optimise.
    feature(name = "unoptimised", flag_sets = [
        _flags(_C + _CPP, ["-O0"], ["fastbuild", "opt"]),
    ]),
    # For shared libraries whose threads go on as they are told to: they call the
    # hooks of a sanitizer that is not linked in, but in the program that loads
    # them (docs/porting.md). What is not exported is not replaced by what
    # that program exports.
    _feature("scheduled", compile = [
        "-O1",
        "-fsanitize=thread",
        # Of `x = x + 1` the reading, too.
        "-mllvm",
        "-tsan-instrument-read-before-write=1",
        "-fvisibility=hidden",
        "-fvisibility-inlines-hidden",
    ]),
    _feature("cov", compile = _COVERAGE_COMPILE, link = _COVERAGE),
]

def features_of(compiler, target_flags, link_flags):
    """All that a toolchain can do.

    Args:
      compiler: clang or gcc.
      target_flags: what compiles and links for the machine.
      link_flags: what links.

    Returns:
      A list of features.
    """
    is_clang = compiler == "clang"
    return [
        feature(name = "dbg"),
        feature(name = "fastbuild"),
        feature(name = "opt"),
        feature(name = "supports_pic", enabled = True),
    ] + _default_features(is_clang, target_flags, link_flags) + (
        _COMMON_FEATURES + (_CLANG_FEATURES if is_clang else []) +
        layering_check_features(compiler)
    )
