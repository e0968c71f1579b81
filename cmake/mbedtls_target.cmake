# Mbed TLS for a target: the source package of Debian 12 (mbedtls 2.28.3-1), which is what
# libmbedtls-dev is built from, held to the check sum that Debian signs in its .dsc.
include(FetchContent)
set(FETCHCONTENT_BASE_DIR ${PROJECT_SOURCE_DIR}/build/dependencies)
FetchContent_Declare(mbedtls
  URL http://deb.debian.org/debian/pool/main/m/mbedtls/mbedtls_2.28.3.orig.tar.gz
      https://snapshot.debian.org/archive/debian/20250520T000000Z/pool/main/m/mbedtls/mbedtls_2.28.3.orig.tar.gz
  URL_HASH SHA256=3b4953aa55a681e084d31892d9904cc5328d6b4958ea57b90ae4b4f94ae69a8d
  DOWNLOAD_EXTRACT_TIMESTAMP FALSE)
FetchContent_GetProperties(mbedtls)
if(NOT mbedtls_POPULATED)
  FetchContent_Populate(mbedtls)
endif()

# What src/crypto uses, and what that needs; the linker takes of it what is called.
set(mbedtls_files aes asn1parse asn1write bignum cipher cipher_wrap constant_time ctr_drbg ecdh
                  ecdsa ecp ecp_curves gcm hmac_drbg md md5 platform_util sha1 sha256 sha512)
list(TRANSFORM mbedtls_files REPLACE "(.+)" "${mbedtls_SOURCE_DIR}/library/\\1.c")
add_library(mbedcrypto STATIC ${mbedtls_files})
target_include_directories(mbedcrypto SYSTEM PUBLIC ${mbedtls_SOURCE_DIR}/include)
target_include_directories(mbedcrypto PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
target_compile_definitions(mbedcrypto PUBLIC MBEDTLS_CONFIG_FILE="port/cortex_m/mbedtls_config.h")
# Not our code: its own style of warnings, and GNU's inline assembly for its big numbers.
target_compile_options(mbedcrypto PRIVATE -w)
set_target_properties(mbedcrypto PROPERTIES C_EXTENSIONS ON)

# The one pointer that calloc cannot be given is the port's.
add_library(arena STATIC ${PROJECT_SOURCE_DIR}/port/arena.c
            ${PROJECT_SOURCE_DIR}/port/cortex_m/arena_lent.c)
target_include_directories(arena PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
target_link_libraries(mbedcrypto PUBLIC arena)

# Apart from the rooms, as on the host: they are held to more than this.
set_target_properties(mbedcrypto arena PROPERTIES
  ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/mbedtls)
