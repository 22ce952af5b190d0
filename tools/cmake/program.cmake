# Compiles and links the command line.
#
# libstdc++ is linked in, so that the program runs on machines with an older one.
# The libraries under test bring their own: what is linked in stays hidden from
# them (--exclude-libs), while our own functions are exported (ENABLE_EXPORTS), so
# that a crash can name the one that it is in.

find_package(Threads REQUIRED)
find_path(CLI11_INCLUDE CLI/App.hpp)
if(NOT CLI11_INCLUDE)
  message(FATAL_ERROR
    "The headers of CLI11 are missing; Debian's package is libcli11-dev")
endif()
find_path(JSON_INCLUDE nlohmann/json.hpp)
if(NOT JSON_INCLUDE)
  message(FATAL_ERROR
    "The headers of nlohmann's JSON are missing; Debian's package is "
    "nlohmann-json3-dev")
endif()

if(NOT LOCKSTEP_COMMIT)
  find_package(Git QUIET)
  if(GIT_FOUND)
    execute_process(
      COMMAND "${GIT_EXECUTABLE}" describe --always --dirty --abbrev=12
        --exclude=*
      WORKING_DIRECTORY "${ROOT}" OUTPUT_VARIABLE commit ERROR_QUIET
      OUTPUT_STRIP_TRAILING_WHITESPACE)
    # Of the moment at which CMake looks: a commit makes it look again.
    execute_process(
      COMMAND "${GIT_EXECUTABLE}" rev-parse --path-format=absolute
        --git-path logs/HEAD
      WORKING_DIRECTORY "${ROOT}" OUTPUT_VARIABLE log ERROR_QUIET
      OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(EXISTS "${log}")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${log}")
    endif()
  endif()
else()
  set(commit "${LOCKSTEP_COMMIT}")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
include_directories("${ROOT}" "${ROOT}/models/door")
include_directories(SYSTEM "${CLI11_INCLUDE}" "${JSON_INCLUDE}")

# What the rules mean, from the documentation.
set(meanings "${CMAKE_BINARY_DIR}/generated/tools/cli/markup/rule_meanings.inc")
add_custom_command(
  OUTPUT "${meanings}"
  COMMAND sh "${ROOT}/tools/cli/markup/rule_meanings.sh" "${ROOT}/docs/models.md"
    > "${meanings}"
  DEPENDS "${ROOT}/tools/cli/markup/rule_meanings.sh" "${ROOT}/docs/models.md"
  VERBATIM)
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/generated/tools/cli/markup")
include_directories("${CMAKE_BINARY_DIR}/generated")

# On its own, because another commit compiles all files of its target again.
add_library(version OBJECT "${ROOT}/tools/cli/version.cc")
if(commit)
  target_compile_definitions(version PRIVATE "LOCKSTEP_COMMIT=\"${commit}\"")
endif()

set(paths ${sources})
list(REMOVE_ITEM paths tools/cli/version.cc)
list(TRANSFORM paths PREPEND "${ROOT}/")
add_executable(lockstep_program ${paths} "${meanings}")
set_target_properties(lockstep_program PROPERTIES
  OUTPUT_NAME lockstep
  ENABLE_EXPORTS ON)
# Each function is looked up at the start. Otherwise each child that is forked to die
# would look up the functions that it calls once more.
target_link_options(lockstep_program PRIVATE -Wl,-z,now
  -static-libstdc++ -static-libgcc
  -Wl,--exclude-libs,libstdc++.a:libgcc.a:libgcc_eh.a)
target_link_libraries(lockstep_program PRIVATE
  version Threads::Threads ${CMAKE_DL_LIBS})
if(has_props)
  target_include_directories(lockstep_program SYSTEM PRIVATE
    "${RAPIDCHECK_INCLUDE}")
  target_link_libraries(lockstep_program PRIVATE "${RAPIDCHECK_LIBRARY}")
endif()
