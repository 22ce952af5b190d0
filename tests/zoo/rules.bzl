"""Patched copies of allocator/."""

def _tree_impl(ctx):
    root = ctx.label.name + "/"
    files = [ctx.actions.declare_file(root + f.short_path) for f in ctx.files.srcs]
    folder = files[0].path[:-len(ctx.files.srcs[0].short_path)]
    ctx.actions.run_shell(
        inputs = ctx.files.srcs + [ctx.file.patch],
        outputs = files,
        # Without fuzz: what stands around a change must be as it was.
        command = ("cp -L --no-preserve=mode --parents %s %s && " % (
            " ".join([f.path for f in ctx.files.srcs]),
            folder,
        ) + "patch -s -p1 --fuzz=0 --no-backup-if-mismatch -d %s <%s" % (
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
