# The three kinds of executables beside the product. Names are short and lower case; the
# executable is called test_NAME, fuzz_NAME, bench_NAME.
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH WATTHOUR_ROOT)

# Recordings and vectors that are not ours to publish; tests skip, with a message, without them.
set(WATTHOUR_SHARED ${WATTHOUR_ROOT}/../shared CACHE PATH "Folder of the shared test data")

# need_failed() of the host, for executables that do not bring their own. They ask for it at once,
# since the rooms that use it are linked behind it.
if(NOT TARGET need_host)
  add_library(need_host STATIC ${WATTHOUR_ROOT}/port/posix/need.c)
  target_include_directories(need_host PRIVATE ${WATTHOUR_ROOT}/src ${WATTHOUR_ROOT})
  target_link_options(need_host INTERFACE LINKER:--undefined=need_failed)
endif()

# watthour_test(NAME SOURCES a.c ... [USES rooms ...] [LONG])
# A cmocka executable, run by ctest. LONG: left out where a fast pass is asked for.
# In the source: WATTHOUR_SHARED (that folder), WATTHOUR_TEST (the folder test/).
function(watthour_test name)
  cmake_parse_arguments(TEST "LONG" "" "SOURCES;USES" ${ARGN})
  add_executable(test_${name} ${TEST_SOURCES})
  target_include_directories(test_${name} PRIVATE ${WATTHOUR_ROOT}/src ${WATTHOUR_ROOT})
  target_link_libraries(test_${name} PRIVATE ${TEST_USES} need_host cmocka m)
  target_compile_definitions(test_${name} PRIVATE WATTHOUR_SHARED="${WATTHOUR_SHARED}"
                                                  WATTHOUR_TEST="${WATTHOUR_ROOT}/test")
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  if(TEST_LONG)
    set_tests_properties(${name} PROPERTIES LABELS long)
  endif()
endfunction()

# watthour_fuzz(NAME SOURCES NAME.c ... [USES rooms ...])
# A libFuzzer target (clang; the preset `fuzz`). Seeds, if any: fuzz/corpus/NAME/, one file each.
function(watthour_fuzz name)
  cmake_parse_arguments(FUZZ "" "" "SOURCES;USES" ${ARGN})
  add_executable(fuzz_${name} ${FUZZ_SOURCES})
  target_include_directories(fuzz_${name} PRIVATE ${WATTHOUR_ROOT}/src ${WATTHOUR_ROOT})
  target_compile_definitions(fuzz_${name} PRIVATE WATTHOUR_TEST="${WATTHOUR_ROOT}/test")
  target_link_libraries(fuzz_${name} PRIVATE ${FUZZ_USES} need_host m)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()

# watthour_bench(NAME SOURCES NAME.c ... [USES rooms ...])
# Prints its table and writes build/bench/NAME.json, by the help of bench/bench.h.
function(watthour_bench name)
  cmake_parse_arguments(BENCH "" "" "SOURCES;USES" ${ARGN})
  add_executable(bench_${name} ${BENCH_SOURCES})
  target_include_directories(bench_${name} PRIVATE ${WATTHOUR_ROOT}/src ${WATTHOUR_ROOT})
  target_compile_definitions(bench_${name} PRIVATE WATTHOUR_SHARED="${WATTHOUR_SHARED}")
  target_link_libraries(bench_${name} PRIVATE ${BENCH_USES} bench need_host m)
endfunction()
