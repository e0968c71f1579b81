/* Signatures and agreed keys, with suites 1 and 2: what one side makes the other takes, in every
 * nesting, once; what is not signed by the right one, or changed anywhere, is refused. */
#include "dlms/apdu.h"
#include "dlms/security_agreed.h"
#include "test/dlms/security_parties.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t request[] = {DLMS_GET_REQUEST, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 2, 0};
static const uint8_t response[] = {DLMS_GET_RESPONSE, 1, 0xC1, 0, 0x11, 42};
static struct kit_delivery delivery;
static struct kit_delivery answer;

static void assert_plain(const struct kit_delivery *what, const uint8_t *plain, size_t size)
{
    assert_int_equal(what->plain.size, size);
    assert_memory_equal(what->plain.data, plain, size);
}

/* There, and the answer back, protected alike. */
static void check_dialogue(struct dlms_protection by)
{
    kit_send(&parties_client.side, by, request, sizeof request, &delivery);
    assert_true(delivery.size > sizeof request);
    assert_int_equal(kit_receive(&parties_server.side, &delivery), 0);
    assert_plain(&delivery, request, sizeof request);
    assert_int_equal(delivery.how.signature, by.signature);
    assert_memory_equal(delivery.how.title, kit_client, DLMS_TITLE_SIZE);
    struct dlms_protection back = dlms_security_answer(&parties_server.side.context, &delivery.how);
    kit_send(&parties_server.side, back, response, sizeof response, &answer);
    assert_int_equal(kit_receive(&parties_client.side, &answer), 0);
    assert_plain(&answer, response, sizeof response);
    assert_int_equal(answer.how.signature, by.signature);
    if (by.signature != DLMS_SIGNED_ALONE) { /* which nothing counts */
        assert_int_equal(kit_receive(&parties_server.side, &delivery), DLMS_SECURITY_COUNTER);
    }
}

static void every_nesting_there_and_back(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        parties_set_up((enum dlms_suite)suite);
        check_dialogue(parties_protection(0, DLMS_SIGNED_ALONE, 0));
        for (uint8_t control = 0x10; control <= 0x30; control += 0x10) {
            for (uint8_t scheme = 0; scheme <= DLMS_AGREEMENT_STATIC; scheme++) {
                check_dialogue(parties_protection(control, DLMS_UNSIGNED, scheme));
                check_dialogue(parties_protection(control, DLMS_SIGNED_INSIDE, scheme));
                check_dialogue(parties_protection(control, DLMS_SIGNED_AROUND, scheme));
            }
        }
    }
}

/* The service-specific forms have no tag for what is signed: the signature goes around them. */
static void specific_forms_hold_no_signature(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    struct dlms_protection by = parties_protection(0x30, DLMS_SIGNED_AROUND, 0);
    by.form = DLMS_FORM_GLO;
    check_dialogue(by);
    by.signature = DLMS_SIGNED_INSIDE;
    kit_send(&parties_client.side, by, request, sizeof request, &delivery);
    assert_int_equal(delivery.size, 0);
}

/* In the memory where the text stands it comes to the same octets but for what is drawn. */
static void in_place_as_apart(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    for (int signature = DLMS_UNSIGNED; signature <= DLMS_SIGNED_AROUND; signature++) {
        struct dlms_protection by = parties_protection(signature == DLMS_SIGNED_ALONE ? 0 : 0x30,
                                                       (enum dlms_signature)signature, 0);
        uint32_t next = parties_client.side.sent.next;
        kit_send(&parties_client.side, by, request, sizeof request, &delivery);
        parties_client.side.sent.next = next;
        size_t head = dlms_protect_head(&by);
        size_t room = head + sizeof request + DLMS_SIGNED_TAIL_MAX + DLMS_TAG_SIZE;
        uint8_t *apdu = malloc(room);
        memcpy(apdu + head, request, sizeof request);
        assert_int_equal(dlms_security_send(&parties_client.side.context, &by, apdu + head,
                                            sizeof request, apdu, room),
                         delivery.size);
        assert_memory_equal(apdu, delivery.apdu, delivery.size);
        free(apdu);
    }
}

