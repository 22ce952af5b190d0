"""The Cargo of the distribution."""

import os
import subprocess

import program

CARGO = "/usr/bin/cargo"
# Linking takes half of the time of a build. It takes less with lld, and without the
# debug information of the standard library. Builds with flags of their own are
# linked as a user's are.
FLAGS = ("-Dwarnings -Cdebuginfo=0 -Cstrip=debuginfo "
         "-Clink-arg=-B/usr/lib/llvm-19/bin -Clink-arg=-fuse-ld=lld")


def run(folder, *arguments, **environment):
    """The exit code of `cargo ARGUMENTS`, and what was printed."""
    home = os.path.join(os.environ["TEST_TMPDIR"], "home")
    came = subprocess.run(
        [CARGO, *arguments, "--offline"], cwd=folder, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, env={
            "HOME": home, "CARGO_HOME": home, "PATH": "/usr/bin:/bin",
            "RUSTC": "/usr/bin/rustc", "RUSTDOC": "/usr/bin/rustdoc",
            "RUSTFLAGS": FLAGS, "CARGO_INCREMENTAL": "0",
            **environment})
    return came.returncode, came.stdout


def skip_all_without_it():
    if not os.path.exists(CARGO):
        program.skip_all("there is no %s here; tools/setup --rust installs it"
                         % CARGO)
