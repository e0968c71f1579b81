/* Every attribute that a client may write and every method that it may call of logs, profiles,
 * alarms and interruptions: its effect is looked for elsewhere. */
#include "cosem/data.h"
#include "cosem/model.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <string.h>

enum { DATA = 1, REGISTER = 3, PROFILE = 7, MONITOR = 21 };

static const int64_t begin_ms = INT64_C(1795219200000); /* 2026-11-21 00:00:00 UTC */
static struct life *life;

static int set_up(void **state)
{
    (void)state;
    life = life_begin("xs211", begin_ms);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static struct cosem_call call_of(uint16_t class_id, const struct cosem_name *name)
{
    enum cosem_result why;
    const struct product *product = life->meter.product;
    struct cosem_call call = {.model = &product->model, .context = &life->meter.context};
    for (int i = 0; i < product->partner_count; i++) {
        if (product->partners[i].sap == PRODUCT_SAP_MANAGEMENT) {
            call.column = product->partners[i].column;
        }
    }
    call.object = cosem_model_find(call.model, class_id, name, call.column, &why);
    assert_non_null(call.object);
    return call;
}

static enum cosem_result set(uint16_t class_id, struct cosem_name name, int attribute,
                             const struct writer *w)
{
    struct cosem_call call = call_of(class_id, &name);
    struct reader value = reader_over(w->window, writer_kept(w));
    return cosem_object_set(&call, attribute, &value);
}

static enum cosem_result set_u32(uint16_t class_id, struct cosem_name name, int attribute,
                                 uint32_t number)
{
    uint8_t octets[8];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_u32(&w, number);
    return set(class_id, name, attribute, &w);
}

static enum cosem_result act(uint16_t class_id, struct cosem_name name, int method)
{
    static const uint8_t zero[] = {COSEM_I8, 0};
    uint8_t room[8];
    struct writer returned = writer_over(room, sizeof room);
    struct cosem_call call = call_of(class_id, &name);
    struct reader parameter = reader_over(zero, sizeof zero);
    return cosem_object_invoke(&call, method, &parameter, &returned);
}

/* The integer that an attribute shows. */
static int64_t get(uint16_t class_id, struct cosem_name name, int attribute)
{
    uint8_t octets[64];
    struct cosem_call call = call_of(class_id, &name);
    struct writer w = writer_over(octets, sizeof octets);
    assert_int_equal(cosem_object_attribute(call.object, attribute)->get(&call, &w), 0);
    struct reader r = reader_over(octets, writer_kept(&w));
    return cosem_take_value(&r).integer;
}

static struct cosem_name profile_1(void)
{
    return (struct cosem_name)COSEM_NAME(1, 0, 99, 1, 0);
}

static struct cosem_name bits(uint8_t d, uint8_t e)
{
    return (struct cosem_name)COSEM_NAME(0, 0, 97, d, e);
}

static uint32_t rows(void)
{
    const struct profile *profile = &life->meter.profiles[PRODUCT_PROFILE_LOAD_1];
    return profile_next(profile) - profile_first(profile);
}

static void settle(void)
{
    while (storage_step(&life->meter.storage) > 0) {
        nor_advance(&life->nor, 10000);
    }
}

static void capture_objects_are_what_rows_hold(void **state)
{
    (void)state;
    static const uint8_t one[] = {1, 1, 2, 4, 18, 0, 3, 9, 6, 1, 0, 1, 8, 0, 255, 15, 2, 18, 0, 0};
    uint8_t octets[sizeof one];
    struct profile_row row;
    memcpy(octets, one, sizeof one);
    struct writer w = writer_over(octets, sizeof octets);
    writer_octets(&w, one, sizeof one);
    assert_int_equal(set(PROFILE, profile_1(), 3, &w), COSEM_SUCCESS);
    settle();
    life_run(life, 900);
    assert_int_equal(rows(), 1);
    const struct profile *profile = &life->meter.profiles[PRODUCT_PROFILE_LOAD_1];
    assert_int_equal(profile_read(profile, profile_first(profile), &row), STORAGE_DONE);
    struct reader r = reader_over(row.octets, row.size);
    struct cosem_value v = cosem_take_value(&r);
    assert_int_equal(v.tag, COSEM_U32);
    assert_int_equal(v.integer, get(REGISTER, (struct cosem_name)COSEM_NAME(1, 0, 1, 8, 0), 2));
}

/* An object that is not there, a table, a whole object: refused, and nothing changes. */
static void what_cannot_be_captured_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint8_t class_id, obis[6];
        int8_t attribute;
    } impossible[] = {
        {3, {1, 0, 77, 8, 0, 255}, 2},  {7, {1, 0, 99, 2, 0, 255}, 2},
        {3, {1, 0, 1, 8, 0, 255}, 0},   {3, {1, 0, 1, 8, 0, 255}, 9},
        {15, {0, 0, 40, 0, 0, 255}, 2}, {1, {1, 0, 1, 8, 0, 255}, 2},
        {64, {0, 0, 43, 0, 0, 255}, 2},
    };
    life_run(life, 1800);
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        uint8_t octets[32];
        struct writer w = writer_over(octets, sizeof octets);
        cosem_put_array(&w, 1);
        cosem_put_structure(&w, 4);
        cosem_put_u16(&w, impossible[i].class_id);
        cosem_put_octet_string(&w, impossible[i].obis, 6);
        cosem_put_i8(&w, impossible[i].attribute);
        cosem_put_u16(&w, 0);
        assert_int_equal(set(PROFILE, profile_1(), 3, &w), COSEM_OTHER_REASON);
        assert_int_equal(rows(), 2);
    }
}

