/* Data protection as clients use it: what is read through it is what GETs say, what is written and
 * called through it has its effect where it belongs. */
#include "cosem/data.h"
#include "cosem/tape.h"
#include "product/groups.h"
#include "test/product/protector.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

/* The values of TOTAL, UNIT and SERIAL by GETs, in a structure. */
static struct text by_gets(void)
{
    static const struct cosem_name total = COSEM_NAME(1, 0, 1, 8, 0);
    static const struct cosem_name serial = COSEM_NAME(0, 0, 96, 1, 0);
    struct text text = text_of("0203");
    enum cosem_result result;
    struct text one = read_as(SAP, 3, &total, 2, &result);
    text_append(&text, one.octets, one.size);
    one = read_as(SAP, 3, &total, 3, &result);
    text_append(&text, one.octets, one.size);
    one = read_as(SAP, 1, &serial, 2, &result);
    text_append(&text, one.octets, one.size);
    return text;
}

static const struct {
    const char *layers;
    int suites; /* bit n: of suite n */
} ways[] = {
    {"0101" AUTHENTICATED, 7}, {"0101" ENCRYPTED, 7},     {"0101" BOTH, 7},
    {"0101" MADE, 7},          {"0101" SIGNED, 6},        {"0101" ONE_PASS, 6},
    {"0101" STATIC, 6},        {"0102" SIGNED BOTH, 6},   {"0102" BOTH SIGNED, 6},
    {"0102" SIGNED STATIC, 6}, {"0102" ONE_PASS BOTH, 6},
};
enum { WAYS = sizeof ways / sizeof ways[0] };

/* Method 1: in every way, what GETs say. */
static void reads_what_gets_say(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_0; suite <= DLMS_SUITE_2; suite++) {
        set_up_suite((enum dlms_suite)suite);
        struct text right = by_gets();
        for (size_t i = 0; i < WAYS; i++) {
            struct text returned;
            enum cosem_result result =
                ask_protected("0103" TOTAL UNIT SERIAL, ways[i].layers, &returned);
            if ((ways[i].suites >> suite & 1) == 0) {
                assert_int_not_equal(result, COSEM_SUCCESS);
                continue;
            }
            assert_int_equal(result, COSEM_SUCCESS);
            struct text found = opened_return(&returned);
            assert_same_text(&found, &right);
        }
    }
}

/* Attributes 3 and 4: what the buffer has, and how; anew whenever it is read. */
static void buffer_holds_the_list(void **state)
{
    (void)state;
    enum cosem_result result;
    struct text layers_text = text_of("0101" BOTH);
    struct reader r = reader_over(layers_text.octets, layers_text.size);
    struct dlms_layers layers = layers_from(&r);
    dlms_layers_answer(&layers, kit_server, kit_client);
    assert_reads(BUFFER, "0900");
    assert_int_equal(write_to(OBJECTS, "0103" TOTAL UNIT SERIAL), COSEM_SUCCESS);
    (void)read_as(SAP, CLASS, &name, BUFFER, &result);
    assert_int_equal(result, COSEM_SCOPE_OF_ACCESS_VIOLATED); /* in no way yet */
    assert_int_equal(write_to(GET_PARAMETERS, "0101" BOTH), COSEM_SUCCESS);
    assert_reads(OBJECTS, "0103" TOTAL UNIT SERIAL);
    assert_reads(GET_PARAMETERS, "0101" BOTH);
    struct text before = {.size = 0};
    struct text right = by_gets();
    for (int turn = 0; turn < 3; turn++) {
        struct text shown = read_as(SAP, CLASS, &name, BUFFER, &result);
        assert_int_equal(result, COSEM_SUCCESS);
        r = reader_over(shown.octets, shown.size);
        struct cosem_value string = cosem_take_value(&r);
        assert_true(reader_done(&r));
        struct text found = opened(&layers, (struct dlms_octets){string.octets, string.count});
        assert_same_text(&found, &right);
        assert_true(before.size != shown.size ||
                    memcmp(before.octets, shown.octets, shown.size) != 0);
        before = shown;
    }
    assert_int_equal(write_to(OBJECTS, "0100"), COSEM_SUCCESS);
    assert_reads(BUFFER, "0900");
}

