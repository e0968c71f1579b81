/* General block transfer, both ways: windows of every size, blocks of every size, and a line that
 * loses some. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/general_block.h"
#include "dlms/server.h"
#include "test/cosem/three.h"
#include "test/dlms/ram_stage.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdlib.h>
#include <string.h>

enum { PDU_MOST = 700, VALUE_MOST = 8000, SAP = 2, TURNS_MOST = 5000 };

enum { PLACES = 2 };

static const struct dlms_partner partners[PLACES] = {
    {.sap = 16, .column = 0, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = SAP, .column = 1, .mechanism = DLMS_MECHANISM_LOWEST},
};
static const uint8_t get_text[] = {0xC0, 1, 0xC1, 0, 1, 0, 0, 42, 0, 0, 255, 2, 0};
static const uint8_t get_table[] = {0xC0, 1, 0xC1, 0, 7, 1, 0, 99, 1, 0, 255, 2, 0};
static const uint8_t get_level[] = {0xC0, 1, 0xC1, 0, 7, 1, 0, 99, 1, 0, 255, 4, 0};

static struct dlms_server server;
static struct dlms_session session;
static struct dlms_association places[PLACES];
static struct ram_stage stage;
static struct three_state three;
static uint32_t looks;
static struct cosem_context context;
static uint8_t answer[DLMS_ANSWER_ROOM(PDU_MOST)];
static size_t pdu;
static uint32_t loss; /* one of so many blocks is lost, by chance; 0: none */
static uint32_t chance;

static void set_up_with(size_t size, bool streams)
{
    uint8_t aarq[] = {0x60, 0x1D, 0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08,
                      0x01, 0x01, 0xBE, 0x10, 0x04, 0x0E, 0x01, 0x00, 0x00, 0x00, 0x06,
                      0x5F, 0x1F, 0x04, 0x00, 0xFF, 0xFF, 0xFF, 0x00, 0x00};
    aarq[sizeof aarq - 2] = (uint8_t)(size >> 8);
    aarq[sizeof aarq - 1] = (uint8_t)size;
    pdu = size;
    looks = 0;
    three = (struct three_state){.level = 7};
    context = (struct cosem_context){
        .rows = 100, .looks = &looks, .long_row = UINT32_MAX, .state = &three};
    dlms_server_init(&server, &three_model, &context, partners, 2);
    ram_stage_init(&stage, &server);
    dlms_session_init(&session, &server, 2048);
    dlms_session_lend(&session, places, PLACES);
    if (streams) {
        dlms_session_stream(&session);
    }
    assert_int_equal(
        dlms_session_answer(&session, SAP, 1, aarq, sizeof aarq, answer, sizeof answer), 43);
    assert_int_equal(answer[17], DLMS_ACCEPTED);
}

static bool is_lost(void)
{
    chance = chance * 1664525 + 1013904223;
    return loss != 0 && (chance >> 16) % loss == 0;
}

static size_t send(const struct dlms_general_block_apdu *block, const uint8_t *data, size_t size)
{
    uint8_t apdu[PDU_MOST];
    struct writer w = writer_over(apdu, sizeof apdu);
    dlms_general_block_put_head(&w, block, size);
    writer_octets(&w, data, size);
    return is_lost() ? 0
                     : dlms_session_answer(&session, SAP, 1, apdu, writer_kept(&w), answer,
                                           sizeof answer);
}

static struct dlms_general_block_apdu take(size_t size)
{
    struct reader r = reader_over(answer, size);
    assert_true(size <= pdu);
    struct dlms_general_block_apdu block = dlms_general_block_take(&r);
    assert_true(reader_done(&r));
    return block;
}

/* Sends an APDU in blocks of `part` octets, asks again for what was lost, until it is answered.
 * Gives the size of the answer's first block, which stands in `answer`, or 0 when that was lost. */
static size_t send_apdu(const uint8_t *apdu, size_t size, size_t part, uint8_t window)
{
    uint16_t blocks = (uint16_t)((size + part - 1) / part);
    uint16_t number = 1;
    for (int turn = 0; turn < TURNS_MOST; turn++) {
        size_t answered = 0;
        uint16_t until = (uint16_t)(number + window);
        for (; number <= blocks && number < until; number++) {
            size_t at = (size_t)(number - 1) * part;
            struct dlms_general_block_apdu block = {
                .last = number == blocks,
                .streaming = number != blocks && number + 1 != until,
                .window = window,
                .number = number,
            };
            answered = send(&block, apdu + at, size - at < part ? size - at : part);
        }
        if (answered == 0) {
            number = blocks; /* nothing came back: the last one is sent again */
            continue;
        }
        struct dlms_general_block_apdu block = take(answered);
        if (block.acknowledged == blocks) {
            return answered;
        }
        number = (uint16_t)(block.acknowledged + 1);
    }
    fail_msg("the request is never whole");
    return 0;
}

