# The sources of the command line: every file of the rooms that it is made of.
# tests/package compares this list with what Bazel builds.

find_path(RAPIDCHECK_INCLUDE rapidcheck.h)
find_library(RAPIDCHECK_LIBRARY rapidcheck)
set(has_props FALSE)
if(RAPIDCHECK_INCLUDE AND RAPIDCHECK_LIBRARY)
  set(has_props TRUE)
endif()

file(GLOB sources RELATIVE "${ROOT}" CONFIGURE_DEPENDS
  "${ROOT}/allocator/*/*.cc"
  "${ROOT}/models/*/*.cc"
  "${ROOT}/ports/*.cc"
  "${ROOT}/ports/library/*.cc"
  "${ROOT}/ports/shared/*.cc"
  "${ROOT}/props/*.cc"
  "${ROOT}/tools/cli/*.cc"
  "${ROOT}/tools/cli/explore/*.cc"
  "${ROOT}/tools/cli/lanes/*.cc"
  "${ROOT}/tools/cli/manual/*.cc"
  "${ROOT}/tools/cli/markup/*.cc"
  "${ROOT}/tools/cli/new/*.cc"
  "${ROOT}/tools/cli/picture/*.cc"
  "${ROOT}/tools/cli/props/*.cc"
  "${ROOT}/tools/cli/result/*.cc"
  "${ROOT}/tools/cli/schedules/*.cc"
  "${ROOT}/tools/cli/threads/*.cc"
  "${ROOT}/tools/cli/try/*.cc"
  "${ROOT}/tools/cli/verify/*.cc"
  "${ROOT}/tools/cli/verify/report/*.cc")
# The first registers one table, whose name Bazel gives it; the second is for a shared
# library: scheduled.cmake.
list(REMOVE_ITEM sources "ports/register.cc" "ports/shared/exported.cc")
if(NOT has_props)
  message(STATUS "There is no RapidCheck here, so there will be no `lockstep props`")
  list(FILTER sources EXCLUDE REGEX "^props/|^tools/cli/props/")
endif()

list(JOIN sources "\n" lines)
file(WRITE "${CMAKE_BINARY_DIR}/sources.txt" "${lines}\n")
