/* Requests for several things: their octets, the answers that are theirs, and those that are none.
 */
#include "cosem/data.h"
#include "dlms/client_list.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <string.h>

enum { ROOM = 512 };

static uint8_t value[ROOM];
static uint8_t apdu[ROOM];
static struct dlms_client client;
static struct dlms_refusal refusal;

static const uint8_t five[] = {COSEM_U8, 5};
static uint8_t long_text[200] = {COSEM_OCTET_STRING, 0x81, 197};

#define ENERGY                                                                                     \
    {                                                                                              \
        3, COSEM_NAME(1, 0, 1, 8, 0), 2                                                            \
    }
#define CLOCK                                                                                      \
    {                                                                                              \
        8, COSEM_NAME(0, 0, 1, 0, 0), 3                                                            \
    }

static const struct dlms_order reads[] = {
    {.what = DLMS_ACCESS_GET, .target = ENERGY},
    {.what = DLMS_ACCESS_GET, .target = CLOCK},
};
static const struct dlms_order writes[] = {
    {.what = DLMS_ACCESS_SET, .target = CLOCK, .value = {.data = five, .size = 2}},
    {.what = DLMS_ACCESS_SET, .target = ENERGY, .value = {.data = five, .size = 2}},
};
static const struct dlms_order calls[] = {
    {.what = DLMS_ACCESS_ACTION, .target = CLOCK, .value = {.data = five, .size = 2}},
    {.what = DLMS_ACCESS_ACTION, .target = ENERGY},
};
static const struct dlms_order mixed[] = {
    {.what = DLMS_ACCESS_GET, .target = ENERGY},
    {.what = DLMS_ACCESS_SET, .target = CLOCK, .value = {.data = five, .size = 2}},
    {.what = DLMS_ACCESS_ACTION, .target = CLOCK},
};
static const struct dlms_order long_writes[] = {
    {.what = DLMS_ACCESS_SET, .target = CLOCK, .value = {.data = long_text, .size = 200}},
    {.what = DLMS_ACCESS_SET, .target = ENERGY, .value = {.data = five, .size = 2}},
};

static int set_up(void **state)
{
    (void)state;
    dlms_client_init(&client, value, sizeof value, 1200);
    client.conformance = DLMS_CLIENT_PROPOSED;
    return 0;
}

static enum dlms_client_outcome answer(const char *hex)
{
    uint8_t octets[ROOM];
    size_t size = hex_read(hex, octets, sizeof octets);
    return dlms_client_answer(&client, octets, size, &refusal);
}

static void assert_apdu(size_t size, const char *expected)
{
    char text[2 * ROOM + 1];
    hex_write(apdu, size, text);
    assert_string_equal(text, expected);
}

/* The next outcome: its result, and the octets of its value. */
static void assert_next(struct dlms_outcomes *outcomes, enum cosem_result result, const char *hex)
{
    char text[2 * ROOM + 1];
    struct dlms_order_outcome outcome = dlms_outcomes_next(outcomes);
    hex_write(outcome.value.data, outcome.value.size, text);
    assert_int_equal(outcome.result, result);
    assert_string_equal(text, hex);
}

static void requests_on_the_wire(void **state)
{
    (void)state;
    assert_apdu(dlms_client_list(&client, reads, 2, apdu, ROOM),
                "C003C10200030100010800FF020000080000010000FF0300");
    assert_apdu(dlms_client_list(&client, writes, 2, apdu, ROOM),
                "C104C20200080000010000FF030000030100010800FF02000211051105");
    assert_apdu(dlms_client_list(&client, calls, 2, apdu, ROOM),
                "C303C30200080000010000FF0300030100010800FF0202110500");
    assert_apdu(
        dlms_client_access(&client, mixed, 3, false, apdu, ROOM),
        "D94000000400030100030100010800FF020200080000010000FF030300080000010000FF030300110500");
    assert_apdu(dlms_client_access(&client, writes, 2, true, apdu, ROOM),
                "D96000000500020200080000010000FF030200030100010800FF020211051105");
}

static void a_selection_is_sent_along(void **state)
{
    (void)state;
    const struct dlms_selection part = {2, reader_over(five, sizeof five)};
    struct dlms_order order = reads[0];
    order.part = &part;
    assert_apdu(dlms_client_list(&client, &order, 1, apdu, ROOM),
                "C003C10100030100010800FF0201021105");
    assert_apdu(dlms_client_access(&client, &order, 1, false, apdu, ROOM),
                "D94000000200010400030100010800FF020211050100");
    client.conformance &= ~(uint32_t)DLMS_CONFORMANCE_SELECTIVE;
    assert_int_equal(dlms_client_list(&client, &order, 1, apdu, ROOM), 0);
    assert_int_equal(dlms_client_access(&client, &order, 1, false, apdu, ROOM), 0);
}

