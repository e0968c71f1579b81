/* The client's codec: what it makes, and what it does with what comes back. */
#include "dlms/client.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

enum { ROOM = 64 };

static uint8_t value[ROOM];
static uint8_t apdu[DLMS_CLIENT_ROOM];
static struct dlms_client client;
static struct dlms_refusal refusal;
static const struct cosem_name name = COSEM_NAME(1, 0, 1, 8, 0);

static int set_up(void **state)
{
    (void)state;
    dlms_client_init(&client, value, sizeof value, 1200);
    return 0;
}

static enum dlms_client_outcome opened(const char *hex)
{
    uint8_t octets[256];
    size_t size = hex_read(hex, octets, sizeof octets);
    return dlms_client_opened(&client, octets, size, &refusal);
}

static enum dlms_client_outcome answer(const char *hex)
{
    uint8_t octets[256];
    size_t size = hex_read(hex, octets, sizeof octets);
    return dlms_client_answer(&client, octets, size, &refusal);
}

static void assert_apdu(size_t size, const char *expected)
{
    char text[2 * DLMS_CLIENT_ROOM + 1];
    hex_write(apdu, size, text);
    assert_string_equal(text, expected);
}

static void makes_requests(void **state)
{
    (void)state;
    struct dlms_octets none = {NULL, 0};
    assert_apdu(dlms_client_open(&client, none, apdu, sizeof apdu),
                "601DA109060760857405080101BE10040E01000000065F1F0400201E5D04B0");
    struct dlms_octets password = {(const uint8_t *)"12345678", 8};
    assert_apdu(dlms_client_open(&client, password, apdu, sizeof apdu),
                "6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363738"
                "BE10040E01000000065F1F0400201E5D04B0");
    assert_apdu(dlms_client_get(&client, 3, &name, 2, apdu, sizeof apdu),
                "C001C100030100010800FF0200");
    assert_apdu(dlms_client_get(&client, 8, &name, 9, apdu, sizeof apdu),
                "C001C200080100010800FF0900");
    assert_apdu(dlms_client_release(apdu, sizeof apdu), "6203800100");
}

static void invoke_id_counts_in_four_bits(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 40; i++) {
        dlms_client_get(&client, 3, &name, 2, apdu, sizeof apdu);
        assert_int_equal(apdu[2], 0xC0 | (i & 0x0F));
    }
}

static void associations(void **state)
{
    (void)state;
    assert_int_equal(opened("6129A109060760857405080101A203020100A305A103020100BE10040E0800065F1F04"
                            "0000101001F40007"),
                     DLMS_CLIENT_DONE);
    assert_int_equal(client.send_max, 500);
    assert_int_equal(client.conformance, 0x001010);
    assert_int_equal(opened("6117A109060760857405080101A203020101A305A10302010D"),
                     DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.diagnostic, DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE);
    assert_int_equal(refusal.initiate_error, -1);
    assert_int_equal(opened("611FA109060760857405080101A203020101A305A103020101BE0604040E010603"),
                     DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.initiate_error, DLMS_INITIATE_PDU_SIZE_TOO_SHORT);
    assert_int_equal(opened("D80101"), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.exception[0], 1);
}

static void answers_to_an_aarq_that_are_none(void **state)
{
    (void)state;
    /* nothing, a request, accepted without InitiateResponse, with one of short names, cut */
    assert_int_equal(opened(""), DLMS_CLIENT_MALFORMED);
    assert_int_equal(opened("601DA109060760857405080101BE10040E01000000065F1F0400001010FFFF"),
                     DLMS_CLIENT_MALFORMED);
    assert_int_equal(opened("6117A109060760857405080101A203020100A305A103020100"),
                     DLMS_CLIENT_MALFORMED);
    assert_int_equal(opened("6129A109060760857405080101A203020100A305A103020100BE10040E0800065F1F04"
                            "0000101001F4FA00"),
                     DLMS_CLIENT_MALFORMED);
    assert_int_equal(opened("6129A109060760857405080101A203020100A305A103020100BE10040E0800065F1F04"
                            "0000101001F400"),
                     DLMS_CLIENT_MALFORMED);
}

