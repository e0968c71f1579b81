/* Two sides that talk: what is accepted, what is refused, and what a refusal leaves as it was. */
#include "crypto/key_wrap.h"
#include "dlms/apdu.h"
#include "dlms/security_context.h"
#include "test/dlms/test_security_kit.h"
#include "test/unit.h"

#include <string.h>

static const uint8_t request[] = {DLMS_GET_REQUEST, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 0xFF, 2, 0};
static const uint8_t response[] = {DLMS_GET_RESPONSE, 1, 0xC1, 0, 0x11, 42};
static const uint8_t key[16] = "another key of 1";

static struct kit_side client;
static struct kit_side server;
static struct kit_delivery delivery;

static int set_up(void **state)
{
    (void)state;
    kit_side_init(&client, kit_client, kit_server);
    kit_side_init(&server, kit_server, kit_client);
    return 0;
}

static void give_both(enum dlms_key_id id)
{
    assert_int_equal(dlms_keyring_put(&client.ring, id, key, sizeof key), 0);
    assert_int_equal(dlms_keyring_put(&server.ring, id, key, sizeof key), 0);
}

static void ask(struct dlms_protection by)
{
    kit_send(&client, by, request, sizeof request, &delivery);
    assert_true(delivery.size > sizeof request);
}

static void check_request_is_taken(void)
{
    assert_int_equal(kit_receive(&server, &delivery), 0);
    assert_int_equal(delivery.plain.size, sizeof request);
    assert_memory_equal(delivery.plain.data, request, sizeof request);
}

/* The request arrives, once; its answer, protected the same way, arrives as well. */
static void check_dialogue(struct dlms_protection by)
{
    ask(by);
    check_request_is_taken();
    assert_int_equal(kit_receive(&server, &delivery), DLMS_SECURITY_COUNTER);
    static struct kit_delivery answer;
    struct dlms_protection back = dlms_security_answer(&server.context, &delivery.how);
    assert_int_equal(back.control, by.control);
    assert_int_equal(back.form, by.form);
    kit_send(&server, back, response, sizeof response, &answer);
    assert_int_equal(kit_receive(&client, &answer), 0);
    assert_int_equal(answer.plain.size, sizeof response);
    assert_memory_equal(answer.plain.data, response, sizeof response);
}

static struct dlms_protection general(enum dlms_key_info info, uint8_t id)
{
    static const uint8_t transaction[] = {1, 2, 3};
    struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL, 0x30);
    by.general.transaction_id = (struct dlms_octets){transaction, sizeof transaction};
    by.general.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
    by.general.recipient = (struct dlms_octets){kit_server, DLMS_TITLE_SIZE};
    by.general.key_info = info;
    by.general.key_id = id;
    return by;
}

static void test_dialogues(void **state)
{
    (void)state;
    for (uint8_t control = 0x10; control <= 0x30; control += 0x10) {
        check_dialogue(kit_protection(DLMS_FORM_GLO, control));
        check_dialogue(kit_protection(DLMS_FORM_GENERAL_GLO, control));
    }
    check_dialogue(general(DLMS_KEY_INFO_ABSENT, 0));
    check_dialogue(general(DLMS_KEY_INFO_IDENTIFIED, 0));
}

static void test_broadcast_dialogue(void **state)
{
    (void)state;
    give_both(DLMS_KEY_BROADCAST);
    check_dialogue(kit_protection(DLMS_FORM_GLO, 0x70));
    check_dialogue(general(DLMS_KEY_INFO_IDENTIFIED, 1));
    assert_int_equal(server.received[DLMS_COUNTER_OF_UNICAST].next, 0);
    assert_int_equal(server.received[DLMS_COUNTER_OF_BROADCAST].next, 3);
    struct dlms_protection by = general(DLMS_KEY_INFO_IDENTIFIED, 1);
    by.general.recipient.octets = (const uint8_t *)"all of 8";
    ask(by);
    check_request_is_taken();
}

static void test_dedicated_dialogue(void **state)
{
    (void)state;
    assert_int_equal(dlms_key_put(&client.dedicated, key, sizeof key), 0);
    assert_int_equal(dlms_key_put(&server.dedicated, key, sizeof key), 0);
    check_dialogue(kit_protection(DLMS_FORM_DED, 0x30));
    check_dialogue(kit_protection(DLMS_FORM_GENERAL_DED, 0x10));
    assert_int_equal(server.received[DLMS_COUNTER_OF_DEDICATED].next, 3);
    assert_int_equal(server.store.bounds[DLMS_COUNTER_OF_DEDICATED], 0); /* it is not kept */
}

static void test_wrapped_dialogue(void **state)
{
    (void)state;
    uint8_t wrapped[24];
    struct dlms_protection by = general(DLMS_KEY_INFO_WRAPPED, 0);
    give_both(DLMS_KEY_MASTER);
    assert_int_equal(
        crypto_key_wrap(key, sizeof key, (const uint8_t *)"0123456789abcdef", 16, wrapped), 0);
    by.general.key_data = (struct dlms_octets){wrapped, sizeof wrapped};
    check_dialogue(by);
    check_dialogue(by);
    assert_int_equal(server.received[DLMS_COUNTER_OF_UNICAST].next, 0);
    assert_int_equal(server.received[DLMS_COUNTER_OF_WRAPPED].next, 3);
}

