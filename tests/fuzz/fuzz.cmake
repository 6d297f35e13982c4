# tests/fuzz/NAME_fuzz.cpp is one libFuzzer target; ctest runs each for FUZZ_SECONDS, with NAME.dict and seeds/NAME where there are any.
set(FUZZ_SECONDS 2 CACHE STRING "how long each fuzzer runs")
# A suite says the same about the same code: fuzzers draw from one seed unless asked for another, 0 for a new one each time.
set(FUZZ_SEED 1 CACHE STRING "where each fuzzer begins to draw")
enable_testing()
# What a fuzzer finds new goes into a folder of the build, the messages that all begin with stay as they are.
set(seeds ${PROJECT_BINARY_DIR}/seeds)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
execute_process(COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/fuzz/seeds.py ${seeds} COMMAND_ERROR_IS_FATAL ANY)
# Of rooms that do more than parse, only what fuzzers read is built: whole, they take minutes under the sanitizers. What
# is missing here, the linker names.
function(only room)
  list(TRANSFORM ARGN REPLACE "(.+)" "lib/${room}/\\1.cpp")
  set_target_properties(${room} PROPERTIES SOURCES "${ARGN}")
endfunction()
only(fs cut_memory fd packet random replace_file)
only(net dns_line dns_list dns_record greylist_record mta_sts mta_sts_line mx mx_tlsa network proxy_header tls_report
  wire)
only(spool envelope id in_hand note pattern queue selection verify)
only(maildir cache checksum entry file_name flags foreign_names import index_text index_whole listing mapped mbox_text
  object_id quota rows rows_walk sight snapshot uid_set)
only(auth users)
# Of serve each has its own.
set(access_fuzz_reads lib/serve/access.cpp)
set(filter_request_fuzz_reads lib/serve/filter_request.cpp)
set(reply_memory_fuzz_reads lib/serve/reply_memory.cpp)
set(pop3_sizes_fuzz_reads lib/serve/pop3_sizes.cpp)
set(local_report_fuzz_reads lib/serve/local_report.cpp lib/serve/parts_done.cpp lib/serve/clock.cpp)
set(imap_command_reader_fuzz_reads lib/serve/imap_command_reader.cpp)
# What the tests of imap share.
set(imap_fuzz_reads tests/lib/imap/memory_store.cpp)
file(GLOB fuzzers CONFIGURE_DEPENDS tests/fuzz/*_fuzz.cpp)
foreach(file IN LISTS fuzzers)
  get_filename_component(name ${file} NAME_WE)
  add_executable(${name} ${file} ${${name}_reads})
  read_headers_once(${name})
  foreach(used imap pop3 smtp sasl auth net spool maildir mime header codec fs base)
    if(TARGET ${used})
      target_link_libraries(${name} PRIVATE ${used})
    endif()
  endforeach()
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  string(REGEX REPLACE "_fuzz\\.cpp$" ".dict" words ${file})
  if(EXISTS ${words})
    set(words -dict=${words})
  else()
    set(words)
  endif()
  # And what is like its own input: tests/fuzz/seeds/NAME.
  string(REGEX REPLACE "fuzz/([^/]*)_fuzz\\.cpp$" "fuzz/seeds/\\1" own ${file})
  if(NOT EXISTS ${own})
    set(own)
  endif()
  set(found ${PROJECT_BINARY_DIR}/found/${name})
  file(MAKE_DIRECTORY ${found})
  add_test(NAME fuzz.${name}
    COMMAND ${name} -seed=${FUZZ_SEED} -max_total_time=${FUZZ_SECONDS} -max_len=4096 -verbosity=0 ${words} ${found} ${seeds} ${own})
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 60)
endforeach()
