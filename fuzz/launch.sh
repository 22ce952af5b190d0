#!/bin/bash
# Fuzzes @NAME@ with @ENGINE@. What is found is kept, and gone on from the next
# time, in out/fuzz/@NAME@ of the workspace, or in $FUZZ_OUTPUT. The arguments go
# to the engine.
set -euo pipefail

runfiles=${RUNFILES_DIR:-$0.runfiles}
binary=$runfiles/@BINARY@
seeds=$runfiles/@CORPUS@
dictionary=@DICT@
mutator=@MUTATOR@
output=${FUZZ_OUTPUT:-${BUILD_WORKSPACE_DIRECTORY:-$PWD}/out/fuzz/@NAME@}
mkdir -p "$output"

option() { # name
  sed -n "s/^$1 = //p" "$runfiles/@OPTIONS@"
}
timeout=$(option timeout)

# Sanitizers stop at the first report, and name functions and lines in it.
for symbolizer in llvm-symbolizer llvm-symbolizer-19; do
  path=$(command -v "$symbolizer") || continue
  export ASAN_SYMBOLIZER_PATH=$path UBSAN_SYMBOLIZER_PATH=$path
done
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

case @ENGINE@ in
  libfuzzer)
    mkdir -p "$output/corpus"
    exec "$binary" -artifact_prefix="$output/" -timeout="$timeout" \
      -max_len="$(option max_len)" \
      ${dictionary:+-dict="$runfiles/$dictionary"} "$@" \
      "$output/corpus" "$seeds"
    ;;
  afl)
    command -v afl-fuzz >/dev/null || {
      echo "afl-fuzz is not there; tools/setup installs it" >&2
      exit 2
    }
    # afl-fuzz wants at least one seed.
    mkdir -p "$output/afl_seeds"
    find "$seeds/" -type f -exec cp -t "$output/afl_seeds" {} +
    printf '\0\0\0\0\0\0\0\0\377\377\377\377\0\0\0\0' \
      >"$output/afl_seeds/everything_on"
    # They would stop it over settings of the machine that cost only speed.
    export AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1
    export ASAN_OPTIONS=${ASAN_OPTIONS:-abort_on_error=1:symbolize=0:detect_leaks=0}
    export AFL_AUTORESUME=1
    [[ -z $mutator ]] || export AFL_CUSTOM_MUTATOR_ONLY=1 \
      AFL_CUSTOM_MUTATOR_LIBRARY=$runfiles/$mutator
    # As long as libFuzzer waits: a violation is made short before it ends.
    exec afl-fuzz -i "$output/afl_seeds" -o "$output/afl" -m none -t "${timeout}000" \
      ${dictionary:+-x "$runfiles/$dictionary"} "$@" -- "$binary"
    ;;
  file_runner)
    if (($#)); then exec "$binary" "$@"; fi
    exec "$binary" "$seeds"
    ;;
esac
