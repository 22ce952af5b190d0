# libscheduled.so: our own allocators as several threads may call them, compiled for
# `lockstep schedules`. It calls hooks that are in the program which loads it. Only
# clang links such a library without a runtime of its own, so it is compiled with
# clang, whatever the rest is compiled with.

file(GLOB scheduled_sources RELATIVE "${ROOT}" CONFIGURE_DEPENDS
  "${ROOT}/allocator/*/*.cc"
  "${ROOT}/ports/shared/*.cc")
# The tables are exported, and not registered.
list(REMOVE_ITEM scheduled_sources ports/shared/registered.cc)
list(JOIN scheduled_sources "\n" lines)
file(WRITE "${CMAKE_BINARY_DIR}/scheduled_sources.txt" "${lines}\n")

# Sets `result` to whether this clang compiles C++23 for schedules.
function(compiles_for_schedules clang result)
  set(library "${CMAKE_BINARY_DIR}/compiles_for_schedules")
  file(WRITE "${library}.cc" "#include <expected>\n"
    "int one() { return std::expected<int, int>(1).value(); }\n")
  execute_process(
    COMMAND "${clang}" -std=c++23 -fsanitize=thread -fPIC -shared
      "${library}.cc" -o "${library}.so"
    RESULT_VARIABLE code OUTPUT_QUIET ERROR_QUIET)
  set(${result} TRUE PARENT_SCOPE)
  if(code)
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

set(has_scheduled FALSE)
if(LOCKSTEP_SCHEDULED_LIBRARY)
  get_filename_component(scheduled_library "${LOCKSTEP_SCHEDULED_LIBRARY}" REALPATH)
  set(has_scheduled TRUE)
  return()
elseif(LOCKSTEP_BINARY)
  return()
endif()

# That of the fuzzer, if there is one.
set(scheduled_clang "")
foreach(clang "${LOCKSTEP_CLANG}" "${clang_clang++-21}" "${clang_clang++-20}"
    "${clang_clang++-19}" "${clang_clang++}")
  if(clang AND NOT has_scheduled)
    compiles_for_schedules("${clang}" has_scheduled)
    set(scheduled_clang "${clang}")
  endif()
endforeach()
if(NOT has_scheduled)
  message(STATUS "There is no clang++ here that compiles C++23 with "
    "-fsanitize=thread, so there will be no libscheduled.so, and `lockstep "
    "schedules` will be for libraries of your own")
  return()
endif()

# As tools/bazel/features.bzl has them.
set(scheduled_flags -std=c++23 -g -O1 -fPIC -fno-omit-frame-pointer
  -fsanitize=thread -fvisibility=hidden -fvisibility-inlines-hidden
  "-ffile-prefix-map=${ROOT}/=" "-I${ROOT}" "-I${ROOT}/models/door")
set(objects "")
foreach(source ${scheduled_sources})
  set(object "${CMAKE_BINARY_DIR}/libscheduled.objects/${source}.o")
  get_filename_component(folder "${object}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${object}"
    COMMAND "${scheduled_clang}" ${scheduled_flags} -MD -MF "${object}.d"
      -c "${ROOT}/${source}" -o "${object}"
    DEPENDS "${ROOT}/${source}"
    DEPFILE "${object}.d"
    COMMENT "Compiling ${source} for libscheduled.so"
    VERBATIM)
  list(APPEND objects "${object}")
endforeach()

# libstdc++ is linked in, and hidden, as in program.cmake.
set(scheduled_library "${CMAKE_BINARY_DIR}/libscheduled.so")
add_custom_command(
  OUTPUT "${scheduled_library}"
  COMMAND "${scheduled_clang}" -shared -Wl,-Bsymbolic
    ${objects} -o "${scheduled_library}" -static-libstdc++ -static-libgcc
    -Wl,--exclude-libs,libstdc++.a:libgcc.a:libgcc_eh.a
  DEPENDS ${objects}
  COMMENT "Linking libscheduled.so"
  VERBATIM)
add_custom_target(scheduled ALL DEPENDS "${scheduled_library}")
