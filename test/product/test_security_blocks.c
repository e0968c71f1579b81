/* What is ciphered or signed, and long: general block transfer around it, both ways. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/general_block.h"
#include "test/product/demanded.h"
#include "test/unit.h"

#include <string.h>

enum { LONG = 160000, BLOCKS = 512, BLOCK_HEAD = 16 };
enum {
    PROPOSED = 0x007E1F | DLMS_CONFORMANCE_GENERAL_BLOCK | DLMS_CONFORMANCE_ACCESS,
    WITHOUT_SERVICE_BLOCKS = PROPOSED & ~DLMS_CONFORMANCE_BLOCK_GET,
};

static const uint8_t get_clock[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};
static const uint8_t get_list[] = {0xC0, 1, 0xC1, 0, 15, 0, 0, 40, 0, 0, 255, 2, 0};
static const uint8_t set_zone[] = {0xC1, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0, 16, 0xFF, 0xC4};

static const struct opening ciphered = {.mechanism = DLMS_MECHANISM_GMAC,
                                        .context = DLMS_CONTEXT_LN_CIPHERED,
                                        .challenge = 16,
                                        .control = 0x30,
                                        .conformance = PROPOSED};

/* The plain answer of before, and what came in blocks. */
static uint8_t expected[LONG];
static size_t expected_size;
static uint8_t gathered[LONG];
static size_t gathered_size;
static uint8_t opened[LONG + DLMS_PROTECT_HEAD];

/* The blocks as they came. */
static struct {
    uint8_t octets[APDU];
    size_t size;
} came[BLOCKS];
static unsigned count;

static void open_proposing(uint32_t conformance, uint8_t control)
{
    struct opening o = ciphered;
    o.conformance = conformance;
    o.control = control;
    open_all(&o);
}

/* The object list as a plain association of Management has it: with its head. */
static int set_up_list(void **state)
{
    static const struct cosem_name association = COSEM_NAME(0, 0, 40, 0, 0);
    static const uint8_t head[] = {DLMS_GET_RESPONSE, DLMS_GET_NORMAL, 0xC1, DLMS_RESULT_DATA};
    enum cosem_result result;
    head_end_product = "xs211";
    head_end_suite = DLMS_SUITE_0;
    set_up(state);
    rig_associate(&rig, SAP, APDU);
    memcpy(expected, head, sizeof head);
    expected_size =
        sizeof head + rig_read(&rig, SAP, 15, &association, 2, expected + sizeof head, &result);
    assert_true(expected_size > 1000);
    return 0;
}

static struct dlms_general_block_apdu block_of(const uint8_t *apdu, size_t size)
{
    struct reader r = reader_over(apdu, size);
    struct dlms_general_block_apdu block = dlms_general_block_take(&r);
    assert_false(r.fault);
    return block;
}

static void keep_answer(void)
{
    assert_true(count < BLOCKS);
    assert_true(answered <= APDU);
    memcpy(came[count].octets, answer, answered);
    came[count].size = answered;
    count++;
}

/* Sends a block; the blocks that come are kept. */
static void send_block(const struct dlms_general_block_apdu *head, const uint8_t *data, size_t size)
{
    uint8_t apdu[APDU];
    struct writer w = writer_over(apdu, sizeof apdu);
    dlms_general_block_put_head(&w, head, size);
    writer_octets(&w, data, size);
    ask(apdu, writer_kept(&w));
    while (answered > 0) {
        keep_answer();
        answered = dlms_session_more(&rig.session, SAP, answer, sizeof answer);
    }
}

static struct dlms_general_block_apdu last_block(void)
{
    assert_true(count > 0);
    return block_of(came[count - 1].octets, came[count - 1].size);
}

/* Acknowledges until the last block has come, and puts the data together. */
static void take_blocks(uint8_t window)
{
    for (struct dlms_general_block_apdu last = last_block(); !last.last; last = last_block()) {
        const struct dlms_general_block_apdu more = {
            .window = window, .number = 2, .acknowledged = last.number};
        send_block(&more, NULL, 0);
    }
    gathered_size = 0;
    for (unsigned i = 0; i < count; i++) {
        struct dlms_general_block_apdu block = block_of(came[i].octets, came[i].size);
        assert_int_equal(block.number, i + 1);
        memcpy(gathered + gathered_size, block.data.data, block.data.size);
        gathered_size += block.data.size;
    }
}

