#include "function/alarm.h"
#include "test/function/bed.h"
#include "test/unit.h"

#include <stdlib.h>

static const uint8_t push_table[6] = {0, 0, 10, 0, 108, 255};

struct rig {
    struct bed bed;
    struct event_book book;
    struct script_book scripts;
    struct alarm alarm;
    uint16_t pushed[8]; /* selectors */
    unsigned pushes;
};

static int push(void *owner, uint16_t selector)
{
    struct rig *rig = owner;
    rig->pushed[rig->pushes++ % 8] = selector;
    return 0;
}

static void begin(struct rig *rig)
{
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    rig->scripts = (struct script_book){.count = 0};
    script_add(&rig->scripts, push_table, 7, push, rig);
    alarm_init(&rig->alarm, &rig->book, &rig->scripts, push_table, ALARM_REGISTERS);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
    alarm_recover(&rig->alarm, &rig->bed.storage, BED_VALUE_ALARMS);
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    bed_open(&rig->bed);
    begin(rig);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    bed_close(&rig->bed);
    free(rig);
    return 0;
}

/* The bits of registers 1 and 2 as facts list them, of the events that this meter knows. */
static void each_event_has_its_bit(void **state)
{
    struct rig *rig = *state;
    static const struct {
        uint8_t code, number, bit;
    } bits[] = {
        {6, 0, 0},   {7, 0, 1},    {12, 0, 8},   {13, 0, 9},   {14, 0, 10},  {16, 0, 11},
        {15, 0, 12}, {40, 0, 13},  {42, 0, 13},  {44, 0, 13},  {46, 0, 13},  {49, 0, 13},
        {50, 0, 13}, {200, 0, 13}, {202, 0, 13}, {230, 0, 13}, {1, 1, 0},    {2, 1, 1},
        {82, 1, 2},  {83, 1, 3},   {84, 1, 4},   {85, 1, 5},   {86, 1, 6},   {87, 1, 7},
        {89, 1, 8},  {90, 1, 9},   {91, 1, 10},  {88, 1, 11},  {52, 1, 12},  {48, 1, 13},
        {92, 1, 14}, {93, 1, 15},  {94, 1, 16},  {20, 1, 17},  {158, 1, 18}, {68, 1, 31},
    };
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        event_record(&rig->book, (enum event_code)bits[i].code);
        assert_int_equal(rig->alarm.registers[bits[i].number].active, UINT32_C(1) << bits[i].bit);
        assert_int_equal(rig->alarm.registers[1 - bits[i].number].active, 0);
        alarm_clear(&rig->alarm, bits[i].number, 0);
        bed_settle(&rig->bed);
    }
}

static void errors_are_the_meter_itself(void **state)
{
    struct rig *rig = *state;
    event_record(&rig->book, EVENT_METER_COVER_OPEN);
    event_record(&rig->book, EVENT_RAM_ERROR);
    event_record(&rig->book, EVENT_CLOCK_INVALID);
    assert_int_equal(rig->alarm.errors, 1 << ALARM_RAM | 1 << ALARM_CLOCK_INVALID);
    alarm_clear_errors(&rig->alarm, 1 << ALARM_RAM);
    assert_int_equal(rig->alarm.errors, 1 << ALARM_RAM);
    assert_int_equal(rig->book.last[EVENT_LOG_STANDARD], EVENT_ERROR_CLEARED);
    assert_int_equal(rig->alarm.registers[0].active,
                     1 << ALARM_RAM | 1 << ALARM_CLOCK_INVALID | 1 << ALARM_FRAUD);
}

static void a_bit_stays_until_a_client_clears_it(void **state)
{
    struct rig *rig = *state;
    event_raise(&rig->book, EVENT_TERMINAL_COVER_OPEN);
    event_clear(&rig->book, EVENT_TERMINAL_COVER_OPEN);
    assert_int_equal(rig->alarm.registers[0].active, 1 << ALARM_FRAUD);
    alarm_clear(&rig->alarm, 0, UINT32_MAX); /* all are kept: nothing happens */
    assert_int_equal(rig->book.last[EVENT_LOG_STANDARD], 0);
    alarm_clear(&rig->alarm, 0, 0);
    assert_int_equal(rig->alarm.registers[0].active, 0);
    assert_int_equal(rig->alarm.registers[0].descriptor, 1 << ALARM_FRAUD);
    assert_int_equal(rig->book.last[EVENT_LOG_STANDARD], EVENT_ALARM_CLEARED);
    alarm_clear_descriptor(&rig->alarm, 0, 0);
    assert_int_equal(rig->alarm.registers[0].descriptor, 0);
}

static void what_is_filtered_is_no_alarm(void **state)
{
    struct rig *rig = *state;
    alarm_set_filter(&rig->alarm, 2, 0);
    alarm_set_filter(&rig->alarm, 0, 1 << ALARM_RAM);
    event_record(&rig->book, EVENT_METER_COVER_OPEN);
    assert_int_equal(rig->alarm.registers[0].active, 0);
    assert_int_equal(rig->pushes, 0);
    event_record(&rig->book, EVENT_RAM_ERROR);
    assert_int_equal(rig->alarm.registers[0].active, 1 << ALARM_RAM);
    assert_int_equal(rig->pushes, 1);
    alarm_set_filter(&rig->alarm, 0, UINT32_MAX);
    assert_int_equal(rig->alarm.registers[0].filter, alarm_known(0));
}

