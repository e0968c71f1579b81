/* High level security and ciphering of the Management client, as a head end meets them: what opens
 * the association, what does not, and what is served before, without, and after protection. */
#define _GNU_SOURCE /* memmem */
#include "test/product/head_end.h"
#include "test/unit.h"

#include <string.h>

static const uint8_t get_clock[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};
static const uint8_t set_zone[] = {0xC1, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0, 0x10, 0, 60};
static const uint8_t rlrq[] = {0x62, 0x00};

static const struct opening gmac = {
    .mechanism = DLMS_MECHANISM_GMAC, .context = DLMS_CONTEXT_LN, .challenge = 8};
static const struct opening sha256 = {
    .mechanism = DLMS_MECHANISM_SHA256, .context = DLMS_CONTEXT_LN, .challenge = 8};

static void each_side_proves_itself(void **state)
{
    (void)state;
    static const enum dlms_mechanism mechanisms[] = {DLMS_MECHANISM_MD5, DLMS_MECHANISM_SHA1,
                                                     DLMS_MECHANISM_GMAC, DLMS_MECHANISM_SHA256};
    dlms_server_allow(&rig.server, SAP, DLMS_MECHANISM_MD5);
    dlms_server_allow(&rig.server, SAP, DLMS_MECHANISM_SHA1);
    for (size_t i = 0; i < 4; i++) {
        struct opening o = gmac;
        o.mechanism = mechanisms[i];
        for (o.challenge = 8; o.challenge <= CHALLENGE_MOST; o.challenge += 7) {
            open_all(&o);
            assert_int_equal(aare.mechanism, o.mechanism);
            assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED);
            assert_memory_equal(aare.title.octets, kit_server, DLMS_TITLE_SIZE);
            assert_true(is_served());
        }
    }
}

static void weak_mechanisms_are_off(void **state)
{
    (void)state;
    static const enum dlms_mechanism mechanisms[] = {DLMS_MECHANISM_MD5, DLMS_MECHANISM_SHA1, 2, 7};
    for (size_t i = 0; i < 4; i++) {
        struct opening o = gmac;
        o.mechanism = mechanisms[i];
        assert_int_equal(open_with(&o), DLMS_REJECTED_PERMANENT);
        assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_MECHANISM_NOT_RECOGNISED);
        assert_false(is_served());
    }
}

static void openings_that_do_not_fit_are_rejected(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 7, 65};
    struct opening o = gmac;
    o.mechanism = DLMS_MECHANISM_LOWEST;
    assert_int_equal(open_with(&o), DLMS_REJECTED_PERMANENT);
    assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED);
    o = gmac;
    o.untitled = true;
    assert_int_equal(open_with(&o), DLMS_REJECTED_PERMANENT);
    assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_CALLING_TITLE);
    for (size_t i = 0; i < 3; i++) {
        o = sha256;
        o.challenge = sizes[i];
        assert_int_equal(open_with(&o), DLMS_REJECTED_PERMANENT);
        assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE);
    }
    assert_false(is_served());
    assert_int_equal(rig.server.associated[2], 0);
}

/* Before the reply: no GET, no SET, no other ACTION, and not the reply in a list. */
static void nothing_is_served_before_the_reply(void **state)
{
    (void)state;
    static const uint8_t other[] = {0xC3, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 1, 1, 15, 0};
    static const uint8_t list[] = {0xC3, 3, 0xC1, 1, 0, 15, 0, 0, 40, 0, 0, 255, 1, 1, 9, 1, 0};
    static const uint8_t access[] = {0xD9, 0x40, 0, 0, 0, 0,   1, 1, 0, 8,
                                     0,    0,    1, 0, 0, 255, 2, 1, 0};
    static const uint8_t block[] = {0xE0, 0xC1, 0, 1, 0, 0, 2, 0xC0, 1};
    struct {
        const uint8_t *apdu;
        size_t size;
    } rows[] = {
        {get_clock, sizeof get_clock}, {set_zone, sizeof set_zone}, {other, sizeof other},
        {list, sizeof list},           {access, sizeof access},     {block, sizeof block},
    };
    assert_int_equal(open_with(&gmac), DLMS_ACCEPTED);
    int16_t before = rig.clock.zone.offset_min;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ask(rows[i].apdu, rows[i].size);
        assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    }
    assert_int_equal(rig.clock.zone.offset_min, before);
    assert_int_equal(rig.server.associated[2], 0);
    ask(asked, make_reply(&gmac));
    assert_true(is_proved(&gmac, answer, answered));
    assert_int_equal(rig.server.associated[2], 1);
    assert_true(is_served());
}

