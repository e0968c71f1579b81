/* The client's general block transfer against our server, over lines that lose blocks in either
 * direction: what comes is what one long APDU would have said; and blocks that are none. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/client_list.h"
#include "dlms/general_block.h"
#include "test/dlms/blocks_bed.h"
#include "test/dlms/session_ask.h"
#include "test/unit.h"

#include <string.h>

enum { TURNS_MOST = 20000, NOTE = 2000 };

static uint32_t loss; /* one of so many APDUs is lost, by chance; 0: none */
static uint32_t chance = 1;

static bool is_lost(void)
{
    chance = chance * 1664525 + 1013904223;
    return loss != 0 && (chance >> 16) % loss == 0;
}

static void associate(uint16_t pdu, uint8_t window)
{
    assert_true(blocks_bed_open(pdu, window));
}

/* Everything that the server says to one APDU; what is not lost is taken. */
static enum dlms_client_outcome hear(size_t size, uint8_t *answer, size_t room, bool *heard)
{
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    while (size > 0 && outcome == DLMS_CLIENT_MORE) {
        if (!is_lost()) {
            *heard = true;
            outcome = dlms_client_blocks_take(&blocks, answer, size);
        }
        size = dlms_session_more(&session, SAP, answer, room);
    }
    return outcome;
}

/* Carries the request of `size` octets to the server and its answer back. */
static enum dlms_client_outcome carry(size_t size)
{
    uint8_t apdu[DLMS_CLIENT_ROOM + PDU_MOST];
    uint8_t answer[DLMS_ANSWER_ROOM(PDU_MOST)];
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    assert_int_equal(dlms_client_blocks_ask(&blocks, reader_over(request, size), client.send_max),
                     0);
    for (int turn = 0; outcome == DLMS_CLIENT_MORE; turn++) {
        bool heard = false;
        assert_true(turn < TURNS_MOST);
        while (outcome == DLMS_CLIENT_MORE &&
               (size = dlms_client_blocks_next(&blocks, apdu, sizeof apdu)) > 0) {
            assert_true(size <= client.send_max);
            size = is_lost() ? 0 : session_ask(&session, SAP, 1, apdu, size, answer, sizeof answer);
            outcome = hear(size, answer, sizeof answer, &heard);
        }
        if (!heard) {
            dlms_client_blocks_lost(&blocks);
        }
    }
    return outcome;
}

static enum dlms_client_outcome exchange(size_t size)
{
    assert_true(size > 0);
    assert_int_equal(carry(size), DLMS_CLIENT_DONE);
    struct reader answer = dlms_client_blocks_whole(&blocks);
    return dlms_client_answer(&client, answer.data, answer.size, &refusal);
}

static void read_text(uint8_t expected_last)
{
    size_t size = dlms_client_get(&client, 1, &three_text, 2, request, sizeof request);
    assert_int_equal(exchange(size), DLMS_CLIENT_DONE);
    struct reader text = dlms_client_value(&client);
    assert_int_equal(text.size, 4 + THREE_TEXT_SIZE);
    assert_int_equal(text.data[text.size - 1], expected_last);
}

static uint8_t last_of_text(void)
{
    loss = 0;
    associate(PDU_MOST, 1);
    client.in_general_blocks = false;
    uint8_t answer[DLMS_ANSWER_ROOM(PDU_MOST)];
    size_t size = dlms_client_get(&client, 1, &three_text, 2, request, sizeof request);
    size = session_ask(&session, SAP, 1, request, size, answer, sizeof answer);
    return answer[size - 1];
}

/* A note that is written, whatever is lost on the way, is written as it was. */
static void write_note(void)
{
    static uint8_t note[NOTE + 4] = {COSEM_OCTET_STRING, 0x82, NOTE >> 8, NOTE & 0xFF};
    const struct dlms_target target = {7, three_log, 5};
    for (size_t i = 4; i < sizeof note; i++) {
        note[i] = (uint8_t)(chance + i * 7);
    }
    size_t size =
        dlms_client_set(&client, &target, reader_over(note, sizeof note), request, sizeof request);
    assert_true(size > sizeof note); /* in one APDU, for general blocks */
    assert_int_equal(exchange(size), DLMS_CLIENT_DONE);
    assert_int_equal(three.note_size, NOTE);
    assert_memory_equal(three.note, note + 4, NOTE);
}

static void windows_of_every_size_on_lines_that_lose(void **state)
{
    (void)state;
    static const uint32_t losses[] = {0, 20, 7, 3};
    uint8_t last = last_of_text();
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        for (uint8_t window = 1; window <= DLMS_CLIENT_WINDOW_MOST; window++) {
            loss = 0;
            associate((uint16_t)(64 + window * 7), window);
            loss = losses[i];
            read_text(last);
            write_note();
        }
    }
}