/* Deciphers what was put together. */
static struct reader decipher(uint8_t control)
{
    struct dlms_protection how;
    struct reader plain;
    assert_int_equal(dlms_security_receive(&client.context, gathered, gathered_size, opened,
                                           sizeof opened, &how, &plain),
                     0);
    assert_int_equal(how.control, control);
    return plain;
}

/* ACCESS has no tag of its own when it is ciphered. */
static void request_in_a_block(uint8_t control, uint8_t window, const uint8_t *apdu, size_t size)
{
    enum dlms_form form = apdu[0] == DLMS_ACCESS_REQUEST ? DLMS_FORM_GENERAL_GLO : DLMS_FORM_GLO;
    const struct dlms_general_block_apdu first = {.last = true, .window = window, .number = 1};
    count = 0;
    kit_send(&client, kit_protection(form, control), apdu, size, &delivery);
    assert_true(delivery.size > 0);
    send_block(&first, delivery.apdu, delivery.size);
}

static void a_long_answer_is_one_ciphered_apdu(void **state)
{
    (void)state;
    static const uint8_t controls[] = {0x20, 0x30};
    static const uint8_t windows[] = {1, 2, 5, 63};
    for (size_t i = 0; i < sizeof windows; i++) {
        open_proposing(PROPOSED, controls[i % 2]);
        if (i > 1) {
            dlms_session_stream(&rig.session);
        }
        request_in_a_block(controls[i % 2], windows[i], get_list, sizeof get_list);
        take_blocks(windows[i]);
        struct reader plain = decipher(controls[i % 2]);
        assert_int_equal(plain.size, expected_size);
        assert_memory_equal(plain.data, expected, expected_size);
    }
}

/* Asked again, blocks come as they were: nothing is encrypted twice under one counter. */
static void lost_blocks_come_as_they_were(void **state)
{
    (void)state;
    enum { WINDOW = 3 };
    open_proposing(PROPOSED, 0x30);
    dlms_session_stream(&rig.session);
    request_in_a_block(0x30, WINDOW, get_list, sizeof get_list);
    assert_int_equal(count, WINDOW);
    uint32_t sent = setup.sent.next;
    const struct dlms_general_block_apdu again = {.window = WINDOW, .number = 2, .acknowledged = 1};
    send_block(&again, NULL, 0);
    assert_int_equal(count, 2 * WINDOW);
    for (unsigned i = 1; i < WINDOW; i++) {
        struct dlms_general_block_apdu first = block_of(came[i].octets, came[i].size);
        struct dlms_general_block_apdu second =
            block_of(came[WINDOW + i - 1].octets, came[WINDOW + i - 1].size);
        assert_int_equal(first.number, second.number);
        assert_int_equal(first.data.size, second.data.size);
        assert_memory_equal(first.data.data, second.data.data, first.data.size);
    }
    assert_int_equal(setup.sent.next, sent);
}

/* The request came in one APDU, the client takes no other blocks: general ones. */
static void answers_begin_blocks_of_themselves(void **state)
{
    (void)state;
    open_proposing(WITHOUT_SERVICE_BLOCKS, 0x30);
    count = 0;
    kit_send(&client, kit_protection(DLMS_FORM_GENERAL_GLO, 0x30), get_list, sizeof get_list,
             &delivery);
    ask(delivery.apdu, delivery.size);
    keep_answer();
    take_blocks(1);
    assert_int_equal(gathered[0], DLMS_GENERAL_GLO_CIPHERING);
    struct reader plain = decipher(0x30);
    assert_int_equal(plain.size, expected_size);
    assert_memory_equal(plain.data, expected, expected_size);
}

