/* Covers and fields: stories in which somebody opens and closes, with supply and without; random
 * ones beside the truth; and a power cut at each operation of the chip. */
#include "function/tamper.h"
#include "test/dice.h"
#include "test/function/bed.h"
#include "test/unit.h"
#include "world/rtc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALL_FITTED = (1 << RTC_INPUTS) - 1, EDGES = 400, TEXT = 2000 };

struct rig {
    struct bed bed;
    struct event_book book;
    struct tamper tamper;
    struct rtc_chip chip;
    struct rtc port;
    int64_t begun_ms; /* of the test */
};

static uint64_t seed;

static void begin(struct rig *rig)
{
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    tamper_init(&rig->tamper, &rig->port, &rig->book, ALL_FITTED);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
    tamper_recover(&rig->tamper, &rig->bed.storage, BED_VALUE_ALARMS);
}

static void open_rig(struct rig *rig)
{
    const struct rtc_chip_config config = rtc_chip_config_default();
    memset(rig, 0, sizeof *rig);
    bed_open(&rig->bed);
    rtc_chip_open(&rig->chip, &config);
    rtc_chip_set(&rig->chip, rig->bed.clock.utc_ms);
    rig->port = rtc_chip_port(&rig->chip);
    rig->begun_ms = rig->bed.clock.utc_ms;
    begin(rig);
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    open_rig(rig);
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

static void pass(struct rig *rig, int64_t ms)
{
    rtc_chip_advance(&rig->chip, (uint64_t)ms * 1000, 25, false);
    clock_advance(&rig->bed.clock, rig->chip.utc_ns / 1000000 - rig->bed.clock.utc_ms);
}

static void touch(struct rig *rig, enum rtc_input input, bool there)
{
    rtc_chip_touch(&rig->chip, input, there, false);
}

static void look(struct rig *rig)
{
    tamper_look(&rig->tamper);
    (void)tamper_keep(&rig->tamper);
    (void)event_step(&rig->book);
    bed_settle(&rig->bed);
}

static void restart(struct rig *rig)
{
    bed_restart(&rig->bed);
    begin(rig);
}

static struct event entry(const struct rig *rig, enum event_log log, uint32_t n)
{
    struct event event = {0};
    assert_int_equal(event_log_read(&rig->book, log, n, &event), STORAGE_DONE);
    return event;
}

/* Codes with seconds since the test began: "40@5 41@9". */
static void assert_log(const struct rig *rig, enum event_log log, const char *expected)
{
    char text[TEXT] = "";
    size_t size = 0;
    for (uint32_t n = 1; n <= event_log_count(&rig->book, log); n++) {
        struct event event = entry(rig, log, n);
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%u@%d", n > 1 ? " " : "",
                                 event.code, (int)(event.stamp.utc_s - rig->begun_ms / 1000));
    }
    assert_string_equal(text, expected);
}

static void with_supply(void **state)
{
    struct rig *rig = *state;
    pass(rig, 5000);
    touch(rig, RTC_TERMINAL_COVER, true);
    for (int i = 0; i < 10; i++) {
        look(rig);
        pass(rig, 1000);
    }
    assert_int_equal(tamper_lasts_s(&rig->tamper, RTC_TERMINAL_COVER), 10);
    touch(rig, RTC_TERMINAL_COVER, false);
    for (int i = 0; i < 10; i++) {
        look(rig);
        pass(rig, 1000);
    }
    assert_log(rig, EVENT_LOG_FRAUD, "40@5 41@15");
    assert_log(rig, EVENT_LOG_TERMINAL_COVER, "40@5 41@15");
    assert_int_equal(rig->tamper.inputs[RTC_TERMINAL_COVER].count, 1);
    assert_int_equal(rig->tamper.inputs[RTC_TERMINAL_COVER].total_s, 10);
    assert_int_equal(tamper_lasts_s(&rig->tamper, RTC_TERMINAL_COVER), 0);
}

/* Each input has its codes; fields are in the log of fraud only. */
static void every_input(void **state)
{
    struct rig *rig = *state;
    for (int input = 0; input < RTC_INPUTS; input++) {
        touch(rig, (enum rtc_input)input, true);
        look(rig);
        pass(rig, 1000);
    }
    for (int input = 0; input < RTC_INPUTS; input++) {
        touch(rig, (enum rtc_input)input, false);
        look(rig);
        pass(rig, 1000);
    }
    assert_log(rig, EVENT_LOG_FRAUD, "40@0 44@1 42@2 230@3 41@4 45@5 43@6 231@7");
    assert_log(rig, EVENT_LOG_TERMINAL_COVER, "40@0 44@1 41@4 45@5");
}

