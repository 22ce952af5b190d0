"""Targets that are compiled as one unit: a file that includes their sources.

Most of the time that a file takes to compile goes into the headers that it shares
with its neighbours. Names must differ within a target, in unnamed namespaces too.
The build without Bazel (tools/package) compiles each file of the models and of the
command line alone, and fails where one does not include what it uses.
"""

load("@rules_cc//cc:defs.bzl", "cc_library", "cc_test")

def _unit_impl(ctx):
    unit = ctx.actions.declare_file(ctx.label.name + ".cc")
    folder = ctx.label.package
    ctx.actions.write(unit, "".join([
        '#include "%s/%s"\n' % (folder, source)
        for source in ctx.attr.sources
    ]))
    return [DefaultInfo(files = depset([unit]))]

_unit = rule(
    implementation = _unit_impl,
    attrs = {"sources": attr.string_list(mandatory = True)},
)

def unity_library(name, srcs, **kwargs):
    """A cc_library whose sources are compiled as one.

    Args:
      name: as of a cc_library.
      srcs: as of a cc_library; of these, the .cc files of this package are one.
      **kwargs: as of a cc_library.
    """
    sources = [file for file in srcs if file.endswith(".cc")]
    others = [file for file in srcs if file not in sources]
    _unit(
        name = name + "_unit",
        sources = sources,
        tags = ["manual"],
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        srcs = [name + "_unit"] + others,
        textual_hdrs = sources,
        **kwargs
    )

def unity_test(name, srcs, deps, features = [], **kwargs):
    """A cc_test whose sources are compiled as one.

    Args:
      name: as of a cc_test.
      srcs: as of a cc_test, files of this package.
      deps: as of a cc_test.
      features: as of a cc_test.
      **kwargs: as of a cc_test.
    """
    unity_library(
        name = name + "_cases",
        testonly = True,
        srcs = srcs,
        alwayslink = True,
        visibility = ["//visibility:private"],
        features = features,
        deps = deps,
    )
    cc_test(
        name = name,
        deps = [name + "_cases"],
        **kwargs
    )
