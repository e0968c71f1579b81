/* Clients that fail: how long they wait, who else does not, and what is told of it. */
#include "dlms/apdu.h"
#include "test/dlms/session_ask.h"
#include "test/product/head_end.h"
#include "test/unit.h"

#include <string.h>

enum { FREE = 2, FIRST_S = 10, MOST_S = 30, KINDS = DLMS_INCIDENT_SECURITY + 1 };

static const uint8_t get_clock[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};
static const struct dlms_patience patience = {FREE, FIRST_S, MOST_S};
static const struct opening gmac = {
    .mechanism = DLMS_MECHANISM_GMAC, .context = DLMS_CONTEXT_LN, .challenge = 16};
static const struct opening ciphered = {.mechanism = DLMS_MECHANISM_GMAC,
                                        .context = DLMS_CONTEXT_LN_CIPHERED,
                                        .challenge = 16,
                                        .control = 0x30};

static struct {
    int of_kind[KINDS];
    struct dlms_incident last;
} told;

static void tell(void *owner, const struct dlms_incident *incident)
{
    (void)owner;
    told.last = *incident;
    told.of_kind[incident->kind]++;
}

static int set_up_watch(void **state)
{
    set_up(state);
    memset(&told, 0, sizeof told);
    dlms_server_set_patience(&rig.server, &patience);
    dlms_server_set_watch(&rig.server, (struct dlms_watch){tell, NULL});
    return 0;
}

/* An opening whose reply is wrong in one bit. */
static void fail_to_prove(void)
{
    assert_int_equal(open_with(&gmac), DLMS_ACCEPTED);
    size_t size = make_reply(&gmac);
    asked[size - 1] ^= 1;
    ask(asked, size);
    assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
}

static enum dlms_result open_low(uint16_t sap, const char *password)
{
    struct dlms_client opener;
    uint8_t request[DLMS_CLIENT_ROOM];
    dlms_client_init(&opener, NULL, 0, APDU);
    const struct dlms_octets octets = {(const uint8_t *)password, strlen(password)};
    size_t size = dlms_client_open(&opener, octets, request, sizeof request);
    size =
        session_ask(&rig.session, sap, DLMS_LOGICAL_DEVICE, request, size, answer, sizeof answer);
    struct reader r = reader_over(answer, size);
    return dlms_aare_take(&r).result;
}

static void who_fails_waits(void **state)
{
    (void)state;
    for (int i = 0; i <= FREE; i++) {
        fail_to_prove();
        assert_int_equal(told.of_kind[DLMS_INCIDENT_AUTHENTICATION], i + 1);
        assert_int_equal(told.last.failures, i + 1);
        assert_int_equal(told.last.client_sap, SAP);
    }
    assert_int_equal(open_with(&gmac), DLMS_REJECTED_TRANSIENT);
    assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_NO_REASON);
    dlms_server_set_time(&rig.server, FIRST_S * 1000 - 1);
    assert_int_equal(open_with(&gmac), DLMS_REJECTED_TRANSIENT);
    dlms_server_set_time(&rig.server, FIRST_S * 1000);
    open_all(&gmac);
    assert_true(is_served());
    assert_int_equal(rig.server.attempts[2].failures, 0);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_AUTHENTICATION], FREE + 1);
}

/* However often somebody guesses, the right client gets in when the most has passed. */
static void nobody_is_kept_out_for_good(void **state)
{
    (void)state;
    int64_t now_ms = 0;
    for (int i = 0; i < 200; i++) {
        dlms_server_set_time(&rig.server, now_ms);
        fail_to_prove();
        now_ms += MOST_S * 1000;
    }
    dlms_server_set_time(&rig.server, now_ms);
    open_all(&gmac);
    assert_true(is_served());
}

static void others_do_not_wait(void **state)
{
    (void)state;
    for (int i = 0; i <= FREE; i++) {
        assert_int_equal(open_low(PRODUCT_SAP_READING, "wrong"), DLMS_REJECTED_PERMANENT);
        assert_int_equal(told.last.client_sap, PRODUCT_SAP_READING);
    }
    assert_int_equal(open_low(PRODUCT_SAP_READING, "12345678"), DLMS_REJECTED_TRANSIENT);
    open_all(&gmac);
    rig_associate(&rig, PRODUCT_SAP_PUBLIC, APDU);
    dlms_server_set_time(&rig.server, FIRST_S * 1000);
    assert_int_equal(open_low(PRODUCT_SAP_READING, "12345678"), DLMS_ACCEPTED);
}

