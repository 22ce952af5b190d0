# Compiles and links the command line.
#
# libstdc++ is linked in, so that the program runs on machines with an older one.
# The libraries under test bring their own: what is linked in stays hidden from
# them (--exclude-libs), while our own functions are exported (ENABLE_EXPORTS), so
# that a crash can name the one that it is in.

find_package(Threads REQUIRED)
find_path(CLI11_INCLUDE CLI/App.hpp REQUIRED)

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
if(commit)
  set_source_files_properties("${ROOT}/tools/cli/version.cc" PROPERTIES
    COMPILE_DEFINITIONS "LOCKSTEP_COMMIT=\"${commit}\"")
endif()

list(TRANSFORM sources PREPEND "${ROOT}/" OUTPUT_VARIABLE paths)
add_executable(lockstep_program ${paths})
set_target_properties(lockstep_program PROPERTIES
  OUTPUT_NAME lockstep
  CXX_STANDARD 23
  CXX_STANDARD_REQUIRED ON
  CXX_EXTENSIONS OFF
  ENABLE_EXPORTS ON)
target_include_directories(lockstep_program PRIVATE
  "${ROOT}" "${ROOT}/models/door")
target_include_directories(lockstep_program SYSTEM PRIVATE "${CLI11_INCLUDE}")
target_compile_options(lockstep_program PRIVATE -fno-omit-frame-pointer)
target_link_options(lockstep_program PRIVATE
  -static-libstdc++ -static-libgcc
  -Wl,--exclude-libs,libstdc++.a:libgcc.a:libgcc_eh.a)
target_link_libraries(lockstep_program PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
if(has_props)
  target_include_directories(lockstep_program SYSTEM PRIVATE
    "${RAPIDCHECK_INCLUDE}")
  target_link_libraries(lockstep_program PRIVATE "${RAPIDCHECK_LIBRARY}")
endif()