/* ACCESS has no blocks of its own: the object list twice. */
static size_t make_access(uint8_t apdu[64])
{
    static const uint8_t head[] = {0xD9, 0x40, 0, 0, 1, 0, 2};
    static const uint8_t item[] = {1, 0, 15, 0, 0, 40, 0, 0, 255, 2};
    static const uint8_t data[] = {2, 0, 0};
    struct writer w = writer_over(apdu, 64);
    writer_octets(&w, head, sizeof head);
    writer_octets(&w, item, sizeof item);
    writer_octets(&w, item, sizeof item);
    writer_octets(&w, data, sizeof data);
    return writer_kept(&w);
}

static void long_answers_of_access(void **state)
{
    (void)state;
    uint8_t apdu[64];
    size_t size = make_access(apdu);
    open_proposing(PROPOSED, 0x30);
    request_in_a_block(0x30, 1, apdu, size);
    take_blocks(1);
    struct reader plain = decipher(0x30);
    assert_int_equal(plain.data[0], DLMS_ACCESS_RESPONSE);
    size_t list = expected_size - 4;
    assert_memory_equal(plain.data + 8, expected + 4, list);
    assert_memory_equal(plain.data + 8 + list, expected + 4, list);
    static const uint8_t results[] = {2, 1, 0, 1, 0};
    assert_int_equal(plain.size, 8 + 2 * list + sizeof results);
    assert_memory_equal(plain.data + 8 + 2 * list, results, sizeof results);
}

/* What is read later is shorter than when it was measured: the answer is given up, not bent. */
static void an_answer_that_changes_its_length_is_given_up(void **state)
{
    (void)state;
    uint8_t apdu[64];
    static const struct cosem_group *none;
    static const struct cosem_model empty = {&none, 0};
    size_t size = make_access(apdu);
    open_proposing(PROPOSED, 0x30);
    request_in_a_block(0x30, 1, apdu, size);
    rig.server.model = &empty;
    for (uint16_t number = 1; answer[0] != DLMS_EXCEPTION_RESPONSE && number < BLOCKS; number++) {
        const struct dlms_general_block_apdu more = {
            .window = 1, .number = 2, .acknowledged = number};
        uint8_t octets[BLOCK_HEAD];
        struct writer w = writer_over(octets, sizeof octets);
        dlms_general_block_put_head(&w, &more, 0);
        ask(octets, writer_kept(&w));
    }
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    assert_null(rig.session.sealed.owner);
}

static void assert_list(struct reader plain)
{
    assert_int_equal(plain.size, expected_size);
    assert_memory_equal(plain.data, expected, expected_size);
}

static void what_is_only_authenticated(void **state)
{
    (void)state;
    open_proposing(PROPOSED, 0x10);
    request_in_a_block(0x10, 1, get_list, sizeof get_list);
    take_blocks(1);
    assert_true(count > 10);
    assert_list(decipher(0x10));
    gathered[gathered_size / 2] ^= 1;
    struct dlms_protection how;
    struct reader plain;
    assert_int_equal(dlms_security_receive(&client.context, gathered, gathered_size, opened,
                                           sizeof opened, &how, &plain),
                     DLMS_SECURITY_COUNTER);
    client.received[DLMS_COUNTER_OF_UNICAST].next = 0;
    assert_int_equal(dlms_security_receive(&client.context, gathered, gathered_size, opened,
                                           sizeof opened, &how, &plain),
                     DLMS_SECURITY_TAG);
}

/* An association of suite 1 with keys for signatures; the list as its plain association has it. */
static void open_signing(void)
{
    set_up_suite(DLMS_SUITE_1);
    client.context.signing = &keys.of_client;
    open_proposing(PROPOSED, 0x31);
}

static void request_signed(uint8_t control, enum dlms_signature signature)
{
    const struct dlms_general_block_apdu first = {.last = true, .window = 3, .number = 1};
    struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL_GLO, control);
    by.signature = signature;
    by.signing.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
    by.signing.recipient = (struct dlms_octets){kit_server, DLMS_TITLE_SIZE};
    count = 0;
    kit_send(&client, by, get_list, sizeof get_list, &delivery);
    send_block(&first, delivery.apdu, delivery.size);
}

static enum dlms_signature signature_of(uint8_t control)
{
    struct dlms_protection how;
    struct reader plain;
    client.received[DLMS_COUNTER_OF_UNICAST].next = 0;
    assert_int_equal(dlms_security_receive(&client.context, gathered, gathered_size, opened,
                                           sizeof opened, &how, &plain),
                     0);
    assert_int_equal(how.control, control);
    assert_list(plain);
    return how.signature;
}

