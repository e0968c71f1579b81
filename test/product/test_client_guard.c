/* The client's guard against a meter: every mechanism, every protection, every form; and servers
 * that are not what they say. */
#include "dlms/client_guard.h"

#include "cosem/data.h"
#include "dlms/client_list.h"
#include "test/product/head_end.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 1024, BOTH = DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED };

static const struct cosem_name clock_name = COSEM_NAME(0, 0, 1, 0, 0);
static const struct cosem_name list_name = COSEM_NAME(0, 0, 40, 0, 0);

static struct dlms_client codec;
static struct dlms_client_guard guard;
static struct crypto_random port;
static struct dlms_refusal refusal;
static uint8_t value[RIG_VALUE_MOST];
static uint8_t sent[DLMS_PROTECT_HEAD + ROOM];
static uint8_t *const request = sent + DLMS_PROTECT_HEAD;
static uint8_t deciphered[ROOM];

static int count_down(void *context, uint8_t *octets, size_t size)
{
    static uint8_t next = 200;
    (void)context;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next--;
    }
    return 0;
}

static const struct crypto_entropy entropy = {.read = count_down};

static struct dlms_client_security security(enum dlms_mechanism mechanism, uint8_t control,
                                            enum dlms_form form)
{
    struct dlms_client_security use = {
        .mechanism = mechanism,
        .secret = {(const uint8_t *)"12345678", 8},
        .control = control,
        .form = form,
        .challenge_size = 16,
    };
    memcpy(use.title, kit_client, DLMS_TITLE_SIZE);
    return use;
}

static void begin(const struct dlms_client_security *use, uint16_t pdu)
{
    uint32_t counter = guard.sent.next;
    dlms_client_init(&codec, value, sizeof value, pdu);
    dlms_client_guard_init(&guard, use, DLMS_SUITE_0);
    kit_ring(&guard.ring, DLMS_SUITE_0);
    assert_int_equal(dlms_key_put(&guard.dedicated, (const uint8_t *)"a dedicated key!", 16), 0);
    assert_int_equal(crypto_random_begin(&port, &entropy, "client", 6), 0);
    guard.sent.next = counter > 0 ? counter : DLMS_COUNTER_FIRST;
}

static int new_meter(void **state)
{
    memset(&guard, 0, sizeof guard);
    int result = set_up(state);
    dlms_server_allow(&rig.server, SAP, DLMS_MECHANISM_MD5);
    dlms_server_allow(&rig.server, SAP, DLMS_MECHANISM_SHA1);
    return result;
}

static enum dlms_client_outcome open_up(void)
{
    size_t size = dlms_client_guard_open(&guard, &codec, &port, request, ROOM);
    assert_true(size > 0);
    ask(request, size);
    return dlms_client_guard_opened(&guard, &codec, answer, answered, &refusal);
}

/* A plain request through the guard and back; what came, plain. */
static struct reader carry(size_t size)
{
    struct reader plain;
    size = dlms_client_guard_send(&guard, request, size, sent, sizeof sent);
    assert_true(size > 0);
    ask(sent, size);
    assert_int_equal(
        dlms_client_guard_receive(&guard, answer, answered, deciphered, sizeof deciphered, &plain),
        0);
    return plain;
}

static enum dlms_client_outcome converse(size_t size)
{
    for (;;) {
        struct reader plain = carry(size);
        enum dlms_client_outcome outcome =
            dlms_client_answer(&codec, plain.data, plain.size, &refusal);
        if (outcome != DLMS_CLIENT_MORE) {
            return outcome;
        }
        size = dlms_client_next(&codec, request, ROOM);
    }
}

/* All of it, for the mechanisms of high level security. */
static bool associate(void)
{
    enum dlms_client_outcome outcome = open_up();
    if (outcome != DLMS_CLIENT_MORE) {
        return outcome == DLMS_CLIENT_DONE;
    }
    size_t size = dlms_client_guard_prove(&guard, &codec, request, ROOM);
    return size > 0 && converse(size) == DLMS_CLIENT_DONE &&
           dlms_client_guard_proved(&guard, &codec);
}

