/* What a head end makes of a push message: layers taken off from outside to inside. */
#ifndef WATTHOUR_TEST_METER_PUSH_OPENED_H
#define WATTHOUR_TEST_METER_PUSH_OPENED_H

#include "base/reader.h"
#include "crypto/ecc.h"
#include "meter/meter.h"

/* Suite 1: the meter gets a key pair for signatures, and curves that compute at once. */
void push_opened_sign(struct meter *meter);

/* The curves that it has then. */
struct crypto_ecc *push_opened_curves(void);

/* The plain message, in memory of this file, after all layers were found good; `layers` has one
 * letter for each, from outside: a authenticated, e encrypted, b both, s signed. */
struct reader push_opened(struct meter *meter, struct reader apdu, char layers[4]);

#endif