/* Takes the blocks of an answer, the first of which is in `answer`; asks again for what is lost. */
static size_t receive(uint8_t *value, size_t size, uint8_t window)
{
    size_t filled = 0;
    uint16_t taken = 0;
    for (int turn = 0; turn < TURNS_MOST; turn++) {
        bool ended = false;
        bool more = true;
        while (size > 0 && more && !ended) {
            struct dlms_general_block_apdu block = take(size);
            more = block.streaming;
            if (!is_lost() && block.number == taken + 1) {
                memcpy(value + filled, block.data.data, block.data.size);
                filled += block.data.size;
                taken++;
                ended = block.last;
            }
            size = more ? dlms_session_more(&session, SAP, answer, sizeof answer) : 0;
        }
        if (ended) {
            return filled;
        }
        struct dlms_general_block_apdu acknowledgement = {
            .last = true, .window = window, .number = (uint16_t)(turn + 2), .acknowledged = taken};
        size = send(&acknowledgement, NULL, 0);
    }
    fail_msg("the answer never ends");
    return 0;
}

static size_t exchange(const uint8_t *apdu, size_t size, size_t part, uint8_t window,
                       uint8_t *value)
{
    return receive(value, send_apdu(apdu, size, part, window), window);
}

static void assert_octets(const uint8_t *octets, size_t size, const char *expected)
{
    char text[2 * VALUE_MOST + 1];
    hex_write(octets, size, text);
    assert_string_equal(text, expected);
}

static void blocks_on_the_wire(void **state)
{
    (void)state;
    loss = 0;
    set_up_with(64, true);
    /* a short one: request and answer in one block each */
    struct dlms_general_block_apdu block = {.last = true, .window = 3, .number = 1};
    size_t size = send(&block, get_level, sizeof get_level);
    assert_octets(answer, size,
                  "E0BF00010001"
                  "06"
                  "C401C1001107");
    /* a long one: three blocks in a row, the third of which waits */
    size = send(&block, get_text, sizeof get_text);
    assert_int_equal(size, 62);
    assert_octets(answer, 13,
                  "E07F00010001"
                  "37"
                  "C401C1000982");
    size = dlms_session_more(&session, SAP, answer, sizeof answer);
    assert_octets(answer, 7,
                  "E07F00020001"
                  "37");
    size = dlms_session_more(&session, SAP, answer, sizeof answer);
    assert_octets(answer, 7,
                  "E03F00030001"
                  "37");
    assert_int_equal(dlms_session_more(&session, SAP, answer, sizeof answer), 0);
    /* the second was lost: from there on again, and on */
    struct dlms_general_block_apdu again = {.last = true, .window = 2, .number = 2};
    again.acknowledged = 1;
    size = send(&again, NULL, 0);
    assert_octets(answer, 7,
                  "E07F00020002"
                  "37");
    size = dlms_session_more(&session, SAP, answer, sizeof answer);
    assert_octets(answer, 7,
                  "E03F00030002"
                  "37");
    again.acknowledged = 3;
    size = send(&again, NULL, 0);
    assert_octets(answer, 7,
                  "E07F00040002"
                  "37");
    /* what was never sent cannot have arrived */
    again.acknowledged = 6;
    size = send(&again, NULL, 0);
    assert_octets(answer, size, "D80101");
    again.acknowledged = 4;
    size = send(&again, NULL, 0);
    assert_octets(answer, size, "D80101");
}

/* Whole values in blocks of every size, in windows of every size, with and without streams, on a
 * line that loses blocks either way. */