static void shorter_than_a_look(void **state)
{
    struct rig *rig = *state;
    pass(rig, 2500);
    touch(rig, RTC_METER_COVER, true);
    pass(rig, 200);
    touch(rig, RTC_METER_COVER, false);
    pass(rig, 5000);
    look(rig);
    look(rig);
    assert_log(rig, EVENT_LOG_TERMINAL_COVER, "44@2 45@2");
}

static void without_supply(void **state)
{
    struct rig *rig = *state;
    look(rig);
    pass(rig, 3600000);
    touch(rig, RTC_TERMINAL_COVER, true);
    pass(rig, 60000);
    touch(rig, RTC_TERMINAL_COVER, false);
    pass(rig, 3600000);
    touch(rig, RTC_METER_COVER, true);
    pass(rig, 1000);
    restart(rig);
    look(rig);
    assert_log(rig, EVENT_LOG_TERMINAL_COVER, "40@3600 41@3660 44@7260");
    pass(rig, 1000);
    restart(rig); /* what stays open is told once */
    look(rig);
    assert_log(rig, EVENT_LOG_TERMINAL_COVER, "40@3600 41@3660 44@7260");
    assert_int_equal(tamper_lasts_s(&rig->tamper, RTC_METER_COVER), 2);
}

/* One summary, with all of its count. */
static void several_times_unseen(void **state)
{
    struct rig *rig = *state;
    for (int i = 0; i < 5; i++) {
        pass(rig, 10000);
        touch(rig, RTC_STRONG_FIELD, true);
        pass(rig, 10000);
        touch(rig, RTC_STRONG_FIELD, false);
    }
    look(rig);
    assert_log(rig, EVENT_LOG_FRAUD, "42@10 43@100");
    assert_int_equal(rig->tamper.inputs[RTC_STRONG_FIELD].count, 5);
}

/* Closed and opened again between two looks: both are told. */
static void changed_hands_unseen(void **state)
{
    struct rig *rig = *state;
    touch(rig, RTC_TERMINAL_COVER, true);
    look(rig);
    pass(rig, 10000);
    touch(rig, RTC_TERMINAL_COVER, false);
    pass(rig, 7000);
    touch(rig, RTC_TERMINAL_COVER, true);
    pass(rig, 1000);
    look(rig);
    assert_log(rig, EVENT_LOG_TERMINAL_COVER, "40@0 41@10 40@17");
    assert_int_equal(rig->tamper.inputs[RTC_TERMINAL_COVER].count, 2);
    assert_int_equal(rig->tamper.inputs[RTC_TERMINAL_COVER].total_s, 10);
}

/* Nobody noticed when; but that it is open is seen. */
static void without_battery(void **state)
{
    struct rig *rig = *state;
    rig->chip.left = 0;
    touch(rig, RTC_TERMINAL_COVER, true);
    rtc_chip_exchange(&rig->chip, true);
    pass(rig, 5000);
    restart(rig);
    look(rig);
    assert_log(rig, EVENT_LOG_TERMINAL_COVER, "40@5");
    assert_int_equal(rig->tamper.inputs[RTC_TERMINAL_COVER].count, 1);
}

static void what_is_not_fitted_is_not_felt(void **state)
{
    struct rig *rig = *state;
    rig->tamper.fitted = 1 << RTC_METER_COVER;
    for (int input = 0; input < RTC_INPUTS; input++) {
        touch(rig, (enum rtc_input)input, true);
    }
    look(rig);
    assert_log(rig, EVENT_LOG_FRAUD, "44@0");
}

static void a_chip_without_inputs(void **state)
{
    struct rig *rig = *state;
    struct rtc_input_reading readings[RTC_INPUTS];
    rig->chip.broken = true;
    touch(rig, RTC_METER_COVER, true);
    assert_int_equal(rig->port.inputs(rig->port.context, readings), -1);
    look(rig);
    rig->port.inputs = NULL;
    look(rig);
    rig->tamper.rtc = NULL;
    look(rig);
    assert_log(rig, EVENT_LOG_FRAUD, "");
}