/* One attempt; what was right once is not right again. */
static void wrong_replies_open_nothing(void **state)
{
    (void)state;
    const struct opening *rows[] = {&gmac, &sha256};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(open_with(rows[i]), DLMS_ACCEPTED);
        size_t size = make_reply(rows[i]);
        asked[size - 1] ^= 1;
        ask(asked, size);
        assert_int_equal(answer[0], DLMS_ACTION_RESPONSE);
        assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
        asked[size - 1] ^= 1;
        ask(asked, size);
        assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        assert_false(is_served());
    }
    open_all(&gmac);
    uint8_t recorded[APDU];
    assert_int_equal(open_with(&gmac), DLMS_ACCEPTED);
    size_t size = make_reply(&gmac);
    memcpy(recorded, asked, size);
    ask(recorded, size);
    assert_true(is_served());
    ask(recorded, size); /* in the open association nothing is awaited */
    assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
    ask(rlrq, sizeof rlrq);
    assert_int_equal(open_with(&gmac), DLMS_ACCEPTED);
    ask(recorded, size);
    assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
    assert_false(is_served());
}

static void challenges_differ(void **state)
{
    (void)state;
    uint8_t before[DLMS_CHALLENGE_SIZE] = {0};
    for (int i = 0; i < 20; i++) {
        assert_int_equal(open_with(&gmac), DLMS_ACCEPTED);
        assert_int_equal(aare.value.size, DLMS_CHALLENGE_SIZE);
        assert_memory_not_equal(aare.value.octets, before, sizeof before);
        memcpy(before, aare.value.octets, sizeof before);
    }
}

static const struct opening ciphered = {.mechanism = DLMS_MECHANISM_GMAC,
                                        .context = DLMS_CONTEXT_LN_CIPHERED,
                                        .challenge = 16,
                                        .control = 0x30};

/* Every protection and form goes to and fro, and comes back as it came. */
static void services_are_ciphered(void **state)
{
    (void)state;
    static const uint8_t controls[] = {0x10, 0x20, 0x30};
    static const uint8_t dedicated[] = "a dedicated key.";
    for (size_t i = 0; i < 3; i++) {
        struct opening o = ciphered;
        o.control = controls[i];
        o.dedicated = dedicated;
        assert_int_equal(dlms_key_put(&client.dedicated, dedicated, 16), 0);
        dlms_counter_restore(&client.received[DLMS_COUNTER_OF_DEDICATED], 0, 0);
        open_all(&o);
        for (int form = DLMS_FORM_GLO; form <= DLMS_FORM_GENERAL; form++) {
            bool ded = form == DLMS_FORM_DED || form == DLMS_FORM_GENERAL_DED;
            struct dlms_protection by = kit_protection((enum dlms_form)form, controls[i]);
            if (ded && (controls[i] & DLMS_CONTROL_ENCRYPTED) == 0) {
                continue; /* the key came in clear: it is none */
            }
            assert_true(ask_ciphered(by, get_clock, sizeof get_clock));
            assert_int_equal(delivery.how.control, controls[i]);
            assert_int_equal(delivery.how.form, form);
            assert_int_equal(delivery.plain.data[0], DLMS_GET_RESPONSE);
            assert_int_equal(delivery.plain.data[3], DLMS_RESULT_DATA);
        }
        if ((controls[i] & DLMS_CONTROL_ENCRYPTED) != 0) { /* the dedicated key is used last */
            assert_true(ask_ciphered(kit_protection(DLMS_FORM_DED, controls[i]), get_clock,
                                     sizeof get_clock));
            assert_non_null(memmem(&setup.ring, sizeof setup.ring, dedicated, 16));
        }
        ask(rlrq, sizeof rlrq);
        assert_int_equal(rig.session.dedicated.owner == NULL, 1);
        assert_int_equal(rig.session.dedicated.key.size, 0);
        assert_null(memmem(&setup, sizeof setup, dedicated, 16));
    }
}