static enum dlms_client_outcome set_zone(int16_t minutes)
{
    static const struct dlms_target zone = {8, COSEM_NAME(0, 0, 1, 0, 0), 3};
    uint8_t octets[] = {COSEM_I16, (uint8_t)((uint16_t)minutes >> 8), (uint8_t)minutes};
    size_t size = dlms_client_set(&codec, &zone, reader_over(octets, sizeof octets), request, ROOM);
    return converse(size);
}

/* ACCESS reads, writes and reads again, protected as everything else. */
static void access_works(int16_t zone)
{
    static const struct dlms_target target = {8, COSEM_NAME(0, 0, 1, 0, 0), 3};
    const uint8_t octets[] = {COSEM_I16, (uint8_t)((uint16_t)zone >> 8), (uint8_t)zone};
    const struct dlms_order orders[] = {
        {.what = DLMS_ACCESS_SET, .target = target, .value = reader_over(octets, sizeof octets)},
        {.what = DLMS_ACCESS_GET, .target = target},
        {.what = DLMS_ACCESS_SET, .target = target}, /* null-data is no zone */
    };
    size_t size = dlms_client_access(&codec, orders, 3, false, request, ROOM);
    assert_true(size > 0);
    assert_int_equal(converse(size), DLMS_CLIENT_DONE);
    struct dlms_outcomes outcomes = dlms_client_outcomes(&codec);
    assert_int_equal(dlms_outcomes_next(&outcomes).result, COSEM_SUCCESS);
    struct dlms_order_outcome read = dlms_outcomes_next(&outcomes);
    assert_int_equal(read.result, COSEM_SUCCESS);
    assert_int_equal(read.value.size, sizeof octets);
    assert_memory_equal(read.value.data, octets, sizeof octets);
    assert_int_equal(dlms_outcomes_next(&outcomes).result, COSEM_TYPE_UNMATCHED);
}

static uint8_t tag_of_get(uint8_t control, enum dlms_form form)
{
    static const uint8_t tags[] = {0xC8, 0xD0, 0xDB, 0xDC, 0xDD};
    return control == 0 ? 0xC0 : tags[form];
}

static void works(const struct dlms_client_security *use, int16_t zone)
{
    begin(use, 256);
    if (!associate()) {
        fail_msg("mechanism %d control %02X form %d", use->mechanism, use->control, use->form);
    }
    size_t size = dlms_client_get(&codec, 15, &list_name, 2, request, ROOM);
    enum dlms_client_outcome outcome = converse(size); /* in blocks */
    if (outcome != DLMS_CLIENT_DONE) {
        fail_msg("mechanism %d control %02X form %d: %d, exception %d %d, result %d",
                 use->mechanism, use->control, use->form, outcome, refusal.exception[0],
                 refusal.exception[1], refusal.result);
    }
    assert_true(codec.block > 2);
    assert_int_equal(set_zone(zone), DLMS_CLIENT_DONE);
    assert_int_equal(rig.clock.zone.offset_min, -zone); /* west of Greenwich */
    size = dlms_client_get(&codec, 8, &clock_name, 3, request, ROOM);
    assert_int_equal(converse(size), DLMS_CLIENT_DONE);
    assert_int_equal(sent[0], tag_of_get(use->control, use->form));
    assert_int_equal((int16_t)(value[1] << 8 | value[2]), zone);
    access_works((int16_t)-zone);
}

static void every_way_works(void **state)
{
    (void)state;
    static const enum dlms_mechanism mechanisms[] = {DLMS_MECHANISM_LOW, DLMS_MECHANISM_MD5,
                                                     DLMS_MECHANISM_SHA1, DLMS_MECHANISM_GMAC,
                                                     DLMS_MECHANISM_SHA256};
    static const uint8_t controls[] = {0, DLMS_CONTROL_AUTHENTICATED, DLMS_CONTROL_ENCRYPTED, BOTH};
    int16_t zone = 1;
    for (size_t m = 0; m < sizeof mechanisms / sizeof mechanisms[0]; m++) {
        for (size_t c = 0; c < sizeof controls; c++) {
            for (int form = DLMS_FORM_GLO; form <= DLMS_FORM_GENERAL; form++) {
                struct dlms_client_security use =
                    security(mechanisms[m], controls[c], (enum dlms_form)form);
                works(&use, zone++);
            }
        }
    }
}

