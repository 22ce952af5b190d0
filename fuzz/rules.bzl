"""The rules behind cc_fuzz_test: builds with an engine, corpora, packages.

An engine is a toolchain feature (what is compiled in) and a library that
//fuzz:engine stands for where that feature is on (what is linked).
"""

# The first is the default.
ENGINES = ["libfuzzer", "afl", "file_runner"]

# What file_runner is built with: the sanitizers, and no guidance.
_FEATURE = {"file_runner": "asan"}

def _by_engine(values):
    return select(dict({
        str(Label("//fuzz:with_" + engine)): value
        for engine, value in values.items()
    }, **{"//conditions:default": values[ENGINES[0]]}))

def chosen_engine():
    """The value of --define=engine=..., libfuzzer without one."""
    return _by_engine({engine: engine for engine in ENGINES})

def chosen_feature():
    """What the chosen engine wants its programs to be built with."""
    return _by_engine({
        engine: _FEATURE.get(engine, engine)
        for engine in ENGINES
    })

def _corpus_impl(ctx):
    folder = ctx.actions.declare_directory(ctx.label.name)
    arguments = ctx.actions.args()
    arguments.add(folder.path)
    arguments.add_all(ctx.files.srcs, expand_directories = True)
    ctx.actions.run(
        executable = ctx.executable._gather,
        arguments = [arguments],
        inputs = ctx.files.srcs,
        outputs = [folder],
        mnemonic = "GatherCorpus",
    )
    return [DefaultInfo(
        files = depset([folder]),
        runfiles = ctx.runfiles([folder]),
    )]

fuzz_corpus = rule(
    doc = "A folder of all the files, and of what is in the folders.",
    implementation = _corpus_impl,
    attrs = {
        "srcs": attr.label_list(allow_files = True),
        "_gather": attr.label(
            default = "//fuzz:gather",
            executable = True,
            cfg = "exec",
        ),
    },
)

def _encoded_traces_impl(ctx):
    folder = ctx.actions.declare_directory(ctx.label.name)
    arguments = ctx.actions.args()
    arguments.add_all([folder.path, ctx.attr.opening])
    arguments.add_all(ctx.files.traces)
    ctx.actions.run(
        executable = ctx.executable._encode,
        arguments = [arguments],
        inputs = ctx.files.traces,
        outputs = [folder],
        mnemonic = "EncodeTraces",
    )
    return [DefaultInfo(files = depset([folder]))]

encoded_traces = rule(
    doc = "Those of the traces that open with a verb, as inputs for fuzzers.",
    implementation = _encoded_traces_impl,
    attrs = {
        "opening": attr.string(mandatory = True, values = ["init", "attach"]),
        "traces": attr.label_list(allow_files = [".trace"]),
        "_encode": attr.label(
            default = "//fuzz:encode_traces",
            executable = True,
            cfg = "exec",
        ),
    },
)

def _runfiles_path(ctx, files):
    if not files:
        return ""
    file = files[0]
    if file.short_path.startswith("../"):
        return file.short_path[len("../"):]
    return ctx.workspace_name + "/" + file.short_path

# The limits that libFuzzer keeps to, wherever it is started.
_OPTIONS = attr.label(
    default = "//fuzz:libfuzzer.options",
    allow_single_file = True,
)

def _fuzz_launcher_impl(ctx):
    launcher = ctx.actions.declare_file(ctx.label.name)
    files = (ctx.files.binary + ctx.files.corpus + ctx.files.dicts +
             ctx.files.mutator + ctx.files._options)
    ctx.actions.expand_template(
        template = ctx.file._template,
        output = launcher,
        is_executable = True,
        substitutions = {
            "@BINARY@": _runfiles_path(ctx, ctx.files.binary),
            "@CORPUS@": _runfiles_path(ctx, ctx.files.corpus),
            "@DICT@": _runfiles_path(ctx, ctx.files.dicts),
            "@ENGINE@": ctx.attr.engine,
            "@MUTATOR@": _runfiles_path(ctx, ctx.files.mutator),
            "@NAME@": ctx.attr.target,
            "@OPTIONS@": _runfiles_path(ctx, ctx.files._options),
        },
    )
    return [DefaultInfo(
        executable = launcher,
        runfiles = ctx.runfiles(files),
    )]

fuzz_launcher = rule(
    doc = "Starts the engine on a corpus that is kept between runs.",
    implementation = _fuzz_launcher_impl,
    attrs = {
        "binary": attr.label(mandatory = True),
        "corpus": attr.label(mandatory = True),
        "dicts": attr.label_list(allow_files = True),
        "engine": attr.string(mandatory = True, values = ENGINES),
        "mutator": attr.label(),
        "target": attr.string(mandatory = True),
        "_options": _OPTIONS,
        "_template": attr.label(
            default = "//fuzz:launch.sh",
            allow_single_file = True,
        ),
    },
    executable = True,
)

def _fuzz_package_impl(ctx):
    archive = ctx.actions.declare_file(ctx.label.name + ".zip")
    arguments = ctx.actions.args()
    arguments.add_all([archive, ctx.attr.target])
    arguments.add_all(ctx.files._options)
    arguments.add(ctx.files.binary[0])
    arguments.add(ctx.files.corpus[0].path)
    arguments.add_all(ctx.files.dicts)
    ctx.actions.run(
        executable = ctx.executable._package,
        arguments = [arguments],
        inputs = (ctx.files.binary + ctx.files.corpus + ctx.files.dicts +
                  ctx.files._options),
        outputs = [archive],
        mnemonic = "PackageFuzzTest",
    )
    return [DefaultInfo(files = depset([archive]))]

fuzz_package = rule(
    doc = "The archive that OSS-Fuzz and ClusterFuzz expect.",
    implementation = _fuzz_package_impl,
    attrs = {
        "binary": attr.label(mandatory = True),
        "corpus": attr.label(mandatory = True),
        "dicts": attr.label_list(allow_files = True),
        "target": attr.string(mandatory = True),
        "_options": _OPTIONS,
        "_package": attr.label(
            default = "//fuzz:package",
            executable = True,
            cfg = "exec",
        ),
    },
)
