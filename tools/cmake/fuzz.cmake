# The engine of `lockstep fuzz`: a program with libFuzzer and AddressSanitizer in
# it, which opens a library. Only clang has both, so it is compiled with clang,
# whatever the rest is compiled with.

file(GLOB fuzz_sources RELATIVE "${ROOT}" CONFIGURE_DEPENDS
  "${ROOT}/fuzz/*.cc"
  "${ROOT}/models/cell/*.cc"
  "${ROOT}/models/judge/*.cc"
  "${ROOT}/models/script/*.cc"
  "${ROOT}/models/shadow/*.cc"
  "${ROOT}/models/spec/*.cc"
  "${ROOT}/models/system/*.cc"
  "${ROOT}/ports/library/*.cc")
list(APPEND fuzz_sources ports/registry.cc)
# Of the command line only.
list(REMOVE_ITEM fuzz_sources models/judge/misuse.cc)
# Other targets and engines, and tests.
list(FILTER fuzz_sources EXCLUDE REGEX
  "^fuzz/(afl_mutator|canary_port|encode_traces|file_runner)|_test\\.cc$")
list(FILTER fuzz_sources EXCLUDE REGEX
  "^fuzz/(bytes|differential|system|trace)_fuzz\\.cc$")
list(JOIN fuzz_sources "\n" lines)
file(WRITE "${CMAKE_BINARY_DIR}/fuzz_sources.txt" "${lines}\n")

# Sets `result` to whether this clang compiles C++23 and links libFuzzer.
function(links_libfuzzer clang result)
  set(program "${CMAKE_BINARY_DIR}/links_libfuzzer")
  file(WRITE "${program}.cc" "#include <expected>\n"
    "extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long)"
    " { return std::expected<int, int>(0).value(); }\n")
  execute_process(
    COMMAND "${clang}" -std=c++23 -fsanitize=fuzzer,address "${program}.cc"
      -o "${program}"
    RESULT_VARIABLE code OUTPUT_QUIET ERROR_QUIET)
  set(${result} TRUE PARENT_SCOPE)
  if(code)
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

set(has_fuzz FALSE)
if(LOCKSTEP_FUZZ_BINARY)
  get_filename_component(fuzz_program "${LOCKSTEP_FUZZ_BINARY}" REALPATH)
  set(has_fuzz TRUE)
  return()
elseif(LOCKSTEP_BINARY)
  return()
endif()

set(LOCKSTEP_CLANG "" CACHE FILEPATH
  "The clang++ that compiles the engine of `lockstep fuzz`")
if(LOCKSTEP_CLANG)
  links_libfuzzer("${LOCKSTEP_CLANG}" has_fuzz)
  if(NOT has_fuzz)
    message(FATAL_ERROR "LOCKSTEP_CLANG: ${LOCKSTEP_CLANG} does not compile C++23, "
      "or has no libFuzzer")
  endif()
else()
  foreach(name clang++-21 clang++-20 clang++-19 clang++)
    find_program(clang_${name} ${name})
    if(clang_${name} AND NOT has_fuzz)
      links_libfuzzer("${clang_${name}}" has_fuzz)
      set(LOCKSTEP_CLANG "${clang_${name}}")
    endif()
  endforeach()
endif()
if(NOT has_fuzz)
  message(STATUS "There is no clang++ here that compiles C++23 and has libFuzzer "
    "(Debian's packages are clang-19 and libclang-rt-19-dev), so there will be no "
    "lockstep-fuzz, and `lockstep fuzz` will say so")
  return()
endif()

# As tools/bazel/features.bzl has them for the judges: with sanitizers, but without
# the instrumentation that guides the fuzzer.
set(fuzz_flags -std=c++23 -O2 -fno-omit-frame-pointer
  -fsanitize=address,undefined -fno-sanitize-recover=all -fno-sanitize=vptr
  -fsanitize-address-use-after-return=never -D_GLIBCXX_ASSERTIONS
  "-I${ROOT}" "-I${ROOT}/models/door")
set(objects "")
foreach(source ${fuzz_sources})
  set(object "${CMAKE_BINARY_DIR}/lockstep-fuzz.objects/${source}.o")
  get_filename_component(folder "${object}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${object}"
    COMMAND "${LOCKSTEP_CLANG}" ${fuzz_flags} -MD -MF "${object}.d"
      -c "${ROOT}/${source}" -o "${object}"
    DEPENDS "${ROOT}/${source}"
    DEPFILE "${object}.d"
    COMMENT "Compiling ${source} for lockstep-fuzz"
    VERBATIM)
  list(APPEND objects "${object}")
endforeach()

# What is instrumented in a library calls the engine and the sanitizers here:
# -rdynamic; and, of some of the engine's functions, ours (comparison_hooks.cc).
# libstdc++ is linked in, and hidden, as in program.cmake.
set(hooks const_cmp2 const_cmp4 const_cmp8 switch)
list(TRANSFORM hooks REPLACE "(.+)"
  "-Wl,--defsym=__sanitizer_cov_trace_\\1=lockstep_trace_\\1")
set(fuzz_program "${CMAKE_BINARY_DIR}/lockstep-fuzz")
add_custom_command(
  OUTPUT "${fuzz_program}"
  COMMAND "${LOCKSTEP_CLANG}" -fsanitize=fuzzer,address,undefined -rdynamic
    ${objects} -o "${fuzz_program}" -static-libstdc++ -static-libgcc
    ${hooks} -Wl,--exclude-libs,libstdc++.a:libgcc.a:libgcc_eh.a
  DEPENDS ${objects}
  COMMENT "Linking lockstep-fuzz"
  VERBATIM)
add_custom_target(fuzz ALL DEPENDS "${fuzz_program}")