/* The limit is exact: so much fits, and one octet more does not. */
static void limits_are_exact(void **state)
{
    static uint8_t text[KIT_TEXT] = {DLMS_GET_REQUEST};
    (void)state;
    parties_set_up(DLMS_SUITE_2);
    for (int signature = DLMS_SIGNED_ALONE; signature <= DLMS_SIGNED_AROUND; signature++) {
        struct dlms_protection by = parties_protection(signature == DLMS_SIGNED_ALONE ? 0 : 0x30,
                                                       (enum dlms_signature)signature, 0);
        for (size_t pdu = 300; pdu < 500; pdu += 13) {
            size_t limit = dlms_security_limit(&by, pdu);
            kit_send(&parties_client.side, by, text, limit, &delivery);
            assert_in_range(delivery.size, 1, pdu);
            kit_send(&parties_client.side, by, text, limit + 3, &delivery);
            assert_true(delivery.size > pdu);
        }
    }
}

/* Any bit, in any nesting. */
static void what_is_changed_is_refused(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    for (int signature = DLMS_SIGNED_ALONE; signature <= DLMS_SIGNED_AROUND; signature++) {
        struct dlms_protection by = parties_protection(signature == DLMS_SIGNED_ALONE ? 0 : 0x30,
                                                       (enum dlms_signature)signature,
                                                       signature == DLMS_SIGNED_ALONE ? 0 : 1);
        kit_send(&parties_client.side, by, request, sizeof request, &delivery);
        for (size_t at = 0; at < delivery.size; at += 3) {
            uint32_t before = parties_server.side.received[DLMS_COUNTER_OF_WRAPPED].next;
            delivery.apdu[at] ^= (uint8_t)(1U << at % 8);
            assert_int_not_equal(kit_receive(&parties_server.side, &delivery), 0);
            delivery.apdu[at] ^= (uint8_t)(1U << at % 8);
            parties_server.side.received[DLMS_COUNTER_OF_WRAPPED].next = before;
        }
        assert_int_equal(kit_receive(&parties_server.side, &delivery), 0);
    }
}

/* Cut off anywhere; a copy of just that size shows a sanitizer who reads on. */
static void what_is_cut_off_is_refused(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    kit_send(&parties_client.side, parties_protection(0, DLMS_SIGNED_ALONE, 0), request,
             sizeof request, &delivery);
    for (size_t size = 0; size < delivery.size; size++) {
        uint8_t *copy = malloc(size + 1);
        struct dlms_protection how;
        struct reader plain;
        memcpy(copy, delivery.apdu, size);
        assert_int_equal(dlms_security_receive(&parties_server.side.context, copy, size,
                                               delivery.scratch, sizeof delivery.scratch, &how,
                                               &plain),
                         DLMS_SECURITY_MALFORMED);
        free(copy);
    }
}

static int deliver(struct dlms_protection by)
{
    kit_send(&parties_client.side, by, request, sizeof request, &delivery);
    assert_true(delivery.size > 0);
    return kit_receive(&parties_server.side, &delivery);
}

/* Signed by another, to another, by one whose key nobody knows. */
static void only_the_peer_signs(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    struct dlms_protection by = parties_protection(0x30, DLMS_SIGNED_INSIDE, 0);
    parties_client.signing.own = parties_server.private_key[DLMS_USE_SIGNATURE];
    assert_int_equal(deliver(by), DLMS_SECURITY_TAG);
    by.signature = DLMS_SIGNED_AROUND;
    assert_int_equal(deliver(by), DLMS_SECURITY_TAG);
    parties_client.signing.own = parties_client.private_key[DLMS_USE_SIGNATURE];
    assert_int_equal(deliver(by), 0);
    by.signing.originator.octets = kit_server;
    assert_int_equal(deliver(by), DLMS_SECURITY_KEY);
    by.signing = parties_fields();
    by.signing.recipient.octets = (const uint8_t *)"somebody";
    assert_int_equal(deliver(by), DLMS_SECURITY_KEY);
    by.signing = parties_fields();
    parties_server.signing.peer = NULL;
    assert_int_equal(deliver(by), DLMS_SECURITY_KEY);
    parties_server.signing.ecc = NULL;
    assert_int_equal(deliver(by), DLMS_SECURITY_KEY);
    parties_client.signing.own = NULL;
    kit_send(&parties_client.side, by, request, sizeof request, &delivery);
    assert_int_equal(delivery.size, 0);
}

