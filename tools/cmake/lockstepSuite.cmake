# lockstep_add_suite(TARGET [SEED number] [SECONDS number] [TRACES folder]
#                    [WITHOUT test...] [THREADS])
#
# Makes CTest tests of the port that a SHARED or MODULE library exports with
# LOCKSTEP_EXPORT:
#
#   TARGET.random   random scripts, for SECONDS (default: 5)
#   TARGET.props    properties and laws, if the program has them
#   TARGET.explore  every operation in every state of a small system
#   TARGET.threads  random scripts on several threads, if it says THREADS: for a
#                   port that promises something for threads
#   TARGET.replay   the traces in a folder, if TRACES names one
#
# The first scripts have SEED (default: 1), so that each run tries the same ones
# first. WITHOUT leaves tests out, such as `explore` for an allocator that takes
# its memory from the system. A test that fails prints a trace; ctest shows it
# with --output-on-failure, and `lockstep replay` runs it again.
function(lockstep_add_suite target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADS" "SEED;SECONDS;TRACES" "WITHOUT")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR
      "lockstep_add_suite(${target}): unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  get_target_property(type ${target} TYPE)
  if(NOT type MATCHES "^(SHARED|MODULE)_LIBRARY$")
    message(FATAL_ERROR "lockstep_add_suite(${target}): ${target} is of type "
      "${type}, but only a SHARED or MODULE library can be opened")
  endif()
  if(NOT DEFINED arg_SEED)
    set(arg_SEED 1)
  endif()
  if(NOT DEFINED arg_SECONDS)
    set(arg_SECONDS 5)
  endif()

  set(library "$<TARGET_FILE:${target}>")
  set(random random ${library} --seed ${arg_SEED} --seconds ${arg_SECONDS})
  set(props props ${library} --seed ${arg_SEED})
  set(explore explore ${library})
  set(tests random explore)
  if(lockstep_HAS_PROPS)
    list(APPEND tests props)
  endif()
  if(arg_THREADS)
    set(threads threads ${library} --seed ${arg_SEED} --seconds ${arg_SECONDS})
    list(APPEND tests threads)
  endif()
  if(arg_TRACES)
    get_filename_component(folder "${arg_TRACES}" ABSOLUTE)
    set(replay replay --system ${library} "${folder}")
    list(APPEND tests replay)
  endif()
  if(arg_WITHOUT)
    list(REMOVE_ITEM tests ${arg_WITHOUT})
  endif()
  foreach(test ${tests})
    add_test(NAME ${target}.${test} COMMAND lockstep::lockstep ${${test}})
    set_tests_properties(${target}.${test} PROPERTIES LABELS lockstep)
  endforeach()
endfunction()