/* Each bit that comes to the descriptor pushes once, until it is cleared there. */
static void the_monitor_executes_its_script(void **state)
{
    struct rig *rig = *state;
    alarm_set_filter(&rig->alarm, 2, 0);
    event_record(&rig->book, EVENT_METER_COVER_OPEN);
    event_record(&rig->book, EVENT_REPLAY); /* the same bit */
    assert_int_equal(rig->pushes, 1);
    assert_int_equal(rig->pushed[0], 4);
    alarm_clear(&rig->alarm, 0, 0);
    event_record(&rig->book, EVENT_REPLAY); /* in the descriptor still */
    assert_int_equal(rig->pushes, 1);
    alarm_clear(&rig->alarm, 0, 0);
    alarm_clear_descriptor(&rig->alarm, 0, 0);
    event_record(&rig->book, EVENT_REPLAY);
    assert_int_equal(rig->pushes, 2);
    const struct script other = {.table = {0, 0, 10, 0, 108, 255}, .selector = 7};
    const struct script none = {.selector = 0};
    alarm_set_script(&rig->alarm, 1, &other);
    event_record(&rig->book, EVENT_KEY_CHANGED);
    assert_int_equal(rig->pushed[2], 7);
    alarm_set_script(&rig->alarm, 1, &none);
    event_record(&rig->book, EVENT_NEUTRAL_MISSING);
    assert_int_equal(rig->pushes, 3);
}

static void register_3_is_the_data_sheets(void **state)
{
    struct rig *rig = *state;
    event_record(&rig->book, EVENT_TERMINAL_COVER_OPEN);
    event_record(&rig->book, EVENT_BATTERY_LOW);
    event_record(&rig->book, EVENT_UNDERVOLTAGE_L1);
    event_record(&rig->book, EVENT_NV_MEMORY_ERROR);
    assert_int_equal(rig->alarm.registers[2].active, 1 << ALARM_TAMPER | 1 << ALARM_LOW_BATTERY |
                                                         1 << ALARM_DIP | 1 << ALARM_MEMORY);
    assert_int_equal(alarm_known(2), 0xF);
}

static void alarms_outlive_the_supply(void **state)
{
    struct rig *rig = *state;
    const struct script other = {.table = {0, 0, 10, 0, 108, 255}, .selector = 2};
    event_record(&rig->book, EVENT_RAM_ERROR);
    event_record(&rig->book, EVENT_POWER_DOWN);
    alarm_clear(&rig->alarm, 1, 0);
    alarm_set_filter(&rig->alarm, 2, 0x5);
    alarm_set_script(&rig->alarm, 2, &other);
    assert_int_equal(alarm_step(&rig->alarm), 0);
    bed_restart(&rig->bed);
    begin(rig);
    assert_int_equal(rig->alarm.errors, 1 << ALARM_RAM);
    assert_int_equal(rig->alarm.registers[0].active, 1 << ALARM_RAM);
    assert_int_equal(rig->alarm.registers[1].active, 0);
    assert_int_equal(rig->alarm.registers[1].descriptor, 1);
    assert_int_equal(rig->alarm.registers[2].filter, 0x5);
    assert_int_equal(rig->alarm.registers[2].up.selector, 2);
    assert_int_equal(rig->alarm.registers[0].up.selector, 4);
}

/* What comes before the chip has been read is not lost beside what is on it. */
static void early_alarms_join(void **state)
{
    struct rig *rig = *state;
    event_record(&rig->book, EVENT_RAM_ERROR);
    assert_int_equal(alarm_step(&rig->alarm), 0);
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    alarm_init(&rig->alarm, &rig->book, &rig->scripts, push_table, ALARM_REGISTERS);
    event_record(&rig->book, EVENT_CLOCK_INVALID);
    alarm_recover(&rig->alarm, &rig->bed.storage, BED_VALUE_ALARMS);
    assert_int_equal(rig->alarm.registers[0].active, 1 << ALARM_RAM | 1 << ALARM_CLOCK_INVALID);
}

/* The supply fails at each operation of storing: all of it is as before, or as after. */
static void power_cuts_leave_whole_alarms(void **state)
{
    (void)state;
    for (uint64_t operation = 1; operation <= 6; operation++) {
        struct rig *rig = NULL;
        set_up((void **)&rig);
        event_record(&rig->book, EVENT_RAM_ERROR);
        assert_int_equal(alarm_step(&rig->alarm), 0);
        event_record(&rig->book, EVENT_METER_COVER_OPEN);
        const struct nor_tear tear = {.octets = (uint32_t)(operation * 9), .seed = operation};
        nor_plan_cut(&rig->bed.nor, operation, &tear);
        (void)alarm_step(&rig->alarm);
        bed_restart(&rig->bed);
        begin(rig);
        uint32_t active = rig->alarm.registers[0].active;
        bool tampered = (active & 1 << ALARM_FRAUD) != 0;
        assert_int_equal(active & ~(UINT32_C(1) << ALARM_FRAUD), 1 << ALARM_RAM);
        assert_int_equal(rig->alarm.registers[2].active & 1, tampered);
        tear_down((void **)&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_event_has_its_bit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(errors_are_the_meter_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bit_stays_until_a_client_clears_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_filtered_is_no_alarm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_monitor_executes_its_script, set_up, tear_down),
        cmocka_unit_test_setup_teardown(register_3_is_the_data_sheets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(alarms_outlive_the_supply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(early_alarms_join, set_up, tear_down),
        cmocka_unit_test(power_cuts_leave_whole_alarms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
