/* What access rights and the security policy demand of an exchange, in every combination, against
 * a plain model: who asks with less is refused, who asks with enough is answered with as much as
 * he gave and as much as is demanded, and what the meter cannot give it refuses. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "test/product/demanded.h"
#include "test/unit.h"

#include <string.h>

enum {
    REQUESTS = COSEM_REQUEST_AUTHENTICATED | COSEM_REQUEST_ENCRYPTED | COSEM_REQUEST_SIGNED,
    RESPONSES = COSEM_RESPONSE_AUTHENTICATED | COSEM_RESPONSE_ENCRYPTED | COSEM_RESPONSE_SIGNED,
    TO_RESPONSE = 3, /* a request's bit, so far to the left, is the response's */
    BITS_FROM = 2,
    COMBINATIONS = 64,
};

static const uint8_t get[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};

static const struct demanded_question questions[] = {
    {DLMS_FORM_GLO, 0x11, DLMS_UNSIGNED},
    {DLMS_FORM_GLO, 0x21, DLMS_UNSIGNED},
    {DLMS_FORM_GLO, 0x31, DLMS_UNSIGNED},
    {DLMS_FORM_GENERAL_GLO, 0x21, DLMS_UNSIGNED},
    {DLMS_FORM_GENERAL_GLO, 0x11, DLMS_SIGNED_INSIDE},
    {DLMS_FORM_GENERAL_GLO, 0x31, DLMS_SIGNED_AROUND},
    {DLMS_FORM_GLO, 0x21, DLMS_SIGNED_AROUND},
    {DLMS_FORM_GENERAL_GLO, 0x01, DLMS_SIGNED_ALONE},
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };

static void begin(void)
{
    const struct cosem_name clock = COSEM_NAME(0, 0, 1, 0, 0);
    demanded_begin(8, &clock, 3);
}

/* ---- the model ---- */

static unsigned given_by(const struct demanded_question *question)
{
    unsigned given = question->signature != DLMS_UNSIGNED ? COSEM_REQUEST_SIGNED : 0U;
    given |= (question->control & 0x10) != 0 ? COSEM_REQUEST_AUTHENTICATED : 0U;
    given |= (question->control & 0x20) != 0 ? COSEM_REQUEST_ENCRYPTED : 0U;
    return given;
}

enum fate { FATE_SERVED, FATE_VIOLATION, FATE_TOO_WEAK, FATE_UNANSWERABLE };

/* What becomes of it; with the protection of the answer, as the bits of responses. */
static enum fate fate_of(const struct demanded_question *question, unsigned policy, unsigned rights,
                         bool signs, unsigned *response)
{
    unsigned given = given_by(question);
    unsigned can = signs ? RESPONSES : RESPONSES & ~(unsigned)COSEM_RESPONSE_SIGNED;
    bool enough = (rights & REQUESTS & ~given) == 0 && (rights & RESPONSES & ~can) == 0;
    *response = given << TO_RESPONSE | (policy & RESPONSES) | (enough ? rights & RESPONSES : 0);
    if ((policy & REQUESTS & ~given) != 0) {
        return FATE_TOO_WEAK;
    }
    if ((*response & ~can) != 0) {
        return FATE_UNANSWERABLE;
    }
    return enough ? FATE_SERVED : FATE_VIOLATION;
}

/* ---- what is seen ---- */

static unsigned seen_response(void)
{
    unsigned seen = delivery.how.signature != DLMS_UNSIGNED ? COSEM_RESPONSE_SIGNED : 0U;
    seen |= (delivery.how.control & 0x10) != 0 ? COSEM_RESPONSE_AUTHENTICATED : 0U;
    seen |= (delivery.how.control & 0x20) != 0 ? COSEM_RESPONSE_ENCRYPTED : 0U;
    return seen;
}

static void assert_fate(enum fate fate, unsigned response)
{
    switch (fate) {
    case FATE_TOO_WEAK:
        assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        return;
    case FATE_UNANSWERABLE:
        assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OTHER_REASON);
        return;
    case FATE_SERVED:
        assert_int_equal(delivery.plain.data[3], DLMS_RESULT_DATA);
        break;
    case FATE_VIOLATION:
        assert_int_equal(delivery.plain.data[3], DLMS_RESULT_ERROR);
        assert_int_equal(delivery.plain.data[4], COSEM_SCOPE_OF_ACCESS_VIOLATED);
        break;
    }
    assert_int_equal(seen_response(), response);
}

