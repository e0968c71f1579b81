/* The pre-established client: what is broadcast takes effect, and nothing is ever said to it. */
#include "dlms/apdu.h"
#include "test/dlms/session_ask.h"
#include "test/product/head_end.h"
#include "test/unit.h"

#include <string.h>

static const char broadcast[] = "to all the meter";

/* Clock: method 6, shift_time, by so many seconds, unconfirmed; and what 102 has no right to. */
static const uint8_t shift[] = {0xC3, 1, 0x81, 0, 8, 0, 0, 1, 0, 0, 255, 6, 1, 16, 0, 60};
static const uint8_t set_zone[] = {0xC1, 1, 0x81, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0, 16, 0xFF, 0xC4};

static int64_t began_ms;

static int set_up_broadcast(void **state)
{
    head_end_product = "st402d";
    set_up(state);
    const uint8_t *key = (const uint8_t *)broadcast;
    assert_int_equal(dlms_keyring_put(&setup.ring, DLMS_KEY_BROADCAST, key, 16), 0);
    assert_int_equal(dlms_keyring_put(&client.ring, DLMS_KEY_BROADCAST, key, 16), 0);
    began_ms = rig.clock.utc_ms;
    return 0;
}

static size_t ask_as_established(const uint8_t *apdu, size_t size)
{
    return session_ask(&rig.session, PRODUCT_SAP_ESTABLISHED, DLMS_LOGICAL_DEVICE, apdu, size,
                       answer, sizeof answer);
}

/* Sends it protected; nothing comes back. The minutes by which the clock was shifted since. */
static int64_t minutes_after(enum dlms_form form, uint8_t control, const uint8_t *apdu, size_t size)
{
    kit_send(&client, kit_protection(form, control), apdu, size, &delivery);
    assert_true(delivery.size > 0);
    assert_int_equal(ask_as_established(delivery.apdu, delivery.size), 0);
    return (rig.clock.utc_ms - began_ms) / 60000;
}

static void what_is_broadcast_takes_effect(void **state)
{
    (void)state;
    static const uint8_t controls[] = {0x30 | DLMS_CONTROL_BROADCAST, 0x10 | DLMS_CONTROL_BROADCAST,
                                       0x30, 0x10};
    for (size_t i = 0; i < sizeof controls; i++) {
        assert_int_equal(minutes_after(DLMS_FORM_GENERAL_GLO, controls[i], shift, sizeof shift),
                         i + 1);
    }
    struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL, 0x30);
    by.general.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
    by.general.key_info = DLMS_KEY_INFO_IDENTIFIED;
    by.general.key_id = DLMS_KEY_BROADCAST;
    kit_send(&client, by, shift, sizeof shift, &delivery);
    assert_int_equal(ask_as_established(delivery.apdu, delivery.size), 0);
    assert_int_equal(rig.clock.utc_ms - began_ms, (sizeof controls + 1) * 60000);
}

/* Less than authenticated, without the sender's name, in clear, or to be answered. */
static void what_is_not_right_has_none(void **state)
{
    (void)state;
    uint8_t confirmed[sizeof shift];
    memcpy(confirmed, shift, sizeof shift);
    confirmed[2] = 0xC1;
    assert_int_equal(minutes_after(DLMS_FORM_GENERAL_GLO, 0x20, shift, sizeof shift), 0);
    assert_int_equal(minutes_after(DLMS_FORM_GLO, 0x30, shift, sizeof shift), 0);
    assert_int_equal(minutes_after(DLMS_FORM_GENERAL_GLO, 0x30, confirmed, sizeof confirmed), 0);
    assert_int_equal(ask_as_established(shift, sizeof shift), 0);
    assert_int_equal(rig.clock.utc_ms, began_ms);
    int16_t zone = rig.clock.zone.offset_min;
    (void)minutes_after(DLMS_FORM_GENERAL_GLO, 0x30, set_zone, sizeof set_zone);
    assert_int_equal(rig.clock.zone.offset_min, zone);
    static const uint8_t get[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 2, 0};
    assert_int_equal(minutes_after(DLMS_FORM_GENERAL_GLO, 0x30, get, sizeof get), 0);
}

static void bent_and_repeated_broadcasts_have_no_effect(void **state)
{
    (void)state;
    kit_send(&client, kit_protection(DLMS_FORM_GENERAL_GLO, 0x30 | DLMS_CONTROL_BROADCAST), shift,
             sizeof shift, &delivery);
    for (size_t at = 0; at < delivery.size; at++) {
        delivery.apdu[at] ^= 0x40;
        assert_int_equal(ask_as_established(delivery.apdu, delivery.size), 0);
        delivery.apdu[at] ^= 0x40;
        assert_int_equal(ask_as_established(delivery.apdu, at), 0);
    }
    assert_int_equal(rig.clock.utc_ms, began_ms);
    (void)ask_as_established(delivery.apdu, delivery.size);
    assert_int_equal(rig.clock.utc_ms, began_ms + 60000);
    (void)ask_as_established(delivery.apdu, delivery.size);
    assert_int_equal(rig.clock.utc_ms, began_ms + 60000);
}

/* By a key that Management has as well: what was recorded of one client is not taken again as the
 * other's, in either direction. */
