/* A meter on a virtual chip that can lose its supply at any operation, for the tests of what a
 * change leaves there. */
#ifndef WATTHOUR_TEST_METER_STORED_H
#define WATTHOUR_TEST_METER_STORED_H

#include "meter/meter.h"
#include "world/nor/nor.h"

struct stored {
    struct nor nor;
    struct flash flash;
    struct meter meter;
    struct legal_part legal;
};

/* An erased chip; nothing runs yet. To be ended. */
struct stored *stored_new(void);
void stored_end(struct stored *stored);

/* The meter starts; an XS211 where the setup names no product. */
void stored_start(struct stored *stored, struct meter_setup setup);

/* Until nothing is left to be prepared on the chip. */
void stored_settle(struct stored *stored);

/* Ways in which an operation is torn. */
enum { STORED_TEARS = 5 };
extern const struct nor_tear stored_tears[STORED_TEARS];

/* A chip as that one was, with its meter started, whose supply fails at an operation from now on.
 */
struct stored *stored_before_cut(const struct stored *before, struct meter_setup setup,
                                 uint64_t operation, unsigned tearing);

#endif
