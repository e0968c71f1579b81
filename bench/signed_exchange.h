/* An association by HLS 7 and one signed GET, in process: a meter and its client, for the host and
 * for the target. */
#ifndef WATTHOUR_BENCH_SIGNED_EXCHANGE_H
#define WATTHOUR_BENCH_SIGNED_EXCHANGE_H

#include "crypto/ecc.h"
#include "dlms/security.h"

#include <stdbool.h>

extern struct crypto_ecc signed_exchange_curves; /* of the meter */

/* The caller's: the meter begins to answer, or has. */
void signed_exchange_watch(bool begins);

/* A meter of suite 1 or 2, new. False: it cannot be. */
bool signed_exchange_begin(enum dlms_suite suite);

/* One exchange, as often as is wanted. False: it went wrong. */
bool signed_exchange_run(void);

#endif
