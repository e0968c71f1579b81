/* A request that stays where it is staged, and is read through a window: it is taken or refused as
 * the same octets in memory are, for the same reason, and says the same. */
#include "dlms/apdu.h"
#include "dlms/server.h"
#include "test/dlms/ram_stage.h"
#include "test/dlms/security_parties.h"
#include "test/unit.h"

#include <string.h>

enum { TEXT = 500, WINDOW = 128 };

static uint8_t text[TEXT];
static struct dlms_server server;
static struct ram_stage stage;
static uint8_t window[WINDOW];
static struct dlms_long request;
static struct kit_delivery delivery;

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)(i * 41 + i / 256);
    }
    text[0] = DLMS_SET_REQUEST;
    ram_stage_init(&stage, &server);
    return 0;
}

static int receive_staged(struct dlms_protection *how, struct reader *plain)
{
    assert_int_equal(stage.stage.begin(stage.stage.owner), 0);
    assert_int_equal(stage.stage.append(stage.stage.owner, delivery.apdu, delivery.size), 0);
    (void)dlms_long_open(&request, &stage.stage, delivery.size, window, sizeof window);
    return dlms_security_receive_long(&parties_server.side.context, &request, how, plain);
}

static void assert_text(struct reader plain, size_t size)
{
    assert_int_equal(plain.size, size);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(reader_u8(&plain), text[i]);
    }
    assert_true(reader_done(&plain));
}

static uint32_t *counters(void)
{
    static uint32_t next[DLMS_COUNTERS];
    for (int i = 0; i < DLMS_COUNTERS; i++) {
        next[i] = parties_server.side.received[i].next;
    }
    return next;
}

static void set_counters(const uint32_t *next)
{
    for (int i = 0; i < DLMS_COUNTERS; i++) {
        parties_server.side.received[i].next = next[i];
    }
}

/* What is delivered, staged and in memory: the result, which is that of both. */
static int receive_both(void)
{
    struct dlms_protection how = {.counter = 0};
    struct reader plain;
    uint32_t before[DLMS_COUNTERS];
    uint32_t after[DLMS_COUNTERS];
    memcpy(before, counters(), sizeof before);
    int result = receive_staged(&how, &plain);
    memcpy(after, counters(), sizeof after);
    set_counters(before);
    int in_memory = kit_receive(&parties_server.side, &delivery);
    assert_int_equal(result, in_memory);
    assert_memory_equal(counters(), after, sizeof after);
    if (result != 0) {
        assert_memory_equal(after, before, sizeof after);
        return result;
    }
    assert_int_equal(how.signature, delivery.how.signature);
    assert_int_equal(how.control, delivery.how.control);
    assert_int_equal(how.counter, delivery.how.counter);
    assert_memory_equal(how.title, delivery.how.title, DLMS_TITLE_SIZE);
    assert_int_equal(how.signing.transaction_id.size, delivery.how.signing.transaction_id.size);
    assert_int_equal(plain.size, delivery.plain.size);
    while (reader_left(&plain) > 0) {
        assert_int_equal(reader_u8(&plain), reader_u8(&delivery.plain));
    }
    assert_false(plain.fault);
    return 0;
}

static void send(uint8_t control, enum dlms_signature signature, uint8_t scheme, size_t size)
{
    kit_send(&parties_client.side, parties_protection(control, signature, scheme), text, size,
             &delivery);
    assert_true(delivery.size > size);
}

static void check_nesting(uint8_t control, enum dlms_signature signature, uint8_t scheme)
{
    static const size_t sizes[] = {1, 15, 16, WINDOW - 1, WINDOW, 300, TEXT};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct dlms_protection how;
        struct reader plain;
        send(control, signature, scheme, sizes[i]);
        assert_int_equal(receive_both(), 0);
        send(control, signature, scheme, sizes[i]);
        assert_int_equal(receive_staged(&how, &plain), 0);
        assert_text(plain, sizes[i]);
    }
}

static void every_nesting(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        parties_set_up((enum dlms_suite)suite);
        check_nesting(0, DLMS_SIGNED_ALONE, 0);
        for (uint8_t control = 0x10; control <= 0x30; control += 0x10) {
            uint8_t scheme = control == 0x20 ? DLMS_AGREEMENT_ONE_PASS : 0;
            check_nesting(control, DLMS_UNSIGNED, scheme);
            check_nesting(control, DLMS_SIGNED_INSIDE, scheme);
            check_nesting(control, DLMS_SIGNED_AROUND, scheme);
        }
    }
}

static const struct nesting {
    uint8_t control;
    enum dlms_signature signature;
} nestings[] = {
    {0x10, DLMS_UNSIGNED},      {0x30, DLMS_UNSIGNED},      {0, DLMS_SIGNED_ALONE},
    {0x10, DLMS_SIGNED_INSIDE}, {0x30, DLMS_SIGNED_INSIDE}, {0x10, DLMS_SIGNED_AROUND},
    {0x20, DLMS_SIGNED_AROUND}, {0x30, DLMS_SIGNED_AROUND},
};

