/* The legally relevant part as an image of its own, as its application calls it: what reads is
 * called as it is, what changes something goes through the supervisor. Private to apart.c, gate.c.
 */
#ifndef WATTHOUR_PORT_CORTEX_M_APART_H
#define WATTHOUR_PORT_CORTEX_M_APART_H

#include "legal/interface.h"

enum apart_service {
    APART_BEGIN, /* struct legal_begin, of which the type and the period count */
    APART_RECOVER,
    APART_RATE_SELECT,
    APART_KEEP,       /* milliseconds, low word and high word */
    APART_POWER_FAIL, /* refused before the samples have ended */
    APART_CALIBRATE,
    APART_SET_TRANSFORMERS,
    APART_SEAL,
    APART_SET_TEMPERATURE,
    APART_SAMPLE_BEGIN,
    APART_SAMPLE_END, /* refused while the supply is there, unless the part is corrupted */
    APART_CHIP_STATE,
    APART_CHIP_PROGRAM, /* address, octets, how many */
    APART_CHIP_ERASE,
    APART_CHIP_SUSPEND,
    APART_CHIP_RESUME,
    APART_SERVICES
};

/* The image that runs; NULL: none does. Guarded. */
extern const struct legal_interface *apart_legal;

#endif
