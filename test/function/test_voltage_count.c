/* Sags and swells are counted once: random voltages beside a plain model, and power cuts at each
 * operation of the chip. */
#include "function/voltage_count.h"
#include "test/dice.h"
#include "test/function/bed.h"
#include "test/unit.h"

enum { AFTER_S = 10, MISSING_AFTER_S = 3, ROUNDS = 8, PIECES = 60, SEEDS = 20 };

static const struct voltage_plan plan = {
    .under_permille = 900,
    .over_permille = 1100,
    .missing_permille = 500,
    .hysteresis_permille = 20,
    .after_s = AFTER_S,
    .missing_after_s = MISSING_AFTER_S,
};

struct rig {
    struct bed bed;
    struct event_book book;
    struct voltage voltage;
    struct voltage_count count;
    int64_t now_ms;
};

static uint64_t seed;

/* The supply comes back; the chip's n-th operation from there on is torn, 0: none. */
static void start(struct rig *rig, uint64_t operation)
{
    const struct nor_tear tear = {.octets = (uint32_t)dice_up_to(&seed, 40),
                                  .spread = (uint8_t)dice_up_to(&seed, 255),
                                  .erased = (uint16_t)dice_up_to(&seed, 1000),
                                  .seed = dice_up_to(&seed, UINT32_MAX)};
    uint8_t logged[VOLTAGE_PHASES];
    bed_restart(&rig->bed);
    if (operation > 0) {
        nor_plan_cut(&rig->bed.nor, operation, &tear);
    }
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    voltage_init(&rig->voltage, &plan, &rig->book, 230000, VOLTAGE_PHASES);
    voltage_count_init(&rig->count, &rig->book, VOLTAGE_PHASES);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
    voltage_count_recover(&rig->count, &rig->bed.storage, BED_VALUE_ALARMS);
    for (int phase = 0; phase < VOLTAGE_PHASES; phase++) {
        logged[phase] = rig->count.phase[phase].logged;
    }
    voltage_recover(&rig->voltage, logged);
}

static void open(struct rig *rig)
{
    *rig = (struct rig){.now_ms = 0};
    bed_open(&rig->bed);
    start(rig, 0);
}

static void second(struct rig *rig, const uint32_t u_mv[])
{
    rig->now_ms += 1000;
    clock_advance(&rig->bed.clock, 1000);
    voltage_step(&rig->voltage, u_mv, rig->now_ms);
    (void)event_step(&rig->book);
    (void)voltage_count_step(&rig->count);
    for (int i = 0; i < 50 && !rig->bed.nor.dead; i++) {
        (void)storage_step(&rig->bed.storage);
        nor_advance(&rig->bed.nor, 20000);
    }
}

/* ---- A plain model ---- */

/* All voltages of a phase second by second, without hysteresis: the pieces keep clear of it. */
struct model {
    enum voltage_state told;
    enum voltage_state seen;
    int lasted_s;
    unsigned sags;
    unsigned swells;
};

static const uint32_t levels_mv[] = {
    [VOLTAGE_NORMAL] = 230000,
    [VOLTAGE_UNDER] = 180000,
    [VOLTAGE_OVER] = 260000,
    [VOLTAGE_MISSING] = 10000,
};

static void model_second(struct model *model, enum voltage_state now)
{
    model->lasted_s = now == model->seen ? model->lasted_s + 1 : 0;
    model->seen = now;
    if (now != model->told &&
        model->lasted_s >= (now == VOLTAGE_MISSING ? MISSING_AFTER_S : AFTER_S)) {
        model->told = now;
        model->sags += now == VOLTAGE_UNDER;
        model->swells += now == VOLTAGE_OVER;
    }
}

static void assert_as_model(const struct rig *rig, const struct model models[])
{
    for (int phase = 0; phase < VOLTAGE_PHASES; phase++) {
        assert_int_equal(rig->count.phase[phase].sags, models[phase].sags);
        assert_int_equal(rig->count.phase[phase].swells, models[phase].swells);
    }
}

/* Each phase changes when it likes; now and then the meter begins anew, which makes what is not
 * told yet last anew. */
static unsigned live(struct rig *rig)
{
    struct model models[VOLTAGE_PHASES] = {{.told = VOLTAGE_NORMAL}};
    uint8_t states[VOLTAGE_PHASES] = {0};
    for (int s = 0; s < PIECES * AFTER_S; s++) {
        uint32_t u_mv[VOLTAGE_PHASES];
        for (int phase = 0; phase < VOLTAGE_PHASES; phase++) {
            states[phase] =
                dice_up_to(&seed, AFTER_S) == 0 ? (uint8_t)dice_up_to(&seed, 3) : states[phase];
            u_mv[phase] = levels_mv[states[phase]];
            model_second(&models[phase], (enum voltage_state)states[phase]);
        }
        second(rig, u_mv);
        assert_as_model(rig, models);
        if (dice_up_to(&seed, 100) == 0) {
            start(rig, 0);
            for (int phase = 0; phase < VOLTAGE_PHASES; phase++) {
                models[phase].seen = models[phase].told;
            }
            assert_as_model(rig, models);
        }
    }
    return models[0].sags + models[0].swells;
}