static void check(unsigned which, unsigned policy, unsigned rights, bool signs)
{
    const struct demanded_question *question = &questions[which];
    unsigned response;
    enum fate fate = fate_of(question, policy, rights, signs, &response);
    setup.policy = (uint8_t)policy;
    setup.signing.own[DLMS_USE_SIGNATURE].there = signs;
    demanded_right.bits = (uint8_t)rights;
    bool answers = fate == FATE_SERVED || fate == FATE_VIOLATION;
    if (demanded_ask(question, get, sizeof get) != answers) {
        fail_msg("question %u, policy %02X, rights %02X, %s: %s", which, policy, rights,
                 signs ? "signs" : "cannot sign", answers ? "an exception" : "no exception");
    }
    assert_fate(fate, response);
}

/* ---- the rules ---- */

static void rights_demand_of_each_exchange(void **state)
{
    (void)state;
    begin();
    for (unsigned n = 0; n < COMBINATIONS; n++) {
        for (unsigned which = 0; which < QUESTIONS; which++) {
            check(which, 0, n << BITS_FROM, true);
        }
    }
    demanded_end();
}

static void the_policy_demands_of_all(void **state)
{
    (void)state;
    begin();
    for (unsigned n = 0; n < COMBINATIONS; n++) {
        for (unsigned which = 0; which < QUESTIONS; which++) {
            check(which, n << BITS_FROM, 0, true);
        }
    }
    demanded_end();
}

static void who_has_no_key_signs_nothing(void **state)
{
    (void)state;
    begin();
    for (unsigned n = 0; n < COMBINATIONS; n++) {
        check(n % QUESTIONS, 0, n << BITS_FROM, false);
        check(n % QUESTIONS, n << BITS_FROM, 0, false);
    }
    demanded_end();
}

/* Both at once: neither hides what the other demands. */
static void both_demand(void **state)
{
    (void)state;
    begin();
    for (unsigned n = 0; n < COMBINATIONS; n++) {
        check(n % QUESTIONS, n << BITS_FROM, (COMBINATIONS - 1 - n) << BITS_FROM, n % 3 > 0);
        check(n / 8, n << BITS_FROM, (n * 37 % COMBINATIONS) << BITS_FROM, true);
    }
    demanded_end();
}

/* Of an RLRE the InitiateResponse, deciphered; false: it has none. */
static bool take_released(void)
{
    enum { USER_INFORMATION = 0xBE, OCTET_STRING = 4 };
    struct reader r = reader_over(answer, answered);
    assert_int_equal(reader_u8(&r), DLMS_RLRE);
    (void)cosem_take_length(&r);
    while (reader_left(&r) > 0 && reader_peek(&r) != USER_INFORMATION) {
        (void)reader_u8(&r);
    }
    if (reader_left(&r) == 0) {
        return false;
    }
    (void)reader_u8(&r);
    (void)cosem_take_length(&r);
    assert_int_equal(reader_u8(&r), OCTET_STRING);
    size_t size = cosem_take_length(&r);
    assert_int_equal(reader_left(&r), size);
    delivery.size = size;
    memcpy(delivery.apdu, answer + r.at, delivery.size);
    assert_int_equal(kit_receive(&client, &delivery), 0);
    assert_int_equal(delivery.plain.data[0], DLMS_INITIATE_RESPONSE);
    return true;
}

/* A release is answered as everything else; where that cannot be, the association ends all the
 * same, without more words. */
static void releases_are_answered_so_too(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 2 * 8; n++) {
        unsigned policy = n / 2 << (BITS_FROM + TO_RESPONSE);
        bool signs = n % 2 > 0 || (policy & COSEM_RESPONSE_SIGNED) == 0;
        uint8_t apdu[APDU];
        begin();
        setup.policy = (uint8_t)policy;
        setup.signing.own[DLMS_USE_SIGNATURE].there = signs;
        ask(apdu, make_release(0x31, apdu));
        assert_true(take_released() == signs);
        if (signs) {
            unsigned ciphered = COSEM_RESPONSE_AUTHENTICATED | COSEM_RESPONSE_ENCRYPTED;
            assert_int_equal(seen_response(), ciphered | (policy & COSEM_RESPONSE_SIGNED));
        }
        assert_false(rig_association(&rig, SAP)->open);
        demanded_end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights_demand_of_each_exchange),
        cmocka_unit_test(the_policy_demands_of_all),
        cmocka_unit_test(who_has_no_key_signs_nothing),
        cmocka_unit_test(both_demand),
        cmocka_unit_test(releases_are_answered_so_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