static void every_block_and_window(void **state)
{
    (void)state;
    static uint8_t whole[VALUE_MOST];
    static uint8_t value[VALUE_MOST];
    static const uint32_t losses[] = {0, 5, 3, 2};
    loss = 0;
    set_up_with(64, false);
    size_t text_size = exchange(get_text, sizeof get_text, 40, 1, whole);
    assert_int_equal(text_size, THREE_TEXT_SIZE + 4 + 4);
    for (size_t size = 64; size < 400; size += 3) {
        for (uint8_t window = 0; window < 9; window += 2) {
            for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
                set_up_with(size, window % 3 != 0);
                loss = losses[i];
                uint8_t its = window == 0 ? 1 : window;
                assert_int_equal(exchange(get_text, sizeof get_text, 5, its, value), text_size);
                assert_memory_equal(value, whole, text_size);
            }
        }
    }
}

/* A table is read once, however much of it is sent again. */
static void what_is_sent_again_is_not_read_again(void **state)
{
    (void)state;
    static uint8_t value[VALUE_MOST];
    set_up_with(128, true);
    loss = 3;
    size_t size = exchange(get_table, sizeof get_table, 13, 4, value);
    struct reader r = reader_over(value + 4, size - 4);
    uint32_t tries = 2; /* in one APDU, which does not do; and in blocks */
    assert_true(looks <= context.rows * tries);
    for (size_t i = 0; i < 2; i++) {
        reader_u8(&r);
    }
    assert_int_equal(value[5], 80);
}

static void long_requests_in_blocks(void **state)
{
    (void)state;
    enum { NOTE = 2000, HEAD = 17 };
    static uint8_t set[HEAD + NOTE] = {0xC1, 1,   0xC1, 0, 7, 1,    0,         99,         1,
                                       0,    255, 5,    0, 9, 0x82, NOTE >> 8, NOTE & 0xFF};
    uint8_t value[64];
    for (size_t i = 0; i < NOTE; i++) {
        set[HEAD + i] = (uint8_t)(i * 7);
    }
    for (uint32_t every = 0; every < 7; every++) {
        for (uint8_t window = 1; window < 20; window += 3) {
            if (every == 1) {
                continue;
            }
            set_up_with(64, true);
            loss = every;
            size_t size = exchange(set, sizeof set, 50, window, value);
            loss = 0;
            assert_octets(value, size, "C501C100");
            assert_int_equal(three.note_size, NOTE);
            assert_memory_equal(three.note, set + HEAD, NOTE);
            assert_false(stage.open);
        }
    }
}

/* ---- requests that are longer than the window over the stage ---- */

enum { ITEMS_MOST = 40, LIST_MOST = 2048, SMALL_NOTE = 40 };

static void put_target(struct writer *w, int8_t member)
{
    writer_u16(w, 7);
    writer_octets(w, three_log.obis, sizeof three_log.obis);
    writer_u8(w, (uint8_t)member);
}

/* A level, in range or not, or a note, to be written or given back. */
static void put_argument(struct writer *w, bool is_note)
{
    uint8_t octets[SMALL_NOTE];
    size_t size = (size_t)rand() % sizeof octets;
    for (size_t i = 0; i < size; i++) {
        octets[i] = (uint8_t)rand();
    }
    if (is_note) {
        cosem_put_octet_string(w, octets, size);
    } else {
        cosem_put_u8(w, (uint8_t)(rand() % (THREE_LEVEL_MOST + 20)));
    }
}

/* A list of SETs, of ACTIONs, or of both, by ACCESS. */
static size_t make_list(uint8_t apdu[LIST_MOST])
{
    enum { SETS, ACTIONS, ACCESSES, KINDS };
    static const uint8_t heads[KINDS][7] = {
        {0xC1, 4, 0xC1}, {0xC3, 3, 0xC1}, {0xD9, 0x40, 0, 0, 1, 0}};
    struct writer w = writer_over(apdu, LIST_MOST);
    int kind = rand() % KINDS;
    uint8_t count = (uint8_t)(1 + rand() % ITEMS_MOST);
    bool notes[ITEMS_MOST];
    writer_octets(&w, heads[kind], kind == ACCESSES ? 6 : 3);
    writer_u8(&w, count);
    for (uint8_t i = 0; i < count; i++) {
        bool acts = kind == ACTIONS || (kind == ACCESSES && rand() % 2 == 0);
        notes[i] = acts || rand() % 2 == 0;
        if (kind == ACCESSES) {
            writer_u8(&w, acts ? DLMS_ACCESS_ACTION : DLMS_ACCESS_SET);
        }
        put_target(&w, acts ? 3 : notes[i] ? 5 : 4);
        if (kind == SETS) {
            writer_u8(&w, 0);
        }
    }
    writer_u8(&w, count);
    for (uint8_t i = 0; i < count; i++) {
        put_argument(&w, notes[i]);
    }
    assert_false(writer_overflow(&w));
    return writer_kept(&w);
}

