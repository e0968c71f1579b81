/* Parts of objects that a meter pushes: elements of attributes, all of an object, rows and columns
 * of a profile; and several destinations of one set-up. */
#include "cosem/class/profile_view.h"
#include "cosem/data.h"
#include "cosem/tape.h"
#include "test/meter/push_rig.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

enum { OCTETS = 600, PUSH_CLASS = 40, LIST = 2, DESTINATION = 3, QUARTER = 900 };

static const struct cosem_name set_up_1 = COSEM_NAME(0, 1, 25, 9, 0);
static const struct cosem_name load_1 = COSEM_NAME(1, 0, 99, 1, 0);

static struct cosem_call call_of(uint16_t class_id, const struct cosem_name *name)
{
    struct meter *meter = &push_rig_life->meter;
    enum cosem_result why;
    struct cosem_call call = {
        .model = &meter->product->model, .context = &meter->context, .column = 2};
    call.object = cosem_model_find(call.model, class_id, name, call.column, &why);
    assert_non_null(call.object);
    return call;
}

static enum cosem_result set(int attribute, const char *hex)
{
    uint8_t octets[OCTETS];
    struct cosem_call call = call_of(PUSH_CLASS, &set_up_1);
    struct reader value = reader_over(octets, hex_read(hex, octets, sizeof octets));
    return cosem_object_set(&call, attribute, &value);
}

/* What is told now. */
static struct reader told(void)
{
    push_rig_trigger(PUSH_INTERVAL_1);
    life_run(push_rig_life, 3);
    return push_rig_arrived().content;
}

static void push_list(const char *hex)
{
    push_rig_configure(PUSH_INTERVAL_1);
    assert_int_equal(set(LIST, hex), COSEM_SUCCESS);
}

#define WHOLE            "02021600 00 0100"
#define OF(ic, ln, a, n) "0206 12" ic " 0906" ln " 0F" a " 12" n
#define LOAD_1           OF("0007", "0100630100FF", "02", "0000")
#define CLOCK_COLUMN     "0204 120008 0906 0000010000FF 0F02 120000"
#define IMPORT_COLUMN    "0204 120003 0906 0100010800FF 0F02 120000"
#define STATUS_COLUMN    "0204 120001 0906 0000600A01FF 0F02 120000"

/* The unit of a register: the second element of its scaler_unit; there is no third. */
static void an_element_of_an_attribute(void **state)
{
    (void)state;
    push_list("0102" OF("0003", "0100010800FF", "03", "0002")
                  WHOLE OF("0003", "0100010800FF", "03", "0003") WHOLE);
    struct reader r = told();
    enum { WATT_HOURS = 30 };
    assert_int_equal(cosem_take_value(&r).count, 2);
    struct cosem_value unit = cosem_take_value(&r);
    assert_int_equal(unit.tag, COSEM_ENUM);
    assert_int_equal(unit.integer, WATT_HOURS);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_NULL);
    assert_true(reader_done(&r));
}

/* All of a register is its name, value, scaler and unit. */
static void all_of_an_object(void **state)
{
    (void)state;
    static const uint8_t name[] = {1, 0, 1, 8, 0, 255};
    push_list("0101" OF("0003", "0100010800FF", "00", "0000") WHOLE);
    struct reader r = told();
    assert_int_equal(cosem_take_value(&r).count, 1);
    assert_int_equal(cosem_take_value(&r).count, 3);
    assert_memory_equal(cosem_take_value(&r).octets, name, sizeof name);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_U32);
    assert_int_equal(cosem_take_value(&r).count, 2);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_I8);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_ENUM);
    assert_true(reader_done(&r));
}

/* ---- buffers ---- */