/* What the server does not serve, or what no APDU of its holds, is not made. */
static void what_cannot_be_asked_for(void **state)
{
    (void)state;
    client.send_max = 23;
    assert_int_equal(dlms_client_list(&client, reads, 2, apdu, ROOM), 0);
    client.send_max = 24;
    assert_int_equal(dlms_client_list(&client, reads, 2, apdu, ROOM), 24);
    client.send_max = 32;
    assert_int_equal(dlms_client_access(&client, mixed, 3, false, apdu, ROOM), 0);
    client.in_general_blocks = true;
    assert_true(dlms_client_access(&client, mixed, 3, false, apdu, ROOM) > 32);
    client.conformance = DLMS_CONFORMANCE_GET;
    assert_int_equal(dlms_client_list(&client, reads, 2, apdu, ROOM), 0);
    assert_int_equal(dlms_client_access(&client, reads, 2, false, apdu, ROOM), 0);
}

static void outcomes_of_reading(void **state)
{
    (void)state;
    dlms_client_list(&client, reads, 2, apdu, ROOM);
    assert_int_equal(answer("C403C1020011070103"), DLMS_CLIENT_DONE);
    struct dlms_outcomes outcomes = dlms_client_outcomes(&client);
    assert_next(&outcomes, COSEM_SUCCESS, "1107");
    assert_next(&outcomes, COSEM_READ_WRITE_DENIED, "");
}

/* The list in blocks: its length and its values lie across them. */
static void outcomes_in_blocks(void **state)
{
    (void)state;
    dlms_client_list(&client, reads, 2, apdu, ROOM);
    assert_int_equal(answer("C402C100000000010003020011"), DLMS_CLIENT_MORE);
    assert_apdu(dlms_client_next(&client, apdu, ROOM), "C002C100000001");
    assert_int_equal(answer("C402C10100000002000407001108"), DLMS_CLIENT_DONE);
    struct dlms_outcomes outcomes = dlms_client_outcomes(&client);
    assert_next(&outcomes, COSEM_SUCCESS, "1107");
    assert_next(&outcomes, COSEM_SUCCESS, "1108");
    /* one value less than was asked for */
    dlms_client_list(&client, reads, 2, apdu, ROOM);
    assert_int_equal(answer("C402C20100000001000401001107"), DLMS_CLIENT_MALFORMED);
}

static void outcomes_of_writing_and_calling(void **state)
{
    (void)state;
    dlms_client_list(&client, writes, 2, apdu, ROOM);
    assert_int_equal(answer("C505C1020003"), DLMS_CLIENT_DONE);
    struct dlms_outcomes outcomes = dlms_client_outcomes(&client);
    assert_next(&outcomes, COSEM_SUCCESS, "");
    assert_next(&outcomes, COSEM_READ_WRITE_DENIED, "");
    dlms_client_list(&client, calls, 2, apdu, ROOM);
    assert_int_equal(answer("C703C20200010011090C00"), DLMS_CLIENT_DONE);
    outcomes = dlms_client_outcomes(&client);
    assert_next(&outcomes, COSEM_SUCCESS, "1109");
    assert_next(&outcomes, COSEM_TYPE_UNMATCHED, "");
}

static void outcomes_of_access(void **state)
{
    (void)state;
    dlms_client_access(&client, mixed, 3, false, apdu, ROOM);
    assert_int_equal(answer("DA400000010000031107000003010002030300"), DLMS_CLIENT_DONE);
    struct dlms_outcomes outcomes = dlms_client_outcomes(&client);
    assert_next(&outcomes, COSEM_SUCCESS, "1107");
    assert_next(&outcomes, COSEM_READ_WRITE_DENIED, "");
    assert_next(&outcomes, COSEM_SUCCESS, "");
    /* with a date, and the request repeated */
    dlms_client_access(&client, mixed, 3, false, apdu, ROOM);
    assert_int_equal(answer("DA400000020C07EA0B15FF0C000000FFC40001030100030100010800FF020200080000"
                            "010000FF030300080000010000FF0303110700110903010002000300"),
                     DLMS_CLIENT_DONE);
    outcomes = dlms_client_outcomes(&client);
    assert_next(&outcomes, COSEM_SUCCESS, "1107");
    assert_next(&outcomes, COSEM_SUCCESS, "");
    assert_next(&outcomes, COSEM_SUCCESS, "1109");
}

struct wrong {
    const struct dlms_order *orders;
    uint16_t count;
    bool access;
    const char *answer;
};

