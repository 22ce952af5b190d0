"""What the arguments of tools/test mean."""

import collections

# What must hold with every compiler and on every machine. The rest is of tools,
# of RapidCheck and of other people's allocators, which are built for x86-64.
PORTABLE = [
    "//allocator/...",
    "//tests/allocator/...",
    "//tests/slab_cache/...",
    "//tests/models/...",
    "//tests/lying/...",
    "//tests/explore/...",
    "//ports/...",
    "-//ports/third_party/...",
]

# For tools/setup, and for `bazel test`.
Plan = collections.namedtuple("Plan", "setup options targets")


def split(arguments):
  """Splits into options and target patterns."""
  if "--" in arguments:
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1:]
  targets = [a for a in arguments
             if not a.startswith("-") and ("//" in a or ":" in a)]
  return [a for a in arguments if a not in targets], targets


def read(arguments):
  """The Plan. A name of an architecture is not looked at: tools/setup does."""
  given, targets = split(arguments)
  setup, options, portable = [], [], False
  given = collections.deque(given)
  while given:
    option = given.popleft()
    name, _, arch = option.partition("=")
    if name == "--arch":
      arch = arch or (given.popleft() if given else "")
      setup = ["--arch", arch]
      options.append("--config=" + arch)
      portable = portable or not targets
    elif option == "--portable":
      portable = True
    else:
      options.append(option)
  if portable:
    # What is no test may be for x86-64 only.
    options.append("--build_tests_only")
    targets = PORTABLE + targets
  return Plan(setup, options, targets or ["//..."])
