/* Where the legally relevant part is. Which of two files is linked decides: apart.c, an image of
 * its own under memory protection, on a board that has a legal.ld; or inside.c, linked into this
 * one. */
#ifndef WATTHOUR_PORT_CORTEX_M_LEGAL_PLACE_H
#define WATTHOUR_PORT_CORTEX_M_LEGAL_PLACE_H

#include "function/selftest.h"
#include "legal/interface.h"

/* Once, privileged, before everything else of it. NULL: it is not there, of another interface, or
 * not as it was linked, and does not run. What is in `type`'s partition of the chip is the part's
 * alone from now on, whether it runs or not. */
struct legal_part *legal_place_open(const struct legal_type *type);

/* From now on the main loop has no privilege where memory is protected. */
void legal_place_protect(void);

/* The chip for the application: what is the legally relevant part's it can only read. */
const struct flash *legal_place_chip(void);

/* The sample interrupt. What a part measures that is whole ends with the supply alone: false, the
 * supply is there, and it goes on. */
void legal_place_begin_samples(void);
bool legal_place_end_samples(void);

/* A slice of its test: whether it is still as it was linked. NULL: no image of its own. */
extern selftest_slice *const legal_place_test;

#endif