static struct dlms_client_security wrapping(void)
{
    struct dlms_client_security use = security(DLMS_MECHANISM_GMAC, BOTH, DLMS_FORM_GENERAL);
    use.wraps = true;
    return use;
}

/* A key of ours in every APDU, wrapped by the master key. */
static void a_wrapped_key_works(void **state)
{
    (void)state;
    static const uint8_t wraps[] = {1, 1, 0, 24}; /* key-info: there, wrapped, by the master key */
    struct dlms_client_security use = wrapping();
    begin(&use, 512);
    assert_int_equal(
        dlms_keyring_put(&guard.ring, DLMS_KEY_MASTER, (const uint8_t *)"the master's key", 16), 0);
    assert_true(associate());
    assert_int_equal(set_zone(77), DLMS_CLIENT_DONE);
    assert_int_equal(rig.clock.zone.offset_min, -77);
    access_works(78);
    bool found = false;
    for (size_t at = 0; at < 64; at++) {
        found |= memcmp(sent + at, wraps, sizeof wraps) == 0;
    }
    assert_true(found);
}

/* Without a master key, or with another, nothing is said, or nothing believed. */
static void a_key_wrapped_wrong_does_nothing(void **state)
{
    (void)state;
    struct dlms_client_security use = wrapping();
    begin(&use, 512);
    guard.ring.there &= (uint8_t) ~(1U << DLMS_KEY_MASTER);
    assert_int_equal(open_up(), DLMS_CLIENT_MORE);
    size_t size = dlms_client_guard_prove(&guard, &codec, request, ROOM);
    assert_int_equal(dlms_client_guard_send(&guard, request, size, sent, sizeof sent), 0);
    assert_int_equal(
        dlms_keyring_put(&guard.ring, DLMS_KEY_MASTER, (const uint8_t *)"another one's key", 16),
        0);
    assert_int_equal(converse(size), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.exception[1], DLMS_DECIPHERING_ERROR);
    assert_false(is_served());
}

/* In a ciphered association only who has the keys releases it ciphered; a plain one needs none. */
static void releases(void **state)
{
    (void)state;
    static const uint8_t controls[] = {0, DLMS_CONTROL_AUTHENTICATED, DLMS_CONTROL_ENCRYPTED, BOTH};
    for (size_t i = 0; i < sizeof controls; i++) {
        struct dlms_client_security use = security(DLMS_MECHANISM_GMAC, controls[i], DLMS_FORM_GLO);
        begin(&use, 512);
        assert_true(associate());
        size_t size = dlms_client_guard_release(&guard, &codec, request, ROOM);
        assert_true(controls[i] == 0 ? size == 5 : size > 20);
        if (controls[i] == BOTH) {
            request[size - 1] ^= 1;
            ask(request, size);
            assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
            assert_true(rig_association(&rig, PRODUCT_SAP_MANAGEMENT)->open);
            request[size - 1] ^= 1;
        }
        ask(request, size);
        assert_int_equal(answer[0], DLMS_RLRE);
        assert_false(rig_association(&rig, PRODUCT_SAP_MANAGEMENT)->open);
    }
}

/* Challenges of every size that the standard has. */
static void challenges_of_every_size(void **state)
{
    (void)state;
    struct dlms_client_security use = security(DLMS_MECHANISM_GMAC, BOTH, DLMS_FORM_GLO);
    for (uint8_t size = DLMS_CHALLENGE_LEAST; size <= DLMS_CHALLENGE_MOST; size++) {
        use.challenge_size = size;
        begin(&use, 256);
        assert_true(associate());
    }
}

