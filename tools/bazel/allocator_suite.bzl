"""allocator_suite: everything that there is for a port, from one line.

    load("@lockstep//tools/bazel:allocator_suite.bzl", "allocator_suite")

    cc_library(
        name = "my_port",
        srcs = ["my_port.c"],
        deps = ["@lockstep//models/door"],
    )

    allocator_suite(
        name = "mine",
        port = ":my_port",
        table = "my_port",
    )

docs/porting.md tells the rest.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")
load("//fuzz:defs.bzl", "lockstep_fuzz_test")
load(":built_with.bzl", "built_with")
load(":unless.bzl", "unless")

def registered_port(name, port, table, **kwargs):
    """A library that puts a port into the registry of what it is linked into.

    Args:
      name: of the library.
      port: a cc_library that defines the table.
      table: the table's name: `const lockstep_port <table>`, with C linkage.
      **kwargs: attributes of every rule: tags, testonly, visibility, ...
    """
    cc_library(
        name = name,
        srcs = [Label("//ports:register.cc")],
        local_defines = ["LOCKSTEP_TABLE=" + table],
        deps = [
            port,
            Label("//models/door"),
            Label("//ports:registry"),
        ],
        alwayslink = True,
        **kwargs
    )

def lockstep_binary(name, ports, sanitized = True, **kwargs):
    """The command line with ports: see `lockstep --help`.

    Makes
      <name>       the command line
      <name>_asan  the same, built with AddressSanitizer and UBSan, which find
                   errors without visible effects; `//...` leaves it out

    Args:
      name: of the binary.
      ports: libraries that register what they have.
      sanitized: False: nothing with sanitizers.
      **kwargs: attributes of every rule: tags, testonly, visibility, ...
    """
    cc_binary(
        name = name,
        deps = ports + [Label("//tools/cli")],
        **kwargs
    )
    if sanitized:
        built_with(
            name = name + "_asan",
            binary = ":" + name,
            feature = "asan",
            **dict(kwargs, tags = kwargs.get("tags", []) + ["manual"])
        )

# Where the command line has the command; see tools/cli/BUILD.bazel.
_COMPATIBLE = {
    "explore": [],
    "props": select({
        str(Label("//tools/bazel/config:gcc")): [],
        str(Label("//tools/bazel/config:k8")): [],
        "//conditions:default": [str(Label("//tools/bazel:never"))],
    }),
    "threads": unless("emulated"),
}

def _command_test(name, command, arguments, size, kwargs):
    binary = ":%s_lockstep" % name
    others = dict(kwargs)
    compatible = others.pop("target_compatible_with", [])
    native.sh_test(
        name = "%s_%s" % (name, command),
        size = size,
        srcs = [Label("//tools/bazel:run.sh")],
        args = ["$(rootpath %s)" % binary, command] + arguments,
        data = [binary],
        target_compatible_with = compatible + _COMPATIBLE[command],
        **others
    )

def allocator_suite(
        name,
        port,
        table = None,
        system = None,
        pulls = False,
        props = ["--seed=1"],
        explore = [],
        threads = None,
        fuzz = True,
        bench = True,
        size = "small",
        **kwargs):
    """Judges a port.

    Makes
      <name>_test      scripts of every kind, and the recordings where the port
                       claims a placement; seconds
      <name>_lockstep  the command line with the port: see `lockstep --help`;
                       <name>_lockstep_asan is the same with sanitizers
      <name>_props     properties and laws, with RapidCheck
      <name>_explore   every op in every state of a small system
      <name>_threads   random scripts on several threads, for a port that promises
                       something for threads
      <name>_fuzz      a test that runs the seeds; `bazel run <name>_fuzz_run`
                       fuzzes, with sanitizers: see fuzz/defs.bzl
      <name>_bench     races it with our reference and glibc, all of them through
                       the door; build it with -c opt, for tools/bench --program

    Args:
      name: the first part of the names of the targets.
      port: a cc_library with the port.
      table: the name of its table: `const lockstep_port <table>`, with C
        linkage. "": the library registers what it has, with
        ports/registry.h, and has alwayslink. Without it, <name>_port.
      system: the name that is in the table, for the fuzzer. Without it, <name>.
      pulls: whether it has attach, and not init.
      props: arguments for `lockstep props`; None: no such test.
      explore: arguments for `lockstep explore`; None: no such test, for what
        cannot be explored.
      threads: arguments for `lockstep threads`, such as ["--ops=20000"]; None:
        no such test. For `lockstep schedules`, see scheduled_library.bzl.
      fuzz: False: nothing of that, and no <name>_lockstep_asan; for what cannot
        be run with sanitizers.
      bench: False: nothing of that.
      size: of the tests.
      **kwargs: attributes of every rule: tags, target_compatible_with, ...
    """
    if table == "":
        ports = port
    else:
        ports = name + "_registered"
        registered_port(
            name = ports,
            port = port,
            table = table or name + "_port",
            **kwargs
        )

    cc_test(
        name = name + "_test",
        size = size,
        deps = [
            ports,
            Label("//tests/suite"),
        ],
        **kwargs
    )
    lockstep_binary(
        name = name + "_lockstep",
        ports = [ports],
        sanitized = fuzz,
        **kwargs
    )
    if bench:
        cc_binary(
            name = name + "_bench",
            deps = [
                ports,
                Label("//bench:door"),
            ],
            **kwargs
        )
    for command, arguments in {
        "explore": explore,
        "props": props,
        "threads": threads,
    }.items():
        if arguments != None:
            _command_test(name, command, [system or name] + arguments, size, kwargs)
    if fuzz:
        lockstep_fuzz_test(
            name = name + "_fuzz",
            system = system or name,
            deps = [ports],
            pulls = pulls,
            size = size,
            **kwargs
        )
