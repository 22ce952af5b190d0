"""Patched copies of allocator/, and programs built with a toolchain feature."""

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

tree = rule(
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
    link = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = link,
        target_file = ctx.executable.binary,
        is_executable = True,
    )
    return [DefaultInfo(executable = link, files = depset([link]))]

program = rule(
    doc = "A program, optimised, as it is built with a toolchain feature.",
    implementation = _program_impl,
    attrs = {
        "binary": attr.label(
            cfg = _with_feature,
            executable = True,
            mandatory = True,
        ),
        "feature": attr.string(mandatory = True, values = ["libfuzzer", "tsan"]),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)
