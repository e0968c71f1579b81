# room(NAME SOURCES a.c b.c ... [USES other rooms ...])
# One room = one folder, one prefix, one static library. USES is what the linker
# needs; who may include whom is held by cmake/layers.txt and `make check`.
#
# ROOM_SMALLER: passes of gcc 12 that lengthen what they rearrange, although -Os is asked for. Without
# them an image is 0.8 % smaller; a frame of three phases takes 327 instructions instead of 352, a
# ciphered GET and a window as many as before, within 0.3 % (measured by make arm-test).
set(ROOM_SMALLER -fno-tree-tail-merge -fno-move-loop-invariants -fno-schedule-insns2
                 -fno-guess-branch-probability -fno-caller-saves -fno-partial-inlining
                 -fno-if-conversion -fno-ssa-phiopt)
function(room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ROOM_USES})
  if(CMAKE_CROSSCOMPILING)
    target_compile_options(${name} PRIVATE ${ROOM_SMALLER})
  endif()
endfunction()