static void period_is_that_of_rows_and_clock(void **state)
{
    (void)state;
    assert_int_equal(set_u32(PROFILE, profile_1(), 4, 300), COSEM_SUCCESS);
    settle();
    life_run(life, 1200);
    assert_int_equal(rows(), 4);
    assert_int_equal(life->meter.clock.period_s, 300);
    assert_int_equal(set_u32(PROFILE, profile_1(), 4, 301), COSEM_OTHER_REASON);
    assert_int_equal(get(PROFILE, profile_1(), 4), 300);
}

static void entries_bound_what_is_shown(void **state)
{
    (void)state;
    assert_int_equal(set_u32(PROFILE, profile_1(), 8, 3), COSEM_SUCCESS);
    settle();
    life_run(life, 5 * 900);
    assert_int_equal(get(PROFILE, profile_1(), 7), 3);
    assert_int_equal(set_u32(PROFILE, profile_1(), 8, 0), COSEM_OTHER_REASON);
}

static void methods_of_profiles_and_logs(void **state)
{
    (void)state;
    static const struct cosem_name standard = COSEM_NAME(0, 0, 99, 98, 0);
    assert_int_equal(act(PROFILE, profile_1(), 2), COSEM_SUCCESS);
    assert_int_equal(rows(), 1);
    settle();
    assert_int_equal(act(PROFILE, profile_1(), 1), COSEM_SUCCESS);
    assert_int_equal(rows(), 0);
    assert_int_equal(get(DATA, (struct cosem_name)COSEM_NAME(0, 0, 96, 11, 0), 2),
                     EVENT_PROFILE_CLEARED);
    settle();
    assert_int_equal(act(PROFILE, standard, 1), COSEM_SUCCESS);
    assert_int_equal(get(PROFILE, standard, 7), 1);
    assert_int_equal(get(DATA, (struct cosem_name)COSEM_NAME(0, 0, 96, 11, 0), 2),
                     EVENT_LOG_CLEARED);
    assert_int_equal(act(PROFILE, standard, 2), COSEM_READ_WRITE_DENIED);
}

/* Reset of each log object empties its log and no other: its first entry says so, and the object of
 * its code shows it; that of its count goes on. */
static void each_log_is_emptied_by_its_object(void **state)
{
    (void)state;
    static const struct {
        uint8_t e;
        enum event_log log;
    } objects[] = {{0, EVENT_LOG_STANDARD},         {1, EVENT_LOG_FRAUD},
                   {4, EVENT_LOG_QUALITY},          {5, EVENT_LOG_COMMUNICATION},
                   {128, EVENT_LOG_TERMINAL_COVER}, {130, EVENT_LOG_METER_COVER},
                   {129, EVENT_LOG_PROGRAMMING}};
    enum { LOGS = sizeof objects / sizeof objects[0] };
    struct event_book *book = &life->meter.events;
    const struct event some = {.code = EVENT_METER_COVER_OPEN};
    for (int i = 0; i < LOGS; i++) {
        for (int n = 0; n < 5; n++) {
            event_enter_log(book, objects[i].log, &some);
            (void)event_step(book);
            settle();
        }
    }
    for (int i = 0; i < LOGS; i++) {
        const struct cosem_name log = COSEM_NAME(0, 0, 99, 98, objects[i].e);
        const struct cosem_name code = COSEM_NAME(0, 0, 96, 11, objects[i].e);
        const struct cosem_name count = COSEM_NAME(0, 0, 96, 15, objects[i].e);
        int64_t before = get(DATA, count, 2);
        assert_in_range(get(PROFILE, log, 7), 5, 10);
        assert_int_equal(get(PROFILE, log, 7), before);
        assert_int_equal(get(DATA, code, 2), EVENT_METER_COVER_OPEN);
        assert_int_equal(act(PROFILE, log, 1), COSEM_SUCCESS);
        (void)event_step(book);
        settle();
        assert_int_equal(get(PROFILE, log, 7), 1);
        assert_int_equal(get(DATA, code, 2), EVENT_LOG_CLEARED);
        assert_int_equal(get(DATA, count, 2), before + 1); /* it goes on */
    }
}

