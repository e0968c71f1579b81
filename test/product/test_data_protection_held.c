/* Data protection holds: what is required is enforced, what cannot be set changes nothing, and
 * nothing gets around a right. */
#include "cosem/data.h"
#include "test/product/protector.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>

/* ---- required_protection ---- */

/* Each bit refuses what is less, on the side that it is for. */
static void what_is_required_is_enforced(void **state)
{
    (void)state;
    static const struct {
        unsigned bit;
        const char *less;
        const char *enough;
        bool request;
    } rows[] = {
        {COSEM_REQUEST_AUTHENTICATED, "0101" ENCRYPTED, "0101" AUTHENTICATED, true},
        {COSEM_REQUEST_ENCRYPTED, "0101" AUTHENTICATED, "0101" ENCRYPTED, true},
        {COSEM_REQUEST_SIGNED, "0101" BOTH, "0102" SIGNED BOTH, true},
        {COSEM_RESPONSE_AUTHENTICATED, "0101" ENCRYPTED, "0101" AUTHENTICATED, false},
        {COSEM_RESPONSE_ENCRYPTED, "0101" AUTHENTICATED, "0101" ENCRYPTED, false},
        {COSEM_RESPONSE_SIGNED, "0101" BOTH, "0102" SIGNED BOTH, false},
    };
    const enum cosem_result weak = COSEM_SCOPE_OF_ACCESS_VIOLATED;
    set_up_suite(DLMS_SUITE_1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char bits[8];
        char shown[8];
        struct text returned;
        bool request = rows[i].request;
        (void)snprintf(bits, sizeof bits, "16%02X", rows[i].bit);
        (void)snprintf(shown, sizeof shown, "16%02X", rows[i].bit);
        assert_int_equal(write_to(REQUIRED, bits), COSEM_SUCCESS);
        assert_reads(REQUIRED, shown);
        assert_int_equal(ask_protected("0101" TOTAL, rows[i].less, &returned),
                         request ? COSEM_SUCCESS : weak);
        assert_int_equal(ask_protected("0101" TOTAL, rows[i].enough, &returned), COSEM_SUCCESS);
        assert_int_equal(bring_protected("0101" ZONE, rows[i].less, "0201 10 FFC4"),
                         request ? weak : COSEM_SUCCESS);
        assert_int_equal(bring_protected("0101" ZONE, rows[i].enough, "0201 10 FFC4"),
                         COSEM_SUCCESS);
        assert_int_equal(invoke_method(SHIFT, rows[i].less, "10 0001", &returned), weak);
        assert_int_equal(invoke_method(SHIFT, rows[i].enough, "10 0001", &returned), COSEM_SUCCESS);
    }
}

/* The buffer as well, either way. */
static void what_is_required_holds_for_the_buffer(void **state)
{
    (void)state;
    enum cosem_result result;
    struct text parameters;
    struct text text;
    struct text written = {.size = 0};
    assert_int_equal(write_to(OBJECTS, "0101" ZONE), COSEM_SUCCESS);
    assert_int_equal(write_to(GET_PARAMETERS, "0101" ENCRYPTED), COSEM_SUCCESS);
    assert_int_equal(write_to(SET_PARAMETERS, "0101" ENCRYPTED), COSEM_SUCCESS);
    protect("0101" ENCRYPTED, "0201 10 FFC4", &parameters, &text);
    text_append_string(&written, &text);
    assert_int_equal(write_to(REQUIRED, "1624"), COSEM_SUCCESS);
    (void)read_as(SAP, CLASS, &name, BUFFER, &result);
    assert_int_equal(result, COSEM_SCOPE_OF_ACCESS_VIOLATED);
    assert_int_equal(write_as(SAP, BUFFER, &written), COSEM_SCOPE_OF_ACCESS_VIOLATED);
    assert_int_equal(write_to(REQUIRED, "1600"), COSEM_SUCCESS);
    (void)read_as(SAP, CLASS, &name, BUFFER, &result);
    assert_int_equal(result, COSEM_SUCCESS);
    assert_int_equal(write_as(SAP, BUFFER, &written), COSEM_SUCCESS);
}

/* Nothing unprotected goes this way, whatever is required. */
static void no_layer_is_no_protection(void **state)
{
    (void)state;
    struct text returned;
    assert_int_equal(ask_protected("0101" TOTAL, "0100", &returned),
                     COSEM_SCOPE_OF_ACCESS_VIOLATED);
    assert_int_equal(bring_protected("0101" ZONE, "0100", "0201 10 0078"),
                     COSEM_SCOPE_OF_ACCESS_VIOLATED);
    assert_int_equal(invoke_method(SHIFT, "0100", "10 0064", &returned),
                     COSEM_SCOPE_OF_ACCESS_VIOLATED);
}

/* ---- settings that cannot be ---- */

