/* Answers in buffers of many sizes: one association is asked now where there is much room, now
 * where there is little (HDLC: a UI frame beside a connection). Each buffer has exactly the size
 * that the server is told, so that a sanitizer sees an octet behind it. */
#include "dlms/general_block.h"
#include "dlms/server.h"
#include "test/cosem/three.h"
#include "test/dlms/ram_stage.h"
#include "test/dlms/session_ask.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { PDU = 512, SMALL = 64, SAP = 16, VALUE = THREE_TEXT_SIZE + 4, MOST = 2 * VALUE };

static const struct dlms_partner partners[] = {
    {.sap = SAP, .column = 0, .mechanism = DLMS_MECHANISM_LOWEST},
};
static const uint8_t aarq[] = {0x60, 0x1D, 0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08,
                               0x01, 0x01, 0xBE, 0x10, 0x04, 0x0E, 0x01, 0x00, 0x00, 0x00, 0x06,
                               0x5F, 0x1F, 0x04, 0x00, 0xFF, 0xFF, 0xFF, 0x02, 0x00};
static const uint8_t get_text[] = {0xC0, 1, 0xC1, 0, 1, 0, 0, 42, 0, 0, 255, 2, 0};

static struct dlms_server server;
static struct dlms_session session;
static struct dlms_association place;
static struct ram_stage stage; /* general blocks are there with it */
static uint32_t looks;
static struct three_state three;
static struct cosem_context context = {.looks = &looks, .state = &three};
static uint8_t expected[VALUE];
static uint8_t answer[PDU];
static size_t answered;

/* Asks where there is room for `pdu` octets. */
static void ask(const uint8_t *apdu, size_t size, size_t pdu)
{
    uint8_t *octets = malloc(DLMS_ANSWER_ROOM(pdu));
    assert_non_null(octets);
    answered = session_ask(&session, SAP, 1, apdu, size, octets, DLMS_ANSWER_ROOM(pdu));
    assert_true(answered <= pdu && answered <= sizeof answer);
    memcpy(answer, octets, answered);
    free(octets);
}

static int set_up(void **state)
{
    (void)state;
    three = (struct three_state){.level = 7};
    dlms_server_init(&server, &three_model, &context, partners, 1);
    ram_stage_init(&stage, &server);
    dlms_session_init(&session, &server, PDU);
    dlms_session_lend(&session, &place, 1);
    ask(aarq, sizeof aarq, PDU);
    assert_int_equal(answer[17], DLMS_ACCEPTED);
    ask(get_text, sizeof get_text, PDU);
    assert_int_equal(answered, VALUE + 4);
    memcpy(expected, answer + 4, VALUE);
    return 0;
}

/* A long value, block by block, each in a buffer of another size: it is always the same value. */
static void blocks_of_any_size_are_one_value(void **state)
{
    (void)state;
    enum { HEAD = 10, ROUNDS = 300 };
    srand(5);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t value[MOST];
        size_t size = 0;
        uint8_t next[] = {0xC0, 2, 0xC1, 0, 0, 0, 0};
        ask(get_text, sizeof get_text, SMALL);
        assert_int_equal(answer[1], 2);
        for (;;) {
            struct reader r = reader_over(answer + HEAD - 1, answered - (HEAD - 1));
            size_t data = reader_u8(&r);
            data = data == 0x81 ? reader_u8(&r) : data == 0x82 ? reader_u16(&r) : data;
            assert_int_equal(reader_left(&r), data);
            assert_true(size + data <= sizeof value);
            memcpy(value + size, reader_octets(&r, data), data);
            size += data;
            if (answer[3] != 0) {
                break;
            }
            next[6]++;
            ask(next, sizeof next, SMALL + (size_t)rand() % 100);
        }
        assert_int_equal(size, VALUE);
        assert_memory_equal(value, expected, VALUE);
    }
}

static size_t put_block(uint8_t *apdu, uint16_t acknowledged, const uint8_t *data, size_t size)
{
    const struct dlms_general_block_apdu block = {.last = size > 0,
                                                  .window = 1,
                                                  .number = (uint16_t)(acknowledged + 1),
                                                  .acknowledged = acknowledged};
    struct writer w = writer_over(apdu, PDU);
    dlms_general_block_put_head(&w, &block, size);
    writer_octets(&w, data, size);
    return writer_kept(&w);
}

/* General blocks of one answer have one size: where they do not fit the client is told so, and goes
 * on where they do. */
static void general_blocks_wait_for_their_room(void **state)
{
    (void)state;
    enum { BLOCK = 100 };
    static const uint8_t exception[] = {DLMS_EXCEPTION_RESPONSE, DLMS_SERVICE_NOT_ALLOWED,
                                        DLMS_PDU_TOO_LONG};
    uint8_t apdu[PDU];
    uint8_t value[MOST];
    size_t size = 0;
    ask(apdu, put_block(apdu, 0, get_text, sizeof get_text), BLOCK);
    for (uint16_t number = 1;; number++) {
        struct reader r = reader_over(answer, answered);
        struct dlms_general_block_apdu block = dlms_general_block_take(&r);
        assert_true(reader_done(&r));
        assert_int_equal(block.number, number);
        assert_true(size + block.data.size <= sizeof value);
        memcpy(value + size, block.data.data, block.data.size);
        size += block.data.size;
        if (block.last) {
            break;
        }
        ask(apdu, put_block(apdu, number, NULL, 0), BLOCK - 1);
        assert_int_equal(answered, sizeof exception);
        assert_memory_equal(answer, exception, sizeof exception);
        ask(apdu, put_block(apdu, number, NULL, 0), BLOCK + number % 2 * 100);
    }
    assert_int_equal(size, VALUE + 4);
    assert_memory_equal(value + 4, expected, VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(blocks_of_any_size_are_one_value, set_up),
        cmocka_unit_test_setup(general_blocks_wait_for_their_room, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