/* Elements, and rows of profiles: what is no part of a value cannot be asked for. */
static void parts_of_values(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        enum cosem_result result;
        const char *plain;
    } rows[] = {
        {"0101 0205 120003 0906 0100010800FF 0F03 120002" NONE, COSEM_SUCCESS, "0201 161E"},
        {"0101 0205 120003 0906 0100010800FF 0F03 120003" NONE, COSEM_OTHER_REASON, ""},
        {"0101 0205 120003 0906 0100010800FF 0F02 120001" NONE, COSEM_OTHER_REASON, ""},
        {"0101 0205 120007 0906 0100630100FF 0F02 120000 0202 1602 0202 0600000001 0600000003",
         COSEM_SUCCESS, "0201 0100"},
        {"0101 0205 120007 0906 0100630100FF 0F02 120000 0202 1601 0202"
         "090C 07EA0B01 FF 000000 00 8000 00 090C 07EA0C01 FF 000000 00 8000 00",
         COSEM_SUCCESS, "0201 0100"},
        {"0101 0205 120003 0906 0100010800FF 0F02 120000 0202 1602 0202 0600000001 0600000003",
         COSEM_SCOPE_OF_ACCESS_VIOLATED, ""},
        {"0101 0205 120003 0906 0100010800FF 0F09 120000" NONE, COSEM_OBJECT_UNDEFINED, ""},
        {"0101 0205 120003 0906 0100630800FF 0F02 120000" NONE, COSEM_OBJECT_UNDEFINED, ""},
        {"0101 0205 120001 0906 0100010800FF 0F02 120000" NONE, COSEM_OBJECT_CLASS_INCONSISTENT,
         ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text returned;
        assert_int_equal(ask_protected(rows[i].list, "0101" BOTH, &returned), rows[i].result);
        if (rows[i].result == COSEM_SUCCESS) {
            struct text found = opened_return(&returned);
            struct text right = text_of(rows[i].plain);
            assert_same_text(&found, &right);
        }
    }
}

/* ---- writing ---- */

/* Method 2, in every way; and attribute 5 with the buffer that is written. */
static void writes_what_was_protected(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_0; suite <= DLMS_SUITE_2; suite++) {
        set_up_suite((enum dlms_suite)suite);
        int expected = 0;
        for (size_t i = 0; i < WAYS; i++) {
            char plain[32];
            if ((ways[i].suites >> suite & 1) == 0 || strcmp(ways[i].layers, "0101" MADE) == 0) {
                continue;
            }
            expected += 15;
            (void)snprintf(plain, sizeof plain, "0201 10 %04X", (unsigned)(uint16_t)-expected);
            assert_int_equal(bring_protected("0101" ZONE, ways[i].layers, plain), COSEM_SUCCESS);
            assert_int_equal(zone(), expected);
        }
    }
}

static void written_buffer_takes_effect(void **state)
{
    (void)state;
    struct text parameters;
    struct text text;
    struct text written = {.size = 0};
    protect("0101" BOTH, "0202 10 FFC4 0300", &parameters, &text);
    text_append_string(&written, &text);
    assert_int_equal(write_as(SAP, BUFFER, &written), COSEM_SCOPE_OF_ACCESS_VIOLATED);
    assert_int_equal(write_to(OBJECTS, "0102" ZONE SAVING), COSEM_SUCCESS);
    assert_int_equal(write_to(SET_PARAMETERS, "0101" BOTH), COSEM_SUCCESS);
    assert_reads(SET_PARAMETERS, "0101" BOTH);
    assert_true(clock_settings(&rig.clock).dst_enabled);
    set_zone(0);
    assert_int_equal(write_as(SAP, BUFFER, &written), COSEM_SUCCESS);
    assert_int_equal(zone(), 60);
    assert_false(clock_settings(&rig.clock).dst_enabled);
    set_zone(0);
    assert_int_equal(write_as(SAP, BUFFER, &written), COSEM_OTHER_REASON); /* once */
    assert_int_equal(zone(), 0);
}

