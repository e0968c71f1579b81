/* The logs of each product: what each can hold, in which order; that a cause that lasts is told
 * once, whatever happens to the supply; beside a plain model. */
#include "test/dice.h"
#include "test/meter/life.h"
#include "test/unit.h"
#include "world/rtc.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEAST = 255,   /* entries of any log; IDIS asks for 64 of some */
    FILLED = 3000, /* more than any can hold */
};

static const int64_t noon = INT64_C(1800000000000);

static uint64_t seed;

static bool has_log(const struct life *life, int log)
{
    return life->setup.product->events->ring[log] != EVENT_NO_LOG;
}

static void settle(struct life *life)
{
    struct meter *meter = &life->meter;
    while (event_step(&meter->events) > 0 || storage_step(&meter->storage) > 0) {
        nor_advance(&life->nor, 10000);
    }
}

/* ---- capacity ---- */

static struct event entry_of(uint32_t i, int64_t utc_ms, const struct clock *clock)
{
    return (struct event){.code = (uint8_t)(1 + i % 250),
                          .stamp = event_stamp_at(clock, utc_ms),
                          .detail = {.duration_s = i, .magnitude = -(int32_t)i, .count = 7 * i}};
}

static void assert_holds(const struct life *life, enum event_log log, uint32_t before)
{
    const struct event_book *book = &life->meter.events;
    const struct record_ring *ring = event_log_ring(book, log);
    uint32_t next = record_next(ring);
    assert_int_equal(next - 1, before + FILLED);
    assert_true(next - record_first(ring) >= LEAST);
    for (uint32_t n = record_first(ring); n < next; n++) {
        uint32_t i = n - 1 - before;
        struct event event;
        struct event expected = entry_of(i, noon + i * INT64_C(1000), book->clock);
        assert_int_equal(event_log_read(book, log, n, &event), STORAGE_DONE);
        assert_int_equal(event.code, expected.code);
        assert_int_equal(event.stamp.utc_s, expected.stamp.utc_s);
        assert_int_equal(event.detail.duration_s, expected.detail.duration_s);
        assert_int_equal(event.detail.magnitude, expected.detail.magnitude);
        assert_int_equal(event.detail.count, expected.detail.count);
    }
}

/* Each log of each product; behind a restart as well. */
static void each_holds_255_at_least(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct life *life = life_begin(product_all[i]->name, noon);
        settle(life);
        uint32_t before[EVENT_LOGS];
        for (int log = 0; log < EVENT_LOGS; log++) {
            before[log] = event_log_count(&life->meter.events, (enum event_log)log);
            for (uint32_t n = 0; n < FILLED && has_log(life, log); n++) {
                struct event event =
                    entry_of(n, noon + n * INT64_C(1000), life->meter.events.clock);
                event_enter_log(&life->meter.events, (enum event_log)log, &event);
                settle(life);
            }
            if (has_log(life, log)) {
                assert_holds(life, (enum event_log)log, before[log]);
            }
        }
        assert_int_equal(life->meter.events.lost, 0);
        life_end(life);
    }
}

/* Emptied, a log tells that first, and goes on counting. */
static void cleared_they_say_so(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct life *life = life_begin(product_all[i]->name, noon);
        struct event_book *book = &life->meter.events;
        for (int log = 0; log < EVENT_LOGS; log++) {
            const struct event some = entry_of(9, noon, book->clock);
            struct event event;
            if (!has_log(life, log)) {
                assert_int_equal(event_log_clear(book, (enum event_log)log), -1);
                continue;
            }
            event_enter_log(book, (enum event_log)log, &some);
            settle(life);
            uint32_t count = event_log_count(book, (enum event_log)log);
            assert_int_equal(event_log_clear(book, (enum event_log)log), 0);
            settle(life);
            const struct record_ring *ring = event_log_ring(book, (enum event_log)log);
            assert_int_equal(event_log_count(book, (enum event_log)log), count + 1);
            assert_int_equal(record_first(ring), count + 1);
            assert_int_equal(event_log_read(book, (enum event_log)log, count + 1, &event),
                             STORAGE_DONE);
            assert_int_equal(event.code, EVENT_LOG_CLEARED);
        }
        life_end(life);
    }
}

/* ---- a cause that lasts ---- */

/* What should be in the logs: every code that was written, log by log. */
struct model {
    bool raised[UINT8_MAX + 1];
    uint32_t count[EVENT_LOGS];
    uint8_t codes[EVENT_LOGS][FILLED];
};

