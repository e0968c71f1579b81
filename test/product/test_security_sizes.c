/* Answers that an object demands signed, of long values, to clients that take APDUs of every size:
 * none is longer than was agreed, however it is protected, and the value is always the same. */
#include "cosem/data.h"
#include "cosem/model.h"
#include "dlms/apdu.h"
#include "test/product/head_end_keys.h"
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

/* Capture objects of the first profile, as the product has them, but for what they demand. */
static struct cosem_protection right;
static struct cosem_object object;
static struct cosem_access access;
static const struct cosem_group group = {.objects = &object, .count = 1};
static const struct cosem_group *const groups[] = {&group};
static const struct cosem_model model = {groups, 1};

static const uint8_t get[] = {0xC0, 1, 0xC1, 0, 7, 1, 0, 99, 1, 0, 255, 3, 0};

struct question {
    enum dlms_form form;
    uint8_t control;
    enum dlms_signature signature;
};

static const struct question questions[] = {
    {DLMS_FORM_GLO, 0x21, DLMS_UNSIGNED},         {DLMS_FORM_GLO, 0x31, DLMS_UNSIGNED},
    {DLMS_FORM_GENERAL_GLO, 0x31, DLMS_UNSIGNED}, {DLMS_FORM_GENERAL_GLO, 0x31, DLMS_SIGNED_INSIDE},
    {DLMS_FORM_GLO, 0x31, DLMS_SIGNED_AROUND},    {DLMS_FORM_GENERAL_GLO, 0x01, DLMS_SIGNED_ALONE},
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };

static uint8_t value[VALUE];
static size_t value_size;
static uint8_t expected[VALUE];
static size_t expected_size;

static void begin(void)
{
    static const struct opening opening = {.mechanism = DLMS_MECHANISM_GMAC,
                                           .context = DLMS_CONTEXT_LN_CIPHERED,
                                           .challenge = 16,
                                           .control = 0x21};
    const struct cosem_name name = COSEM_NAME(1, 0, 99, 1, 0);
    enum cosem_result why;
    set_up_suite(DLMS_SUITE_1);
    client.context.signing = &keys.of_client;
    open_all(&opening);
    object = *cosem_model_find(rig.server.model, 7, &name, MANAGEMENT, &why);
    access = *object.access;
    access.protection = &right;
    object.access = &access;
    right.attributes = 1 << 2;
    rig.server.model = &model;
}

static bool ask_by(const struct question *question, const uint8_t *apdu, size_t size, size_t pdu)
{
    struct dlms_protection by = kit_protection(question->form, question->control);
    by.signature = question->signature;
    if (by.signature != DLMS_UNSIGNED) {
        by.signing.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
        by.signing.recipient = (struct dlms_octets){kit_server, DLMS_TITLE_SIZE};
    }
    kit_send(&client, by, apdu, size, &delivery);
    assert_true(delivery.size > 0);
    ask(delivery.apdu, delivery.size);
    assert_true(answered <= pdu);
    if (answer[0] == DLMS_EXCEPTION_RESPONSE) {
        return false;
    }
    memcpy(delivery.apdu, answer, answered);
    delivery.size = answered;
    assert_int_equal(kit_receive(&client, &delivery), 0);
    return true;
}

static void take(const uint8_t *octets, size_t size)
{
    assert_true(value_size + size <= sizeof value);
    memcpy(value + value_size, octets, size);
    value_size += size;
}

/* Whether the value comes, in one APDU or in blocks, to a client that takes `pdu` octets. */
static bool reads(const struct question *question, uint16_t pdu)
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
    begin();
    right.bits = 0;
    assert_true(reads(&questions[1], APDU));
    memcpy(expected, value, value_size);
    expected_size = value_size;
    right.bits = COSEM_RESPONSE_SIGNED;
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
    dlms_session_close(&rig.session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_answer_is_longer_than_agreed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