/* A second one on the same connection is refused, and after a restart still. */
static void test_replay_after_restart(void **state)
{
    (void)state;
    ask(kit_protection(DLMS_FORM_GLO, 0x30));
    check_request_is_taken();
    uint32_t bound = server.store.bounds[DLMS_COUNTER_OF_UNICAST];
    dlms_counter_restore(&server.received[DLMS_COUNTER_OF_UNICAST], DLMS_COUNTER_OF_UNICAST, bound);
    assert_int_equal(kit_receive(&server, &delivery), DLMS_SECURITY_COUNTER);
    client.sent.next = server.received[DLMS_COUNTER_OF_UNICAST].next; /* as it is told */
    ask(kit_protection(DLMS_FORM_GLO, 0x30));
    check_request_is_taken();
}

static void check_refused(int expected)
{
    struct dlms_counter before[DLMS_COUNTERS];
    memcpy(before, server.received, sizeof before);
    int writes = server.store.writes;
    assert_int_equal(kit_receive(&server, &delivery), expected);
    assert_memory_equal(before, server.received, sizeof before);
    assert_int_equal(server.store.writes, writes);
}

static void test_forgery_leaves_the_counter(void **state)
{
    (void)state;
    ask(kit_protection(DLMS_FORM_GLO, 0x30));
    for (size_t bit = 8 * 3; bit < 8 * delivery.size; bit++) { /* counter, text and tag */
        delivery.apdu[bit / 8] ^= (uint8_t)(1U << bit % 8);
        check_refused(DLMS_SECURITY_TAG);
        delivery.apdu[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    check_request_is_taken();
}

static void test_strangers(void **state)
{
    (void)state;
    static const uint8_t stranger[] = "STRANGER";
    ask(kit_protection(DLMS_FORM_GENERAL_GLO, 0x30));
    server.context.peer = stranger;
    check_refused(DLMS_SECURITY_KEY);
    server.context.peer = NULL; /* nobody in particular is expected */
    check_request_is_taken();
    ask(kit_protection(DLMS_FORM_GLO, 0x30));
    check_refused(DLMS_SECURITY_KEY); /* and the form does not say who sends */
    server.context.peer = kit_client;
    check_request_is_taken();
    struct dlms_protection by = general(DLMS_KEY_INFO_ABSENT, 0);
    by.general.recipient.octets = stranger;
    ask(by);
    check_refused(DLMS_SECURITY_KEY);
    by.general.recipient.size = 0;
    ask(by);
    check_request_is_taken();
}

/* What is required is held before the counter, so that nobody uses that up. */
static void test_required(void **state)
{
    (void)state;
    for (uint8_t required = 0; required <= 0x30; required += 0x10) {
        for (uint8_t control = 0x10; control <= 0x30; control += 0x10) {
            server.context.required = required;
            ask(kit_protection(DLMS_FORM_GLO, control));
            if ((control & required) == required) {
                check_request_is_taken();
            } else {
                check_refused(DLMS_SECURITY_WEAK);
            }
        }
    }
    server.context.required = DLMS_CONTROL_AUTHENTICATED;
    ask(kit_protection(DLMS_FORM_GLO, 0x30));
    delivery.apdu[2] = DLMS_CONTROL_ENCRYPTED; /* the tag is made text */
    check_refused(DLMS_SECURITY_WEAK);
}

static void test_malformed_and_too_long(void **state)
{
    (void)state;
    ask(kit_protection(DLMS_FORM_GLO, 0x30));
    size_t size = delivery.size;
    for (delivery.size = 0; delivery.size < size; delivery.size++) {
        check_refused(DLMS_SECURITY_MALFORMED);
    }
    struct dlms_protection how;
    struct reader plain;
    assert_int_equal(dlms_security_receive(&server.context, delivery.apdu, size, delivery.scratch,
                                           sizeof request, &how, &plain),
                     DLMS_SECURITY_ROOM);
    assert_int_equal(server.received[DLMS_COUNTER_OF_UNICAST].next, 0);
}

static void test_broken_store(void **state)
{
    (void)state;
    server.store.broken = true;
    ask(kit_protection(DLMS_FORM_GLO, 0x30));
    check_refused(DLMS_SECURITY_STORE);
    kit_send(&server, kit_protection(DLMS_FORM_GLO, 0x30), response, sizeof response, &delivery);
    assert_int_equal(delivery.size, 0);
    server.store.broken = false;
    kit_send(&server, kit_protection(DLMS_FORM_GLO, 0x30), response, sizeof response, &delivery);
    assert_true(delivery.size > 0);
}

/* Whatever is sent, and whether it could be sent: a counter is used once. */
static void test_sent_counters_rise(void **state)
{
    (void)state;
    uint32_t last = 0;
    for (int i = 0; i < 300; i++) {
        struct dlms_protection by =
            kit_protection(i % 3 == 0 ? DLMS_FORM_GENERAL_GLO : DLMS_FORM_GLO, 0x30);
        size_t size = dlms_security_send(&client.context, &by, request, sizeof request,
                                         delivery.apdu, i % 5 == 0 ? 10 : sizeof delivery.apdu);
        assert_int_equal(size == 0, i % 5 == 0);
        assert_true(by.counter > last);
        last = by.counter;
    }
    assert_int_equal(last, client.sent.next - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_dialogues, set_up),
        cmocka_unit_test_setup(test_broadcast_dialogue, set_up),
        cmocka_unit_test_setup(test_dedicated_dialogue, set_up),
        cmocka_unit_test_setup(test_wrapped_dialogue, set_up),
        cmocka_unit_test_setup(test_replay_after_restart, set_up),
        cmocka_unit_test_setup(test_forgery_leaves_the_counter, set_up),
        cmocka_unit_test_setup(test_strangers, set_up),
        cmocka_unit_test_setup(test_required, set_up),
        cmocka_unit_test_setup(test_malformed_and_too_long, set_up),
        cmocka_unit_test_setup(test_broken_store, set_up),
        cmocka_unit_test_setup(test_sent_counters_rise, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
