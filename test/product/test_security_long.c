/* Protected requests that are longer than memory: the days of a calendar, by general blocks. They
 * are checked where they are staged, tag and signature, and read there through a window. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/general_block.h"
#include "test/product/head_end_keys.h"
#include "test/unit.h"

#include <string.h>

static void open_ciphered(uint8_t control)
{
    const struct opening o = {.mechanism = DLMS_MECHANISM_GMAC,
                              .context = DLMS_CONTEXT_LN_CIPHERED,
                              .challenge = 16,
                              .control = control,
                              .conformance = 0x007E1F | DLMS_CONFORMANCE_GENERAL_BLOCK};
    open_all(&o);
}

enum { DAYS = 9, DAYS_MOST = 30, SWITCHES = 11, CALENDAR_MOST = 8192, BLOCK = 300 };

/* SET of the passive calendar's days: of XS211 all that it holds. */
static size_t make_days(uint8_t apdu[CALENDAR_MOST], uint8_t rate)
{
    static const uint8_t head[] = {0xC1, 1, 0xC1, 0, 20, 0, 0, 13, 0, 0, 255, DAYS, 0};
    static const uint8_t scripts[] = {0, 0, 10, 0, 100, 255};
    struct writer w = writer_over(apdu, CALENDAR_MOST);
    writer_octets(&w, head, sizeof head);
    cosem_put_array(&w, DAYS_MOST);
    for (uint8_t day = 0; day < DAYS_MOST; day++) {
        cosem_put_structure(&w, 2);
        cosem_put_u8(&w, day);
        cosem_put_array(&w, SWITCHES);
        for (uint8_t i = 0; i < SWITCHES; i++) {
            const uint8_t time[] = {(uint8_t)(2 * i), day, i, 0};
            cosem_put_structure(&w, 3);
            cosem_put_octet_string(&w, time, sizeof time);
            cosem_put_octet_string(&w, scripts, sizeof scripts);
            cosem_put_u16(&w, (uint16_t)(1 + (day + i + rate) % 8));
        }
    }
    assert_true(writer_kept(&w) > 3 * RAM_STAGE_WINDOW);
    return writer_kept(&w);
}

/* The answer, put together of its blocks. */
static uint8_t gathered[APDU];
static size_t gathered_size;

/* Sends octets in blocks; the answer comes with the last. */
static void send_in_blocks(const uint8_t *octets, size_t size)
{
    uint16_t number = 1;
    for (size_t at = 0; at < size; at += BLOCK, number++) {
        uint8_t apdu[APDU];
        struct writer w = writer_over(apdu, sizeof apdu);
        size_t left = size - at;
        const struct dlms_general_block_apdu block = {
            .last = left <= BLOCK, .window = 1, .number = number};
        size_t now = left < BLOCK ? left : BLOCK;
        dlms_general_block_put_head(&w, &block, now);
        writer_octets(&w, octets + at, now);
        ask(apdu, writer_kept(&w));
    }
    struct reader r = reader_over(answer, answered);
    struct dlms_general_block_apdu last = dlms_general_block_take(&r);
    assert_true(last.last && !r.fault);
    memcpy(gathered, last.data.data, last.data.size);
    gathered_size = last.data.size;
}

/* The result of the SET that was answered; it is protected as the request was. */
static uint8_t deciphered_result(uint8_t control, enum dlms_signature signature)
{
    uint8_t opened[APDU];
    struct dlms_protection how;
    struct reader plain;
    assert_int_equal(dlms_security_receive(&client.context, gathered, gathered_size, opened,
                                           sizeof opened, &how, &plain),
                     0);
    assert_int_equal(how.control, control);
    assert_int_equal(how.signature, signature);
    assert_int_equal(plain.data[0], DLMS_SET_RESPONSE);
    return plain.data[3];
}

