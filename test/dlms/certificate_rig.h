/* A security setup whose certificates and keys are kept on a chip of memory that can fail, an
 * authority that it trusts, and a client: for the tests of certificates. One of each in a program.
 */
#ifndef WATTHOUR_TEST_DLMS_CERTIFICATE_RIG_H
#define WATTHOUR_TEST_DLMS_CERTIFICATE_RIG_H

#include "dlms/security_certificates.h"
#include "test/dlms/test_security_kit.h"

enum { RIG_SLOTS = 5, RIG_TIME_S = 1800000000, DAY_S = 86400 };

/* What would be on the chip. */
struct chip {
    uint8_t slots[RIG_SLOTS][CRYPTO_CERTIFICATE_MAX];
    size_t sizes[RIG_SLOTS];
    struct dlms_security_kept kept;
    bool has_kept;
    int writes;
    int writes_left; /* before the supply fails; negative: it does not */
};

/* An authority or a subject of the outside. */
struct party {
    enum crypto_curve curve;
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t name[CRYPTO_NAME_MAX];
    size_t name_size;
};

struct made {
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    size_t size;
};

extern struct crypto_ecc ecc;
extern struct chip chip;
extern struct dlms_security_setup setup;
extern struct party root;
extern struct party client;
extern uint8_t serial[4]; /* of the certificate planned last */

/* A setup of the suite that trusts the root; the client is on its curve. */
void set_up(enum dlms_suite suite);

/* The meter starts, with what the chip holds. */
void start(enum dlms_suite suite);

void make_party(struct party *party, enum crypto_curve curve, const char *name);

/* A certificate of a day before and a day behind the setup's time, with the next number. */
struct crypto_certificate_plan plan_of(const struct party *subject, const struct party *issuer,
                                       uint8_t usage);
struct made make(const struct crypto_certificate_plan *plan);
struct made make_root(void);

enum dlms_change import(const struct made *made);

/* The import is refused, and nothing changes. */
void assert_refused(const struct made *made, const char *why);

/* How many certificates count. */
unsigned count(void);

#endif
