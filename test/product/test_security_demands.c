/* What access rights and the security policy demand of an exchange, in every combination, against
 * a plain model: who asks with less is refused, who asks with enough is answered with as much as
 * he gave and as much as is demanded, and what the meter cannot give it refuses. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "test/product/head_end_keys.h"
#include "test/unit.h"

#include <string.h>

enum {
    REQUESTS = COSEM_REQUEST_AUTHENTICATED | COSEM_REQUEST_ENCRYPTED | COSEM_REQUEST_SIGNED,
    RESPONSES = COSEM_RESPONSE_AUTHENTICATED | COSEM_RESPONSE_ENCRYPTED | COSEM_RESPONSE_SIGNED,
    TO_RESPONSE = 3, /* a request's bit, so far to the left, is the response's */
    BITS_FROM = 2,
    COMBINATIONS = 64,
};

/* Attribute 3 of a clock, as the product has it, but for the protection that it needs. */
static struct cosem_protection right;
static struct cosem_object object;
static struct cosem_access access;
static const struct cosem_group group = {.objects = &object, .count = 1};
static const struct cosem_group *const groups[] = {&group};
static const struct cosem_model model = {groups, 1};

static const uint8_t get[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};

struct question {
    enum dlms_form form;
    uint8_t control;
    enum dlms_signature signature;
};

static const struct question questions[] = {
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
    static const struct opening opening = {.mechanism = DLMS_MECHANISM_GMAC,
                                           .context = DLMS_CONTEXT_LN_CIPHERED,
                                           .challenge = 16,
                                           .control = 0x21};
    const struct cosem_name name = COSEM_NAME(0, 0, 1, 0, 0);
    enum cosem_result why;
    set_up_suite(DLMS_SUITE_1);
    client.context.signing = &keys.of_client;
    open_all(&opening);
    object = *cosem_model_find(rig.server.model, 8, &name, MANAGEMENT, &why);
    access = *object.access;
    access.protection = &right;
    object.access = &access;
    right.attributes = 1 << 2;
    rig.server.model = &model;
}

static void end(void)
{
    setup.policy = 0;
    dlms_session_close(&rig.session);
}

/* ---- the model ---- */

static unsigned given_by(const struct question *question)
{
    unsigned given = question->signature != DLMS_UNSIGNED ? COSEM_REQUEST_SIGNED : 0U;
    given |= (question->control & 0x10) != 0 ? COSEM_REQUEST_AUTHENTICATED : 0U;
    given |= (question->control & 0x20) != 0 ? COSEM_REQUEST_ENCRYPTED : 0U;
    return given;
}

enum fate { FATE_SERVED, FATE_VIOLATION, FATE_TOO_WEAK, FATE_UNANSWERABLE };

/* What becomes of it; with the protection of the answer, as the bits of responses. */
static enum fate fate_of(const struct question *question, unsigned policy, unsigned rights,
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

static struct dlms_protection protection_of(const struct question *question)
{
    struct dlms_protection by = kit_protection(question->form, question->control);
    by.signature = question->signature;
    if (by.signature != DLMS_UNSIGNED) {
        by.signing.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
        by.signing.recipient = (struct dlms_octets){kit_server, DLMS_TITLE_SIZE};
    }
    return by;
}

static bool ask_by(const struct question *question)
{
    kit_send(&client, protection_of(question), get, sizeof get, &delivery);
    assert_true(delivery.size > 0);
    ask(delivery.apdu, delivery.size);
    if (answer[0] == DLMS_EXCEPTION_RESPONSE) {
        return false;
    }
    memcpy(delivery.apdu, answer, answered);
    delivery.size = answered;
    assert_int_equal(kit_receive(&client, &delivery), 0);
    return true;
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
    const struct question *question = &questions[which];
    unsigned response;
    enum fate fate = fate_of(question, policy, rights, signs, &response);
    setup.policy = (uint8_t)policy;
    setup.signing.own[DLMS_USE_SIGNATURE].there = signs;
    right.bits = (uint8_t)rights;
    bool answers = fate == FATE_SERVED || fate == FATE_VIOLATION;
    if (ask_by(question) != answers) {
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
    end();
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
    end();
}

static void who_has_no_key_signs_nothing(void **state)
{
    (void)state;
    begin();
    for (unsigned n = 0; n < COMBINATIONS; n++) {
        check(n % QUESTIONS, 0, n << BITS_FROM, false);
        check(n % QUESTIONS, n << BITS_FROM, 0, false);
    }
    end();
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
    end();
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
        end();
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
