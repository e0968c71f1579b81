# Mbed TLS for src/crypto: the imported library `mbedcrypto`, whose only heap is what crypto/ lends
# it (src/crypto/arena.h). Debian's build of it can be told no other heap than libc's, so a copy of
# the static library is made with its calls of calloc and free bound to crypto_calloc and
# crypto_free. On a target its own configuration does the same (MBEDTLS_PLATFORM_CALLOC_MACRO).

# The target: Debian's source of the release that the host links, with the port's own configuration.
if(CMAKE_CROSSCOMPILING)
  include(mbedtls_target)
  return()
endif()

find_path(MBEDTLS_INCLUDE mbedtls/gcm.h PATHS /usr/include)
find_library(MBEDTLS_LIBRARY libmbedcrypto.a)
if(NOT MBEDTLS_INCLUDE OR NOT MBEDTLS_LIBRARY)
  message(FATAL_ERROR "Mbed TLS is missing; install Debian's package libmbedtls-dev")
endif()

set(bound ${PROJECT_BINARY_DIR}/mbedtls/libmbedcrypto.a)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/mbedtls)
add_custom_command(
  OUTPUT ${bound}
  COMMAND ${CMAKE_OBJCOPY} --redefine-sym calloc=crypto_calloc --redefine-sym free=crypto_free
          ${MBEDTLS_LIBRARY} ${bound}
  DEPENDS ${MBEDTLS_LIBRARY}
  VERBATIM)
add_custom_target(mbedcrypto_bound DEPENDS ${bound})

# The hooks themselves are the port's: they hold the one pointer that calloc cannot be given.
add_library(arena STATIC ${PROJECT_SOURCE_DIR}/port/arena.c
            ${PROJECT_SOURCE_DIR}/port/posix/arena_lent.c)
target_include_directories(arena PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
set_target_properties(arena PROPERTIES ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/mbedtls)

add_library(mbedcrypto STATIC IMPORTED GLOBAL)
add_dependencies(mbedcrypto mbedcrypto_bound)
set_target_properties(mbedcrypto PROPERTIES
  IMPORTED_LOCATION ${bound}
  INTERFACE_INCLUDE_DIRECTORIES ${MBEDTLS_INCLUDE}
  INTERFACE_LINK_LIBRARIES arena)
