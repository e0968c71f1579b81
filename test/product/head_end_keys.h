/* Head end and meter of head_end.h with key pairs for signatures of suite 1 or 2, who know one
 * another. One of each in a program. */
#ifndef WATTHOUR_TEST_PRODUCT_HEAD_END_KEYS_H
#define WATTHOUR_TEST_PRODUCT_HEAD_END_KEYS_H

#include "test/product/head_end.h"

enum { MANAGEMENT = 2 /* which partner of the server that is */ };

/* The two sides' keys of the suite. */
struct head_end_keys {
    uint8_t server[CRYPTO_CURVE_MAX];
    uint8_t server_public[CRYPTO_PUBLIC_MAX];
    uint8_t client[CRYPTO_CURVE_MAX];
    uint8_t client_public[CRYPTO_PUBLIC_MAX];
    struct dlms_signing of_client;
};

extern struct crypto_ecc ecc;
extern struct head_end_keys keys;

/* Gives the meter its private key; a client's public one. */
int own(const uint8_t *private_key);
int know(const uint8_t *public_key);

/* Meter and head end as new: an XS211 in suite 1, an ST402D in suite 2. */
void set_up_suite(enum dlms_suite suite);

#endif