static void what_one_client_sent_is_no_other_clients(void **state)
{
    (void)state;
    const struct opening gmac = {.mechanism = DLMS_MECHANISM_GMAC,
                                 .context = DLMS_CONTEXT_LN_CIPHERED,
                                 .challenge = 16,
                                 .control = 0x30};
    open_all(&gmac);
    kit_send(&client, kit_protection(DLMS_FORM_GENERAL_GLO, 0x30), shift, sizeof shift, &delivery);
    assert_int_equal(ask(delivery.apdu, delivery.size), 0);
    assert_int_equal(rig.clock.utc_ms, began_ms + 60000);
    assert_int_equal(ask_as_established(delivery.apdu, delivery.size), 0);
    assert_int_equal(rig.clock.utc_ms, began_ms + 60000);
    assert_int_equal(minutes_after(DLMS_FORM_GENERAL_GLO, 0x30, shift, sizeof shift), 2);
    ask(delivery.apdu, delivery.size);
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_INVOCATION_COUNTER_ERROR);
    assert_int_equal(rig.clock.utc_ms, began_ms + 120000);
}

/* Nobody opens it, nobody ends it. */
static void it_is_there_always(void **state)
{
    (void)state;
    size_t size = make_aarq(
        &(struct opening){.mechanism = DLMS_MECHANISM_LOWEST, .context = DLMS_CONTEXT_LN_CIPHERED});
    size = ask_as_established(asked, size);
    struct reader r = reader_over(answer, size);
    assert_int_equal(dlms_aare_take(&r).result, DLMS_REJECTED_PERMANENT);
    assert_int_equal(ask_as_established((const uint8_t *)"\x62\x03\x80\x01\x00", 5), 0);
    assert_int_equal(minutes_after(DLMS_FORM_GENERAL_GLO, 0x30, shift, sizeof shift), 1);
    dlms_session_end(&rig.session, PRODUCT_SAP_ESTABLISHED);
    assert_int_equal(minutes_after(DLMS_FORM_GENERAL_GLO, 0x30, shift, sizeof shift), 2);
    assert_int_equal(rig.server.associated[3], 0);
}

static void others_see_it_associated(void **state)
{
    (void)state;
    static const struct cosem_name name = COSEM_NAME(0, 0, 40, 0, 4);
    static uint8_t value[RIG_VALUE_MOST];
    enum cosem_result result;
    rig_associate(&rig, PRODUCT_SAP_READING, APDU);
    assert_int_equal(rig_read(&rig, PRODUCT_SAP_READING, 15, &name, 8, value, &result), 2);
    assert_int_equal(value[1], 2);
    rig_read(&rig, PRODUCT_SAP_READING, 15, &name, 3, value, &result);
    assert_int_equal(value[3], PRODUCT_SAP_ESTABLISHED);
    rig.server.security = NULL;
    rig_read(&rig, PRODUCT_SAP_READING, 15, &name, 8, value, &result);
    assert_int_equal(value[1], 0);
}

/* A request in blocks is under way, and broadcasts come before each of them: both have their
 * effect, and a broadcast that is none disturbs nobody either. */
static void a_broadcast_comes_between_blocks(void **state)
{
    (void)state;
    static const uint8_t first[] = {0xC1, 2, 0xC1, 0, 8, 0, 0, 1, 0, 0,
                                    255,  3, 0,    0, 0, 0, 0, 1, 1, 16};
    static const uint8_t last[] = {0xC1, 3, 0xC1, 1, 0, 0, 0, 2, 2, 0xFF, 0xC4};
    rig_associate(&rig, PRODUCT_SAP_MANAGEMENT, APDU);
    for (int round = 1; round <= 20; round++) {
        rig.clock.zone.offset_min = 0;
        ask(first, sizeof first);
        assert_int_equal(answer[1], 2); /* block taken */
        assert_int_equal(minutes_after(DLMS_FORM_GENERAL_GLO, 0x30, shift, sizeof shift), round);
        delivery.apdu[delivery.size - 1] ^= 1;
        assert_int_equal(ask_as_established(delivery.apdu, delivery.size), 0);
        ask(last, sizeof last);
        assert_int_equal(answer[1], 3);
        assert_int_equal(answer[3], COSEM_SUCCESS);
        assert_int_equal(rig.clock.zone.offset_min, 60);
    }
}

/* A meter without keys has no such association, and one for pushes alone is nobody's to open. */
static void without_keys_there_is_none(void **state)
{
    (void)state;
    rig.server.security = NULL;
    assert_int_equal(minutes_after(DLMS_FORM_GENERAL_GLO, 0x30, shift, sizeof shift), 0);
    size_t size = make_aarq(
        &(struct opening){.mechanism = DLMS_MECHANISM_LOWEST, .context = DLMS_CONTEXT_LN});
    size = session_ask(&rig.session, 103, DLMS_LOGICAL_DEVICE, asked, size, answer, sizeof answer);
    struct reader r = reader_over(answer, size);
    assert_int_equal(dlms_aare_take(&r).result, DLMS_REJECTED_PERMANENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_broadcast_takes_effect, set_up_broadcast),
        cmocka_unit_test_setup(what_is_not_right_has_none, set_up_broadcast),
        cmocka_unit_test_setup(bent_and_repeated_broadcasts_have_no_effect, set_up_broadcast),
        cmocka_unit_test_setup(what_one_client_sent_is_no_other_clients, set_up_broadcast),
        cmocka_unit_test_setup(it_is_there_always, set_up_broadcast),
        cmocka_unit_test_setup(others_see_it_associated, set_up_broadcast),
        cmocka_unit_test_setup(a_broadcast_comes_between_blocks, set_up_broadcast),
        cmocka_unit_test_setup(without_keys_there_is_none, set_up_broadcast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