/* Rows of `columns`, as a client reads them by entry. */
static size_t read_entries(uint32_t from, uint32_t to, uint16_t first, uint16_t last,
                           uint8_t octets[OCTETS + COSEM_CARRY])
{
    uint8_t parameters[64];
    struct writer w = writer_over(parameters, sizeof parameters);
    struct cosem_call call = call_of(7, &load_1);
    struct cosem_tape tape;
    cosem_put_structure(&w, 4);
    cosem_put_u32(&w, from);
    cosem_put_u32(&w, to);
    cosem_put_u16(&w, first);
    cosem_put_u16(&w, last);
    call.selection =
        (struct cosem_selection){.selector = 2, .parameters = parameters, .size = writer_kept(&w)};
    assert_int_equal(cosem_tape_open(&tape, &call, 2), COSEM_SUCCESS);
    size_t size = cosem_tape_read(&tape, octets, OCTETS);
    assert_true(cosem_tape_ended(&tape));
    return size;
}

static void assert_told(const uint8_t *octets, size_t size)
{
    struct reader r = told();
    assert_int_equal(cosem_take_value(&r).count, 1);
    assert_int_equal(reader_left(&r), size);
    assert_memory_equal(reader_octets(&r, size), octets, size);
}

/* Time, status, A+ are columns 1, 2 and 3 of load profile 1 as delivered. */
static void rows_and_columns_of_a_buffer(void **state)
{
    (void)state;
    uint8_t octets[OCTETS + COSEM_CARRY];
    life_run(push_rig_life, 6 * QUARTER);
    static const struct {
        const char *list;
        uint32_t from, to;
        uint16_t first, last;
    } cases[] = {
        {"0101" LOAD_1 WHOLE, 1, 0, 1, 0},
        {"0101" LOAD_1 "0202 1602 0202 0600000002 0600000004 0100", 2, 4, 1, 0},
        {"0101" LOAD_1 "0202 1602 0202 0600000001 0600000000 0102" CLOCK_COLUMN STATUS_COLUMN, 1, 0,
         1, 2},
        {"0101" LOAD_1 "0202 1600 00 0101" IMPORT_COLUMN, 1, 0, 3, 3},
        /* from half past twelve, local time, on: the second row and all behind it */
        {"0101" LOAD_1 "0202 1601 0202 090C 07EA0B15FF 0C1E0000 8000 FF"
         "090C FFFFFFFFFFFFFFFFFF 8000 FF 0101" CLOCK_COLUMN,
         2, 0, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        push_list(cases[i].list);
        assert_told(octets, read_entries(cases[i].from, cases[i].to, cases[i].first, cases[i].last,
                                         octets));
    }
}

/* Columns by entry need not follow each other: those are told that are named. */
static void columns_apart(void **state)
{
    (void)state;
    uint8_t first[OCTETS + COSEM_CARRY];
    uint8_t third[OCTETS + COSEM_CARRY];
    life_run(push_rig_life, 4 * QUARTER);
    push_list("0101" LOAD_1 "0202 1602 0202 0600000002 0600000002 0102" IMPORT_COLUMN CLOCK_COLUMN);
    size_t first_size = read_entries(2, 2, 1, 1, first) - 4; /* without array and structure */
    size_t third_size = read_entries(2, 2, 3, 3, third) - 4;
    struct reader r = told();
    assert_int_equal(cosem_take_value(&r).count, 1);
    assert_int_equal(cosem_take_value(&r).count, 1);
    assert_int_equal(cosem_take_value(&r).count, 2);
    assert_int_equal(reader_left(&r), first_size + third_size);
    assert_memory_equal(reader_octets(&r, first_size), first + 4, first_size);
    assert_memory_equal(reader_octets(&r, third_size), third + 4, third_size);
}

/* Two parts in one list: each tells its own rows. */
static void several_parts(void **state)
{
    (void)state;
    uint8_t first[OCTETS + COSEM_CARRY];
    uint8_t second[OCTETS + COSEM_CARRY];
    life_run(push_rig_life, 6 * QUARTER);
    push_list("0102" LOAD_1 "0202 1602 0202 0600000002 0600000003 0100" LOAD_1
              "0202 1602 0202 0600000004 0600000004 0101" STATUS_COLUMN);
    size_t first_size = read_entries(2, 3, 1, 0, first);
    size_t second_size = read_entries(4, 4, 2, 2, second);
    struct reader r = told();
    assert_int_equal(cosem_take_value(&r).count, 2);
    assert_int_equal(reader_left(&r), first_size + second_size);
    assert_memory_equal(reader_octets(&r, first_size), first, first_size);
    assert_memory_equal(reader_octets(&r, second_size), second, second_size);
}

/* What the profile does not have any more is null-data. */
static void a_profile_that_has_other_columns_by_now(void **state)
{
    (void)state;
    static const struct profile_column clock = {8, {0, 0, 1, 0, 0, 255}, 2, 0};
    life_run(push_rig_life, 2 * QUARTER);
    push_list("0101" LOAD_1 "0202 1600 00 0101" IMPORT_COLUMN);
    assert_int_equal(profile_set_columns(&push_rig_life->meter.profiles[0], &clock, 1), 0);
    struct reader r = told();
    assert_int_equal(cosem_take_value(&r).count, 1);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_NULL);
    assert_true(reader_done(&r));
}