static void encoding_is_how_rows_come(void **state)
{
    (void)state;
    uint8_t octets[4];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_u8(&w, 1);
    static const struct cosem_name encoding = COSEM_NAME(0, 0, 128, 7, 1);
    assert_int_equal(set(DATA, encoding, 2, &w), COSEM_SUCCESS);
    assert_int_equal(life->meter.profiles[PRODUCT_PROFILE_LOAD_1].settings.encoding, 1);
    w = writer_over(octets, sizeof octets);
    cosem_put_u8(&w, 2);
    assert_int_equal(set(DATA, encoding, 2, &w), COSEM_SUCCESS);
    w = writer_over(octets, sizeof octets);
    cosem_put_u8(&w, 3);
    assert_int_equal(set(DATA, encoding, 2, &w), COSEM_OTHER_REASON);
    assert_int_equal(get(DATA, encoding, 2), 2);
}

static void alarms_are_filtered_and_cleared(void **state)
{
    (void)state;
    assert_int_equal(set_u32(DATA, bits(98, 10), 2, 1 << ALARM_RAM), COSEM_SUCCESS);
    assert_int_equal(set_u32(DATA, bits(98, 10), 2, UINT32_C(1) << 31), COSEM_OTHER_REASON);
    event_record(&life->meter.events, EVENT_REPLAY);
    assert_int_equal(get(DATA, bits(98, 0), 2), 0);
    event_record(&life->meter.events, EVENT_RAM_ERROR);
    assert_int_equal(get(DATA, bits(98, 0), 2), 1 << ALARM_RAM);
    assert_int_equal(get(DATA, bits(97, 0), 2), 1 << ALARM_RAM);
    assert_int_equal(set_u32(DATA, bits(98, 0), 2, 0), COSEM_SUCCESS);
    assert_int_equal(get(DATA, bits(98, 0), 2), 0);
    assert_int_equal(get(DATA, bits(98, 20), 2), 1 << ALARM_RAM);
    assert_int_equal(set_u32(DATA, bits(98, 20), 2, 0), COSEM_SUCCESS);
    assert_int_equal(get(DATA, bits(98, 20), 2), 0);
    assert_int_equal(set_u32(DATA, bits(97, 0), 2, 0), COSEM_SUCCESS);
    assert_int_equal(get(DATA, bits(97, 0), 2), 0);
    assert_int_equal(life->meter.events.last[EVENT_LOG_STANDARD], EVENT_ERROR_CLEARED);
}

static uint16_t executed;

static int remember(void *owner, uint16_t selector)
{
    (void)owner;
    executed = selector;
    return 0;
}

static void put_actions(struct writer *w, uint8_t table, uint16_t up, uint16_t down)
{
    const uint8_t names[2][6] = {{0, 0, 10, 0, table, 255}, {0, 0, 10, 0, table, 255}};
    cosem_put_array(w, 1);
    cosem_put_structure(w, 2);
    for (int i = 0; i < 2; i++) {
        cosem_put_structure(w, 2);
        cosem_put_octet_string(w, names[i], 6);
        cosem_put_u16(w, i == 0 ? up : down);
    }
}

