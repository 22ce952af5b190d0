#!/bin/sh
# Prints the rows of the tables of rules in docs/models.md, as C++: for
# rule_meaning.cc.
# usage: rule_meanings.sh docs/models.md
set -eu
sed -n 's/^| `\([a-z]*\)` | \(.*\) | \(.*\) |$/{"\1", R"(\2)", R"(\3)"},/p' "$1"
