#include "test/product/head_end_keys.h"
#include "test/unit.h"

static struct crypto_random drawing;
struct crypto_ecc ecc;
struct head_end_keys keys;

static int count_up(void *port, uint8_t *octets, size_t size)
{
    static uint8_t next;
    (void)port;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next++;
    }
    return 0;
}

static void make_keys(enum dlms_suite suite)
{
    static const struct crypto_entropy entropy = {.read = count_up};
    enum crypto_curve curve = suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    assert_int_equal(crypto_random_begin(&drawing, &entropy, "keys", 4), 0);
    ecc.random = &drawing;
    assert_int_equal(crypto_ecc_make(&ecc, curve, keys.server, keys.server_public), 0);
    assert_int_equal(crypto_ecc_make(&ecc, curve, keys.client, keys.client_public), 0);
    keys.of_client = (struct dlms_signing){
        .ecc = &ecc, .curve = curve, .own = keys.client, .peer = keys.server_public};
    head_end_signing = &keys.of_client;
}

int own(const uint8_t *private_key)
{
    return dlms_security_setup_own(&setup, DLMS_USE_SIGNATURE, private_key);
}

int know(const uint8_t *public_key)
{
    return dlms_security_setup_know(&setup, MANAGEMENT, DLMS_USE_SIGNATURE, public_key);
}

void set_up_suite(enum dlms_suite suite)
{
    head_end_suite = suite;
    head_end_product = suite == DLMS_SUITE_2 ? "st402d" : "xs211";
    set_up(NULL);
    make_keys(suite);
    dlms_security_setup_compute(&setup, &ecc);
    assert_int_equal(own(keys.server), 0);
    assert_int_equal(know(keys.client_public), 0);
}
