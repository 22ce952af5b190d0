"""The C++ toolchains: what each compiler is called, and where it is."""

load("@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl", "tool_path")
load("@rules_cc//cc:defs.bzl", "cc_toolchain")
load("@system_compilers//:version.bzl", "GCC_VERSION")
load(":features.bzl", "features_of")
load(":repositories.bzl", "LINUX_HEADERS")

def _toolchain_config_impl(ctx):
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        features = features_of(
            ctx.attr.compiler,
            ctx.attr.target_flags,
            ctx.attr.link_flags,
        ),
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
            "/usr/lib/gcc/x86_64-linux-gnu/" + GCC_VERSION,
            "/usr/lib/llvm-19/lib/clang/19",
        ],
        link_flags = [
            "--driver-mode=g++",
            "-fuse-ld=lld",
            "-lm",
        ],
        module_map = "@system_compilers//:module.modulemap",
        target_flags = target_flags,
        tools = {
            # llvm-ar takes ten times as long to start.
            "ar": "/usr/bin/ar",
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
    """g++, native or, with another triple, one of Debian's cross compilers."""
    bin = "/usr/bin/%s-" % triple
    _toolchain(
        name = name,
        compiler = "gcc",
        include_directories = [
            "/usr/include",
            "/usr/%s/include" % triple,
            "/usr/lib/gcc/%s/%s" % (triple, GCC_VERSION),
            "/usr/lib/gcc-cross/%s/%s" % (triple, GCC_VERSION),
            LINUX_HEADERS,
        ],
        link_flags = [
            "-lstdc++",
            "-lm",
        ],
        target_flags = target_flags,
        tools = {
            "ar": bin + "ar",
            "cpp": bin + "cpp-" + GCC_VERSION,
            "dwp": bin + "dwp",
            "gcc": bin + "gcc-" + GCC_VERSION,
            "gcov": bin + "gcov-" + GCC_VERSION,
            "ld": bin + "ld",
            "nm": bin + "nm",
            "objcopy": bin + "objcopy",
            "objdump": bin + "objdump",
            "strip": bin + "strip",
        },
    )