/* A client that began authenticated is not served with less. */
static void weaker_requests_are_refused(void **state)
{
    (void)state;
    open_all(&ciphered);
    assert_false(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x20), get_clock, sizeof get_clock));
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    assert_false(is_served());
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x10), get_clock, sizeof get_clock));
}

static void policy_is_enforced(void **state)
{
    (void)state;
    setup.policy = DLMS_POLICY_REQUEST_AUTHENTICATED | DLMS_POLICY_REQUEST_ENCRYPTED |
                   DLMS_POLICY_RESPONSE_AUTHENTICATED;
    static const uint8_t controls[] = {0, 0x10, 0x20};
    assert_int_equal(open_with(&gmac), DLMS_REJECTED_PERMANENT);
    assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_CONTEXT_NAME);
    for (size_t i = 0; i < 3; i++) {
        struct opening o = ciphered;
        o.control = controls[i];
        assert_int_equal(open_with(&o), DLMS_REJECTED_PERMANENT);
        assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE);
        assert_false(is_served());
    }
    open_all(&ciphered);
    setup.policy = DLMS_POLICY_RESPONSE_ENCRYPTED;
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x10), get_clock, sizeof get_clock));
    assert_int_equal(delivery.how.control, 0x30);
}

/* Neither a request nor an AARQ is taken twice; the exception says which counter is. */
static void replays_are_refused(void **state)
{
    (void)state;
    uint8_t aarq[APDU];
    size_t aarq_size = make_aarq(&ciphered);
    memcpy(aarq, asked, aarq_size);
    open_all(&ciphered);
    kit_send(&client, kit_protection(DLMS_FORM_GLO, 0x30), set_zone, sizeof set_zone, &delivery);
    assert_true(dlms_is_ciphered((ask(delivery.apdu, delivery.size), answer[0])));
    uint32_t next = client.sent.next;
    rig.clock.zone.offset_min = 0;
    ask(delivery.apdu, delivery.size);
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_INVOCATION_COUNTER_ERROR);
    assert_int_equal(answer[6], next);
    assert_int_equal(rig.clock.zone.offset_min, 0);
    ask(aarq, aarq_size);
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_INVOCATION_COUNTER_ERROR);
    assert_false(is_served());
}

/* Public reads which counter the meter accepted last. */
static void everybody_reads_the_counter(void **state)
{
    (void)state;
    static const struct cosem_name name = COSEM_NAME(0, 0, 43, 1, 0);
    static uint8_t value[RIG_VALUE_MOST];
    enum cosem_result result;
    open_all(&ciphered);
    rig_associate(&rig, PRODUCT_SAP_PUBLIC, 512);
    assert_int_equal(rig_read(&rig, PRODUCT_SAP_PUBLIC, 1, &name, 2, value, &result), 5);
    assert_int_equal(value[4], client.sent.next - 1);
}

/* Across a restart: what was accepted is refused, and no nonce of ours comes again. */
static void counters_outlive_a_restart(void **state)
{
    (void)state;
    open_all(&ciphered);
    kit_send(&client, kit_protection(DLMS_FORM_GLO, 0x30), set_zone, sizeof set_zone, &delivery);
    static struct kit_delivery recorded;
    recorded = delivery;
    ask(recorded.apdu, recorded.size);
    assert_true(dlms_is_ciphered(answer[0]));
    uint32_t sent = setup.sent.next;
    start_server();
    assert_true(setup.sent.next >= sent);
    assert_int_equal(open_with(&gmac), DLMS_ACCEPTED);
    ask(asked, make_aarq(&ciphered));
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_INVOCATION_COUNTER_ERROR);
    struct reader r = reader_over(answer + 3, 4);
    client.sent.next = reader_u32(&r);
    open_all(&ciphered);
    rig.clock.zone.offset_min = 0;
    ask(recorded.apdu, recorded.size);
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_INVOCATION_COUNTER_ERROR);
    assert_int_equal(rig.clock.zone.offset_min, 0);
}

