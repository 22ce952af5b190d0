"""For target_compatible_with: not with every --config."""

def unless(*configs):
    """Skips a target with any of those settings of tools/bazel/config."""
    return select(dict({
        str(Label("//tools/bazel/config:" + config)): [str(Label("//tools/bazel:never"))]
        for config in configs
    }, **{"//conditions:default": []}))
