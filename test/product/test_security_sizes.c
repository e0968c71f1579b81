/* Answers that an object demands signed, of long values, to clients that take APDUs of every size:
 * none is longer than was agreed, however it is protected, and the value is always the same. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "test/product/demanded.h"
#include "test/unit.h"

#include <string.h>

enum {
    LEAST = DLMS_PDU_LEAST,
    MOST = 420,
    ROOMY = 240,
    STEP = 7,
    VALUE = 4096,
    HEAD = 4,
    BLOCK_HEAD = 9
};

static const uint8_t get[] = {0xC0, 1, 0xC1, 0, 7, 1, 0, 99, 1, 0, 255, 3, 0};

static const struct demanded_question questions[] = {
    {DLMS_FORM_GLO, 0x21, DLMS_UNSIGNED},         {DLMS_FORM_GLO, 0x31, DLMS_UNSIGNED},
    {DLMS_FORM_GENERAL_GLO, 0x31, DLMS_UNSIGNED}, {DLMS_FORM_GENERAL_GLO, 0x31, DLMS_SIGNED_INSIDE},
    {DLMS_FORM_GLO, 0x31, DLMS_SIGNED_AROUND},    {DLMS_FORM_GENERAL_GLO, 0x01, DLMS_SIGNED_ALONE},
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };

static uint8_t value[VALUE];
static size_t value_size;
static uint8_t expected[VALUE];
static size_t expected_size;

static bool ask_by(const struct demanded_question *question, const uint8_t *apdu, size_t size,
                   size_t pdu)
{
    bool answers = demanded_ask(question, apdu, size);
    assert_true(answered <= pdu);
    return answers;
}

static void take(const uint8_t *octets, size_t size)
{
    assert_true(value_size + size <= sizeof value);
    memcpy(value + value_size, octets, size);
    value_size += size;
}

/* Whether the value comes, in one APDU or in blocks, to a client that takes `pdu` octets. */
static bool reads(const struct demanded_question *question, uint16_t pdu)
{
    uint8_t next[] = {0xC0, 2, 0xC1, 0, 0, 0, 0};
    rig_association(&rig, SAP)->send_max = pdu;
    value_size = 0;
    bool answers = ask_by(question, get, sizeof get, pdu);
    const struct reader *plain = &delivery.plain;
    if (answers && plain->data[1] == DLMS_GET_NORMAL) {
        take(plain->data + HEAD, plain->size - HEAD);
        return plain->data[3] == DLMS_RESULT_DATA;
    }
    while (answers) {
        assert_int_equal(plain->data[1], DLMS_GET_BLOCK);
        assert_int_equal(plain->data[BLOCK_HEAD - 1], DLMS_RESULT_DATA);
        struct reader r = reader_over(plain->data + BLOCK_HEAD, plain->size - BLOCK_HEAD);
        size_t size = cosem_take_length(&r);
        assert_int_equal(size, reader_left(&r));
        take(reader_octets(&r, size), size);
        if (plain->data[3] != 0) {
            return true;
        }
        next[6]++;
        answers = ask_by(question, next, sizeof next, pdu);
    }
    return false;
}

/* A client that takes very little is refused what has to be signed, or gets it in many blocks. */
static void no_answer_is_longer_than_agreed(void **state)
{
    (void)state;
    unsigned refused = 0;
    const struct cosem_name profile = COSEM_NAME(1, 0, 99, 1, 0);
    demanded_begin(7, &profile, 3);
    demanded_right.bits = 0;
    assert_true(reads(&questions[1], APDU));
    memcpy(expected, value, value_size);
    expected_size = value_size;
    demanded_right.bits = COSEM_RESPONSE_SIGNED;
    for (unsigned which = 0; which < QUESTIONS; which++) {
        for (uint16_t pdu = LEAST; pdu <= MOST; pdu += STEP) {
            if (!reads(&questions[which], pdu)) {
                assert_true(pdu < ROOMY);
                refused++;
                continue;
            }
            assert_int_equal(value_size, expected_size);
            assert_memory_equal(value, expected, expected_size);
            assert_int_not_equal(delivery.how.signature, DLMS_UNSIGNED);
        }
    }
    assert_true(refused > 0);
    assert_true(expected_size > LEAST);
    demanded_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_answer_is_longer_than_agreed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