/* One bit of tag, text or counter turned: refused, and the counter is not used up. */
static void bent_apdus_are_refused(void **state)
{
    (void)state;
    open_all(&ciphered);
    kit_send(&client, kit_protection(DLMS_FORM_GLO, 0x30), set_zone, sizeof set_zone, &delivery);
    int16_t before = rig.clock.zone.offset_min;
    for (size_t at = 3; at < delivery.size; at++) {
        delivery.apdu[at] ^= 0x40;
        ask(delivery.apdu, delivery.size);
        assert_int_equal(answer[0], DLMS_EXCEPTION_RESPONSE);
        delivery.apdu[at] ^= 0x40;
    }
    for (size_t size = 1; size < delivery.size; size++) {
        ask(delivery.apdu, size);
        assert_int_equal(answer[0], DLMS_EXCEPTION_RESPONSE);
    }
    assert_int_equal(rig.clock.zone.offset_min, before);
    ask(delivery.apdu, delivery.size);
    assert_true(dlms_is_ciphered(answer[0]));
    assert_int_equal(rig.clock.zone.offset_min, -60);
}

/* A wrong key opens nothing, and who has no ciphering gets none. */
static void strangers_are_refused(void **state)
{
    (void)state;
    assert_int_equal(
        dlms_keyring_put(&client.ring, DLMS_KEY_UNICAST, (const uint8_t *)"some other secret", 16),
        0);
    assert_int_equal(open_with(&ciphered), DLMS_REJECTED_PERMANENT);
    assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE);
    assert_int_equal(open_with(&gmac), DLMS_ACCEPTED);
    ask(asked, make_reply(&gmac));
    assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
    size_t size = make_aarq(&ciphered);
    answered = dlms_session_answer(&rig.session, PRODUCT_SAP_READING, DLMS_LOGICAL_DEVICE, asked,
                                   size, answer, sizeof answer);
    struct reader r = reader_over(answer, answered);
    assert_int_equal(dlms_aare_take(&r).diagnostic, DLMS_DIAGNOSTIC_CONTEXT_NAME);
}

/* A counter that cannot be stored: nothing is accepted, and nothing is ciphered. */
static void without_storage_nothing_is_ciphered(void **state)
{
    (void)state;
    open_all(&ciphered);
    client.sent.next += 1000;
    store.broken = true;
    kit_send(&client, kit_protection(DLMS_FORM_GLO, 0x30), set_zone, sizeof set_zone, &delivery);
    client.store.broken = false;
    int16_t before = rig.clock.zone.offset_min;
    ask(delivery.apdu, delivery.size);
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    assert_int_equal(rig.clock.zone.offset_min, before);
    store.broken = false;
    dlms_counter_restore(&setup.sent, 0, UINT32_MAX); /* used up, until the key changes */
    assert_int_equal(open_with(&ciphered), DLMS_REJECTED_TRANSIENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_side_proves_itself, set_up),
        cmocka_unit_test_setup(weak_mechanisms_are_off, set_up),
        cmocka_unit_test_setup(openings_that_do_not_fit_are_rejected, set_up),
        cmocka_unit_test_setup(nothing_is_served_before_the_reply, set_up),
        cmocka_unit_test_setup(wrong_replies_open_nothing, set_up),
        cmocka_unit_test_setup(challenges_differ, set_up),
        cmocka_unit_test_setup(services_are_ciphered, set_up),
        cmocka_unit_test_setup(weaker_requests_are_refused, set_up),
        cmocka_unit_test_setup(policy_is_enforced, set_up),
        cmocka_unit_test_setup(replays_are_refused, set_up),
        cmocka_unit_test_setup(everybody_reads_the_counter, set_up),
        cmocka_unit_test_setup(counters_outlive_a_restart, set_up),
        cmocka_unit_test_setup(bent_apdus_are_refused, set_up),
        cmocka_unit_test_setup(strangers_are_refused, set_up),
        cmocka_unit_test_setup(without_storage_nothing_is_ciphered, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
