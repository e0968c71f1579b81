/* Interruptions are counted once, wherever their counting is cut: at each operation of the chip
 * behind a start, and in random lives. */
#include "function/outage.h"
#include "test/dice.h"
#include "test/function/bed.h"
#include "test/unit.h"

#include <stdlib.h>

enum { LONG_S = 180, LIVES = 60, OUTAGES = 25, STEPS = 500, STEP_MS = 20 };

struct rig {
    struct bed bed;
    struct event_book book;
    struct outage outage;
    int64_t known_ms;
};

static uint64_t seed;

static struct nor_tear any_tear(void)
{
    return (struct nor_tear){.octets = (uint32_t)dice_up_to(&seed, 40),
                             .spread = (uint8_t)dice_up_to(&seed, 255),
                             .erased = (uint16_t)dice_up_to(&seed, 1000),
                             .seed = dice_up_to(&seed, UINT32_MAX)};
}

/* A start, and its first seconds; cut at the chip's n-th operation from where its storage is read.
 * 0: not. Whether that came to pass. */
static bool start(struct rig *rig, uint64_t operation)
{
    const struct nor_tear tear = any_tear();
    bed_restart(&rig->bed);
    if (operation > 0) {
        nor_plan_cut(&rig->bed.nor, operation, &tear);
    }
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    outage_init(&rig->outage, &rig->book, 3);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
    outage_recover(&rig->outage, &rig->bed.storage, BED_VALUE_ALARMS, rig->known_ms);
    event_record(&rig->book, EVENT_POWER_UP);
    for (int i = 0; i < STEPS && !rig->bed.nor.dead; i++) {
        clock_advance(&rig->bed.clock, STEP_MS);
        (void)outage_step(&rig->outage, 0);
        (void)event_step(&rig->book);
        (void)storage_step(&rig->bed.storage);
        nor_advance(&rig->bed.nor, 1000 * STEP_MS);
        rig->known_ms = rig->bed.clock.utc_ms;
    }
    return rig->bed.nor.dead;
}

/* The supply goes, with a warning or without one, for so long. */
static void go_away(struct rig *rig, bool warned, int64_t away_s)
{
    if (warned) {
        event_record(&rig->book, EVENT_POWER_DOWN);
        (void)event_step(&rig->book);
    }
    clock_advance(&rig->bed.clock, away_s * 1000);
}

static uint32_t failures_logged(const struct rig *rig)
{
    uint32_t count = 0;
    for (uint32_t n = 1; n <= event_log_count(&rig->book, EVENT_LOG_STANDARD); n++) {
        struct event event;
        assert_int_equal(event_log_read(&rig->book, EVENT_LOG_STANDARD, n, &event), STORAGE_DONE);
        count += event.code == EVENT_POWER_DOWN;
    }
    return count;
}

/* As many were counted as were logged, and each long one has its entry. */
static void assert_counted(const struct rig *rig)
{
    const struct outage *outage = &rig->outage;
    uint32_t logged = failures_logged(rig);
    assert_int_equal(outage->shorts[OUTAGE_ALL] + outage->longs[OUTAGE_ALL], logged);
    assert_int_equal(outage->shorts[OUTAGE_ANY], outage->shorts[OUTAGE_ALL]);
    assert_int_equal(outage->longs[OUTAGE_ANY], outage->longs[OUTAGE_ALL]);
    assert_int_equal(event_log_count(&rig->book, EVENT_LOG_INTERRUPTION),
                     outage->longs[OUTAGE_ALL]);
}

static void set_up(struct rig *rig)
{
    *rig = (struct rig){.known_ms = 0};
    bed_open(&rig->bed);
    assert_false(start(rig, 0));
}

/* One cut in each operation of the start behind an interruption; then a start that comes through.
 */
static void at_each_operation(bool warned, int64_t away_s)
{
    static struct rig rig;
    bool cut = true;
    unsigned cuts = 0;
    for (uint64_t operation = 1; cut; operation++) {
        set_up(&rig);
        go_away(&rig, warned, away_s);
        cut = start(&rig, operation);
        cuts += cut;
        clock_advance(&rig.bed.clock, 50000);
        assert_false(start(&rig, 0));
        assert_counted(&rig);
        assert_in_range(failures_logged(&rig), 1, 2);
        bed_close(&rig.bed);
    }
    assert_in_range(cuts, 4, 1000); /* entries, counts: something was there to be cut */
}

static void a_start_is_cut(void **state)
{
    (void)state;
    for (seed = 1; seed < 20; seed++) {
        uint64_t was = seed;
        at_each_operation(true, 10);
        at_each_operation(true, 1000);
        at_each_operation(false, 10);
        at_each_operation(false, 1000);
        seed = was;
    }
}

/* Interruptions one behind the other, each start cut at any operation, several times. */
static void random_lives(void **state)
{
    (void)state;
    static struct rig rig;
    for (uint64_t life = 1; life <= LIVES; life++) {
        seed = life;
        set_up(&rig);
        for (int i = 0; i < OUTAGES; i++) {
            go_away(&rig, dice_up_to(&seed, 1) == 0, (int64_t)dice_up_to(&seed, 2 * LONG_S));
            while (dice_up_to(&seed, 2) != 0 && start(&rig, 1 + dice_up_to(&seed, 12))) {
                clock_advance(&rig.bed.clock, (int64_t)dice_up_to(&seed, LONG_S) * 1000);
            }
            assert_false(start(&rig, 0));
            assert_counted(&rig);
            assert_in_range(failures_logged(&rig), i + 1, 100 * OUTAGES);
        }
        bed_close(&rig.bed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_is_cut),
        cmocka_unit_test(random_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