static void what_cannot_be_set_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        int attribute;
        const char *hex;
        enum cosem_result result;
    } rows[] = {
        {REQUIRED, "1601", COSEM_OTHER_REASON},
        {REQUIRED, "1602", COSEM_OTHER_REASON},
        {REQUIRED, "1104", COSEM_TYPE_UNMATCHED},
        {OBJECTS, "0200", COSEM_TYPE_UNMATCHED},
        {OBJECTS, "0101 0204 120003 0906 0100010800FF 0F02 120000", COSEM_TYPE_UNMATCHED},
        {OBJECTS, "0101 0205 120003 0905 0100010800 0F02 120000" NONE, COSEM_OTHER_REASON},
        {OBJECTS, "0101 0205 120003 0906 0100010800FF 0F00 120000" NONE, COSEM_OTHER_REASON},
        {OBJECTS, "0101 0205 120003 0906 0100630800FF 0F02 120000" NONE, COSEM_OTHER_REASON},
        {OBJECTS, "0101 0205 12001E 0906 00002B0200FF 0F02 120000" NONE, COSEM_OTHER_REASON},
        {OBJECTS, "0101 0205 120003 0906 0100010800FF 0F02 120000 0202 1603 00",
         COSEM_OTHER_REASON},
        {OBJECTS, "0101 0205 120003 0906 0100010800FF 0F02 120000 0202 1600 11 00",
         COSEM_OTHER_REASON},
        {OBJECTS, "0111", COSEM_TYPE_UNMATCHED},
        {GET_PARAMETERS, "0101" LAYER("04", UNICAST), COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0101" LAYER("02", "0202 1600 1602"), COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0101" LAYER("02", "0202 1601 0202 1601 0900"), COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0101" LAYER("02", "0202 1603 1600"), COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0101" LAYER("02", "00"), COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0101" LAYER("03", UNICAST), COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0101" LAYER("02", "0201 1600"), COSEM_TYPE_UNMATCHED},
        {GET_PARAMETERS, "0101 0202 1602 0205 0900 0907 4D4D4D00000000 0900 0900" UNICAST,
         COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0104" BOTH BOTH BOTH BOTH, COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0101" MADE, COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0101" ONE_PASS, COSEM_OTHER_REASON},
        {GET_PARAMETERS, "0101" BOTH "00", COSEM_TYPE_UNMATCHED},
        {SET_PARAMETERS, "0101 0201 1602", COSEM_TYPE_UNMATCHED},
        {SET_PARAMETERS, "0104" BOTH BOTH BOTH BOTH, COSEM_OTHER_REASON},
        {BUFFER, "0900", COSEM_OTHER_REASON},
        {BUFFER, "1100", COSEM_TYPE_UNMATCHED},
    };
    assert_int_equal(write_to(OBJECTS, "0101" TOTAL), COSEM_SUCCESS);
    assert_int_equal(write_to(GET_PARAMETERS, "0101" BOTH), COSEM_SUCCESS);
    assert_int_equal(write_to(SET_PARAMETERS, "0101" AUTHENTICATED), COSEM_SUCCESS);
    assert_int_equal(write_to(REQUIRED, "1620"), COSEM_SUCCESS);
    uint32_t changes = rig.protection.changes;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text written = text_of(rows[i].hex);
        struct dlms_target target = {CLASS, name, (int8_t)rows[i].attribute};
        if (strcmp(rows[i].hex, "0111") == 0 || strstr(rows[i].hex, BOTH "00") != NULL) {
            rig_set_broken(&rig, SAP, &target, written.octets, written.size);
        } else {
            assert_int_equal(write_to(rows[i].attribute, rows[i].hex), rows[i].result);
        }
        assert_int_equal(rig.protection.changes, changes);
    }
    assert_reads(OBJECTS, "0101" TOTAL);
    assert_reads(GET_PARAMETERS, "0101" BOTH);
    assert_reads(SET_PARAMETERS, "0101" AUTHENTICATED);
    assert_reads(REQUIRED, "1620");
}

/* More than is kept, of each text. */
static void texts_have_an_end(void **state)
{
    (void)state;
    struct text long_list = text_of("0110");
    for (int i = 0; i < 16; i++) {
        text_append_hex(&long_list, TOTAL);
    }
    assert_true(long_list.size > PROTECTION_TEXT);
    assert_int_equal(write_as(SAP, OBJECTS, &long_list), COSEM_OTHER_REASON);
    assert_reads(OBJECTS, "0100");
}

