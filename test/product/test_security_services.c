/* What a ciphered association has beyond one APDU for one answer: releases, unconfirmed services,
 * keys that come with an APDU. */
#include "crypto/key_wrap.h"
#include "dlms/apdu.h"
#include "test/product/head_end.h"
#include "test/unit.h"

#include <string.h>

static const uint8_t get_clock[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};
static const uint8_t set_zone[] = {0xC1, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0, 16, 0xFF, 0xC4};

static void open_ciphered(void)
{
    static const struct opening ciphered = {.mechanism = DLMS_MECHANISM_GMAC,
                                            .context = DLMS_CONTEXT_LN_CIPHERED,
                                            .challenge = 16,
                                            .control = 0x30};
    open_all(&ciphered);
}

static void a_release_may_be_ciphered(void **state)
{
    (void)state;
    uint8_t apdu[APDU];
    open_ciphered();
    size_t size = make_release(0x30, apdu);
    apdu[size - 1] ^= 1;
    ask(apdu, size);
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
    assert_true(rig_association(&rig, PRODUCT_SAP_MANAGEMENT)->open);
    apdu[size - 1] ^= 1;
    ask(apdu, size);
    assert_int_equal(answer[0], DLMS_RLRE);
    assert_false(rig_association(&rig, PRODUCT_SAP_MANAGEMENT)->open);
    static const uint8_t head[] = {DLMS_RLRE, 40, 0x80, 1, 0, 0xBE, 35, 4, 33};
    assert_memory_equal(answer, head, sizeof head);
    memcpy(delivery.apdu, answer + sizeof head, answered - sizeof head);
    delivery.size = answered - sizeof head;
    assert_int_equal(kit_receive(&client, &delivery), 0);
    assert_int_equal(delivery.plain.data[0], DLMS_INITIATE_RESPONSE);
    open_ciphered();
    ask(apdu, size); /* again */
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
    assert_true(rig_association(&rig, PRODUCT_SAP_MANAGEMENT)->open);
}

/* Cut off at every octet it releases nothing. */
static void truncated_releases_release_nothing(void **state)
{
    (void)state;
    uint8_t apdu[APDU];
    open_ciphered();
    size_t whole = make_release(0x30, apdu);
    for (size_t size = 1; size < whole; size++) {
        ask(apdu, size);
        assert_int_equal(answer[0], DLMS_EXCEPTION_RESPONSE);
        assert_true(rig_association(&rig, PRODUCT_SAP_MANAGEMENT)->open);
    }
}

/* Without an answer, and with its effect. */
static void unconfirmed_services_are_ciphered(void **state)
{
    (void)state;
    uint8_t apdu[sizeof set_zone];
    memcpy(apdu, set_zone, sizeof apdu);
    apdu[2] = 0x81;
    open_ciphered();
    uint32_t sent = setup.sent.next;
    rig.clock.zone.offset_min = 0;
    kit_send(&client, kit_protection(DLMS_FORM_GLO, 0x30), apdu, sizeof apdu, &delivery);
    assert_int_equal(ask(delivery.apdu, delivery.size), 0);
    assert_int_equal(rig.clock.zone.offset_min, 60);
    assert_int_equal(setup.sent.next, sent);
}

/* General-ciphering by a key that it names, and by one that it brings. */
static void keys_that_an_apdu_tells(void **state)
{
    (void)state;
    static const char broadcast[] = "to all the meter";
    static const char fresh[] = "only for this it";
    uint8_t wrapped[24];
    open_ciphered();
    assert_int_equal(crypto_key_wrap((const uint8_t *)"the master's key", 16,
                                     (const uint8_t *)fresh, 16, wrapped),
                     0);
    assert_int_equal(
        dlms_keyring_put(&setup.ring, DLMS_KEY_BROADCAST, (const uint8_t *)broadcast, 16), 0);
    assert_int_equal(
        dlms_keyring_put(&client.ring, DLMS_KEY_BROADCAST, (const uint8_t *)broadcast, 16), 0);
    const struct dlms_general rows[] = {
        {.key_info = DLMS_KEY_INFO_IDENTIFIED, .key_id = DLMS_KEY_UNICAST},
        {.key_info = DLMS_KEY_INFO_IDENTIFIED, .key_id = DLMS_KEY_BROADCAST},
        {.key_info = DLMS_KEY_INFO_WRAPPED, .key_data = {wrapped, sizeof wrapped}},
    };
    static const uint8_t transaction[] = {1, 2, 3, 4};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL, 0x30);
        by.general = rows[i];
        by.general.transaction_id = (struct dlms_octets){transaction, sizeof transaction};
        by.general.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
        by.general.recipient = (struct dlms_octets){kit_server, DLMS_TITLE_SIZE};
        uint32_t other = setup.sent_other.next;
        assert_true(ask_ciphered(by, get_clock, sizeof get_clock));
        assert_int_equal(delivery.plain.data[3], DLMS_RESULT_DATA);
        assert_int_equal(delivery.how.general.key_info, rows[i].key_info);
        assert_int_equal(delivery.how.general.transaction_id.size, sizeof transaction);
        assert_int_equal(setup.sent_other.next, other + (i > 0));
    }
    struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL, 0x30);
    by.general = rows[0];
    by.general.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
    by.general.recipient = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE}; /* not us */
    assert_false(ask_ciphered(by, get_clock, sizeof get_clock));
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_release_may_be_ciphered, set_up),
        cmocka_unit_test_setup(truncated_releases_release_nothing, set_up),
        cmocka_unit_test_setup(unconfirmed_services_are_ciphered, set_up),
        cmocka_unit_test_setup(keys_that_an_apdu_tells, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