static void a_value_in_one_piece(void **state)
{
    (void)state;
    dlms_client_get(&client, 3, &name, 2, apdu, sizeof apdu);
    assert_int_equal(answer("C401C1000600000005"), DLMS_CLIENT_DONE);
    struct reader r = dlms_client_value(&client);
    assert_int_equal(reader_left(&r), 5);
    assert_int_equal(answer("C401C10103"), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.result, COSEM_READ_WRITE_DENIED);
    assert_int_equal(answer("D80102"), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.exception[1], 2);
}

static void a_value_in_blocks(void **state)
{
    (void)state;
    dlms_client_get(&client, 3, &name, 2, apdu, sizeof apdu);
    assert_int_equal(answer("C402C100000000010003090401"), DLMS_CLIENT_MORE);
    assert_apdu(dlms_client_next(&client, apdu, sizeof apdu), "C002C100000001");
    assert_int_equal(answer("C402C10000000002000102"), DLMS_CLIENT_MORE);
    assert_apdu(dlms_client_next(&client, apdu, sizeof apdu), "C002C100000002");
    assert_int_equal(answer("C402C1010000000300020304"), DLMS_CLIENT_DONE);
    static const uint8_t expected[] = {9, 4, 1, 2, 3, 4};
    struct reader r = dlms_client_value(&client);
    assert_int_equal(reader_left(&r), sizeof expected);
    assert_memory_equal(value, expected, sizeof expected);
}

static void blocks_that_do_not_follow(void **state)
{
    (void)state;
    dlms_client_get(&client, 3, &name, 2, apdu, sizeof apdu);
    assert_int_equal(answer("C402C100000000020003090401"), DLMS_CLIENT_MALFORMED);
    assert_int_equal(answer("C402C100000000010003090401"), DLMS_CLIENT_MORE);
    assert_int_equal(answer("C402C100000000010003090401"), DLMS_CLIENT_MALFORMED);
    assert_int_equal(answer("C401C1000600000005"), DLMS_CLIENT_MALFORMED);
    assert_int_equal(answer("C402C101000000010113"), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.result, COSEM_DATA_BLOCK_NUMBER_INVALID);
    /* an empty block that is not the last could go on for ever */
    assert_int_equal(answer("C402C100000000020000"), DLMS_CLIENT_MALFORMED);
}

static void answers_that_are_none(void **state)
{
    (void)state;
    dlms_client_get(&client, 3, &name, 2, apdu, sizeof apdu);
    static const char *const wrong[] = {
        "",
        "C4",
        "C401",
        "C401C1",
        "C401C101",
        "C401C20011FF",
        "C501C100",
        "C403C100",
        "C401C10100",
        "C402C1000000000100050909",
        "C402C100000000010001",
        "C402C10100000001",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(answer(wrong[i]), DLMS_CLIENT_MALFORMED);
    }
}

static void a_value_longer_than_the_buffer(void **state)
{
    (void)state;
    char block[2 * (12 + ROOM) + 1];
    dlms_client_get(&client, 3, &name, 2, apdu, sizeof apdu);
    strcpy(block, "C402C100000000010040");
    for (int i = 0; i < ROOM; i++) {
        strcat(block, "00");
    }
    assert_int_equal(answer(block), DLMS_CLIENT_MORE);
    assert_int_equal(answer("C402C101000000020001FF"), DLMS_CLIENT_TOO_LONG);
    assert_int_equal(client.size, ROOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(makes_requests, set_up),
        cmocka_unit_test_setup(invoke_id_counts_in_four_bits, set_up),
        cmocka_unit_test_setup(associations, set_up),
        cmocka_unit_test_setup(answers_to_an_aarq_that_are_none, set_up),
        cmocka_unit_test_setup(a_value_in_one_piece, set_up),
        cmocka_unit_test_setup(a_value_in_blocks, set_up),
        cmocka_unit_test_setup(blocks_that_do_not_follow, set_up),
        cmocka_unit_test_setup(answers_that_are_none, set_up),
        cmocka_unit_test_setup(a_value_longer_than_the_buffer, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