static void expect(struct model *model, const struct life *life, uint8_t code)
{
    uint16_t logs = event_row(code)->logs;
    for (int log = 0; log < EVENT_LOGS; log++) {
        if ((logs >> log & 1) != 0 && has_log(life, log)) {
            assert_true(model->count[log] < FILLED);
            model->codes[log][model->count[log]++] = code;
        }
    }
}

static void follow(struct model *model, struct life *life, uint8_t code, bool there)
{
    uint8_t gone = event_row(code)->gone;
    if (there != model->raised[code]) {
        model->raised[code] = there;
        if (there) {
            expect(model, life, code);
        } else if (gone != EVENT_NONE) {
            expect(model, life, gone);
        }
    }
    event_follow(&life->meter.events, (enum event_code)code, there);
}

static void assert_as(const struct life *life, const struct model *model,
                      const uint32_t before[EVENT_LOGS])
{
    for (int log = 0; log < EVENT_LOGS; log++) {
        uint32_t count = event_log_count(&life->meter.events, (enum event_log)log);
        assert_int_equal(count - before[log], model->count[log]);
        for (uint32_t n = 0; n < model->count[log]; n++) {
            struct event event;
            assert_int_equal(event_log_read(&life->meter.events, (enum event_log)log,
                                            before[log] + n + 1, &event),
                             STORAGE_DONE);
            assert_int_equal(event.code, model->codes[log][n]);
        }
    }
}

/* All codes in all logs; causes come, are looked at again and again, and go; the books of the
 * meter begin anew from the chip meanwhile. */
static void a_cause_is_told_once(void **state)
{
    (void)state;
    static struct model model;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct life *life = life_begin(product_all[i]->name, noon);
        struct event_book *book = &life->meter.events;
        uint32_t before[EVENT_LOGS];
        settle(life);
        memset(&model, 0, sizeof model);
        seed = (uint64_t)i + 1;
        for (int log = 0; log < EVENT_LOGS; log++) {
            before[log] = event_log_count(book, (enum event_log)log);
        }
        for (int step = 0; step < 1200; step++) {
            uint8_t code = (uint8_t)(1 + dice_up_to(&seed, 252));
            bool there = dice_up_to(&seed, 1) == 0;
            for (uint64_t looks = 1 + dice_up_to(&seed, 3); looks > 0; looks--) {
                follow(&model, life, code, there);
            }
            settle(life);
            if (dice_up_to(&seed, 19) == 0) {
                const struct event_plan *plan = book->plan;
                event_init(book, plan, &life->meter.clock);
                event_recover(book, &life->meter.storage, 32);
            }
        }
        assert_as(life, &model, before);
        life_end(life);
    }
}

/* ---- covers, in a meter ---- */

static uint32_t codes_in(const struct life *life, enum event_log log, uint8_t code)
{
    uint32_t found = 0;
    for (uint32_t n = 1; n <= event_log_count(&life->meter.events, log); n++) {
        struct event event;
        assert_int_equal(event_log_read(&life->meter.events, log, n, &event), STORAGE_DONE);
        found += event.code == code;
    }
    return found;
}

/* Opened without supply: between "power down" and "power up", with its own time; an alarm. */
static void a_cover_opened_without_supply(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct life *life = life_begin(product_all[i]->name, noon);
        struct rtc_chip_config config = rtc_chip_config_default();
        struct rtc_chip chip;
        rtc_chip_open(&chip, &config);
        rtc_chip_set(&chip, noon);
        const struct rtc port = rtc_chip_port(&chip);
        life->setup.rtc = &port;
        life_kill(life, 0);
        life_run(life, 30);
        uint32_t alarms = life->meter.alarm.registers[0].active;
        assert_int_equal(alarms >> ALARM_FRAUD & 1, 0);
        assert_int_equal(meter_power_fail(&life->meter), 0);
        rtc_chip_advance(&chip, UINT64_C(3600000000), 25, false);
        rtc_chip_touch(&chip, RTC_METER_COVER, true, false);
        rtc_chip_advance(&chip, UINT64_C(3600000000), 25, false);
        life_kill(life, 0);
        life_run(life, 30);
        struct event event;
        uint32_t newest = event_log_count(&life->meter.events, EVENT_LOG_FRAUD);
        assert_int_equal(event_log_read(&life->meter.events, EVENT_LOG_FRAUD, newest, &event),
                         STORAGE_DONE);
        assert_int_equal(event.code, EVENT_METER_COVER_OPEN);
        assert_in_range(event.stamp.utc_s, noon / 1000 + 3600, noon / 1000 + 3640);
        assert_int_equal(codes_in(life, EVENT_LOG_FRAUD, EVENT_METER_COVER_OPEN), 1);
        assert_int_equal(life->meter.alarm.registers[0].active >> ALARM_FRAUD & 1, 1);
        assert_int_equal(life->meter.tamper.inputs[RTC_METER_COVER].count, 1);
        life_cut(life, 10); /* it is still open */
        life_run(life, 10);
        assert_int_equal(codes_in(life, EVENT_LOG_FRAUD, EVENT_METER_COVER_OPEN), 1);
        life_end(life);
    }
}

