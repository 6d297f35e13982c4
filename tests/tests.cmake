# Unit tests: tests/lib/ROOM/FILE_test.cpp, and beside them what several share, one binary a room. End to end:
# tests/bin/NAME.bats, one test a file.
find_package(GTest REQUIRED)
file(GLOB room_tests RELATIVE ${PROJECT_SOURCE_DIR}/tests/lib CONFIGURE_DEPENDS tests/lib/*)
foreach(name IN LISTS room_tests)
  file(GLOB sources CONFIGURE_DEPENDS tests/lib/${name}/*.cpp)
  if(NOT sources OR NOT TARGET ${name})
    continue()
  endif()
  add_executable(test_${name} ${sources})
  # What runs a moment once is not worth a third of its compile time; what is tested is the rooms as they are.
  target_compile_options(test_${name} PRIVATE -O0 -U_FORTIFY_SOURCE)
  target_link_libraries(test_${name} PRIVATE ${name} GTest::gtest_main)
  # The headers are read once for eight files; what each has for itself stands in a namespace of its name.
  set_target_properties(test_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  target_compile_definitions(test_${name} PRIVATE TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  # As in read_headers_once, with what a test includes and the flags that tests have.
  if(NOT CCACHE AND NOT headers_read)
    target_precompile_headers(test_${name} PRIVATE <gtest/gtest.h> <filesystem> <fstream> <map> ${PROJECT_SOURCE_DIR}/lib/base/result.hpp)
    set(headers_read test_${name})
  elseif(NOT CCACHE)
    target_precompile_headers(test_${name} REUSE_FROM ${headers_read})
  endif()
  if(name STREQUAL proc)
    target_include_directories(test_proc PRIVATE ${PROJECT_BINARY_DIR}/made)
  endif()
  add_test(NAME unit.${name} COMMAND test_${name} --gtest_brief=1)
  set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 240)
endforeach()

# A confined program cannot open /proc, which is where LeakSanitizer looks; the unit tests keep it.
set(e2e_environment "BIN=${PROJECT_BINARY_DIR}/bin" "SOURCE=${PROJECT_SOURCE_DIR}")
if(TUBEPOST_ASAN)
  list(APPEND e2e_environment "ASAN_OPTIONS=detect_leaks=0")
endif()
file(GLOB bats_files CONFIGURE_DEPENDS tests/bin/*.bats)
foreach(file IN LISTS bats_files)
  get_filename_component(name ${file} NAME_WE)
  add_test(NAME e2e.${name} COMMAND bats --print-output-on-failure ${file})
  set_tests_properties(e2e.${name} PROPERTIES LABELS e2e TIMEOUT 240
    ENVIRONMENT "${e2e_environment}")
endforeach()

add_test(NAME doors COMMAND python3 ${PROJECT_SOURCE_DIR}/tests/doors.py ${PROJECT_SOURCE_DIR})
set_tests_properties(doors PROPERTIES LABELS unit)

# What header_tables.py asks; no test of its own, as its tables are not here.
add_executable(header_tables ${PROJECT_SOURCE_DIR}/tests/differential/header_tables.cpp)
target_link_libraries(header_tables PRIVATE mime header codec base)
add_test(NAME header_writers COMMAND python3 ${PROJECT_SOURCE_DIR}/tests/differential/header_writers.py)
set_tests_properties(header_writers PROPERTIES LABELS unit TIMEOUT 120
  ENVIRONMENT "HEADER_TABLES=$<TARGET_FILE:header_tables>;PYTHONDONTWRITEBYTECODE=1")

# What another implementation sees in a message, for the tests that compare.
find_package(PkgConfig REQUIRED)
pkg_check_modules(gmime IMPORTED_TARGET gmime-3.0)
if(gmime_FOUND)
  add_executable(gmime_parts tests/differential/gmime_parts.cpp)
  target_link_libraries(gmime_parts PRIVATE PkgConfig::gmime)
endif()

add_test(NAME differential.trees COMMAND python3 ${PROJECT_SOURCE_DIR}/tests/differential/trees.py --generate 300)
set_tests_properties(differential.trees PROPERTIES LABELS e2e TIMEOUT 240
  ENVIRONMENT "${e2e_environment};GMIME_PARTS=${PROJECT_BINARY_DIR}/gmime_parts")

# Memory is what it is without a sanitizer's shadow.
if(NOT TUBEPOST_ASAN)
  add_test(NAME e2e.hostile COMMAND python3 ${PROJECT_SOURCE_DIR}/tests/bench/hostile.py)
  set_tests_properties(e2e.hostile PROPERTIES LABELS e2e TIMEOUT 240 ENVIRONMENT "${e2e_environment}")
endif()

# Those that take longest begin first, so that none runs on alone.
foreach(long crash kill smtpd-hostile hostile scanners)
  if(TEST e2e.${long})
    set_tests_properties(e2e.${long} PROPERTIES COST 60)
  endif()
endforeach()

# What confine.bats loads into the servers.
add_library(intruder MODULE ${PROJECT_SOURCE_DIR}/tests/intruder/intruder.cpp)
target_link_libraries(intruder PRIVATE flags)
set_target_properties(intruder PROPERTIES PREFIX "")

# What pam_check_test.cpp has PAM load.
add_library(pam_helper MODULE ${PROJECT_SOURCE_DIR}/tests/pam/helper.cpp)
target_link_libraries(pam_helper PRIVATE flags)
set_target_properties(pam_helper PROPERTIES PREFIX "")
add_dependencies(test_serve pam_helper)
set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/lib/serve/pam_check_test.cpp PROPERTIES
  COMPILE_DEFINITIONS PAM_HELPER="${PROJECT_BINARY_DIR}/pam_helper.so")

# What crash.bats puts its programs under; it knows the registers of one machine only.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  add_executable(crash_tracer ${PROJECT_SOURCE_DIR}/tests/crash/tracer.cpp)
  target_link_libraries(crash_tracer PRIVATE flags)
endif()

# What `make bench` measures with.
add_executable(bare_server ${PROJECT_SOURCE_DIR}/tests/bench/bare_server.cpp)
target_link_libraries(bare_server PRIVATE proc fs base)
add_executable(bench_index ${PROJECT_SOURCE_DIR}/tests/bench/index.cpp)
target_link_libraries(bench_index PRIVATE maildir fs base)
