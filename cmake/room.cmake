# room(NAME SOURCES a.c b.c ... [USES other rooms ...])
# One room = one folder, one prefix, one static library. USES is what the linker
# needs; who may include whom is held by cmake/layers.txt and `make check`.
function(room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ROOM_USES})
endfunction()
