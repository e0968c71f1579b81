/* Memory protection (MPU): what the main loop may do once it has given up its privilege.
 *
 *   flash                               read, execute
 *   handlers' stack, guarded memory,
 *   legal RAM, the chip's cells, the
 *   timer of the samples                read
 *   other RAM, peripherals              read, write
 *   everything else                     nothing */
#ifndef WATTHOUR_PORT_CORTEX_M_MPS2_AN386_PROTECTION_H
#define WATTHOUR_PORT_CORTEX_M_MPS2_AN386_PROTECTION_H

#include "function/selftest.h"
#include "legal/interface.h"

/* From now on. Privileged only. */
void protection_begin(void);

/* The image of the legally relevant part; NULL: it is not there, of another interface, or not as it
 * was linked, and must not be run. */
const struct legal_interface *protection_legal(void);

/* A slice of the same test. */
selftest_slice protection_test;

#endif