/* A list of more descriptors than one APDU holds; its answers are longer still. */
static void lists_and_access(void **state)
{
    (void)state;
    struct dlms_order orders[20];
    loss = 5;
    for (size_t i = 0; i < 20; i++) {
        orders[i] = (struct dlms_order){.what = DLMS_ACCESS_GET, .target = {1, three_text, 2}};
    }
    for (int access = 0; access < 2; access++) {
        associate(100, 6);
        size_t size = access ? dlms_client_access(&client, orders, 20, false, request, ROOM)
                             : dlms_client_list(&client, orders, 20, request, ROOM);
        assert_true(size > 100);
        assert_int_equal(exchange(size), DLMS_CLIENT_DONE);
        struct dlms_outcomes outcomes = dlms_client_outcomes(&client);
        for (int i = 0; i < 20; i++) {
            struct dlms_order_outcome outcome = dlms_outcomes_next(&outcomes);
            assert_int_equal(outcome.result, COSEM_SUCCESS);
            assert_int_equal(outcome.value.size, 4 + THREE_TEXT_SIZE);
        }
    }
}

static size_t block(uint8_t *apdu, const struct dlms_general_block_apdu *head, size_t data)
{
    static const uint8_t zeros[64];
    struct writer w = writer_over(apdu, 128);
    dlms_general_block_put_head(&w, head, data);
    writer_octets(&w, zeros, data);
    return writer_kept(&w);
}

static enum dlms_client_outcome take(struct dlms_general_block_apdu head, size_t data)
{
    uint8_t apdu[128];
    return dlms_client_blocks_take(&blocks, apdu, block(apdu, &head, data));
}

static void ask(size_t size, uint8_t window)
{
    uint8_t apdu[DLMS_CLIENT_ROOM];
    dlms_client_blocks_init(&blocks, window, whole, 100);
    assert_int_equal(dlms_client_blocks_ask(&blocks, reader_over(request, size), 64), 0);
    assert_true(dlms_client_blocks_next(&blocks, apdu, sizeof apdu) > 0);
    assert_int_equal(dlms_client_blocks_next(&blocks, apdu, sizeof apdu), 0); /* its turn */
}

static void blocks_that_are_none(void **state)
{
    (void)state;
    uint8_t apdu[128];
    struct dlms_general_block_apdu one = {.last = false, .window = 1, .number = 1};
    size_t size = block(apdu, &one, 20);
    for (size_t cut = 1; cut < size; cut++) {
        ask(13, 1);
        assert_int_equal(dlms_client_blocks_take(&blocks, apdu, cut), DLMS_CLIENT_MALFORMED);
    }
    /* acknowledges what was never sent */
    ask(200, 1);
    assert_int_equal(take((struct dlms_general_block_apdu){.acknowledged = 2}, 0),
                     DLMS_CLIENT_MALFORMED);
    /* acknowledges when nothing is left to be acknowledged */
    ask(13, 1);
    assert_int_equal(take(one, 20), DLMS_CLIENT_MORE);
    assert_int_equal(take((struct dlms_general_block_apdu){.acknowledged = 1}, 0),
                     DLMS_CLIENT_MALFORMED);
    /* more than there is room for */
    ask(13, 1);
    for (uint16_t number = 1; number <= 5; number++) {
        one.number = number;
        assert_int_equal(take(one, 20), DLMS_CLIENT_MORE);
    }
    one.number = 6;
    assert_int_equal(take(one, 1), DLMS_CLIENT_TOO_LONG);
}

/* Who sends the same for ever is given up. */
static void blocks_that_lead_nowhere(void **state)
{
    (void)state;
    const struct dlms_general_block_apdu again = {.window = 1, .number = 9};
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    int times = 0;
    for (ask(13, 1); outcome == DLMS_CLIENT_MORE && times < 1000; times++) {
        outcome = take(again, 20);
    }
    assert_int_equal(outcome, DLMS_CLIENT_MALFORMED);
    assert_true(times > DLMS_CLIENT_WINDOW_MOST && times < 1000);
    times = 0;
    outcome = DLMS_CLIENT_MORE;
    for (ask(200, 1); outcome == DLMS_CLIENT_MORE && times < 1000; times++) {
        outcome = take((struct dlms_general_block_apdu){.window = 1}, 0);
    }
    assert_int_equal(outcome, DLMS_CLIENT_MALFORMED);
}

/* What is no block is the answer: an exception. */
static void an_exception_ends_it(void **state)
{
    (void)state;
    static const uint8_t exception[] = {0xD8, 1, 1};
    ask(200, 3);
    assert_int_equal(dlms_client_blocks_take(&blocks, exception, sizeof exception),
                     DLMS_CLIENT_DONE);
    struct reader answer = dlms_client_blocks_whole(&blocks);
    assert_int_equal(answer.size, sizeof exception);
    assert_memory_equal(answer.data, exception, sizeof exception);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_of_every_size_on_lines_that_lose),
        cmocka_unit_test(lists_and_access),
        cmocka_unit_test(blocks_that_are_none),
        cmocka_unit_test(blocks_that_lead_nowhere),
        cmocka_unit_test(an_exception_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
