"""External repositories. All of them are files that Debian packages install
(tools/setup): nothing is ever downloaded."""

# Where Debian 13 keeps the kernel's headers; /usr/include has links to them.
LINUX_HEADERS = "/usr/lib/linux/uapi"

def _installed(ctx, path):
    found = ctx.path(path)
    if not found.exists:
        fail("\n\n%s is missing: run tools/setup, then try again.\n" % path)
    return found

def _system_repository_impl(ctx):
    for name, path in ctx.attr.links.items():
        ctx.symlink(_installed(ctx, path), name)
    if ctx.attr.build_file:
        ctx.symlink(ctx.attr.build_file, "BUILD.bazel")
    else:
        ctx.file("BUILD.bazel", ctx.attr.build_file_content)

# A repository of links into the file system, under a BUILD file of ours.
system_repository = repository_rule(
    implementation = _system_repository_impl,
    attrs = {
        "links": attr.string_dict(doc = "name in the repository -> path"),
        "build_file": attr.label(allow_single_file = True),
        "build_file_content": attr.string(),
    },
)

# An archive that is not in the place of malloc where it is linked. Its own
# names (mallocx, tc_malloc) stay, and malloc is there as jemalloc_malloc.
def _copy_with_hidden_malloc(ctx, archive):
    hidden = ["--localize-symbol=" + symbol for symbol in [
        "aligned_alloc",
        "calloc",
        "cfree",
        "free",
        "malloc_usable_size",
        "memalign",
        "posix_memalign",
        "pvalloc",
        "realloc",
        "valloc",
        "_Zda*",
        "_Zdl*",
        "_Zna*",
        "_Znw*",
    ] + ctx.attr.hidden]
    ctx.file("lib/.keep", "")
    copied = ctx.execute(
        ["/usr/lib/llvm-19/bin/llvm-objcopy", "--wildcard"] + hidden + [
            "--redefine-sym=malloc=%s_malloc" % ctx.name,
            _installed(ctx, "/usr/lib/x86_64-linux-gnu/" + archive),
            "lib/" + archive,
        ],
    )
    if copied.return_code:
        fail("could not copy %s: %s" % (archive, copied.stderr))

# A library of a Debian package: headers, and how to link it.
def _packaged_repository_impl(ctx):
    for name, path in ctx.attr.headers.items():
        ctx.symlink(_installed(ctx, "/usr/include/" + path), "include/" + name)
    for archive in ctx.attr.archives:
        _copy_with_hidden_malloc(ctx, archive)
    ctx.file("linking.bzl", "NAME = %s\nLINKOPTS = %s\n" % (
        repr(ctx.name),
        repr(ctx.attr.linkopts),
    ))
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

_packaged_repository = repository_rule(
    implementation = _packaged_repository_impl,
    attrs = {
        "archives": attr.string_list(doc = "what is linked with its malloc hidden"),
        "hidden": attr.string_list(doc = "what else is hidden in these"),
        "headers": attr.string_dict(doc = "name -> path in /usr/include"),
        "linkopts": attr.string_list(),
        "build_file": attr.label(
            allow_single_file = True,
            default = Label("//tools/bazel:packaged.BUILD"),
        ),
    },
)

# Debian's rules_cc is younger than Debian's Bazel: two of its files load
# use_cpp_toolchain, which Bazel 4.2.3 does not have yet.
def _rules_cc_impl(ctx):
    tree = _installed(ctx, "/usr/share/bazel/rules/cc")
    copied = ctx.execute(["cp", "-R", "%s/." % tree, "."])
    if copied.return_code:
        fail("could not copy %s: %s" % (tree, copied.stderr))
    for name in ["cc_flags_supplier.bzl", "compiler_flag.bzl"]:
        path = "cc/private/rules_impl/" + name
        text = ctx.read(path)
        text = text.replace(', "use_cpp_toolchain"', "")
        text = text.replace(
            "use_cpp_toolchain()",
            '["@bazel_tools//tools/cpp:toolchain_type"]',
        )
        ctx.file(path, text, executable = False)

rules_cc_repository = repository_rule(implementation = _rules_cc_impl)

# RapidCheck as installed, except for three headers. Those that join it to GoogleTest
# use GoogleTest without including it, so that it would matter in which order a
# test includes the two. Maybe.h uses std::aligned_storage, which is deprecated
# in C++23: with g++ 14's headers, clang warns of it wherever Maybe is used.
_ALTERED = {
    "Maybe.h": """#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
%s
#pragma GCC diagnostic pop
""",
    "gmock.h": "#include <gmock/gmock.h>\n\n%s",
    "gtest.h": "#include <gtest/gtest.h>\n\n%s",
}

def _rapidcheck_impl(ctx):
    for path in _installed(ctx, "/usr/include/rapidcheck").readdir():
        header = "include/rapidcheck/" + path.basename
        if path.basename in _ALTERED:
            text = _ALTERED[path.basename] % ctx.read(path)
            ctx.file(header, text, executable = False)
        else:
            ctx.symlink(path, header)
    ctx.symlink(_installed(ctx, "/usr/include/rapidcheck.h"), "include/rapidcheck.h")
    ctx.symlink(
        _installed(ctx, "/usr/lib/x86_64-linux-gnu/librapidcheck.a"),
        "lib/librapidcheck.a",
    )
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")

rapidcheck_repository = repository_rule(
    implementation = _rapidcheck_impl,
    attrs = {"build_file": attr.label(allow_single_file = True)},
)

