"""A program as it is built with a feature of the toolchain, whatever the rest is
built with: see features.bzl.
"""

def _with_feature_impl(settings, attr):
    return {
        "//command_line_option:compilation_mode": "opt",
        "//command_line_option:features": [
            other
            for other in settings["//command_line_option:features"]
            if other not in ["asan", "tsan", "cov"]
        ] + [attr.feature],
        "//command_line_option:run_under": None,
    }

_with_feature = transition(
    implementation = _with_feature_impl,
    inputs = ["//command_line_option:features"],
    outputs = [
        "//command_line_option:compilation_mode",
        "//command_line_option:features",
        "//command_line_option:run_under",
    ],
)

def _built_with_impl(ctx):
    link = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = link,
        target_file = ctx.executable.binary,
        is_executable = True,
    )
    return [DefaultInfo(executable = link, files = depset([link]))]

built_with = rule(
    doc = "The program, optimised, built with the feature in place of sanitizers.",
    implementation = _built_with_impl,
    attrs = {
        "binary": attr.label(
            cfg = _with_feature,
            executable = True,
            mandatory = True,
        ),
        "feature": attr.string(
            mandatory = True,
            values = ["afl", "asan", "libfuzzer", "scheduled", "tsan"],
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)