/* The whole list under one signature, around and inside of what is ciphered; and because the policy
 * wants answers signed. */
static void a_long_answer_is_signed(void **state)
{
    (void)state;
    open_signing();
    for (int signature = DLMS_SIGNED_INSIDE; signature <= DLMS_SIGNED_AROUND; signature++) {
        request_signed(0x31, (enum dlms_signature)signature);
        take_blocks(3);
        assert_int_equal(signature_of(0x31), signature);
    }
    setup.policy = DLMS_POLICY_RESPONSE_SIGNED;
    request_in_a_block(0x31, 1, get_list, sizeof get_list);
    take_blocks(1);
    assert_int_equal(signature_of(0x31), DLMS_SIGNED_AROUND);
}

/* What must be ciphered is, although it was asked for by a signature alone. */
static void a_long_answer_is_ciphered_by_policy(void **state)
{
    (void)state;
    set_up_suite(DLMS_SUITE_1);
    client.context.signing = &keys.of_client;
    open_proposing(PROPOSED, 0x21);
    request_signed(0x01, DLMS_SIGNED_ALONE);
    take_blocks(1);
    assert_int_equal(signature_of(0x01), DLMS_SIGNED_ALONE);
    setup.policy = DLMS_POLICY_RESPONSE_ENCRYPTED;
    request_signed(0x01, DLMS_SIGNED_ALONE);
    take_blocks(1);
    assert_int_equal(signature_of(0x21), DLMS_SIGNED_INSIDE);
}

/* The meter has become one of suite 2 before it came to the signature: there is no key for it. */
static void a_signature_that_cannot_be_made(void **state)
{
    (void)state;
    open_signing();
    request_signed(0x31, DLMS_SIGNED_AROUND);
    setup.signing.own[DLMS_USE_SIGNATURE].there = false;
    for (uint16_t number = 1; answer[0] != DLMS_EXCEPTION_RESPONSE && number < BLOCKS; number++) {
        const struct dlms_general_block_apdu more = {
            .window = 1, .number = 2, .acknowledged = number};
        uint8_t octets[BLOCK_HEAD];
        struct writer w = writer_over(octets, sizeof octets);
        dlms_general_block_put_head(&w, &more, 0);
        ask(octets, writer_kept(&w));
    }
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    assert_null(rig.session.sealed.owner);
}

/* A ciphered request in blocks of every size. */
static void requests_come_in_blocks(void **state)
{
    (void)state;
    open_proposing(PROPOSED, 0x30);
    for (size_t room = 7; room < 50; room += 6) {
        rig.clock.zone.offset_min = 0;
        kit_send(&client, kit_protection(DLMS_FORM_GLO, 0x30), set_zone, sizeof set_zone,
                 &delivery);
        uint16_t number = 1;
        count = 0;
        for (size_t at = 0; at < delivery.size; at += room, number++) {
            size_t left = delivery.size - at;
            const struct dlms_general_block_apdu block = {
                .last = left <= room, .window = 1, .number = number};
            send_block(&block, delivery.apdu + at, left < room ? left : room);
        }
        struct dlms_general_block_apdu last = last_block();
        assert_true(last.last);
        memcpy(gathered, last.data.data, last.data.size);
        gathered_size = last.data.size;
        assert_int_equal(decipher(0x30).data[3], COSEM_SUCCESS);
        assert_int_equal(rig.clock.zone.offset_min, 60);
    }
}