/* A server that does not know the secret can open, and then proves nothing. */
static void a_wrong_proof_is_noticed(void **state)
{
    (void)state;
    static const enum dlms_mechanism mechanisms[] = {DLMS_MECHANISM_MD5, DLMS_MECHANISM_SHA1,
                                                     DLMS_MECHANISM_GMAC, DLMS_MECHANISM_SHA256};
    for (size_t m = 0; m < sizeof mechanisms / sizeof mechanisms[0]; m++) {
        struct dlms_client_security use = security(mechanisms[m], 0, DLMS_FORM_GLO);
        begin(&use, 256);
        assert_int_equal(open_up(), DLMS_CLIENT_MORE);
        struct reader plain = carry(dlms_client_guard_prove(&guard, &codec, request, ROOM));
        for (size_t at = plain.size - 16; at < plain.size; at++) {
            answer[at] ^= 1;
            dlms_client_answer(&codec, answer, answered, &refusal);
            assert_false(dlms_client_guard_proved(&guard, &codec));
            answer[at] ^= 1;
            codec.size = 0;
        }
        dlms_client_answer(&codec, answer, answered, &refusal);
        assert_true(dlms_client_guard_proved(&guard, &codec));
    }
}

/* A secret, or a key, that is wrong: the meter does not open. */
static void wrong_secrets_open_nothing(void **state)
{
    (void)state;
    struct dlms_client_security use = security(DLMS_MECHANISM_SHA256, 0, DLMS_FORM_GLO);
    use.secret = (struct dlms_octets){(const uint8_t *)"12345679", 8};
    begin(&use, 256);
    assert_false(associate());
    assert_int_equal(refusal.result, COSEM_READ_WRITE_DENIED);
    use = security(DLMS_MECHANISM_LOW, 0, DLMS_FORM_GLO);
    use.secret.size = 7;
    begin(&use, 256);
    assert_int_equal(open_up(), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.diagnostic, DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE);
    use = security(DLMS_MECHANISM_GMAC, BOTH, DLMS_FORM_GLO);
    begin(&use, 256);
    guard.ring.octets[DLMS_KEY_AUTHENTICATION][0] ^= 1;
    assert_int_equal(open_up(), DLMS_CLIENT_REFUSED);
    assert_false(is_served());
}

/* What has been said before is refused on either side; the meter says where its counter stands. */
static void nothing_is_taken_twice(void **state)
{
    (void)state;
    struct dlms_client_security use = security(DLMS_MECHANISM_GMAC, BOTH, DLMS_FORM_GLO);
    begin(&use, 256);
    assert_true(associate());
    size_t size = dlms_client_get(&codec, 8, &clock_name, 3, request, ROOM);
    carry(size);
    struct reader plain;
    assert_int_equal(
        dlms_client_guard_receive(&guard, answer, answered, deciphered, sizeof deciphered, &plain),
        DLMS_SECURITY_COUNTER);
    uint32_t expected = guard.sent.next;
    guard.sent.next = 1;
    size = dlms_client_get(&codec, 8, &clock_name, 3, request, ROOM);
    assert_int_equal(converse(size), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.exception[1], DLMS_INVOCATION_COUNTER_ERROR);
    assert_int_equal(refusal.counter, expected);
    guard.sent.next = 1;
    assert_int_equal(open_up(), DLMS_CLIENT_REFUSED);
}

/* An answer changed anywhere, or cut short, is no answer; nor is a plain one. */
static void changed_answers_are_refused(void **state)
{
    (void)state;
    struct dlms_client_security use = security(DLMS_MECHANISM_GMAC, BOTH, DLMS_FORM_GENERAL_GLO);
    struct reader plain;
    begin(&use, 256);
    assert_true(associate());
    size_t size = dlms_client_get(&codec, 8, &clock_name, 3, request, ROOM);
    size = dlms_client_guard_send(&guard, request, size, sent, sizeof sent);
    ask(sent, size);
    for (size_t at = 0; at < answered; at++) {
        answer[at] ^= 0x40;
        assert_true(dlms_client_guard_receive(&guard, answer, answered, deciphered,
                                              sizeof deciphered, &plain) < 0);
        answer[at] ^= 0x40;
        assert_true(dlms_client_guard_receive(&guard, answer, at, deciphered, sizeof deciphered,
                                              &plain) < 0);
    }
    static const uint8_t naked[] = {0xC4, 1, 0xC1, 0, 0x10, 0, 60};
    assert_int_equal(dlms_client_guard_receive(&guard, naked, sizeof naked, deciphered,
                                               sizeof deciphered, &plain),
                     DLMS_SECURITY_WEAK);
    assert_int_equal(
        dlms_client_guard_receive(&guard, answer, answered, deciphered, sizeof deciphered, &plain),
        0);
    assert_int_equal(plain.data[0], DLMS_GET_RESPONSE);
}

