# The unit tests that read vectors, or need nothing of a host, as images: the very same sources.
# `make arm-test` runs each of them (build/cm4/test/arm/vectors/*.elf).
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/vectors)
set(HEX ../vectors/hex.c)

add_library(trial_cmocka STATIC cmocka/cmocka.c cmocka/files.c)
target_include_directories(trial_cmocka PUBLIC cmocka ${PROJECT_SOURCE_DIR}/src
                                               ${PROJECT_SOURCE_DIR})
target_link_libraries(trial_cmocka PUBLIC cortex_trial)

# vectors(NAME SOURCES a.c ... USES rooms ...), in folders beside this one.
function(vectors name)
  cmake_parse_arguments(VECTORS "" "" "SOURCES;USES" ${ARGN})
  list(TRANSFORM VECTORS_SOURCES PREPEND ../)
  image(${name} SOURCES ${VECTORS_SOURCES} idle.c USES trial_cmocka ${VECTORS_USES})
  target_compile_definitions(${name} PRIVATE WATTHOUR_TEST="${PROJECT_SOURCE_DIR}/test"
                                             WATTHOUR_SHARED="${PROJECT_SOURCE_DIR}/../shared")
  target_link_options(${name} PRIVATE -Wl,--defsym=board_main_stack_size=0x40000)
endfunction()

foreach(part reader writer crc)
  vectors(base_${part} SOURCES base/test_${part}.c USES base)
endforeach()
foreach(part certificate ecc gcm gcm_place gmac hash key_wrap)
  vectors(crypto_${part} SOURCES crypto/test_${part}.c crypto/blocks.c vectors/hex.c USES crypto)
endforeach()
foreach(part data tape model)
  vectors(cosem_${part} SOURCES cosem/test_${part}.c cosem/three.c vectors/hex.c USES cosem)
endforeach()
foreach(part vectors general_block)
  vectors(dlms_${part} SOURCES dlms/test_${part}.c dlms/ram_stage.c cosem/three.c vectors/hex.c
          USES dlms)
endforeach()
foreach(part change hls keys tape context counter)
  vectors(dlms_security_${part} SOURCES dlms/test_security_${part}.c dlms/test_security_kit.c
          crypto/blocks.c vectors/hex.c USES dlms)
endforeach()
vectors(dlms_security_signed SOURCES dlms/test_security_signed.c dlms/security_parties.c
        dlms/test_security_kit.c crypto/blocks.c vectors/hex.c USES dlms)
vectors(link_wrapper SOURCES link/test_wrapper.c USES link)
foreach(part hdlc_frame hdlc_station)
  vectors(link_${part} SOURCES link/test_${part}.c vectors/hex.c USES link)
endforeach()
foreach(part elementary pulse front)
  vectors(legal_${part} SOURCES legal/test_${part}.c legal/rig.c USES legal)
endforeach()