static void a_monitor_executes_what_it_is_told(void **state)
{
    (void)state;
    static const uint8_t table[6] = {0, 0, 10, 0, 99, 255};
    static const struct cosem_name monitor = COSEM_NAME(0, 0, 16, 1, 0);
    uint8_t octets[64];
    script_add(&life->meter.scripts, table, 3, remember, NULL);
    struct writer w = writer_over(octets, sizeof octets);
    put_actions(&w, 99, 3, 0);
    assert_int_equal(set(MONITOR, monitor, 4, &w), COSEM_SUCCESS);
    executed = 0;
    event_record(&life->meter.events, EVENT_REPLAY);
    assert_int_equal(executed, 3);
    w = writer_over(octets, sizeof octets);
    put_actions(&w, 99, 4, 0); /* there is none such */
    assert_int_equal(set(MONITOR, monitor, 4, &w), COSEM_OTHER_REASON);
    w = writer_over(octets, sizeof octets);
    put_actions(&w, 99, 1, 1);
    assert_int_equal(set(MONITOR, monitor, 4, &w), COSEM_OTHER_REASON);
}

/* Energy may flow out as long as nobody says that it may not; then it is event 91, once, and an
 * alarm. The setting outlives the supply. */
static void reverse_energy_is_a_setting(void **state)
{
    (void)state;
    static const struct cosem_name limit = COSEM_NAME(0, 0, 128, 9, 0);
    static const struct cosem_name fraud = COSEM_NAME(0, 0, 99, 98, 1);
    life->second.phase[0].p_uw = -INT64_C(1150000000);
    life->second.phase[0].p1_uw = -INT64_C(1150000000);
    life_run(life, 30);
    assert_int_equal(get(PROFILE, fraud, 7), 0);
    assert_int_equal(set_u32(REGISTER, limit, 2, 1000001), COSEM_OTHER_REASON);
    assert_int_equal(set_u32(REGISTER, limit, 2, 2000), COSEM_SUCCESS);
    life_run(life, 30); /* less flows */
    assert_int_equal(get(PROFILE, fraud, 7), 0);
    assert_int_equal(set_u32(REGISTER, limit, 2, 1000), COSEM_SUCCESS);
    life_run(life, 8);
    assert_int_equal(get(PROFILE, fraud, 7), 0);
    life_run(life, 60);
    assert_int_equal(get(PROFILE, fraud, 7), 1);
    assert_int_equal(get(DATA, (struct cosem_name)COSEM_NAME(0, 0, 96, 11, 1), 2),
                     EVENT_CURRENT_REVERSED);
    assert_int_equal(get(DATA, bits(98, 2), 2) >> ALARM_TAMPER & 1, 1);
    life_cut(life, 10);
    life_run(life, 60);
    assert_int_equal(get(REGISTER, limit, 2), 1000);
    assert_int_equal(get(PROFILE, fraud, 7), 1); /* it lasts */
    life->second.phase[0].p_uw = INT64_C(1150000000);
    life_run(life, 30);
    life->second.phase[0].p_uw = -INT64_C(1150000000);
    life_run(life, 30);
    assert_int_equal(get(PROFILE, fraud, 7), 2);
}

static void what_is_long_is_a_setting(void **state)
{
    (void)state;
    static const struct cosem_name threshold = COSEM_NAME(0, 0, 96, 7, 20);
    assert_int_equal(set_u32(REGISTER, threshold, 2, 20), COSEM_SUCCESS);
    assert_int_equal(set_u32(REGISTER, threshold, 2, 0), COSEM_OTHER_REASON);
    life_run(life, 5);
    life_cut(life, 30);
    assert_int_equal(get(DATA, (struct cosem_name)COSEM_NAME(0, 0, 96, 7, 5), 2), 1);
    assert_int_equal(get(DATA, (struct cosem_name)COSEM_NAME(0, 0, 96, 7, 0), 2), 0);
    assert_int_equal(get(REGISTER, (struct cosem_name)COSEM_NAME(0, 0, 96, 7, 19), 2), 30);
    assert_int_equal(get(PROFILE, (struct cosem_name)COSEM_NAME(1, 0, 99, 97, 0), 7), 1);
    life_run(life, 5);
    life_cut(life, 10);
    assert_int_equal(get(DATA, (struct cosem_name)COSEM_NAME(0, 0, 96, 7, 0), 2), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(capture_objects_are_what_rows_hold, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_captured_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(period_is_that_of_rows_and_clock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entries_bound_what_is_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(methods_of_profiles_and_logs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_log_is_emptied_by_its_object, set_up, tear_down),
        cmocka_unit_test_setup_teardown(encoding_is_how_rows_come, set_up, tear_down),
        cmocka_unit_test_setup_teardown(alarms_are_filtered_and_cleared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_monitor_executes_what_it_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_long_is_a_setting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reverse_energy_is_a_setting, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