/* Through a window of any size it is the same as in memory. */
static void lists_longer_than_the_window(void **state)
{
    (void)state;
    static uint8_t apdu[LIST_MOST];
    static uint8_t values[2][VALUE_MOST];
    srand(5);
    loss = 0;
    for (int round = 0; round < 600; round++) {
        size_t size = make_list(apdu);
        size_t cut = rand() % 4 == 0 ? (size_t)rand() % 30 : 0; /* some are truncated */
        size -= cut < size - 20 ? cut : 0;
        set_up_with(512, true);
        size_t whole = exchange(apdu, size, 400, 3, values[0]);
        struct three_state expected = three;
        set_up_with(512, true);
        server.storage.window_room = DLMS_WINDOW_LEAST + (size_t)rand() % 300;
        size_t paged = exchange(apdu, size, 400, 3, values[1]);
        assert_int_equal(paged, whole);
        assert_memory_equal(values[1], values[0], whole);
        assert_int_equal(three.level, expected.level);
        assert_int_equal(three.calls, expected.calls);
        assert_int_equal(three.note_size, expected.note_size);
        assert_memory_equal(three.note, expected.note, expected.note_size);
        assert_false(stage.open);
    }
}

/* Where blocks of the service are not negotiated, a long answer goes by general blocks of itself.
 */
static void an_answer_too_long_for_anything_else(void **state)
{
    (void)state;
    uint8_t access[] = {0xD9, 0x40, 0, 0, 1, 0, 2, 1,  0, 1, 0,   0, 42, 0, 0,
                        255,  2,    1, 0, 7, 1, 0, 99, 1, 0, 255, 3, 2,  0, 0};
    static uint8_t value[VALUE_MOST];
    loss = 0;
    set_up_with(64, true);
    size_t size =
        dlms_session_answer(&session, SAP, 1, access, sizeof access, answer, sizeof answer);
    assert_octets(answer, 7,
                  "E03F00010000"
                  "37");
    size = receive(value, size, 5);
    assert_int_equal(size, 8 + 4 + THREE_TEXT_SIZE + 1 + 5);
    assert_octets(value, 12,
                  "DA40000001000002"
                  "0982012C");
    assert_octets(value + size - 6, 6,
                  "00"
                  "02"
                  "0100"
                  "0103");
}

static void the_stage_fails(void **state)
{
    (void)state;
    static const uint8_t part[] = {0xC1, 1, 0xC1};
    struct dlms_general_block_apdu block = {.window = 1, .number = 1};
    loss = 0;
    set_up_with(64, true);
    stage.fails_to_begin = true;
    assert_octets(answer, send(&block, part, sizeof part), "D80101");
    stage.fails_to_begin = false;
    stage.room = 5;
    assert_octets(answer, send(&block, part, sizeof part), "E03F0000000100");
    block.number = 2;
    assert_octets(answer, send(&block, part, sizeof part), "D80101");
    stage.room = RAM_STAGE_ROOM;
    stage.fails_to_read = true;
    block.number = 1;
    assert_octets(answer, send(&block, part, sizeof part), "E03F0000000100");
    block.number = 2;
    block.last = true;
    assert_octets(answer, send(&block, part, sizeof part), "D80101");
}

static void malformed_blocks(void **state)
{
    (void)state;
    static const char *const wrong[] = {"E0", "E080", "E08000010000", "E0800001000002C0",
                                        "E080000100000100C0"};
    set_up_with(64, true);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t octets[64];
        size_t size = hex_read(wrong[i], octets, sizeof octets);
        size = dlms_session_answer(&session, SAP, 1, octets, size, answer, sizeof answer);
        assert_octets(answer, size, "D80203");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_on_the_wire),
        cmocka_unit_test(every_block_and_window),
        cmocka_unit_test(what_is_sent_again_is_not_read_again),
        cmocka_unit_test(long_requests_in_blocks),
        cmocka_unit_test(lists_longer_than_the_window),
        cmocka_unit_test(an_answer_too_long_for_anything_else),
        cmocka_unit_test(the_stage_fails),
        cmocka_unit_test(malformed_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