static void parts_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const char *const lists[] = {
        /* columns that the profile lacks */
        "0101" LOAD_1 "0202 1600 00 0101 0204 120003 0906 0100020800FE 0F02 120000",
        /* rows of what has none; of an element; elements in the codes of profiles; of all */
        "0101" OF("0003", "0100010800FF", "02", "0000") "0202 1602 0202 0600000001 0600000000 0100",
        "0101" OF("0007", "0100630100FF", "02", "0001") "0202 1602 0202 0600000001 0600000000 0100",
        "0101" OF("0007", "0100630100FF", "02", "1001") WHOLE,
        "0101" OF("0003", "0100010800FF", "00", "0001") WHOLE,
        /* no such restriction; entry 0; dates that are none; columns that are no array */
        "0101" LOAD_1 "0202 1603 0202 0600000001 0600000000 0100",
        "0101" LOAD_1 "0202 1602 0202 0600000000 0600000000 0100",
        "0101" LOAD_1 "0202 1601 0202 0901 00 0901 00 0100",
        "0101" LOAD_1 "0202 1600 00 1105",
    };
    push_list("0100");
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (set(LIST, lists[i]) == COSEM_SUCCESS) {
            fail_msg("list %zu", i);
        }
        assert_int_equal(push_object_count(push_rig_push(), PUSH_INTERVAL_1), 0);
    }
}

/* It outlives the supply, and is shown as it was written. */
static void parts_outlive_the_supply(void **state)
{
    (void)state;
    static const char list[] = "0103" LOAD_1 "0202 1600 00 0101" CLOCK_COLUMN LOAD_1
                               "0202 1602 0202 0600000002 0600000004 0101" STATUS_COLUMN OF(
                                   "0003", "0100010800FF", "03", "0002") WHOLE;
    uint8_t expected[OCTETS];
    uint8_t shown[OCTETS + COSEM_CARRY];
    push_list(list);
    life_run(push_rig_life, 2);
    life_kill(push_rig_life, 1);
    struct cosem_call call = call_of(PUSH_CLASS, &set_up_1);
    struct cosem_tape tape;
    assert_int_equal(cosem_tape_open(&tape, &call, LIST), COSEM_SUCCESS);
    size_t size = cosem_tape_read(&tape, shown, OCTETS);
    assert_int_equal(size, hex_read(list, expected, sizeof expected));
    assert_memory_equal(shown, expected, size);
}

/* ---- destinations ---- */

#define THREE "1.1.1.1:1,[::1]:2,3.3.3.3:3"

static void to_three(void)
{
    push_rig_configure(PUSH_INTERVAL_1);
    push_rig_send_to(PUSH_INTERVAL_1, THREE);
}

