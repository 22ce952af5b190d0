# What is installed: the program, the engine of its fuzzer, the library of its
# schedules, the header of ports, the
# crate of ports in Rust, what finds them, and the pages and completions that the
# program writes about itself.

set(share "${CMAKE_BINARY_DIR}/share")
set(written "${share}/written")
add_custom_command(
  OUTPUT "${written}"
  COMMAND "${CMAKE_COMMAND}" -E rm -rf "${share}"
  COMMAND lockstep_program manual "${share}"
  COMMAND "${CMAKE_COMMAND}" -E touch "${written}"
  DEPENDS lockstep_program
  COMMENT "Writing manual pages and completions"
  VERBATIM)
add_custom_target(manual ALL DEPENDS "${written}")

if(LOCKSTEP_BINARY)
  install(PROGRAMS "${LOCKSTEP_BINARY}" DESTINATION "${CMAKE_INSTALL_BINDIR}"
    RENAME lockstep)
else()
  install(TARGETS lockstep_program DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

if(has_fuzz)
  install(PROGRAMS "${fuzz_program}" DESTINATION "${CMAKE_INSTALL_BINDIR}"
    RENAME lockstep-fuzz)
endif()

# Not in the folder of an architecture: the program looks in ../lib/lockstep.
if(has_scheduled)
  install(PROGRAMS "${scheduled_library}" DESTINATION lib/lockstep
    RENAME libscheduled.so)
endif()

install(FILES "${ROOT}/models/door/lockstep/port.h"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/lockstep")

# Without what Cargo makes in a checkout.
install(DIRECTORY "${ROOT}/ports/rust"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/lockstep"
  PATTERN target EXCLUDE
  PATTERN Cargo.lock EXCLUDE
  PATTERN .gitignore EXCLUDE
  PATTERN BUILD.bazel EXCLUDE)

install(DIRECTORY "${share}/man/" DESTINATION "${CMAKE_INSTALL_MANDIR}")
foreach(shell bash-completion zsh fish)
  install(DIRECTORY "${share}/${shell}" DESTINATION "${CMAKE_INSTALL_DATADIR}")
endforeach()

# Not in the folder of an architecture, such as lib/x86_64-linux-gnu: nothing in
# these files depends on it, and the same paths hold on all distributions.
set(config_folder lib/cmake/lockstep)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(
  "${CMAKE_BINARY_DIR}/lockstepConfigVersion.cmake"
  VERSION "${version}" COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
configure_package_config_file(
  lockstepConfig.cmake.in "${CMAKE_BINARY_DIR}/lockstepConfig.cmake"
  INSTALL_DESTINATION "${config_folder}"
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_BINDIR)
install(
  FILES
    "${CMAKE_BINARY_DIR}/lockstepConfig.cmake"
    "${CMAKE_BINARY_DIR}/lockstepConfigVersion.cmake"
    lockstepSuite.cmake
  DESTINATION "${config_folder}")

# pkg-config finds the prefix from where its file is, too.
configure_file(lockstep.pc.in "${CMAKE_BINARY_DIR}/lockstep.pc" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/lockstep.pc" DESTINATION lib/pkgconfig)

# The licences of what is linked in, as Debian's packages state them.
set(doc "${CMAKE_INSTALL_DATADIR}/doc/lockstep")
install(FILES "${ROOT}/LICENSE" "${ROOT}/README.md" DESTINATION "${doc}")
install(DIRECTORY "${ROOT}/docs" DESTINATION "${doc}"
  FILES_MATCHING PATTERN "*.md" PATTERN "*.svg")
set(packages libcli11-dev librapidcheck-dev nlohmann-json3-dev)
if(has_fuzz)
  # libFuzzer and the sanitizers, of the clang that links them. A program that is
  # given does not say which it was: the newest that is here.
  if(LOCKSTEP_CLANG)
    execute_process(COMMAND "${LOCKSTEP_CLANG}" -dumpversion
      OUTPUT_VARIABLE clang_version OUTPUT_STRIP_TRAILING_WHITESPACE)
    string(REGEX MATCH "^[0-9]+" clang_version "${clang_version}")
    list(APPEND packages libclang-rt-${clang_version}-dev)
  else()
    file(GLOB runtimes RELATIVE /usr/share/doc "/usr/share/doc/libclang-rt-*-dev")
    list(SORT runtimes COMPARE NATURAL)
    list(POP_BACK runtimes newest)
    list(APPEND packages ${newest})
  endif()
endif()
foreach(package ${packages})
  set(copyright "/usr/share/doc/${package}/copyright")
  if(EXISTS "${copyright}")
    install(FILES "${copyright}" DESTINATION "${doc}/licences"
      RENAME "${package}")
  else()
    message(STATUS "${copyright} is missing, and is not installed")
  endif()
endforeach()
