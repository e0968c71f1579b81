#include "test/meter/push_opened.h"

#include "dlms/apdu.h"
#include "dlms/security_keys.h"
#include "dlms/security_signature.h"
#include "test/unit.h"

#include <string.h>

enum { ROOM = 1 << 16, LAYERS = 3 };

static struct crypto_ecc curves;
static uint8_t public_key[CRYPTO_PUBLIC_MAX];

struct crypto_ecc *push_opened_curves(void)
{
    return &curves;
}

void push_opened_sign(struct meter *meter)
{
    struct dlms_security_setup *security = &meter->security;
    uint8_t private_key[CRYPTO_CURVE_MAX];
    curves = (struct crypto_ecc){.pause = NULL};
    security->ring.suite = DLMS_SUITE_1;
    dlms_security_setup_compute(security, &curves);
    assert_int_equal(crypto_ecc_make(&curves, CRYPTO_P256, private_key, public_key), 0);
    assert_int_equal(dlms_security_setup_own(security, DLMS_USE_SIGNATURE, private_key), 0);
}

static struct reader open_signed(struct reader apdu)
{
    const struct dlms_signing of_meter = {.ecc = &curves, .peer = public_key};
    struct dlms_signed held = dlms_signed_take(&apdu);
    assert_true(reader_done(&apdu));
    assert_int_equal(dlms_signed_check(&held, &of_meter, held.title), 0);
    return reader_over(held.content.octets, held.content.size);
}

static struct reader open_ciphered(struct meter *meter, struct reader apdu, char *layer)
{
    static uint8_t scratch[ROOM];
    struct dlms_material material;
    struct reader plain;
    struct dlms_ciphered found = dlms_ciphered_take(&apdu);
    assert_true(reader_done(&apdu));
    assert_memory_equal(found.by.title, meter->security.title, DLMS_TITLE_SIZE);
    assert_int_equal(dlms_keyring_material(&meter->security.ring, NULL, NULL, &found.by, &material),
                     0);
    assert_int_equal(dlms_unprotect(&found, &material, scratch, sizeof scratch, &plain), 0);
    *layer = ".aeb"[found.by.control >> 4 & 3];
    return plain;
}

struct reader push_opened(struct meter *meter, struct reader apdu, char layers[4])
{
    int count = 0;
    while (dlms_is_protected(reader_peek(&apdu))) {
        assert_true(count < LAYERS);
        bool is_signed = reader_peek(&apdu) == DLMS_GENERAL_SIGNING;
        layers[count] = 's';
        apdu = is_signed ? open_signed(apdu) : open_ciphered(meter, apdu, &layers[count]);
        count++;
    }
    layers[count] = '\0';
    return apdu;
}