/* What is refused leaves the counter where it was, also when it was deciphered before. */
static void what_is_refused_counts_for_nothing(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    const struct dlms_counter *counter = &parties_server.side.received[DLMS_COUNTER_OF_UNICAST];
    parties_client.signing.own = parties_server.private_key[DLMS_USE_SIGNATURE];
    assert_int_equal(deliver(parties_protection(0x30, DLMS_SIGNED_INSIDE, 0)), DLMS_SECURITY_TAG);
    assert_int_equal(counter->next, 0);
    parties_server.side.context.requires_signature = true;
    assert_int_equal(deliver(parties_protection(0x20, DLMS_UNSIGNED, 0)), DLMS_SECURITY_WEAK);
    assert_int_equal(counter->next, 0);
    parties_client.signing.own = parties_client.private_key[DLMS_USE_SIGNATURE];
    assert_int_equal(deliver(parties_protection(0x30, DLMS_SIGNED_INSIDE, 0)), 0);
    assert_true(counter->next > 0);
}

/* Less than what is required: not signed, or only signed. */
static void what_is_required(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    parties_server.side.context.requires_signature = true;
    assert_int_equal(deliver(parties_protection(0x30, DLMS_UNSIGNED, 0)), DLMS_SECURITY_WEAK);
    assert_int_equal(deliver(parties_protection(0x30, DLMS_SIGNED_INSIDE, 0)), 0);
    assert_int_equal(deliver(parties_protection(0, DLMS_SIGNED_ALONE, 0)), 0);
    parties_server.side.context.required = DLMS_CONTROL_AUTHENTICATED;
    assert_int_equal(deliver(parties_protection(0, DLMS_SIGNED_ALONE, 0)), DLMS_SECURITY_WEAK);
    assert_int_equal(deliver(parties_protection(0x20, DLMS_SIGNED_AROUND, 0)), DLMS_SECURITY_WEAK);
    assert_int_equal(deliver(parties_protection(0x30, DLMS_SIGNED_AROUND, 0)), 0);
}

/* A signature in a signature, a ciphered APDU in one that was signed inside: nobody makes these. */
static void no_deeper_nesting(void **state)
{
    (void)state;
    static struct kit_delivery inner;
    parties_set_up(DLMS_SUITE_1);
    kit_send(&parties_client.side, parties_protection(0, DLMS_SIGNED_ALONE, 0), request,
             sizeof request, &inner);
    kit_send(&parties_client.side, parties_protection(0, DLMS_SIGNED_ALONE, 0), inner.apdu,
             inner.size, &delivery);
    assert_int_equal(kit_receive(&parties_server.side, &delivery), DLMS_SECURITY_MALFORMED);
    struct dlms_protection by = parties_protection(0x30, DLMS_SIGNED_AROUND, 0);
    kit_send(&parties_client.side, by, inner.apdu, inner.size, &delivery);
    assert_int_equal(kit_receive(&parties_server.side, &delivery), DLMS_SECURITY_MALFORMED);
    by.signature = DLMS_SIGNED_INSIDE;
    kit_send(&parties_client.side, by, inner.apdu, inner.size, &delivery);
    assert_int_equal(kit_receive(&parties_server.side, &delivery), DLMS_SECURITY_MALFORMED);
}

/* Keys that cannot be agreed on: one is missing, or is no point; the scheme is none. */
static void agreements_that_fail(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    struct dlms_protection by = parties_protection(0x30, DLMS_UNSIGNED, DLMS_AGREEMENT_STATIC);
    parties_server.signing.own_agreement = parties_client.private_key[DLMS_USE_AGREEMENT];
    assert_int_equal(deliver(by), DLMS_SECURITY_TAG);
    parties_server.signing.own_agreement = NULL;
    assert_int_equal(deliver(by), DLMS_SECURITY_KEY);
    parties_server.signing.own_agreement = parties_server.private_key[DLMS_USE_AGREEMENT];
    parties_server.public_key[DLMS_USE_AGREEMENT][40] ^= 1;
    kit_send(&parties_client.side, by, request, sizeof request, &delivery);
    assert_int_equal(delivery.size, 0);
    parties_server.public_key[DLMS_USE_AGREEMENT][40] ^= 1;
    by.general.key_parameters.size = 0;
    kit_send(&parties_client.side, by, request, sizeof request, &delivery);
    assert_int_equal(delivery.size, 0);
    by = parties_protection(0x30, DLMS_UNSIGNED, DLMS_AGREEMENT_ONE_PASS);
    parties_client.signing.own = parties_server.private_key[DLMS_USE_SIGNATURE];
    assert_int_equal(deliver(by), DLMS_SECURITY_TAG);
    parties_client.signing.own = parties_client.private_key[DLMS_USE_SIGNATURE];
    assert_int_equal(deliver(by), 0);
    parties_server.side.ring.suite = DLMS_SUITE_2;
    assert_int_equal(deliver(by), DLMS_SECURITY_KEY);
}

