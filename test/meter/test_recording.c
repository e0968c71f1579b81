/* Where the events come from: each cause makes its entry, in a meter on a flash chip. */
#include "test/meter/life.h"
#include "test/unit.h"

static const int64_t noon = INT64_C(1800000000000);

static uint32_t logged(const struct life *life, enum event_log log)
{
    return event_log_count(&life->meter.events, log);
}

/* The entry `back` before the newest. */
static struct event entry(const struct life *life, enum event_log log, uint32_t back)
{
    struct event event = {0};
    uint32_t number = logged(life, log) - back;
    assert_int_equal(event_log_read(&life->meter.events, log, number, &event), STORAGE_DONE);
    return event;
}

static void assert_entry(const struct life *life, enum event_log log, uint32_t back,
                         enum event_code code, int64_t utc_ms)
{
    struct event event = entry(life, log, back);
    assert_int_equal(event.code, code);
    assert_int_equal(event.stamp.utc_s, utc_ms / 1000);
}

static uint32_t entries_of(const struct life *life, uint8_t code)
{
    uint32_t count = 0;
    for (int log = 0; log < EVENT_LOGS; log++) {
        for (uint32_t i = 0; i < logged(life, (enum event_log)log); i++) {
            count += entry(life, (enum event_log)log, i).code == code;
        }
    }
    return count;
}

static void supply_goes_and_comes(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct life *life = life_begin(product_all[i]->name, noon);
        life_run(life, 10);
        life_cut(life, 3600);
        assert_int_equal(logged(life, EVENT_LOG_STANDARD), 3);
        assert_entry(life, EVENT_LOG_STANDARD, 2, EVENT_POWER_UP, noon);
        assert_entry(life, EVENT_LOG_STANDARD, 1, EVENT_POWER_DOWN, noon + 10000);
        assert_entry(life, EVENT_LOG_STANDARD, 0, EVENT_POWER_UP, noon + 3610000);
        life_end(life);
    }
}

static void clock_that_is_set(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", noon);
    life_run(life, 2);
    clock_set(&life->meter.clock, noon - 86400000);
    life_run(life, 1);
    assert_entry(life, EVENT_LOG_STANDARD, 1, EVENT_CLOCK_OLD_TIME, noon + 2000);
    assert_entry(life, EVENT_LOG_STANDARD, 0, EVENT_CLOCK_NEW_TIME, noon - 86400000);
    clock_correct(&life->meter.clock, life->meter.clock.utc_ms + 2000);
    life_run(life, 10);
    assert_int_equal(logged(life, EVENT_LOG_STANDARD), 3); /* slewing is no event */
    life_end(life);
}

/* The last Sunday of March, 02:00 CET. */
static void daylight_saving(void **state)
{
    (void)state;
    int64_t change = life_utc_ms(2026, 3, 29, 1, 0, 0);
    struct life *life = life_begin("sm402d", change - 5000);
    life_run(life, 10);
    assert_int_equal(logged(life, EVENT_LOG_STANDARD), 2);
    assert_entry(life, EVENT_LOG_STANDARD, 0, EVENT_DST_CHANGED, change);
    struct event event = entry(life, EVENT_LOG_STANDARD, 0);
    assert_int_equal(event.stamp.offset_min, 60); /* the time before */
    assert_int_equal(event.stamp.clock_status, 0);
    life_end(life);
}

/* Each cut without a warning is made up for: up, down, up, .., up; and counted. */
static void restarts_do_not_lose_memory(void **state)
{
    (void)state;
    struct life *life = life_begin("st402c", noon);
    for (int i = 0; i < 20; i++) {
        life_run(life, 7);
        life_kill(life, 1);
    }
    assert_int_equal(logged(life, EVENT_LOG_STANDARD), 41);
    for (uint32_t back = 0; back < 41; back++) {
        enum event_code code = back % 2 == 0 ? EVENT_POWER_UP : EVENT_POWER_DOWN;
        assert_int_equal(entry(life, EVENT_LOG_STANDARD, back).code, code);
    }
    assert_int_equal(life->meter.outage.shorts[OUTAGE_ALL], 20);
    life_end(life);
}

/* Flash is told the time once a minute: so exact is the beginning of such a cut. */
static void a_cut_without_warning_has_its_duration(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct life *life = life_begin(product_all[i]->name, noon);
        life_run(life, 605);
        int64_t died_ms = life->meter.clock.utc_ms;
        life_kill(life, 7200);
        struct event failed = entry(life, EVENT_LOG_STANDARD, 1);
        struct event interruption = entry(life, EVENT_LOG_INTERRUPTION, 0);
        assert_int_equal(failed.code, EVENT_POWER_DOWN);
        assert_in_range(failed.stamp.utc_s, died_ms / 1000 - 60, died_ms / 1000);
        assert_in_range(interruption.detail.duration_s, 7200, 7260);
        assert_int_equal(interruption.stamp.utc_s, died_ms / 1000 + 7200);
        life_end(life);
    }
}