/* Each has it once, and the same. */
static void several_destinations(void **state)
{
    (void)state;
    to_three();
    push_rig_trigger(PUSH_INTERVAL_1);
    life_run(push_rig_life, 10);
    assert_int_equal(push_rig.begun, 3);
    assert_string_equal(push_rig.to, "3.3.3.3:3");
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].delivered, 1);
    life_run(push_rig_life, 1000);
    assert_int_equal(push_rig.begun, 3);
    push_rig_trigger(PUSH_INTERVAL_1);
    life_run(push_rig_life, 10);
    assert_int_equal(push_rig.begun, 6);
}

/* One of them fails: only that one is tried again, and the others are not held up. */
static void one_of_several_fails(void **state)
{
    (void)state;
    to_three();
    strcpy(push_rig.refuses, "[::1]:2");
    push_rig_trigger(PUSH_INTERVAL_1);
    life_run(push_rig_life, 5);
    assert_int_equal(push_rig.begun, 3);
    assert_string_equal(push_rig.to, "3.3.3.3:3");
    life_run(push_rig_life, 14);
    assert_int_equal(push_rig.begun, 4);
    assert_string_equal(push_rig.to, "[::1]:2");
    strcpy(push_rig.refuses, "");
    life_run(push_rig_life, 20);
    assert_int_equal(push_rig.begun, 5);
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].delivered, 1);
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].given_up, 0);
    strcpy(push_rig.refuses, "1.1.1.1:1");
    push_rig_trigger(PUSH_INTERVAL_1);
    life_run(push_rig_life, 1000);
    assert_int_equal(push_rig.begun, 5 + 3 + 3);
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].given_up, 1);
}

/* Who had it before the supply failed does not get it again. */
static void who_has_it_is_known_behind_an_outage(void **state)
{
    (void)state;
    to_three();
    strcpy(push_rig.refuses, "3.3.3.3:3");
    push_rig_trigger(PUSH_INTERVAL_1);
    life_run(push_rig_life, 16); /* and one attempt more for the third */
    assert_int_equal(push_rig.begun, 4);
    strcpy(push_rig.refuses, "");
    life_kill(push_rig_life, 1);
    push_rig.begun = 0;
    life_run(push_rig_life, 10);
    assert_int_equal(push_rig.begun, 1);
    assert_string_equal(push_rig.to, "3.3.3.3:3");
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].delivered, 1);
}

/* The last gasp reaches all of them. */
static void the_last_gasp_goes_to_all(void **state)
{
    (void)state;
    push_rig_send_to(PUSH_POWER_DOWN, THREE);
    push_rig_push()->settings[PUSH_POWER_DOWN].randomisation_s = 0;
    life_cut(push_rig_life, 60);
    assert_int_equal(push_rig.begun, 3);
    assert_string_equal(push_rig.to, "3.3.3.3:3");
}

static void destinations_that_are_none(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "0203 1600 0901 2C 1600", "0203 1600 0904 613A312C 1600", "0203 1600 0904 2C613A31 1600",
        "0203 1600 0909 613A312C2C623A3232 1600", /* and nine of them */
        "0203 1600 0911 612C612C612C612C612C612C612C612C61 1600"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(set(DESTINATION, bad[i]), COSEM_OTHER_REASON);
    }
    assert_int_equal(set(DESTINATION, "0203 1600 0909 613A31312C623A3232 1600"), COSEM_SUCCESS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, push_rig_set_up, push_rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_element_of_an_attribute),
        TEST(all_of_an_object),
        TEST(rows_and_columns_of_a_buffer),
        TEST(columns_apart),
        TEST(several_parts),
        TEST(a_profile_that_has_other_columns_by_now),
        TEST(parts_that_cannot_be_are_refused),
        TEST(parts_outlive_the_supply),
        TEST(several_destinations),
        TEST(one_of_several_fails),
        TEST(who_has_it_is_known_behind_an_outage),
        TEST(the_last_gasp_goes_to_all),
        TEST(destinations_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