# The g++ whose headers and libstdc++ clang takes, the highest that is installed:
# 12 on Debian 12, 14 on Debian 13.
def _gcc_version(ctx):
    clang = ctx.execute([_installed(ctx, "/usr/lib/llvm-19/bin/clang"), "-v"])
    for line in clang.stderr.split("\n"):
        if line.startswith("Selected GCC installation: "):
            version = line.split("/")[-1]
            _installed(ctx, "/usr/bin/g++-" + version)
            return version
    fail("\n\nclang-19 finds no g++: run tools/setup, then try again.\n")

def _files_of(ctx, packages):
    listing = ctx.execute(["dpkg", "-L"] + packages)
    if listing.return_code:
        fail("\n\n%s\nRun tools/setup, then try again.\n" % listing.stderr)
    return {path: True for path in listing.stdout.split("\n")}.keys()

# The version of g++, and a module map of the headers that come with the compilers
# and the C library, package by package. layering_check takes these, and only
# these, for granted: any other header needs a target in deps, also when it lies in
# /usr/include.
def _system_compilers_impl(ctx):
    gcc = _gcc_version(ctx)
    ctx.file("version.bzl", 'GCC_VERSION = "%s"\n' % gcc)
    candidates = [path for path in _files_of(ctx, [
        "libc6-dev",
        "libc6-dev-i386",
        "lib32stdc++-%s-dev" % gcc,
        "libclang-common-19-dev",
        "libclang-rt-19-dev",
        "libgcc-%s-dev" % gcc,
        "libstdc++-%s-dev" % gcc,
        "linux-libc-dev",
    ]) if "/include/" in path or path.startswith(LINUX_HEADERS + "/")]
    files = ctx.execute(["find"] + candidates + ["-maxdepth", "0", "-type", "f"])
    lines = ['  textual header "%s"' % path for path in files.stdout.splitlines()]
    ctx.file(
        "module.modulemap",
        'module "crosstool" [system] {\n%s\n}\n' % "\n".join(lines),
    )
    ctx.file("BUILD.bazel", 'exports_files(["module.modulemap"])\n')

# Local: looked at again by every new Bazel server, for packages may have changed.
system_compilers_repository = repository_rule(
    implementation = _system_compilers_impl,
    local = True,
)

# What a coverage run by Bazel itself would want; cc_test asks for it in any case.
_NO_COVERAGE_TOOLS = """
package(default_visibility = ["//visibility:public"])

filegroup(name = "coverage_report_generator")

filegroup(name = "coverage_output_generator")

filegroup(name = "lcov_merger")
"""

def lockstep_repositories():
    """Declares every external repository, and registers the toolchains.

    Also for the WORKSPACE of others, where this one is called lockstep.
    """
    native.register_toolchains(
        "@lockstep//tools/bazel:cc_toolchain",
        "@lockstep//tools/bazel:python3_toolchain",
    )
    rules_cc_repository(name = "rules_cc")
    native.local_repository(
        name = "rules_java",
        path = "/usr/share/bazel/rules/java",
    )
    native.local_repository(
        name = "rules_proto",
        path = "/usr/share/bazel/rules/proto",
    )
    system_repository(
        name = "remote_coverage_tools",
        build_file_content = _NO_COVERAGE_TOOLS,
    )
    system_compilers_repository(name = "system_compilers")
    system_repository(
        name = "googletest",
        build_file = Label("//tools/bazel:googletest.BUILD"),
        links = {"googletest": "/usr/src/googletest/googletest"},
    )
    rapidcheck_repository(
        name = "rapidcheck",
        build_file = Label("//tools/bazel:rapidcheck.BUILD"),
    )
    system_repository(
        name = "cli11",
        build_file = Label("//tools/bazel:cli11.BUILD"),
        links = {"include/CLI": "/usr/include/CLI"},
    )
    system_repository(
        name = "nlohmann_json",
        build_file = Label("//tools/bazel:nlohmann_json.BUILD"),
        links = {"include/nlohmann": "/usr/include/nlohmann"},
    )
    system_repository(
        name = "google_benchmark",
        build_file = Label("//tools/bazel:google_benchmark.BUILD"),
        links = {
            "include/benchmark": "/usr/include/benchmark",
            "lib/libbenchmark_main.a": "/usr/lib/x86_64-linux-gnu/libbenchmark_main.a",
        },
    )
    _packaged_repository(
        name = "relacy",
        headers = {"relacy": "relacy"},
    )
    _allocator_repositories()

def _allocator_repositories():
    """What the ports of //ports/third_party are of."""
    _packaged_repository(
        name = "foonathan_memory",
        headers = {"foonathan": "foonathan_memory/foonathan"},
        linkopts = ["-lfoonathan_memory"],
    )
    _packaged_repository(
        name = "jemalloc",
        archives = ["libjemalloc_pic.a"],
        headers = {"jemalloc": "jemalloc"},
        linkopts = [
            "-pthread",
            "-ldl",
        ],
    )
    _packaged_repository(
        name = "mimalloc",
        headers = {"mimalloc.h": "mimalloc.h"},
        linkopts = ["-lmimalloc"],
    )
    _packaged_repository(
        name = "tcmalloc",
        archives = ["libtcmalloc_minimal.a"],
        headers = {"gperftools": "gperftools"},
        # jemalloc's; this one's is tc_nallocx.
        hidden = ["nallocx"],
        linkopts = ["-pthread"],
    )