/* Each one-pass APDU has a key of its own, each transaction of a static agreement too. */
static void keys_differ(void **state)
{
    (void)state;
    uint8_t first[DLMS_KEY_MAX];
    parties_set_up(DLMS_SUITE_2);
    for (uint8_t scheme = DLMS_AGREEMENT_ONE_PASS; scheme <= DLMS_AGREEMENT_STATIC; scheme++) {
        struct dlms_protection by = parties_protection(0x30, DLMS_UNSIGNED, scheme);
        assert_int_equal(deliver(by), 0);
        assert_int_equal(parties_server.side.unwrapped.size, 32);
        memcpy(first, parties_server.side.unwrapped.octets, sizeof first);
        by.general.transaction_id.size--;
        assert_int_equal(deliver(by), 0);
        assert_memory_not_equal(first, parties_server.side.unwrapped.octets, sizeof first);
        assert_memory_equal(parties_client.side.unwrapped.octets,
                            parties_server.side.unwrapped.octets, sizeof first);
    }
}

/* key_agreement: both sides come to one key, which is another for each key id and each exchange. */
static void exchanges(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        parties_set_up((enum dlms_suite)suite);
        uint8_t of_client[DLMS_AGREED_MAX];
        uint8_t of_server[DLMS_AGREED_MAX];
        uint8_t secret_c[CRYPTO_CURVE_MAX];
        uint8_t secret_s[CRYPTO_CURVE_MAX];
        uint8_t key_c[DLMS_KEY_MAX];
        uint8_t key_s[DLMS_KEY_MAX];
        const size_t size = dlms_exchange_size(parties_client.signing.curve);
        for (uint8_t id = 0; id < DLMS_KEYS; id++) {
            assert_int_equal(dlms_exchange_make(&parties_client.signing, id, secret_c, of_client),
                             0);
            assert_int_equal(dlms_exchange_make(&parties_server.signing, id, secret_s, of_server),
                             0);
            struct dlms_octets to_client = {of_server, size};
            struct dlms_octets to_server = {of_client, size};
            assert_int_equal(dlms_exchange_take(&parties_client.signing, id, to_client, kit_server,
                                                secret_c, kit_client, kit_server, key_c),
                             0);
            assert_int_equal(dlms_exchange_take(&parties_server.signing, id, to_server, kit_client,
                                                secret_s, kit_client, kit_server, key_s),
                             0);
            assert_memory_equal(key_c, key_s, dlms_key_size((enum dlms_suite)suite));
            /* signed for another key, cut off, or changed */
            assert_int_equal(dlms_exchange_take(&parties_server.signing, (uint8_t)(id ^ 1),
                                                to_server, kit_client, secret_s, kit_client,
                                                kit_server, key_s),
                             DLMS_SECURITY_TAG);
            to_server.size--;
            assert_int_equal(dlms_exchange_take(&parties_server.signing, id, to_server, kit_client,
                                                secret_s, kit_client, kit_server, key_s),
                             DLMS_SECURITY_KEY);
            to_server.size++;
            of_client[5] ^= 1;
            assert_int_equal(dlms_exchange_take(&parties_server.signing, id, to_server, kit_client,
                                                secret_s, kit_client, kit_server, key_s),
                             DLMS_SECURITY_TAG);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_nesting_there_and_back),
        cmocka_unit_test(specific_forms_hold_no_signature),
        cmocka_unit_test(in_place_as_apart),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(what_is_changed_is_refused),
        cmocka_unit_test(what_is_cut_off_is_refused),
        cmocka_unit_test(only_the_peer_signs),
        cmocka_unit_test(what_is_refused_counts_for_nothing),
        cmocka_unit_test(what_is_required),
        cmocka_unit_test(no_deeper_nesting),
        cmocka_unit_test(agreements_that_fail),
        cmocka_unit_test(keys_differ),
        cmocka_unit_test(exchanges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