/* A failing need(), or the watchdog: the supply was there. */
static void a_fault_is_no_interruption(void **state)
{
    (void)state;
    const struct selftest_fault fault = {.cause = SELFTEST_CAUSE_NEED, .place = "x.c:1"};
    struct life *life = life_begin("sm402d", noon);
    life_run(life, 100);
    life->setup.fault = &fault;
    life_kill(life, 1);
    assert_int_equal(entries_of(life, EVENT_POWER_DOWN), 0);
    assert_int_equal(entries_of(life, EVENT_WATCHDOG_ERROR), 1);
    assert_int_equal(life->meter.outage.shorts[OUTAGE_ANY], 0);
    life_end(life);
}

/* Codes 46 to 50: which of them an incident of the DLMS server is. */
static void tell(struct life *life, enum dlms_incident_kind kind, uint32_t failures)
{
    enum { MANAGEMENT = 2 };
    life->meter.server.attempts[MANAGEMENT].failures = failures;
    dlms_server_tell(&life->meter.server, kind, MANAGEMENT);
}

static void incidents_of_the_server(void **state)
{
    (void)state;
    struct life *life = life_begin("st402d", noon);
    life_run(life, 5);
    for (uint32_t failures = 1; failures <= 12; failures++) {
        tell(life, DLMS_INCIDENT_AUTHENTICATION, failures);
    }
    for (int i = 0; i < 3; i++) {
        tell(life, DLMS_INCIDENT_DECIPHERING, 0);
        tell(life, DLMS_INCIDENT_REPLAY, 0);
    }
    tell(life, DLMS_INCIDENT_KEYS, 0);
    tell(life, DLMS_INCIDENT_SECURITY, 0);
    life_run(life, 5);
    assert_int_equal(entries_of(life, EVENT_AUTHENTICATION_FAILED), 2); /* each fifth */
    assert_int_equal(entries_of(life, EVENT_DECIPHERING_FAILED), 1);
    assert_int_equal(entries_of(life, EVENT_REPLAY), 1);
    assert_int_equal(entries_of(life, EVENT_KEY_CHANGED), 1);
    assert_int_equal(entries_of(life, EVENT_PARAMETER_CHANGED), 1);
    life_run(life, 60);
    tell(life, DLMS_INCIDENT_REPLAY, 0);
    life_run(life, 1);
    assert_int_equal(entries_of(life, EVENT_REPLAY), 2);
    assert_int_equal(life->meter.server.now_ms, life->meter.now_ms);
    life_end(life);
}

/* Whatever clients change within a minute is one event; what concerns security is always one. */
static void changes_of_clients(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", noon);
    life_run(life, 5);
    assert_int_equal(entries_of(life, EVENT_PARAMETER_CHANGED), 0);
    for (int i = 0; i < 50; i++) {
        life->meter.server.changes++;
        life_run(life, 1);
    }
    assert_int_equal(entries_of(life, EVENT_PARAMETER_CHANGED), 1);
    life_run(life, 60);
    assert_int_equal(entries_of(life, EVENT_PARAMETER_CHANGED), 1);
    life->meter.server.changes++;
    life_run(life, 1);
    assert_int_equal(entries_of(life, EVENT_PARAMETER_CHANGED), 2);
    tell(life, DLMS_INCIDENT_SECURITY, 0);
    life->meter.server.changes++; /* the same request */
    life_run(life, 1);
    assert_int_equal(entries_of(life, EVENT_PARAMETER_CHANGED), 3);
    life_end(life);
}

/* What the log is told is counted by the meter on its own, and outlives a cut without a warning. */
static void sags_and_swells_are_counted(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct life *life = life_begin(product_all[i]->name, noon);
        life_run(life, 10);
        event_record(&life->meter.events, EVENT_UNDERVOLTAGE_L1);
        event_record(&life->meter.events, EVENT_VOLTAGE_NORMAL_L1);
        event_record(&life->meter.events, EVENT_UNDERVOLTAGE_L1);
        event_record(&life->meter.events, EVENT_OVERVOLTAGE_L1);
        life_run(life, 10);
        life_kill(life, 60);
        assert_int_equal(life->meter.voltage_count.phase[0].sags, 2);
        assert_int_equal(life->meter.voltage_count.phase[0].swells, 1);
        assert_int_equal(life->meter.voltage_count.phase[1].sags, 0);
        assert_int_equal(life->meter.voltage.phase[0].told, VOLTAGE_OVER);
        life_end(life);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(supply_goes_and_comes),
        cmocka_unit_test(clock_that_is_set),
        cmocka_unit_test(daylight_saving),
        cmocka_unit_test(restarts_do_not_lose_memory),
        cmocka_unit_test(incidents_of_the_server),
        cmocka_unit_test(a_cut_without_warning_has_its_duration),
        cmocka_unit_test(a_fault_is_no_interruption),
        cmocka_unit_test(changes_of_clients),
        cmocka_unit_test(sags_and_swells_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