/* ---- the truth beside it ---- */

struct truth {
    bool there;
    uint32_t count;
    unsigned edges;
    struct {
        bool there;
        int64_t s;
    } edge[EDGES];
};

static void note(struct truth *truth, const struct rig *rig, bool there)
{
    if (truth->there != there && truth->edges < EDGES) {
        truth->edge[truth->edges].there = there;
        truth->edge[truth->edges].s = rig->chip.utc_ns / 1000000000;
        truth->edges++;
        truth->there = there;
        truth->count += there;
    }
}

static bool was_edge(const struct truth *truth, int64_t s)
{
    bool found = false;
    for (unsigned i = 0; i < truth->edges; i++) {
        found = found || truth->edge[i].s == s;
    }
    return found;
}

/* Entries alternate, each at an instant at which something happened; what is told now is true. */
static void assert_true_of(const struct rig *rig, const struct truth *truth)
{
    const struct tamper_input *input = &rig->tamper.inputs[RTC_METER_COVER];
    uint32_t entries = event_log_count(&rig->book, EVENT_LOG_TERMINAL_COVER);
    assert_int_equal(input->there, truth->there);
    assert_int_equal(input->count, truth->count);
    assert_int_equal(entries % 2, truth->there);
    for (uint32_t n = 1; n <= entries; n++) {
        struct event event = entry(rig, EVENT_LOG_TERMINAL_COVER, n);
        assert_int_equal(event.code,
                         n % 2 == 1 ? EVENT_METER_COVER_OPEN : EVENT_METER_COVER_CLOSED);
        assert_true(was_edge(truth, event.stamp.utc_s));
    }
}

static void random_hands(void **state)
{
    (void)state;
    static struct rig rig;
    for (uint64_t life = 1; life <= 40; life++) {
        struct truth truth = {.edges = 0};
        seed = life;
        open_rig(&rig);
        for (int i = 0; i < 200; i++) {
            pass(&rig, (int64_t)dice_up_to(&seed, 3000));
            bool there = dice_up_to(&seed, 1) == 0;
            note(&truth, &rig, there);
            touch(&rig, RTC_METER_COVER, there);
            if (dice_up_to(&seed, 2) == 0) {
                look(&rig);
                assert_true_of(&rig, &truth);
            }
            if (dice_up_to(&seed, 9) == 0) {
                restart(&rig);
            }
        }
        bed_close(&rig.bed);
    }
}

/* The supply goes while it is told: told again rather than not at all, and counted once. */
static void cut_at_each_operation(void **state)
{
    (void)state;
    static struct rig rig;
    bool cut = true;
    for (uint64_t operation = 1; cut; operation++) {
        open_rig(&rig);
        pass(&rig, 5000);
        touch(&rig, RTC_METER_COVER, true);
        const struct nor_tear tear = {.octets = 7, .spread = 90, .seed = operation};
        nor_plan_cut(&rig.bed.nor, operation, &tear);
        tamper_look(&rig.tamper);
        (void)tamper_keep(&rig.tamper);
        (void)event_step(&rig.book);
        cut = rig.bed.nor.dead;
        pass(&rig, 5000);
        restart(&rig);
        for (int i = 0; i < 5; i++) {
            look(&rig); /* a chip that was cut may have to make room first */
        }
        assert_in_range(event_log_count(&rig.book, EVENT_LOG_TERMINAL_COVER), 1, 2);
        for (uint32_t n = 1; n <= event_log_count(&rig.book, EVENT_LOG_TERMINAL_COVER); n++) {
            struct event event = entry(&rig, EVENT_LOG_TERMINAL_COVER, n);
            assert_int_equal(event.code, EVENT_METER_COVER_OPEN);
            assert_int_equal(event.stamp.utc_s, rig.begun_ms / 1000 + 5);
        }
        assert_int_equal(rig.tamper.inputs[RTC_METER_COVER].count, 1);
        assert_int_equal(rig.chip.inputs[RTC_METER_COVER].count, 0); /* and the chip forgot */
        bed_close(&rig.bed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(with_supply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_input, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shorter_than_a_look, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_supply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_times_unseen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changed_hands_unseen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_battery, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_fitted_is_not_felt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_chip_without_inputs, set_up, tear_down),
        cmocka_unit_test(random_hands),
        cmocka_unit_test(cut_at_each_operation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