/* Another count, another kind, something cut or left over, results without a reason. */
static void answers_that_are_none(void **state)
{
    (void)state;
    static const struct wrong rows[] = {
        {reads, 2, false, "C403C101001107"},
        {reads, 2, false, "C403C103001107001107001107"},
        {reads, 2, false, "C403C1020011070100"},
        {reads, 2, false, "C403C1020011070011"},
        {reads, 2, false, "C403C10200110700110700"},
        {reads, 2, false, "C401C1001107"},
        {reads, 2, false, "C403C202001107001107"},
        {writes, 2, false, "C505C10100"},
        {writes, 2, false, "C505C10200"},
        {writes, 2, false, "C501C100"},
        {writes, 2, false, "C503C10000000001"},
        {writes, 2, false, "C504C100000001"},
        {calls, 2, false, "C703C102000000"},
        {calls, 2, false, "C703C1020001001107"},
        {calls, 2, false, "C701C10000"},
        {mixed, 3, true, "DA400000020000031107000003010002000300"},
        {mixed, 3, true, "DA400000010000031107000003020002000300"},
        {mixed, 3, true, "DA40000001000003110700000201000200"},
        {mixed, 3, true, "DA400000010000021107000201000200"},
        {mixed, 3, true, "DA4000000100000311070000030100020003"},
        {mixed, 3, true, "DA40000001000003110700000301000200030000"},
        {mixed, 3, true, "DA4000"},
        {mixed, 3, true, "C403C102001107001107"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct wrong *row = &rows[i];
        set_up(state);
        if (row->access) {
            dlms_client_access(&client, row->orders, row->count, false, apdu, ROOM);
        } else {
            dlms_client_list(&client, row->orders, row->count, apdu, ROOM);
        }
        if (answer(row->answer) != DLMS_CLIENT_MALFORMED) {
            fail_msg("%s", row->answer);
        }
    }
}

/* All of a list can be refused by one result, and by an exception. */
static void a_list_refused_at_once(void **state)
{
    (void)state;
    dlms_client_list(&client, reads, 2, apdu, ROOM);
    assert_int_equal(answer("C401C101FA"), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.result, COSEM_OTHER_REASON);
    dlms_client_list(&client, writes, 2, apdu, ROOM);
    assert_int_equal(answer("C501C20C"), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.result, COSEM_TYPE_UNMATCHED);
    dlms_client_access(&client, mixed, 3, false, apdu, ROOM);
    assert_int_equal(answer("D80103"), DLMS_CLIENT_REFUSED);
}

/* Values longer than an APDU: descriptors and the first block, then blocks alone. */
static void a_long_list_goes_in_blocks(void **state)
{
    (void)state;
    uint8_t gathered[ROOM];
    size_t filled = 0;
    client.send_max = 64;
    size_t size = dlms_client_list(&client, long_writes, 2, apdu, ROOM);
    size_t at = 3 + 1 + 20; /* head, count, descriptors */
    assert_int_equal(apdu[1], 5);
    for (uint8_t number = 1;; number++) {
        assert_true(size <= 64);
        assert_int_equal(apdu[at + 4], number);
        size_t block = apdu[at + 5];
        assert_int_equal(at + 6 + block, size);
        memcpy(gathered + filled, apdu + at + 6, block);
        filled += block;
        if (apdu[at] != 0) { /* the last */
            break;
        }
        char taken[32];
        snprintf(taken, sizeof taken, "C502C1000000%02X", number);
        assert_int_equal(answer(taken), DLMS_CLIENT_MORE);
        size = dlms_client_next(&client, apdu, ROOM);
        assert_int_equal(apdu[1], 3);
        at = 3;
    }
    assert_int_equal(filled, 1 + sizeof long_text + sizeof five);
    assert_int_equal(gathered[0], 2);
    assert_memory_equal(gathered + 1, long_text, sizeof long_text);
    assert_memory_equal(gathered + 1 + sizeof long_text, five, sizeof five);
    assert_int_equal(answer("C504C102000300000005"), DLMS_CLIENT_DONE);
    struct dlms_outcomes outcomes = dlms_client_outcomes(&client);
    assert_next(&outcomes, COSEM_SUCCESS, "");
    assert_next(&outcomes, COSEM_READ_WRITE_DENIED, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(requests_on_the_wire, set_up),
        cmocka_unit_test_setup(a_selection_is_sent_along, set_up),
        cmocka_unit_test_setup(what_cannot_be_asked_for, set_up),
        cmocka_unit_test_setup(outcomes_of_reading, set_up),
        cmocka_unit_test_setup(outcomes_in_blocks, set_up),
        cmocka_unit_test_setup(outcomes_of_writing_and_calling, set_up),
        cmocka_unit_test_setup(outcomes_of_access, set_up),
        cmocka_unit_test_setup(answers_that_are_none, set_up),
        cmocka_unit_test_setup(a_list_refused_at_once, set_up),
        cmocka_unit_test_setup(a_long_list_goes_in_blocks, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
