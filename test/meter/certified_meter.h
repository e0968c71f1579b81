/* A meter of suite 1 on a chip, that trusts an authority, and what the authority certifies. One of
 * each in a program. */
#ifndef WATTHOUR_TEST_METER_CERTIFIED_METER_H
#define WATTHOUR_TEST_METER_CERTIFIED_METER_H

#include "dlms/security_certificates.h"
#include "test/meter/stored.h"

enum { DAY_S = 86400 };

struct made {
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    size_t size;
};

extern const int64_t begin_s;    /* UTC, at which the meter starts */
extern struct crypto_ecc curves; /* of the meters, and of the authority */

/* A new authority; of cmocka. */
int set_up(void **state);

/* As the factory set it up, with the unicast key "the unicast key" and so on. */
struct meter_setup certified_setup(void);

/* Its chip is in order, and has the authority. */
struct stored *certified_meter(void);

/* How many certificates count. */
unsigned count(struct stored *stored);

/* For signatures, from a day before the start on: of a title, of the meter itself. */
struct made certify_title(const uint8_t title[DLMS_TITLE_SIZE], const uint8_t *public_key,
                          int64_t until_s);
struct made certify(const struct dlms_key_pair *pair, const struct meter *meter, int64_t until_s);

enum dlms_change import(struct meter *meter, const struct made *made);

/* The meter's pairs for signatures: in force, and waiting. */
struct dlms_key_pair *own(struct meter *meter);
struct dlms_key_pair *waiting(struct meter *meter);

#endif