static void assert_days(uint8_t rate)
{
    const struct calendar *passive = &rig.tariff.passive;
    assert_int_equal(passive->day_count, DAYS_MOST);
    assert_int_equal(passive->switch_count, DAYS_MOST * SWITCHES);
    for (unsigned i = 0; i < passive->switch_count; i++) {
        unsigned day = i / SWITCHES;
        const struct civil time = calendar_switch_time(&passive->switches[i]);
        assert_int_equal(time.hour, 2 * (i % SWITCHES));
        assert_int_equal(time.minute, day);
        assert_int_equal(calendar_switch_rate(&passive->switches[i]),
                         1 + (day + i % SWITCHES + rate) % 8);
    }
}

static uint8_t long_apdu[CALENDAR_MOST + DLMS_PROTECT_HEAD_MOST];

/* Protected so; its size. */
static size_t protect_signed(enum dlms_form form, uint8_t control, enum dlms_signature signature,
                             const uint8_t *plain, size_t size)
{
    struct dlms_protection by = kit_protection(form, control);
    by.general.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
    by.general.recipient = (struct dlms_octets){kit_server, DLMS_TITLE_SIZE};
    by.signature = signature;
    by.signing = by.general;
    return dlms_security_send(&client.context, &by, plain, size, long_apdu, sizeof long_apdu);
}

static size_t protect_long(enum dlms_form form, uint8_t control, const uint8_t *plain, size_t size)
{
    return protect_signed(form, control, DLMS_UNSIGNED, plain, size);
}

static void a_request_longer_than_memory(void **state)
{
    (void)state;
    static const enum dlms_form forms[] = {DLMS_FORM_GLO, DLMS_FORM_GENERAL_GLO, DLMS_FORM_GENERAL};
    static uint8_t plain[CALENDAR_MOST];
    open_ciphered(0x30);
    for (uint8_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t size = make_days(plain, i);
        send_in_blocks(long_apdu, protect_long(forms[i], 0x30, plain, size));
        assert_int_equal(deciphered_result(0x30, DLMS_UNSIGNED), COSEM_SUCCESS);
        assert_days(i);
        assert_false(rig.stage.open);
    }
}

/* One bit wrong anywhere: nothing of it has been read. The counter is not used up by it. */
static void a_long_request_is_authentic_or_nothing(void **state)
{
    (void)state;
    static uint8_t plain[CALENDAR_MOST];
    open_ciphered(0x30);
    size_t size = make_days(plain, 3);
    size_t whole = protect_long(DLMS_FORM_GLO, 0x30, plain, size);
    for (size_t at = 9; at < whole; at += 331) {
        at = at + 331 >= whole ? whole - 1 : at;
        long_apdu[at] ^= 0x10;
        send_in_blocks(long_apdu, whole);
        long_apdu[at] ^= 0x10;
        assert_int_equal(gathered[0], DLMS_EXCEPTION_RESPONSE);
        assert_int_equal(gathered[2], DLMS_DECIPHERING_ERROR);
        assert_int_equal(rig.tariff.passive.day_count, 0);
    }
    send_in_blocks(long_apdu, whole - 1); /* its end is missing */
    assert_int_equal(gathered[0], DLMS_EXCEPTION_RESPONSE);
    send_in_blocks(long_apdu, whole);
    assert_int_equal(deciphered_result(0x30, DLMS_UNSIGNED), COSEM_SUCCESS);
    assert_days(3);
    send_in_blocks(long_apdu, whole); /* again */
    assert_int_equal(gathered[2], DLMS_INVOCATION_COUNTER_ERROR);
}

/* Whoever leaves its calendar open to be read. */
static void what_is_only_authenticated(void **state)
{
    (void)state;
    static uint8_t plain[CALENDAR_MOST];
    open_ciphered(0x10);
    size_t size = make_days(plain, 1);
    size_t whole = protect_long(DLMS_FORM_GLO, 0x10, plain, size);
    for (size_t at = 3; at < whole; at += 997) {
        long_apdu[at] ^= 4;
        send_in_blocks(long_apdu, whole);
        long_apdu[at] ^= 4;
        assert_int_equal(gathered[0], DLMS_EXCEPTION_RESPONSE);
        assert_int_equal(rig.tariff.passive.day_count, 0);
    }
    send_in_blocks(long_apdu, whole);
    assert_int_equal(deciphered_result(0x10, DLMS_UNSIGNED), COSEM_SUCCESS);
    assert_days(1);
    send_in_blocks(long_apdu, whole); /* again */
    assert_int_equal(gathered[2], DLMS_INVOCATION_COUNTER_ERROR);
}

