/* cmocka with the headers that it wants before it, in its order. */
#ifndef WATTHOUR_TEST_UNIT_H
#define WATTHOUR_TEST_UNIT_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#endif