/* Who got his challenge before he had to wait is not asked about it meanwhile. */
static void challenges_of_before_are_void(void **state)
{
    (void)state;
    struct dlms_association other = {
        .server = &rig.server, .partner = rig_association(&rig, PRODUCT_SAP_MANAGEMENT)->partner};
    assert_int_equal(open_with(&gmac), DLMS_ACCEPTED);
    size_t size = make_reply(&gmac);
    uint8_t right[APDU];
    memcpy(right, asked, size);
    for (int i = 0; i <= FREE; i++) {
        dlms_guard_judge(&other, false);
    }
    ask(right, size);
    assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
    assert_false(is_served());
}

static void what_is_not_authentic_is_told(void **state)
{
    (void)state;
    open_all(&ciphered);
    kit_send(&client, kit_protection(DLMS_FORM_GLO, 0x30), get_clock, sizeof get_clock, &delivery);
    delivery.apdu[delivery.size - 1] ^= 1;
    ask(delivery.apdu, delivery.size);
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_DECIPHERING], 1);
    delivery.apdu[delivery.size - 1] ^= 1;
    ask(delivery.apdu, delivery.size);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_REPLAY], 0);
    ask(delivery.apdu, delivery.size);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_REPLAY], 1);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_DECIPHERING], 1);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_AUTHENTICATION], 0);
}

/* Nobody else ends an association; that somebody tried is told. */
static void a_release_that_is_not_authentic_is_told(void **state)
{
    (void)state;
    uint8_t apdu[APDU];
    open_all(&ciphered);
    size_t size = make_release(0x30, apdu);
    apdu[size - 1] ^= 1;
    ask(apdu, size);
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_DECIPHERING], 1);
    assert_int_equal(told.last.client_sap, SAP);
    apdu[size - 1] ^= 1;
    ask(apdu, size);
    assert_int_equal(answer[0], DLMS_RLRE);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_DECIPHERING], 1);
}

/* An AARQ by another key counts as a failure, one that is replayed as that. */
static void openings_that_are_not_authentic_count(void **state)
{
    (void)state;
    uint8_t aarq[APDU];
    size_t size = make_aarq(&ciphered);
    memcpy(aarq, asked, size);
    ask(aarq, size);
    ask(aarq, size);
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_INVOCATION_COUNTER_ERROR);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_REPLAY], 1);
    assert_int_equal(
        dlms_keyring_put(&client.ring, DLMS_KEY_UNICAST, (const uint8_t *)"some other secret", 16),
        0);
    for (int i = 0; i <= FREE; i++) {
        assert_int_equal(open_with(&ciphered), DLMS_REJECTED_PERMANENT);
    }
    assert_int_equal(open_with(&ciphered), DLMS_REJECTED_TRANSIENT);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_AUTHENTICATION], FREE + 1);
}

static void changes_are_told(void **state)
{
    (void)state;
    static const uint8_t secret[] = {0xC1, 1, 0xC1, 0, 15, 0, 0, 40, 0, 2, 255, 7, 0, 9, 1, 's'};
    static const uint8_t policy[] = {0xC3, 1, 0xC1, 0, 64, 0, 0, 43, 0, 0, 255, 1, 1, 22, 4};
    open_all(&ciphered);
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x30), secret, sizeof secret));
    assert_int_equal(told.of_kind[DLMS_INCIDENT_SECURITY], 1);
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x30), policy, sizeof policy));
    assert_int_equal(told.of_kind[DLMS_INCIDENT_SECURITY], 2);
    assert_int_equal(told.of_kind[DLMS_INCIDENT_KEYS], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(who_fails_waits, set_up_watch),
        cmocka_unit_test_setup(nobody_is_kept_out_for_good, set_up_watch),
        cmocka_unit_test_setup(others_do_not_wait, set_up_watch),
        cmocka_unit_test_setup(challenges_of_before_are_void, set_up_watch),
        cmocka_unit_test_setup(what_is_not_authentic_is_told, set_up_watch),
        cmocka_unit_test_setup(a_release_that_is_not_authentic_is_told, set_up_watch),
        cmocka_unit_test_setup(openings_that_are_not_authentic_count, set_up_watch),
        cmocka_unit_test_setup(changes_are_told, set_up_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