/* Blocks are no way around the policy, and what they hold is checked like anything else. */
static void blocks_hold_nothing_weaker(void **state)
{
    (void)state;
    open_proposing(PROPOSED, 0x30);
    const struct dlms_general_block_apdu first = {.last = true, .window = 1, .number = 1};
    count = 0;
    send_block(&first, set_zone, sizeof set_zone); /* plain */
    struct dlms_general_block_apdu block = last_block();
    assert_int_equal(block.data.data[0], DLMS_EXCEPTION_RESPONSE);
    assert_int_equal(block.data.data[2], DLMS_OPERATION_NOT_POSSIBLE);
    kit_send(&client, kit_protection(DLMS_FORM_GLO, 0x30), set_zone, sizeof set_zone, &delivery);
    delivery.apdu[delivery.size - 1] ^= 1;
    rig.clock.zone.offset_min = 0;
    send_block(&first, delivery.apdu, delivery.size);
    block = last_block();
    assert_int_equal(block.data.data[2], DLMS_DECIPHERING_ERROR);
    delivery.apdu[delivery.size - 1] ^= 1;
    send_block(&first, delivery.apdu, delivery.size);
    send_block(&first, delivery.apdu, delivery.size); /* again */
    block = last_block();
    assert_int_equal(block.data.data[2], DLMS_INVOCATION_COUNTER_ERROR);
    assert_int_equal(rig.clock.zone.offset_min, 60);
}

/* Not before the client has proved itself, either. */
static void no_blocks_before_the_proof(void **state)
{
    (void)state;
    assert_int_equal(open_with(&ciphered), DLMS_ACCEPTED);
    request_in_a_block(0x30, 1, get_clock, sizeof get_clock);
    assert_int_equal(came[0].octets[0], DLMS_EXCEPTION_RESPONSE);
}

/* ---- what the access rights of a long value demand of its answer ---- */

/* Asked for by that control, the answer has the demanded besides. */
static void assert_demanded(uint8_t control, uint8_t bits)
{
    static const uint8_t get[] = {0xC0, 1, 0xC1, 0, 7, 1, 0, 99, 1, 0, 255, 3, 0};
    demanded_right.bits = bits;
    request_in_a_block(control, 1, get, sizeof get);
    take_blocks(1);
    assert_true(count > 1);
    control |= (bits & COSEM_RESPONSE_AUTHENTICATED) != 0 ? 0x10 : 0;
    control |= (bits & COSEM_RESPONSE_ENCRYPTED) != 0 ? 0x20 : 0;
    bool is_signed = signature_of(control) != DLMS_UNSIGNED;
    assert_int_equal(is_signed, (bits & COSEM_RESPONSE_SIGNED) != 0);
}

static void a_long_answer_is_protected_as_its_right_says(void **state)
{
    (void)state;
    static const struct cosem_name profile = COSEM_NAME(1, 0, 99, 1, 0);
    enum { HEAD = 4, SHORT = 80, STEP = COSEM_RESPONSE_AUTHENTICATED };
    enum cosem_result result;
    expected_size = HEAD + rig_read(&rig, SAP, 7, &profile, 3, expected + HEAD, &result);
    demanded_begin(7, &profile, 3);
    rig_association(&rig, SAP)->conformance |= DLMS_CONFORMANCE_GENERAL_BLOCK;
    rig_association(&rig, SAP)->send_max = SHORT;
    for (unsigned bits = 0; bits <= UINT8_MAX; bits += STEP) {
        for (uint8_t control = 0x11; control <= 0x31; control += 0x10) {
            assert_demanded(control, (uint8_t)bits);
        }
    }
    demanded_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_long_answer_is_one_ciphered_apdu, set_up_list),
        cmocka_unit_test_setup(lost_blocks_come_as_they_were, set_up_list),
        cmocka_unit_test_setup(answers_begin_blocks_of_themselves, set_up_list),
        cmocka_unit_test_setup(long_answers_of_access, set_up_list),
        cmocka_unit_test_setup(an_answer_that_changes_its_length_is_given_up, set_up_list),
        cmocka_unit_test_setup(what_is_only_authenticated, set_up_list),
        cmocka_unit_test_setup(requests_come_in_blocks, set_up),
        cmocka_unit_test_setup(blocks_hold_nothing_weaker, set_up),
        cmocka_unit_test_setup(no_blocks_before_the_proof, set_up),
        cmocka_unit_test_setup(a_long_answer_is_signed, set_up_list),
        cmocka_unit_test_setup(a_long_answer_is_ciphered_by_policy, set_up_list),
        cmocka_unit_test_setup(a_signature_that_cannot_be_made, set_up_list),
        cmocka_unit_test_setup(a_long_answer_is_protected_as_its_right_says, set_up_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
