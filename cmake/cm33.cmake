# Cortex-M33 with its floating-point unit; otherwise as Cortex-M4F.
include(${CMAKE_CURRENT_LIST_DIR}/cm4.cmake)
set(CMAKE_SYSTEM_PROCESSOR cortex-m33)
string(REPLACE "-mcpu=cortex-m4 " "-mcpu=cortex-m33 " CMAKE_C_FLAGS_INIT "${CMAKE_C_FLAGS_INIT}")
string(REPLACE "fpv4-sp-d16" "fpv5-sp-d16" CMAKE_C_FLAGS_INIT "${CMAKE_C_FLAGS_INIT}")