/* An AARE cut short anywhere opens nothing, and asks for no proof. */
static void broken_openings_open_nothing(void **state)
{
    (void)state;
    struct dlms_client_security use = security(DLMS_MECHANISM_GMAC, BOTH, DLMS_FORM_GLO);
    begin(&use, 256);
    ask(request, dlms_client_guard_open(&guard, &codec, &port, request, ROOM));
    for (size_t size = 0; size < answered; size++) {
        uint8_t *cut = malloc(size + 1);
        memcpy(cut, answer, size);
        enum dlms_client_outcome outcome =
            dlms_client_guard_opened(&guard, &codec, cut, size, &refusal);
        free(cut);
        assert_int_equal(outcome, DLMS_CLIENT_MALFORMED);
    }
    assert_int_equal(dlms_client_guard_opened(&guard, &codec, answer, answered, &refusal),
                     DLMS_CLIENT_MORE);
}

/* Who sends our own challenge back wants our proof of it, to use it as his own. */
static void our_own_challenge_is_not_answered(void **state)
{
    (void)state;
    struct dlms_client_security use = security(DLMS_MECHANISM_GMAC, 0, DLMS_FORM_GLO);
    begin(&use, 256);
    ask(request, dlms_client_guard_open(&guard, &codec, &port, request, ROOM));
    static const uint8_t head[] = {0xAA, 0x12, 0x80, 0x10}; /* responding-authentication-value */
    uint8_t *at = answer;
    while (memcmp(at, head, sizeof head) != 0) {
        at++;
        assert_true(at < answer + answered - sizeof head);
    }
    memcpy(at + sizeof head, guard.challenge_c, 16);
    assert_int_equal(dlms_client_guard_opened(&guard, &codec, answer, answered, &refusal),
                     DLMS_CLIENT_MALFORMED);
}

/* Without a key, entropy or counter nothing is sent at all. */
static void nothing_is_sent_unprotected(void **state)
{
    (void)state;
    struct dlms_client_security use = security(DLMS_MECHANISM_GMAC, BOTH, DLMS_FORM_GLO);
    begin(&use, 256);
    guard.ring.there &= (uint8_t) ~(1U << DLMS_KEY_AUTHENTICATION);
    assert_int_equal(dlms_client_guard_open(&guard, &codec, &port, request, ROOM), 0);
    begin(&use, 256);
    guard.ring.there &= (uint8_t) ~(1U << DLMS_KEY_UNICAST);
    assert_int_equal(dlms_client_guard_open(&guard, &codec, &port, request, ROOM), 0);
    begin(&use, 256);
    guard.sent.next = UINT32_MAX;
    assert_int_equal(dlms_client_guard_open(&guard, &codec, &port, request, ROOM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_way_works, new_meter),
        cmocka_unit_test_setup(a_wrapped_key_works, new_meter),
        cmocka_unit_test_setup(a_key_wrapped_wrong_does_nothing, new_meter),
        cmocka_unit_test_setup(releases, new_meter),
        cmocka_unit_test_setup(challenges_of_every_size, new_meter),
        cmocka_unit_test_setup(a_wrong_proof_is_noticed, new_meter),
        cmocka_unit_test_setup(wrong_secrets_open_nothing, new_meter),
        cmocka_unit_test_setup(nothing_is_taken_twice, new_meter),
        cmocka_unit_test_setup(changed_answers_are_refused, new_meter),
        cmocka_unit_test_setup(broken_openings_open_nothing, new_meter),
        cmocka_unit_test_setup(our_own_challenge_is_not_answered, new_meter),
        cmocka_unit_test_setup(nothing_is_sent_unprotected, new_meter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