/* The start behind it is cut at each operation of the chip: the opening is told at least once, with
 * its time, counted once, and is an alarm. */
static void a_start_that_tells_of_a_cover_is_cut(void **state)
{
    (void)state;
    bool cut = true;
    unsigned cuts = 0;
    for (uint64_t operation = 1; cut; operation++) {
        struct life *life = life_begin("xs211", noon);
        struct rtc_chip_config config = rtc_chip_config_default();
        struct rtc_chip chip;
        rtc_chip_open(&chip, &config);
        rtc_chip_set(&chip, noon);
        const struct rtc port = rtc_chip_port(&chip);
        const struct nor_tear tear = {.octets = 9, .spread = 100, .seed = operation};
        life->setup.rtc = &port;
        life_cut(life, 0);
        rtc_chip_touch(&chip, RTC_TERMINAL_COVER, true, false);
        life_kill(life, 0);
        nor_plan_cut(&life->nor, operation, &tear);
        for (int i = 0; i < 10 && !life->nor.dead; i++) {
            life_run(life, 1);
        }
        cut = life->nor.dead;
        cuts += cut;
        life_kill(life, 0);
        life_run(life, 10);
        uint32_t told = codes_in(life, EVENT_LOG_FRAUD, EVENT_TERMINAL_COVER_OPEN);
        assert_in_range(told, 1, 3);
        assert_in_range(codes_in(life, EVENT_LOG_TERMINAL_COVER, EVENT_TERMINAL_COVER_OPEN), 1, 3);
        assert_int_equal(codes_in(life, EVENT_LOG_FRAUD, EVENT_TERMINAL_COVER_CLOSED), 0);
        assert_int_equal(life->meter.tamper.inputs[RTC_TERMINAL_COVER].count, 1);
        assert_int_equal(life->meter.alarm.registers[0].active >> ALARM_FRAUD & 1, 1);
        assert_int_equal(life->meter.alarm.registers[2].active >> ALARM_TAMPER & 1, 1);
        assert_int_equal(chip.inputs[RTC_TERMINAL_COVER].count, 0); /* the chip forgot */
        life_end(life);
    }
    assert_in_range(cuts, 10, 1000);
}

/* The failure of the supply is an alarm as well, with a warning or without one. */
static void a_power_failure_is_an_alarm(void **state)
{
    (void)state;
    for (int warned = 0; warned < 2; warned++) {
        struct life *life = life_begin("st402d", noon);
        life_run(life, 70);
        alarm_clear(&life->meter.alarm, 1, 0);
        life_run(life, 2);
        if (warned != 0) {
            life_cut(life, 30);
        } else {
            life_kill(life, 30);
        }
        life_run(life, 10);
        assert_int_equal(life->meter.alarm.registers[1].active & 3, 3); /* down, up */
        alarm_clear(&life->meter.alarm, 1, 0);
        life_run(life, 10);
        life->setup.fault = &(struct selftest_fault){SELFTEST_CAUSE_NEED, "x.c:1"};
        life_kill(life, 1);
        assert_int_equal(life->meter.alarm.registers[1].active & 1, 0);
        life_end(life);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_holds_255_at_least),
        cmocka_unit_test(cleared_they_say_so),
        cmocka_unit_test(a_cause_is_told_once),
        cmocka_unit_test(a_cover_opened_without_supply),
        cmocka_unit_test(a_start_that_tells_of_a_cover_is_cut),
        cmocka_unit_test(a_power_failure_is_an_alarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
