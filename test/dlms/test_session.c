/* Several sessions and associations of one server, and the server's own bookkeeping. */
#include "dlms/server.h"
#include "test/cosem/three.h"
#include "test/dlms/session_ask.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { PDU = 64, ROOM = DLMS_ANSWER_ROOM(PDU), SESSIONS = 8 };

enum { PLACES = 2 };

static const struct dlms_partner partners[PLACES] = {
    {.sap = 16, .column = 0, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = 2, .column = 1, .mechanism = DLMS_MECHANISM_LOW},
};
static const uint8_t aarq[] = {0x60, 0x1D, 0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08,
                               0x01, 0x01, 0xBE, 0x10, 0x04, 0x0E, 0x01, 0x00, 0x00, 0x00, 0x06,
                               0x5F, 0x1F, 0x04, 0x00, 0x00, 0x7E, 0x1F, 0x00, 0x40};
static const uint8_t rlrq[] = {0x62, 0x00};
static const uint8_t get_text[] = {0xC0, 1, 0xC1, 0, 1, 0, 0, 42, 0, 0, 255, 2, 0};

static struct dlms_server server;
static struct dlms_session sessions[SESSIONS];
static struct dlms_association places[SESSIONS][PLACES];
static uint32_t looks;
static struct three_state three;
static struct cosem_context context = {.looks = &looks, .state = &three};
static uint8_t answer[ROOM];

static int set_up(void **state)
{
    (void)state;
    dlms_server_init(&server, &three_model, &context, partners, 2);
    for (int i = 0; i < SESSIONS; i++) {
        dlms_session_init(&sessions[i], &server, PDU);
        dlms_session_lend(&sessions[i], places[i], PLACES);
    }
    return 0;
}

static size_t ask(int session, uint16_t sap, const uint8_t *apdu, size_t size)
{
    return session_ask(&sessions[session], sap, 1, apdu, size, answer, sizeof answer);
}

static void open_public(int session)
{
    assert_int_equal(ask(session, 16, aarq, sizeof aarq), 43);
    assert_int_equal(answer[17], DLMS_ACCEPTED);
}

/* Eight clients take turns, block by block; none disturbs another. */
static void long_transfers_run_side_by_side(void **state)
{
    (void)state;
    enum { BLOCKS = 6, HEAD = 10 };
    uint8_t values[SESSIONS][400];
    size_t sizes[SESSIONS] = {0};
    for (int i = 0; i < SESSIONS; i++) {
        open_public(i);
    }
    for (uint8_t block = 0; block < BLOCKS; block++) {
        const uint8_t next[] = {0xC0, 2, 0xC1, 0, 0, 0, block};
        for (int i = 0; i < SESSIONS; i++) {
            size_t size =
                block == 0 ? ask(i, 16, get_text, sizeof get_text) : ask(i, 16, next, sizeof next);
            assert_true(size > HEAD && size <= PDU);
            assert_int_equal(answer[3], block == BLOCKS - 1);
            memcpy(values[i] + sizes[i], answer + HEAD, size - HEAD);
            sizes[i] += size - HEAD;
        }
    }
    for (int i = 0; i < SESSIONS; i++) {
        assert_int_equal(sizes[i], THREE_TEXT_SIZE + 4);
        assert_memory_equal(values[i], values[0], sizes[0]);
    }
}

/* A client that takes more than our buffer holds gets blocks of our size. */
static void our_own_buffer_bounds_the_blocks(void **state)
{
    (void)state;
    uint8_t roomy[sizeof aarq];
    memcpy(roomy, aarq, sizeof roomy);
    roomy[sizeof roomy - 2] = 0x04;
    assert_int_equal(ask(0, 16, roomy, sizeof roomy), 43);
    assert_int_equal(ask(0, 16, get_text, sizeof get_text), PDU);
    assert_int_equal(answer[1], 2);
}

