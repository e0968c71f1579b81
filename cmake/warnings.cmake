# One set of flags for every room. -ffp-contract=off and strict IEEE arithmetic
# are what makes host and target agree to the bit.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(WATTHOUR_FUZZ "Build the fuzz targets (clang, libFuzzer)" OFF)
option(WATTHOUR_WERROR "Warnings are errors" ON)
set(WATTHOUR_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wundef -Wconversion -Wno-sign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wold-style-definition -Wvla -Wcast-align -Wwrite-strings
  -ffp-contract=off -fno-fast-math -fno-common
  # need() tells its file as it is called in the tree; images do not depend on where that is
  # (a compiler cache may call the files from build/PRESET instead)
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/= -fmacro-prefix-map=../../=
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/src/= -fmacro-prefix-map=../../src/=)
if(WATTHOUR_WERROR)
  add_compile_options(-Werror)
endif()
if(WATTHOUR_SANITIZE)
  add_compile_options(-fsanitize=${WATTHOUR_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WATTHOUR_SANITIZE})
endif()
if(WATTHOUR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
