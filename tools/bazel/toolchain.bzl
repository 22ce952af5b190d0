"""The C++ toolchains: what each compiler is called, and what each feature means.

A feature is switched on in .bazelrc (`--features=asan`), and off again, where
that must be, in a package or a target (`features = ["-warnings"]`).
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load(
    "@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl",
    "feature",
    "flag_group",
    "flag_set",
    "tool_path",
    "with_feature_set",
)
load("@bazel_tools//tools/cpp:unix_cc_toolchain_config.bzl", "layering_check_features")
load("@rules_cc//cc:defs.bzl", "cc_toolchain")

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

# For judges: without the checks that cost most and that they need least.
_FAST_ASAN_COMPILE = [
    "-fsanitize-address-use-after-return=never",
    "-fno-sanitize=vptr",
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
        _flags(_C + _CPP, _FAST_ASAN_COMPILE, ["unguided"]),
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

def _toolchain_config_impl(ctx):
    clang = ctx.attr.compiler == "clang"
    target = ctx.attr.target_flags

    features = [
        feature(name = "dbg"),
        feature(name = "fastbuild"),
        feature(name = "opt"),
        feature(name = "supports_pic", enabled = True),

        # First on the command line, so that everything else can override it.
        feature(
            name = "default_compile_flags",
            enabled = True,
            flag_sets = [
                _flags(_C + _CPP + _ASSEMBLE, target + [
                    "-no-canonical-prefixes",
                    "-fno-omit-frame-pointer",
                ] + (["-ffile-compilation-dir=."] if clang else [])),
                _flags(_C + _CPP, ["-O0", "-g"], ["dbg"]),
                _flags(_C + _CPP, ["-O1", "-g"], ["fastbuild"]),
                _flags(_C + _CPP, ["-O3", "-g"], ["opt"]),
                _flags(_C, ["-std=c11"]),
                _flags(_CPP, ["-std=c++23"]),
            ],
        ),
        _feature(
            "default_link_flags",
            enabled = True,
            link = target + ctx.attr.link_flags,
        ),

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
        _feature(
            "asan",
            compile = _ASAN_COMPILE,
            link = _ASAN,
        ),
        _feature(
            "tsan",
            compile = ["-fsanitize=thread", "-fno-omit-frame-pointer"],
            link = ["-fsanitize=thread"],
        ),
    ]
    if clang:
        features += [
            # For an engine, which fuzz/BUILD.bazel links. It is guided by what
            # is judged, not by the judges: those are built "unguided".
            _guided_feature("libfuzzer", [
                "-fsanitize=fuzzer-no-link",
                # Our own mutations would not look at it, and it costs a fifth.
                "-fno-sanitize-coverage=trace-cmp",
            ]),
            _guided_feature("afl", ["-fsanitize-coverage=trace-pc-guard"]),
            feature(name = "unguided"),
            _feature("cov", compile = _COVERAGE_COMPILE, link = _COVERAGE),
        ]
    features += layering_check_features(ctx.attr.compiler)

    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        features = features,
        cxx_builtin_include_directories = ctx.attr.include_directories,
        toolchain_identifier = ctx.label.name,
        host_system_name = "local",
        target_system_name = "local",
        target_cpu = ctx.attr.cpu,
        target_libc = "glibc",
        compiler = ctx.attr.compiler,
        abi_version = "local",
        abi_libc_version = "local",
        tool_paths = [
            tool_path(name = name, path = path)
            for name, path in ctx.attr.tools.items()
        ],
    )

_toolchain_config = rule(
    implementation = _toolchain_config_impl,
    attrs = {
        "compiler": attr.string(mandatory = True),
        "cpu": attr.string(mandatory = True),
        "include_directories": attr.string_list(),
        "link_flags": attr.string_list(),
        "target_flags": attr.string_list(),
        "tools": attr.string_dict(),
    },
    provides = [CcToolchainConfigInfo],
)

def _toolchain(name, compiler, module_map = None, **kwargs):
    _toolchain_config(
        name = name + "_config",
        compiler = compiler,
        cpu = name,
        **kwargs
    )
    cc_toolchain(
        name = name,
        all_files = ":nothing",
        ar_files = ":nothing",
        as_files = ":nothing",
        compiler_files = ":nothing",
        dwp_files = ":nothing",
        linker_files = ":nothing",
        module_map = module_map,
        objcopy_files = ":nothing",
        strip_files = ":nothing",
        supports_param_files = True,
        toolchain_config = ":%s_config" % name,
    )

def clang_toolchain(name, target_flags = []):
    """clang 19 with lld and the distribution's libstdc++."""
    bin = "/usr/lib/llvm-19/bin/"
    _toolchain(
        name = name,
        compiler = "clang",
        include_directories = [
            "/usr/include",
            "/usr/lib/gcc/x86_64-linux-gnu/12",
            "/usr/lib/llvm-19/lib/clang/19",
        ],
        link_flags = [
            "--driver-mode=g++",
            "-fuse-ld=lld",
            "-lm",
        ],
        module_map = "@system_headers//:module.modulemap",
        target_flags = target_flags,
        tools = {
            "ar": bin + "llvm-ar",
            "cpp": bin + "clang-cpp",
            "dwp": bin + "llvm-dwp",
            "gcc": bin + "clang",
            "gcov": bin + "llvm-cov",
            "ld": bin + "ld.lld",
            "llvm-cov": bin + "llvm-cov",
            "nm": bin + "llvm-nm",
            "objcopy": bin + "llvm-objcopy",
            "objdump": bin + "llvm-objdump",
            "strip": bin + "llvm-strip",
        },
    )

def gcc_toolchain(name, triple = "x86_64-linux-gnu", target_flags = []):
    """g++ 12, native or, with another triple, one of Debian's cross compilers."""
    bin = "/usr/bin/%s-" % triple
    _toolchain(
        name = name,
        compiler = "gcc",
        include_directories = [
            "/usr/include",
            "/usr/%s/include" % triple,
            "/usr/lib/gcc/%s/12" % triple,
            "/usr/lib/gcc-cross/%s/12" % triple,
        ],
        link_flags = [
            "-lstdc++",
            "-lm",
        ],
        target_flags = target_flags,
        tools = {
            "ar": bin + "ar",
            "cpp": bin + "cpp-12",
            "dwp": bin + "dwp",
            "gcc": bin + "gcc-12",
            "gcov": bin + "gcov-12",
            "ld": bin + "ld",
            "nm": bin + "nm",
            "objcopy": bin + "objcopy",
            "objdump": bin + "objdump",
            "strip": bin + "strip",
        },
    )
