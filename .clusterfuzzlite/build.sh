#!/bin/bash -eu
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite do: without Bazel, with
# nothing but $CXX, $CXXFLAGS, $LIB_FUZZING_ENGINE and $OUT. Each target comes
# with its seed corpus, options and dictionary.
#
# Not slab_cache_corruption_fuzz, which needs GoogleTest: Bazel builds that.
set -o pipefail
shopt -s extglob
cd "$(dirname "$0")/.."
# OSS-Fuzz runs a copy of this, in the folder with all projects.
[[ -d fuzz ]] || cd "${SRC:?is where the sources are}/lockstep"

: "${CXX:?is the compiler}" "${CXXFLAGS?are its flags}"
: "${LIB_FUZZING_ENGINE:?is what to link}" "${OUT:?is where to put things}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export work

systems=(buddy buddy_6 buddy_6_mapped buddy_byte buddy_mapped heap heap_mapped
  slab slab_byte slab_cache slab_cache_3)
reference=(ports/{registry,buddy_port,heap_port,slab_port}.cc
  ports/slab_cache_{port,registered}.cc)
# What trace_fuzz is for.
parser=(models/script/{op,trace,trace_parser}.cc)

# A fuzzer is to be guided by the allocator, not by who judges it.
judging=()
for flag in -fno-sanitize=fuzzer-no-link -fno-sanitize=vptr; do
  if $CXX $CXXFLAGS $flag -fsyntax-only -x c++ /dev/null 2>/dev/null; then
    judging+=("$flag")
  fi
done

# Lines of: an object, and what to compile it from.
plan() {
  local file system
  for file in allocator/*/*.cc "${reference[@]}" "${parser[@]}"; do
    echo "$(basename "$file" .cc).o $file"
  done
  for file in models/{script,system,cell,shadow,spec,judge}/!(op|trace*).cc \
    ports/library/*.cc \
    fuzz/{judge,hang_watch,tally,comparisons,mutator,mutator_hooks}.cc; do
    echo "$(basename "$file" .cc).o $file ${judging[*]}"
  done
  echo "encode_traces.main fuzz/encode_traces.cc"
  for file in bytes differential trace; do
    echo "$file.main fuzz/${file}_fuzz.cc"
  done
  for system in "${systems[@]}"; do
    echo "$system.main fuzz/system_fuzz.cc" \
      "-DLOCKSTEP_FUZZ_SYSTEM=\\\"$system\\\" -DLOCKSTEP_FUZZ_TWIN=\\\"\\\""
  done
}

compile() { # object source flags...
  # shellcheck disable=SC2086
  $CXX $CXXFLAGS -std=c++23 -I. -Imodels/door "${@:3}" -c "$2" -o "$work/$1"
}
export -f compile
plan | xargs -P "$(nproc)" -L 1 bash -euc 'compile "$@"' compile

# What every target is linked with; mutations are of scripts only.
mutations=("$work"/mutator.o "$work"/mutator_hooks.o)
rest=()
for object in "$work"/*.o; do
  [[ $object == */mutator*.o ]] || rest+=("$object")
done

link() { # name objects...
  # shellcheck disable=SC2086
  $CXX $CXXFLAGS "${@:2}" "${rest[@]}" -o "$1"
}

link "$work/encode_traces" "$work/encode_traces.main"
pack() { # target opening
  mkdir "$work/seeds"
  if [[ $2 == text ]]; then
    cp tests/traces/*.trace tests/traces/regressions/*.trace "$work/seeds"
    cp fuzz/trace.dict "$OUT/$1.dict"
  else
    "$work/encode_traces" "$work/seeds" "$2" tests/traces/*.trace \
      tests/traces/regressions/*.trace
  fi
  python3 -m zipfile -c "$OUT/$1_seed_corpus.zip" "$work/seeds"/*
  rm -r "$work/seeds"
  {
    cat fuzz/libfuzzer.options
    if [[ -e $OUT/$1.dict ]]; then echo "dict = $1.dict"; fi
  } >"$OUT/$1.options"
}

for main in "$work"/*.main; do
  name=$(basename "$main" .main)
  case $name in
    encode_traces) continue ;;
    trace)
      link "$OUT/${name}_fuzz" "$main" "$LIB_FUZZING_ENGINE"
      pack "${name}_fuzz" text
      continue
      ;;
    slab_cache*) opening=attach ;;
    *) opening=init ;;
  esac
  link "$OUT/${name}_fuzz" "$main" "${mutations[@]}" "$LIB_FUZZING_ENGINE"
  pack "${name}_fuzz" "$opening"
done
