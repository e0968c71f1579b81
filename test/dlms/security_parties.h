/* A client and a server with key pairs of suite 1 or 2, who know one another: for the tests of
 * signatures and agreed keys. One pair of them in a program. */
#ifndef WATTHOUR_TEST_DLMS_SECURITY_PARTIES_H
#define WATTHOUR_TEST_DLMS_SECURITY_PARTIES_H

#include "test/dlms/test_security_kit.h"

/* One side with its key pairs, and what it knows of the other's. */
struct party {
    struct kit_side side;
    struct dlms_signing signing;
    uint8_t agreed[DLMS_AGREED_MAX];
    uint8_t private_key[DLMS_KEY_USES][CRYPTO_CURVE_MAX];
    uint8_t public_key[DLMS_KEY_USES][CRYPTO_PUBLIC_MAX];
};

extern struct crypto_ecc parties_ecc; /* both compute with it */
extern struct party parties_client;
extern struct party parties_server;

/* Both as new. */
void parties_set_up(enum dlms_suite suite);

/* What general-signing and general-ciphering of the client begin with: a transaction-id of eight
 * octets, and both titles. */
struct dlms_general parties_fields(void);

/* A request of the client with all that it can have: ciphered by `control`, signed, by an agreed
 * key (enum dlms_agreement; 0: by the unicast one). */
struct dlms_protection parties_protection(uint8_t control, enum dlms_signature signature,
                                          uint8_t scheme);

#endif