static void open_signing(void)
{
    set_up_suite(DLMS_SUITE_1);
    client.context.signing = &keys.of_client;
    open_ciphered(0x31);
}

/* One signature over all of it, inside of what is ciphered and around it. */
static void a_signed_request_longer_than_memory(void **state)
{
    (void)state;
    static uint8_t plain[CALENDAR_MOST];
    open_signing();
    for (int signature = DLMS_SIGNED_INSIDE; signature <= DLMS_SIGNED_AROUND; signature++) {
        uint8_t rate = (uint8_t)signature;
        send_in_blocks(long_apdu,
                       protect_signed(DLMS_FORM_GENERAL_GLO, 0x31, (enum dlms_signature)signature,
                                      plain, make_days(plain, rate)));
        assert_int_equal(deciphered_result(0x31, (enum dlms_signature)signature), COSEM_SUCCESS);
        assert_days(rate);
    }
}

/* By somebody else, or for something else: no day of it is taken, and the policy takes none without
 * a signature. */
static void a_long_request_is_signed_or_nothing(void **state)
{
    (void)state;
    static uint8_t plain[CALENDAR_MOST];
    open_signing();
    setup.policy = DLMS_POLICY_REQUEST_SIGNED;
    size_t size = make_days(plain, 1);
    size_t whole = protect_signed(DLMS_FORM_GENERAL_GLO, 0x31, DLMS_SIGNED_AROUND, plain, size);
    for (size_t at = 5; at < whole; at += 1499) {
        long_apdu[at] ^= 1;
        send_in_blocks(long_apdu, whole);
        long_apdu[at] ^= 1;
        assert_int_equal(gathered[2], DLMS_DECIPHERING_ERROR);
        assert_int_equal(rig.tariff.passive.day_count, 0);
    }
    keys.of_client.own = keys.server;
    send_in_blocks(long_apdu,
                   protect_signed(DLMS_FORM_GENERAL_GLO, 0x31, DLMS_SIGNED_INSIDE, plain, size));
    assert_int_equal(gathered[2], DLMS_DECIPHERING_ERROR);
    send_in_blocks(long_apdu, protect_long(DLMS_FORM_GENERAL_GLO, 0x31, plain, size));
    assert_int_equal(gathered[2], DLMS_OPERATION_NOT_POSSIBLE);
    assert_int_equal(rig.tariff.passive.day_count, 0);
    keys.of_client.own = keys.client;
    whole = protect_signed(DLMS_FORM_GENERAL_GLO, 0x31, DLMS_SIGNED_AROUND, plain, size);
    send_in_blocks(long_apdu, whole);
    assert_int_equal(deciphered_result(0x31, DLMS_SIGNED_AROUND), COSEM_SUCCESS);
    assert_days(1);
}

/* The chip fails while it is read a second time. */
static void a_long_request_that_cannot_be_read(void **state)
{
    (void)state;
    static uint8_t plain[CALENDAR_MOST];
    open_ciphered(0x30);
    size_t size = make_days(plain, 1);
    size_t whole = protect_long(DLMS_FORM_GLO, 0x30, plain, size);
    rig.stage.fails_to_read = true;
    send_in_blocks(long_apdu, whole);
    rig.stage.fails_to_read = false;
    assert_int_equal(gathered[0], DLMS_EXCEPTION_RESPONSE);
    assert_int_equal(rig.tariff.passive.day_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_request_longer_than_memory, set_up),
        cmocka_unit_test_setup(a_long_request_is_authentic_or_nothing, set_up),
        cmocka_unit_test_setup(what_is_only_authenticated, set_up),
        cmocka_unit_test_setup(a_long_request_that_cannot_be_read, set_up),
        cmocka_unit_test(a_signed_request_longer_than_memory),
        cmocka_unit_test(a_long_request_is_signed_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
