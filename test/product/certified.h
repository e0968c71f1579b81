/* Head end and meter of head_end_keys.h in suite 1, with certificates: the meter trusts an
 * authority, and knows the client by nothing else. One of each in a program. */
#ifndef WATTHOUR_TEST_PRODUCT_CERTIFIED_H
#define WATTHOUR_TEST_PRODUCT_CERTIFIED_H

#include "crypto/certificate.h"
#include "test/product/head_end_keys.h"

struct made {
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    size_t size;
};

/* The authority's certificate for a subject, good for a day; that of the client for signatures. */
struct made certify(struct crypto_part subject, const uint8_t *public_key, uint8_t usage);
struct made certify_client(void);

/* As new, in an association that is ciphered; of cmocka. */
int set_up_certified(void **state);

/* Calls a method of the security setup, ciphered, with a parameter that may be cut off. False: the
 * answer is an exception. */
bool call(int method, const uint8_t *parameter, size_t size);

/* The same of a method that is answered; its result. */
enum cosem_result act(int method, const struct writer *parameter);
enum cosem_result act_enum(int method, uint8_t value);

/* The data that the last one gave. */
struct reader returned(void);

#endif