static void random_voltages_are_counted_as_by_a_model(void **state)
{
    (void)state;
    static struct rig rig;
    for (uint64_t life = 1; life <= SEEDS; life++) {
        seed = life;
        open(&rig);
        assert_in_range(live(&rig), 3, PIECES);
        bed_close(&rig.bed);
    }
}

/* ---- Power cuts ---- */

/* L2 has this for so long, cut or not; where it is cut, the meter starts again and goes on. */
static bool hold(struct rig *rig, enum voltage_state state, int seconds)
{
    const uint32_t u_mv[] = {230000, levels_mv[state], 230000};
    bool cut = false;
    for (int s = 0; s < seconds; s++) {
        second(rig, u_mv);
        if (rig->bed.nor.dead) {
            cut = true;
            start(rig, 0);
        }
    }
    return cut;
}

static uint32_t logged(const struct rig *rig, enum event_code code)
{
    uint32_t count = 0;
    for (uint32_t n = 1; n <= event_log_count(&rig->book, EVENT_LOG_QUALITY); n++) {
        struct event event;
        count += event_log_read(&rig->book, EVENT_LOG_QUALITY, n, &event) == STORAGE_DONE &&
                 event.code == code;
    }
    return count;
}

/* One that stays for two of its times has begun once, and is in the log once. */
static void assert_once(const struct rig *rig, unsigned sags, unsigned swells)
{
    assert_int_equal(rig->count.phase[1].sags, sags);
    assert_int_equal(rig->count.phase[1].swells, swells);
    assert_int_equal(logged(rig, EVENT_UNDERVOLTAGE_L1 + 1), sags);
    assert_int_equal(logged(rig, EVENT_OVERVOLTAGE_L1 + 1), swells);
}

/* Sag, order, swell, order, sag: the first of these operations, then the second .. is torn. */
static void each_is_counted_once_wherever_it_is_cut(void **state)
{
    (void)state;
    static struct rig rig;
    for (uint64_t life = 1; life <= SEEDS; life++) {
        bool cut = true;
        unsigned cuts = 0;
        for (uint64_t operation = 1; cut; operation++) {
            seed = life;
            open(&rig);
            start(&rig, operation);
            cut = hold(&rig, VOLTAGE_UNDER, 3 * AFTER_S);
            cut = hold(&rig, VOLTAGE_NORMAL, 3 * AFTER_S) || cut;
            cut = hold(&rig, VOLTAGE_OVER, 3 * AFTER_S) || cut;
            cut = hold(&rig, VOLTAGE_NORMAL, 3 * AFTER_S) || cut;
            cut = hold(&rig, VOLTAGE_UNDER, 3 * AFTER_S) || cut;
            cuts += cut;
            assert_once(&rig, 2, 1);
            bed_close(&rig.bed);
        }
        assert_in_range(cuts, 10, 1000); /* five entries, as many counts and causes */
    }
}

/* The voltage is in order again by the time a cut meter starts: the next sag is one all the same.
 */
static void a_cut_at_the_end_does_not_hide_the_next(void **state)
{
    (void)state;
    static struct rig rig;
    const uint32_t low_mv[] = {230000, levels_mv[VOLTAGE_UNDER], 230000};
    for (uint64_t operation = 1; operation < 12; operation++) {
        seed = operation;
        open(&rig);
        start(&rig, operation);
        for (int s = 0; s < 2 * AFTER_S && !rig.bed.nor.dead; s++) {
            second(&rig, low_mv);
        }
        start(&rig, 0);
        uint32_t told = logged(&rig, EVENT_UNDERVOLTAGE_L1 + 1);
        assert_in_range(told, 0, 1);
        for (int round = 1; round <= ROUNDS; round++) {
            (void)hold(&rig, VOLTAGE_NORMAL, 2 * AFTER_S);
            (void)hold(&rig, VOLTAGE_UNDER, 2 * AFTER_S);
            assert_once(&rig, told + (unsigned)round, 0);
        }
        bed_close(&rig.bed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_voltages_are_counted_as_by_a_model),
        cmocka_unit_test(each_is_counted_once_wherever_it_is_cut),
        cmocka_unit_test(a_cut_at_the_end_does_not_hide_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