/* Whichever read of the stage fails, what could not be checked is not taken, and no counter is
 * used.
 */
static void every_read_that_fails(void **state)
{
    (void)state;
    enum { READS_MOST = 60 };
    parties_set_up(DLMS_SUITE_1);
    for (size_t i = 0; i < sizeof nestings / sizeof nestings[0]; i++) {
        unsigned read = 0;
        unsigned taken = 0;
        bool failed = true;
        while (failed) {
            struct dlms_protection how;
            struct reader plain;
            uint32_t before[DLMS_COUNTERS];
            send(nestings[i].control, nestings[i].signature, 0, TEXT);
            memcpy(before, counters(), sizeof before);
            stage.fails_once = ++read;
            int result = receive_staged(&how, &plain);
            failed = stage.fails_once == 0;
            stage.fails_once = 0;
            taken += result == 0;
            assert_true(failed || result == 0);
            assert_true(result == 0 || memcmp(counters(), before, sizeof before) == 0);
            if (result == 0 && !dlms_is_protected(reader_peek(&plain))) {
                assert_text(plain, TEXT);
            }
        }
        assert_in_range(read, 5, READS_MOST);
        assert_in_range(taken, 1, 4);
    }
}

/* Any octet changed, and any end cut off. */
static void check_damaged(const struct nesting *nesting)
{
    send(nesting->control, nesting->signature, 0, 200);
    size_t whole = delivery.size;
    for (size_t at = 0; at < whole; at += 5) {
        delivery.apdu[at] ^= (uint8_t)(1U << at % 8);
        assert_int_not_equal(receive_both(), 0);
        delivery.apdu[at] ^= (uint8_t)(1U << at % 8);
    }
    for (delivery.size = 1; delivery.size < whole; delivery.size += 7) {
        assert_int_not_equal(receive_both(), 0);
    }
    delivery.size = whole;
    assert_int_equal(receive_both(), 0);
}

static void what_is_changed_or_cut_off(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    for (size_t i = 0; i < sizeof nestings / sizeof nestings[0]; i++) {
        check_damaged(&nestings[i]);
    }
}

/* What is missing, or too little. */
static void who_and_what_is_required(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    struct dlms_security_context *context = &parties_server.side.context;
    context->requires_signature = true;
    send(0x30, DLMS_UNSIGNED, 0, TEXT);
    assert_int_equal(receive_both(), DLMS_SECURITY_WEAK);
    context->required = DLMS_CONTROL_AUTHENTICATED;
    send(0, DLMS_SIGNED_ALONE, 0, TEXT);
    assert_int_equal(receive_both(), DLMS_SECURITY_WEAK);
    send(0x30, DLMS_SIGNED_INSIDE, 0, TEXT);
    assert_int_equal(receive_both(), 0);
    parties_client.signing.own = parties_server.private_key[DLMS_USE_SIGNATURE];
    send(0x10, DLMS_SIGNED_AROUND, 0, TEXT);
    assert_int_equal(receive_both(), DLMS_SECURITY_TAG);
    parties_server.signing.peer = NULL;
    assert_int_equal(receive_both(), DLMS_SECURITY_KEY);
    parties_server.signing.ecc = NULL;
    assert_int_equal(receive_both(), DLMS_SECURITY_KEY);
    context->signing = NULL;
    assert_int_equal(receive_both(), DLMS_SECURITY_KEY);
}

/* Where nobody is known yet, one who knows the common key cannot sign what another has ciphered,
 * nor cipher as another what he signed. */
static void one_sender(void **state)
{
    (void)state;
    static const uint8_t other[DLMS_TITLE_SIZE] = "another";
    for (int signature = DLMS_SIGNED_INSIDE; signature <= DLMS_SIGNED_AROUND; signature++) {
        parties_set_up(DLMS_SUITE_1);
        parties_server.side.context.peer = NULL;
        struct dlms_protection by = parties_protection(0x30, (enum dlms_signature)signature, 0);
        by.signing.originator.octets = other;
        kit_send(&parties_client.side, by, text, TEXT, &delivery);
        assert_int_equal(receive_both(), DLMS_SECURITY_KEY);
        parties_client.side.context.title = other;
        kit_send(&parties_client.side, by, text, TEXT, &delivery);
        assert_int_equal(receive_both(), 0);
    }
}

static void a_stage_that_fails(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    for (int signature = DLMS_UNSIGNED; signature <= DLMS_SIGNED_AROUND; signature++) {
        struct dlms_protection how;
        struct reader plain;
        uint8_t control = signature == DLMS_SIGNED_ALONE ? 0 : 0x10;
        send(control, (enum dlms_signature)signature, 0, TEXT);
        stage.fails_to_read = true;
        assert_int_not_equal(receive_staged(&how, &plain), 0);
        stage.fails_to_read = false;
        assert_int_equal(receive_staged(&how, &plain), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_nesting),
        cmocka_unit_test(every_read_that_fails),
        cmocka_unit_test(what_is_changed_or_cut_off),
        cmocka_unit_test(who_and_what_is_required),
        cmocka_unit_test(one_sender),
        cmocka_unit_test(a_stage_that_fails),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
