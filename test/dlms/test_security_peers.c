/* Public keys that are given to a setup without a certificate: whose they are, how many, and for
 * how long. */
#include "dlms/security_change.h"
#include "test/dlms/certificate_rig.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS = 3, SIZE = 64, TURNS = 2000 };

static struct party parties[KEYS];
static const uint8_t no_key[CRYPTO_PUBLIC_MAX] = {1};

static int set_up_keys(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    for (int i = 0; i < KEYS; i++) {
        make_party(&parties[i], CRYPTO_P256, "client");
    }
    srand(1121);
    return 0;
}

static const uint8_t *known(uint8_t client_number, enum dlms_key_use use)
{
    const struct dlms_signing signing = dlms_security_setup_signing(&setup, client_number);
    return use == DLMS_USE_SIGNATURE ? signing.peer : signing.peer_agreement;
}

/* The model: a table of all clients and uses, of which so many may be filled. */
static const uint8_t *model[DLMS_SETUP_CLIENTS][DLMS_KEY_USES];

static size_t count_model(void)
{
    size_t filled = 0;
    for (int i = 0; i < DLMS_SETUP_CLIENTS * DLMS_KEY_USES; i++) {
        filled += model[i / DLMS_KEY_USES][i % DLMS_KEY_USES] != NULL;
    }
    return filled;
}

static void assert_as_model(void)
{
    for (uint8_t i = 0; i < DLMS_SETUP_CLIENTS; i++) {
        for (int use = 0; use < DLMS_KEY_USES; use++) {
            const uint8_t *octets = known(i, (enum dlms_key_use)use);
            assert_int_equal(octets != NULL, model[i][use] != NULL);
            if (octets != NULL) {
                assert_memory_equal(octets, model[i][use], SIZE);
            }
        }
    }
}

/* One more is refused, and so is what is no key; what was known before is known then. */
static void each_is_found_where_it_was_given(void **state)
{
    (void)state;
    for (int turn = 0; turn < TURNS; turn++) {
        uint8_t of = (uint8_t)(rand() % DLMS_SETUP_CLIENTS);
        enum dlms_key_use use = (enum dlms_key_use)(rand() % DLMS_KEY_USES);
        const uint8_t *key = rand() % 8 == 0 ? no_key : parties[rand() % KEYS].public_key;
        bool fits = key != no_key && (model[of][use] != NULL || count_model() < DLMS_SETUP_PEERS);
        if (rand() % 64 == 0) { /* as of another start */
            dlms_security_setup_compute(&setup, &ecc);
            memset(model, 0, sizeof model);
        } else {
            assert_int_equal(dlms_security_setup_know(&setup, of, use, key), fits ? 0 : -1);
            model[of][use] = fits ? key : model[of][use];
        }
        assert_as_model();
    }
}

/* They are of the curve: with another suite they are of no use, and their places are free. */
static void another_suite_knows_nobody(void **state)
{
    static const struct dlms_association *by = (const void *)&chip;
    (void)state;
    start(DLMS_SUITE_0);
    assert_int_equal(dlms_security_setup_know(&setup, 1, DLMS_USE_SIGNATURE, parties[0].public_key),
                     -1);
    assert_int_equal(dlms_security_upgrade(&setup, DLMS_SUITE_1, by), DLMS_CHANGED);
    dlms_security_adopt(&setup);
    for (uint8_t i = 0; i < DLMS_SETUP_PEERS; i++) {
        assert_int_equal(
            dlms_security_setup_know(&setup, i, DLMS_USE_SIGNATURE, parties[i].public_key), 0);
    }
    setup.ring.suite = DLMS_SUITE_0; /* as if there were one more curve to come */
    assert_int_equal(dlms_security_upgrade(&setup, DLMS_SUITE_1, by), DLMS_CHANGED);
    dlms_security_adopt(&setup);
    assert_null(known(0, DLMS_USE_SIGNATURE));
    assert_int_equal(dlms_security_setup_know(&setup, 4, DLMS_USE_AGREEMENT, parties[2].public_key),
                     0);
    assert_memory_equal(known(4, DLMS_USE_AGREEMENT), parties[2].public_key, SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_is_found_where_it_was_given, set_up_keys),
        cmocka_unit_test_setup(another_suite_knows_nobody, set_up_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