/* All of a list may be written, or nothing is. */
static void one_that_may_not_be_written_stops_all(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        const char *plain;
        enum cosem_result result;
    } rows[] = {
        {"0102" ZONE TOTAL, "0202 10 0078 0600000000", COSEM_READ_WRITE_DENIED},
        {"0102" ZONE "0205 120008 0906 0000010000FF 0F63 120000" NONE, "0202 10 0078 00",
         COSEM_OTHER_REASON},
        {"0102" ZONE "0205 120008 0906 0000010000FF 0F0C 120000" NONE, "0202 10 0078 00",
         COSEM_OBJECT_UNDEFINED},
        {"0102" ZONE "0205 120008 0906 0000010000FF 0F03 120001" NONE, "0202 10 0078 00",
         COSEM_SCOPE_OF_ACCESS_VIOLATED},
        {"0102" ZONE "0205 12001E 0906 00002B0200FF 0F06 120000" NONE, "0202 10 0078 1600",
         COSEM_READ_WRITE_DENIED},
        {"0102" ZONE SAVING, "0201 10 0078", COSEM_TYPE_UNMATCHED},
        {"0101" ZONE, "0202 10 0078 0300", COSEM_TYPE_UNMATCHED},
        {"0101" ZONE, "0201 10 0078 00", COSEM_TYPE_UNMATCHED},
        {"0101" ZONE, "10 0078", COSEM_TYPE_UNMATCHED},
        {"0101" ZONE, "0201 10 4000", COSEM_OTHER_REASON},
        {"0101" ZONE, "0201 11 00", COSEM_TYPE_UNMATCHED},
    };
    int before = zone();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(bring_protected(rows[i].list, "0101" BOTH, rows[i].plain), rows[i].result);
        assert_int_equal(zone(), before);
    }
}

/* A bit anywhere behind the list, an end anywhere: nothing is written. What the list means is not
 * protected (Blue Book); the rights of who brings it are held against it. */
static void what_was_changed_writes_nothing(void **state)
{
    (void)state;
    struct text list = text_of("0203 0101" ZONE);
    struct text right = written_request("0101" ZONE, "0101" BOTH, "0201 10 0078");
    struct text returned;
    int before = zone();
    for (size_t at = 0; at < right.size; at++) {
        struct text bad = right;
        bad.size = at;
        (void)act(SET_PROTECTED, &bad, &returned);
        assert_int_equal(zone(), before);
        bad = right;
        bad.octets[at] ^= (uint8_t)(1 << at % 8);
        if (at >= list.size) {
            (void)act(SET_PROTECTED, &bad, &returned);
            assert_int_equal(zone(), before);
        }
    }
    assert_int_equal(act(SET_PROTECTED, &right, &returned), COSEM_SUCCESS);
    assert_int_equal(zone(), -0x78);
    set_zone(0);
    assert_int_equal(act(SET_PROTECTED, &right, &returned), COSEM_OTHER_REASON);
    assert_int_equal(zone(), 0);
}

/* ---- calling ---- */

/* Method 3: the method is called, and what it gives back comes protected alike. */
static void calls_a_method(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_0; suite <= DLMS_SUITE_2; suite++) {
        set_up_suite((enum dlms_suite)suite);
        for (size_t i = 0; i < WAYS; i++) {
            struct text returned;
            struct text nothing = text_of("00");
            if ((ways[i].suites >> suite & 1) == 0 || strcmp(ways[i].layers, "0101" MADE) == 0) {
                continue;
            }
            int64_t before = rig.clock.utc_ms;
            assert_int_equal(invoke_method(SHIFT, ways[i].layers, "10 0064", &returned),
                             COSEM_SUCCESS);
            assert_int_equal(rig.clock.utc_ms - before, 100000);
            struct text found = opened_return(&returned);
            assert_same_text(&found, &nothing);
        }
    }
}