/* What is protected cannot contain itself, directly or by way of what captures it. */
static void nothing_contains_itself(void **state)
{
    (void)state;
#define ITSELF  "0205 12001E 0906 00002B0200FF 0F02 120000" NONE
#define COMPACT "0205 12003E 0906 0000420000FF 0F02 120000" NONE
    static const struct cosem_name compact = COSEM_NAME(0, 0, 66, 0, 0);
    struct text columns = text_of("0101 0204 12001E 0906 00002B0200FF 0F02 120000");
    struct dlms_target target = {62, compact, 3};
    struct text returned;
    enum cosem_result result;
    assert_int_equal(ask_protected("0101" ITSELF, "0101" BOTH, &returned), COSEM_READ_WRITE_DENIED);
    (void)rig_set(&rig, SAP, &target, reader_over(columns.octets, columns.size));
    assert_int_equal(write_to(OBJECTS, "0101" COMPACT), COSEM_SUCCESS);
    assert_int_equal(write_to(GET_PARAMETERS, "0101" BOTH), COSEM_SUCCESS);
    (void)read_as(SAP, CLASS, &name, BUFFER, &result);
    assert_int_equal(result, COSEM_SUCCESS);
    assert_int_equal(ask_protected("0101" COMPACT, "0101" BOTH, &returned), COSEM_SUCCESS);
}

/* What was written in plain text is not left where others could read it. */
static void no_plain_text_is_left(void **state)
{
    (void)state;
    static const uint8_t none[PROTECTION_DATA];
    struct text returned;
    assert_int_equal(bring_protected("0101" ZONE, "0101" BOTH, "0201 10 FFC4"), COSEM_SUCCESS);
    assert_memory_equal(rig.protection.data, none, sizeof none);
    assert_int_equal(ask_protected("0101" TOTAL, "0101" BOTH, &returned), COSEM_SUCCESS);
    assert_memory_equal(rig.protection.data, none, sizeof none);
    assert_int_equal(bring_protected("0101" ZONE, "0101" BOTH, "0202 10 FFC4 00"),
                     COSEM_TYPE_UNMATCHED);
    assert_memory_equal(rig.protection.data, none, sizeof none);
}

/* ---- rights ---- */

/* The Reading client has what it may read protected, and no more. */
static void rights_are_those_of_who_asks(void **state)
{
    (void)state;
    enum { READING = PRODUCT_SAP_READING };
    struct text readable = text_of("0202 0101" TOTAL "0101" BOTH);
    struct text secret =
        text_of("0202 0101 0205 12000F 0906 0000280000FF 0F07 120000" NONE "0101" BOTH);
    struct text returned;
    rig_associate(&rig, READING, APDU);
    assert_int_equal(act_as(READING, GET_PROTECTED, &readable, &returned), COSEM_SUCCESS);
    assert_int_equal(act_as(READING, GET_PROTECTED, &secret, &returned), COSEM_READ_WRITE_DENIED);
    for (int method = SET_PROTECTED; method <= INVOKE_PROTECTED; method++) {
        assert_int_equal(act_as(READING, method, &readable, &returned), COSEM_READ_WRITE_DENIED);
    }
    for (int attribute = BUFFER; attribute <= REQUIRED; attribute++) {
        assert_int_equal(write_as(READING, attribute, &readable), COSEM_READ_WRITE_DENIED);
    }
}

/* An attribute that takes a protected request takes none without, whatever is around the data. */
static void what_demands_a_protected_request_gets_it(void **state)
{
    (void)state;
    assert_int_equal(bring_protected("0101 0205 12000F 0906 0000280001FF 0F07 120000" NONE,
                                     "0101" BOTH, "0201 0908 3132333435363738"),
                     COSEM_SCOPE_OF_ACCESS_VIOLATED);
}

/* A meter without keys has settings, and nothing else. */
static void without_keys_nothing_is_protected(void **state)
{
    (void)state;
    struct text returned;
    rig_init(&rig, product_find("xs211"));
    rig_associate(&rig, SAP, APDU);
    assert_reads(BUFFER, "0900");
    assert_int_equal(write_to(OBJECTS, "0101" TOTAL), COSEM_SUCCESS);
    assert_int_equal(ask_protected("0101" TOTAL, "0101" BOTH, &returned), COSEM_OTHER_REASON);
    rig.server.security = NULL;
    assert_int_equal(ask_protected("0101" TOTAL, "0101" BOTH, &returned), COSEM_OBJECT_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_required_is_enforced),
        cmocka_unit_test_setup(what_is_required_holds_for_the_buffer, set_up_as_new),
        cmocka_unit_test_setup(no_layer_is_no_protection, set_up_as_new),
        cmocka_unit_test_setup(what_cannot_be_set_changes_nothing, set_up_as_new),
        cmocka_unit_test_setup(texts_have_an_end, set_up_as_new),
        cmocka_unit_test_setup(nothing_contains_itself, set_up_as_new),
        cmocka_unit_test_setup(no_plain_text_is_left, set_up_as_new),
        cmocka_unit_test_setup(rights_are_those_of_who_asks, set_up_as_new),
        cmocka_unit_test_setup(what_demands_a_protected_request_gets_it, set_up_as_new),
        cmocka_unit_test_setup(without_keys_nothing_is_protected, set_up_as_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