static void open_associations_are_counted(void **state)
{
    (void)state;
    open_public(0);
    open_public(1);
    open_public(1);
    assert_int_equal(server.associated[0], 2);
    assert_int_equal(ask(0, 16, rlrq, sizeof rlrq), 5);
    assert_int_equal(server.associated[0], 1);
    dlms_session_close(&sessions[1]);
    dlms_session_close(&sessions[1]);
    dlms_session_close(&sessions[2]);
    assert_int_equal(server.associated[0], 0);
}

static void other_logical_devices_are_silent(void **state)
{
    (void)state;
    static const uint16_t saps[] = {0, 2, 17, 127, 65535};
    for (size_t i = 0; i < sizeof saps / sizeof saps[0]; i++) {
        assert_int_equal(
            session_ask(&sessions[0], 16, saps[i], aarq, sizeof aarq, answer, sizeof answer), 0);
    }
    assert_int_equal(server.associated[0], 0);
}

/* A meter whose password was never set lets nobody in, with an empty one least of all. */
static void without_a_password_nobody_reads(void **state)
{
    (void)state;
    static const uint8_t empty[] = {0x60, 0x2E, 0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05,
                                    0x08, 0x01, 0x01, 0x8A, 0x02, 7,    0x80, 0x8B, 0x07, 0x60,
                                    0x85, 0x74, 0x05, 0x08, 0x02, 0x01, 0xAC, 0x02, 0x80, 0x00,
                                    0xBE, 0x10, 0x04, 0x0E, 0x01, 0x00, 0x00, 0x00, 0x06, 0x5F,
                                    0x1F, 0x04, 0x00, 0x00, 0x7E, 0x1F, 0x04, 0xB0};
    assert_int_equal(ask(0, 2, empty, sizeof empty), 43);
    assert_int_equal(answer[17], DLMS_REJECTED_PERMANENT);
    assert_int_equal(answer[24], DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE);
}

static void passwords_have_bounds(void **state)
{
    (void)state;
    char octets[DLMS_SECRET_MAX + 1];
    memset(octets, 'x', sizeof octets);
    assert_int_equal(dlms_server_set_password(&server, 2, octets, DLMS_SECRET_MAX), 0);
    assert_int_equal(dlms_server_set_password(&server, 2, octets, DLMS_SECRET_MAX + 1), -1);
    assert_int_equal(dlms_server_set_password(&server, 3, octets, 1), -1);
    const struct dlms_secret *secret = &server.passwords[1];
    const uint8_t *given = (const uint8_t *)octets;
    assert_true(dlms_secret_matches(secret, given, DLMS_SECRET_MAX));
    assert_false(dlms_secret_matches(secret, given, DLMS_SECRET_MAX - 1));
    assert_false(dlms_secret_matches(secret, given, DLMS_SECRET_MAX + 1));
    for (size_t i = 0; i < DLMS_SECRET_MAX; i++) {
        octets[i] ^= 1;
        assert_false(dlms_secret_matches(secret, given, DLMS_SECRET_MAX));
        octets[i] ^= 1;
    }
}

/* A password of the same octets over and over, longer than what a secret can be. */
static void a_password_that_repeats_does_not_match(void **state)
{
    (void)state;
    uint8_t twice[2 * DLMS_SECRET_MAX];
    struct dlms_secret secret;
    memset(twice, 'x', sizeof twice);
    assert_int_equal(dlms_secret_set(&secret, twice, DLMS_SECRET_MAX), 0);
    assert_false(dlms_secret_matches(&secret, twice, sizeof twice));
    assert_int_equal(dlms_secret_set(&secret, "", 0), 0);
    assert_false(dlms_secret_matches(&secret, twice, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(long_transfers_run_side_by_side, set_up),
        cmocka_unit_test_setup(our_own_buffer_bounds_the_blocks, set_up),
        cmocka_unit_test_setup(open_associations_are_counted, set_up),
        cmocka_unit_test_setup(other_logical_devices_are_silent, set_up),
        cmocka_unit_test_setup(without_a_password_nobody_reads, set_up),
        cmocka_unit_test_setup(passwords_have_bounds, set_up),
        cmocka_unit_test(a_password_that_repeats_does_not_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