static void methods_are_refused_as_asked_directly(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        const char *plain;
        enum cosem_result result;
    } rows[] = {
        {"0203 120008 0906 0000010000FF 0F07", "00", COSEM_OBJECT_UNDEFINED},
        {"0203 120003 0906 0100010800FF 0F01", "0F00", COSEM_OBJECT_UNDEFINED},
        {"0203 120008 0906 0000010001FF 0F06", "10 0064", COSEM_OBJECT_UNDEFINED},
        {"0203 12001E 0906 00002B0200FF 0F01", "0202 0100 0100", COSEM_READ_WRITE_DENIED},
        {"0203 120040 0906 00002B0000FF 0F01", "16 FF", COSEM_SCOPE_OF_ACCESS_VIOLATED},
        {SHIFT, "11 64", COSEM_TYPE_UNMATCHED},
        {SHIFT, "10 0064 00", COSEM_TYPE_UNMATCHED},
        {SHIFT, "10 00", COSEM_TYPE_UNMATCHED},
        {CAPTURE, "0F01", COSEM_OTHER_REASON},
    };
    int64_t before = rig.clock.utc_ms;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text returned;
        assert_int_equal(invoke_method(rows[i].method, "0101" BOTH, rows[i].plain, &returned),
                         rows[i].result);
        assert_int_equal(returned.size, 0);
    }
    assert_int_equal(rig.clock.utc_ms, before);
}

/* The buffer as the meter reads it itself, asked by nobody. */
static enum cosem_result read_from_within(struct text *found)
{
    struct cosem_tape tape;
    enum cosem_result why;
    struct cosem_call call = {.model = &rig.product->model,
                              .context = &rig.context,
                              .column = product_partners[MANAGEMENT].column};
    call.object = cosem_model_find(call.model, CLASS, &name, call.column, &why);
    assert_int_equal(cosem_tape_open(&tape, &call, BUFFER), COSEM_SUCCESS);
    found->size = cosem_tape_read(&tape, found->octets, sizeof found->octets - COSEM_CARRY);
    return tape.result;
}

/* The meter reads the buffer itself, to push it: for the recipient that the parameters name, by
 * keys that need nobody's association; what a client was given is not used for anybody else. */
static void the_meter_reads_what_it_pushes(void **state)
{
    (void)state;
    static const char *const readable[] = {"0101" BOTH, "0102" SIGNED BOTH};
    struct text shown;
    set_up_suite(DLMS_SUITE_1);
    struct text right = by_gets();
    assert_int_equal(write_to(OBJECTS, "0103" TOTAL UNIT SERIAL), COSEM_SUCCESS);
    for (size_t i = 0; i < sizeof readable / sizeof readable[0]; i++) {
        struct text layers_text = text_of(readable[i]);
        struct reader r = reader_over(layers_text.octets, layers_text.size);
        struct dlms_layers layers = layers_from(&r);
        assert_int_equal(write_to(GET_PARAMETERS, readable[i]), COSEM_SUCCESS);
        assert_int_equal(read_from_within(&shown), COSEM_SUCCESS);
        dlms_layers_answer(&layers, kit_server, kit_client);
        r = reader_over(shown.octets, shown.size);
        struct cosem_value string = cosem_take_value(&r);
        struct text found = opened(&layers, (struct dlms_octets){string.octets, string.count});
        assert_same_text(&found, &right);
    }
    assert_int_equal(write_to(GET_PARAMETERS, "0101" STATIC), COSEM_SUCCESS);
    assert_int_equal(read_from_within(&shown), COSEM_OTHER_REASON); /* no certificate of his */
    rig.context.security = NULL;
    assert_int_equal(read_from_within(&shown), COSEM_OBJECT_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_gets_say),
        cmocka_unit_test_setup(buffer_holds_the_list, set_up_as_new),
        cmocka_unit_test_setup(parts_of_values, set_up_as_new),
        cmocka_unit_test(writes_what_was_protected),
        cmocka_unit_test_setup(written_buffer_takes_effect, set_up_as_new),
        cmocka_unit_test_setup(one_that_may_not_be_written_stops_all, set_up_as_new),
        cmocka_unit_test_setup(what_was_changed_writes_nothing, set_up_as_new),
        cmocka_unit_test(calls_a_method),
        cmocka_unit_test(the_meter_reads_what_it_pushes),
        cmocka_unit_test_setup(methods_are_refused_as_asked_directly, set_up_as_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
