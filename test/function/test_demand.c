/* Maximum demand against a plain model that keeps the energy of every minute. */
#include "function/demand.h"
#include "test/unit.h"
#include "world/nor/dice.h"

#include <string.h>

enum { MINUTE_S = 60, MINUTES_MOST = 3000 };

static const struct legal_config config = {
    .phases = 1,
    .nominal_hz = 50,
    .sum = LEGAL_SUM_VECTOR,
    .u_nominal_mv = 230000,
    .u_full_scale_mv = 600000,
    .i_full_scale_ma = 170000,
    .i_start_ua = 20000,
    .pulses_per_kwh = 1000,
    .pulses_per_kvarh = 1000,
};
static const struct legal_calibration ideal;
static const struct civil_zone zone = {.offset_min = 60};
static const struct demand_plan plan = {
    .energy = {{QUANTITY_A_IMPORT, 0, 0},
               {QUANTITY_A_EXPORT, 0, 0},
               {QUANTITY_R_IMPORT, 0, 0},
               {QUANTITY_R_EXPORT, 0, 0},
               {QUANTITY_VAH_IMPORT, 0, 0},
               {QUANTITY_VAH_EXPORT, 0, 0}},
    .period_s = 900,
    .periods = 1,
    .lock_s = 900,
};

struct bed {
    struct legal legal;
    struct quantity_source source;
    struct clock clock;
    struct demand demand;
    int64_t minute_w[MINUTES_MOST]; /* the model: signed power of each minute since the beginning */
    uint8_t minute_rate[MINUTES_MOST];
    int minutes;
};

static struct bed bed;

/* 2026-11-21T12:00:00+01:00: the beginning of a period, whichever it is. */
static int64_t begin_s(void)
{
    return civil_days_from_date(2026, 11, 21) * 86400 + 11 * 3600;
}

static int set_up(void **state)
{
    (void)state;
    memset(&bed, 0, sizeof bed);
    legal_init(&bed.legal, &config, &ideal);
    bed.source.legal = &bed.legal;
    clock_init(&bed.clock, &zone);
    clock_start(&bed.clock, begin_s() * 1000);
    demand_init(&bed.demand, &plan, &bed.source, &bed.clock);
    return 0;
}

static void live_minute(int64_t power_w, int64_t reactive_var, uint8_t rate)
{
    struct legal_interval minute = {
        .frames = MINUTE_S * LEGAL_FRAME_HZ,
        .f_uhz = 50000000,
        .phase = {{.u_uv = 230000000,
                   .i_na = 50000000000,
                   .p_uw = power_w * 1000000,
                   .q1_uvar = reactive_var * 1000000}},
    };
    legal_direct(&bed.legal, &minute, NULL);
    bed.minute_w[bed.minutes] = power_w;
    bed.minute_rate[bed.minutes++] = rate;
    clock_advance(&bed.clock, MINUTE_S * 1000);
    (void)demand_step(&bed.demand, rate);
}

static void live(int minutes, int64_t power_w)
{
    for (int i = 0; i < minutes; i++) {
        live_minute(power_w, 0, 1);
    }
}

static int64_t w_of(int64_t uw)
{
    return (uw + 500000) / 1000000;
}

static void a_block_is_the_mean_of_its_time(void **state)
{
    (void)state;
    live(5, 3000);
    assert_int_equal(w_of(demand_current_uw(&bed.demand, 0)), 1000); /* divided by all of it */
    live(9, 6000);
    assert_int_equal(bed.demand.channels[0].last.uw, 0);
    live(1, 6000);
    assert_int_equal(w_of(bed.demand.channels[0].last.uw), 5000);
    assert_int_equal(bed.demand.channels[0].last.stamp.utc_s, begin_s() + 900);
    assert_int_equal(w_of(bed.demand.channels[0].max[0].uw), 5000);
    assert_int_equal(w_of(bed.demand.channels[0].max[1].uw), 5000);
    assert_int_equal(bed.demand.channels[0].max[2].uw, 0);
    assert_int_equal(bed.demand.channels[1].last.uw, 0);
    live(15, 4000);
    assert_int_equal(w_of(bed.demand.channels[0].last.uw), 4000);
    assert_true(bed.demand.channels[0].last_whole);
    assert_int_equal(w_of(bed.demand.channels[0].max[0].uw), 5000);
    assert_int_equal(bed.demand.channels[0].max[0].stamp.utc_s, begin_s() + 900);
}

static void each_direction_has_its_own(void **state)
{
    (void)state;
    static const struct {
        int64_t w;
        int64_t var;
        int channel;
    } rows[] = {{2000, 0, 0}, {-3000, 0, 1}, {0, 700, 2}, {0, -800, 3}};
    for (int row = 0; row < 4; row++) {
        for (int i = 0; i < 15; i++) {
            live_minute(rows[row].w, rows[row].var, 2);
        }
        int64_t right = rows[row].w + rows[row].var;
        right = right < 0 ? -right : right;
        for (int channel = 0; channel < 4; channel++) {
            int64_t found = w_of(bed.demand.channels[channel].last.uw);
            assert_int_equal(found, channel == rows[row].channel ? right : 0);
        }
        /* apparent power has the direction of the active one; without one, of import */
        enum { VA = 230 * 50 };
        bool exports = rows[row].w < 0;
        assert_int_equal(w_of(bed.demand.channels[4].last.uw), exports ? 0 : VA);
        assert_int_equal(w_of(bed.demand.channels[5].last.uw), exports ? VA : 0);
    }
    assert_int_equal(w_of(bed.demand.channels[3].max[2].uw), 800);
}

/* The model: the mean over the window's minutes, and the highest of them of each rate. */
static int64_t mean_w(int end, int minutes)
{
    int64_t sum = 0;
    for (int i = end - minutes; i < end; i++) {
        sum += i >= 0 && bed.minute_w[i] > 0 ? bed.minute_w[i] : 0;
    }
    return sum / minutes;
}

static void assert_like_the_model(uint32_t period_s, unsigned periods)
{
    int64_t highest[1 + DEMAND_RATES] = {0};
    int period = (int)period_s / MINUTE_S;
    int window = period * (int)periods;
    for (int end = period; end <= bed.minutes; end += period) {
        int64_t mean = mean_w(end, window);
        uint8_t rate = bed.minute_rate[end - 1];
        highest[0] = mean > highest[0] ? mean : highest[0];
        highest[rate] = mean > highest[rate] ? mean : highest[rate];
    }
    for (int rate = 0; rate <= DEMAND_RATES; rate++) {
        int64_t found = bed.demand.channels[0].max[rate].uw / 1000000;
        if (found - highest[rate] > 1 || highest[rate] - found > 1) {
            fail_msg("%u x %u s, rate %d: %lld W, the model %lld W", periods, period_s, rate,
                     (long long)found, (long long)highest[rate]);
        }
    }
    int last = bed.minutes - bed.minutes % period;
    int64_t found = bed.demand.channels[0].last.uw / 1000000;
    int64_t right = mean_w(last, window);
    assert_true(found - right <= 1 && right - found <= 1);
}

static void blocks_and_sliding_windows_of_every_length(void **state)
{
    static const struct {
        uint32_t period_s;
        uint8_t periods;
    } windows[] = {{300, 1}, {600, 1}, {900, 1}, {1800, 1}, {3600, 1},  {60, 15},  {300, 3},
                   {60, 5},  {900, 4}, {600, 6}, {120, 1},  {43200, 1}, {1800, 2}, {3600, 15}};
    uint64_t dice = 7;
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        (void)set_up(state);
        demand_set(&bed.demand, 0, windows[i].period_s, windows[i].periods);
        int64_t power_w = 0;
        uint8_t rate = 1;
        for (int minute = 0; minute < 2880; minute++) {
            if (dice_below(&dice, 7) == 0) {
                power_w = (int64_t)dice_below(&dice, 20000) - 4000;
            }
            if (minute % 30 == 0) {
                rate = (uint8_t)(1 + dice_below(&dice, DEMAND_RATES));
            }
            live_minute(power_w, 0, rate);
        }
        assert_like_the_model(windows[i].period_s, windows[i].periods);
    }
}

/* A period that ends as the rate changes is the old rate's: who steps tells the rate before. */
static void a_rate_has_what_ended_under_it(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++) {
        live_minute(i < 15 ? 9000 : 4000, 0, i < 15 ? 3 : 5);
    }
    assert_int_equal(w_of(bed.demand.channels[0].max[3].uw), 9000);
    assert_int_equal(w_of(bed.demand.channels[0].max[5].uw), 4000);
    assert_int_equal(w_of(bed.demand.channels[0].max[0].uw), 9000);
}

static void resets_add_up_and_are_locked(void **state)
{
    (void)state;
    live(15, 5000);
    assert_int_equal(demand_reset(&bed.demand, false), 0);
    assert_int_equal(bed.demand.channels[0].max[0].uw, 0);
    assert_int_equal(bed.demand.channels[0].max[0].stamp.utc_s, 0);
    assert_int_equal(w_of(bed.demand.channels[0].cumulative_uw[0]), 5000);
    assert_int_equal(w_of(bed.demand.channels[0].cumulative_uw[1]), 5000);
    live(14, 7000);
    assert_int_equal(demand_reset(&bed.demand, false), -1); /* 14 minutes: locked */
    live(1, 7000);
    assert_int_equal(demand_reset(&bed.demand, false), 0);
    assert_int_equal(w_of(bed.demand.channels[0].cumulative_uw[0]), 12000);
    assert_int_equal(demand_reset(&bed.demand, true), 0); /* by the period: never locked */
    assert_int_equal(w_of(bed.demand.channels[0].cumulative_uw[0]), 12000);
    clock_set(&bed.clock, (begin_s() - 86400) * 1000); /* set back: not locked for a day */
    assert_int_equal(demand_reset(&bed.demand, false), 0);
}

/* Where the clock jumps the window begins anew, and shows less than was. */
static void a_jump_of_the_clock_begins_anew(void **state)
{
    (void)state;
    live(10, 6000);
    clock_set(&bed.clock, (begin_s() + 3600 + 300) * 1000);
    (void)demand_step(&bed.demand, 1);
    live(5, 6000);
    assert_int_equal(bed.demand.channels[0].last.uw, 0);
    live(5, 6000);
    assert_int_equal(w_of(bed.demand.channels[0].last.uw), 4000);
    assert_false(bed.demand.channels[0].last_whole);
    clock_set(&bed.clock, (begin_s() - 86400 + 120) * 1000);
    live(13, 6000);
    assert_int_equal(bed.demand.channels[0].last.stamp.utc_s, begin_s() - 86400 + 900);
    assert_true(w_of(bed.demand.channels[0].max[0].uw) <= 6000);
}

static void next_period_ends_early(void **state)
{
    (void)state;
    live(5, 6000);
    demand_next_period(&bed.demand, 0, 2);
    assert_int_equal(w_of(bed.demand.channels[0].last.uw), 6000);
    assert_int_equal(w_of(bed.demand.channels[0].max[2].uw), 6000);
    live(10, 3000);
    assert_int_equal(w_of(bed.demand.channels[0].last.uw), 2000);
    assert_false(bed.demand.channels[0].last_whole);
    demand_reset_max(&bed.demand, 0, 2);
    assert_int_equal(bed.demand.channels[0].max[2].uw, 0);
    demand_reset_channel(&bed.demand, 0);
    assert_int_equal(bed.demand.channels[0].last.uw, 0);
}

static void settings_divide_the_day(void **state)
{
    (void)state;
    static const uint32_t good[] = {60, 300, 600, 900, 1800, 3600, 7200, 86400};
    static const uint32_t bad[] = {0, 1, 30, 59, 61, 70, 1000, 7000, 86401, 172800, UINT32_MAX};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(demand_settings_possible(good[i], 1));
        assert_true(demand_settings_possible(good[i], 15));
        assert_false(demand_settings_possible(good[i], 0));
        assert_false(demand_settings_possible(good[i], 16));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(demand_settings_possible(bad[i], 1));
    }
}

/* ---- what outlives the supply ---- */

static void keep_and_come_back(int64_t outage_s)
{
    static uint8_t octets[DEMAND_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    demand_write(&bed.demand, &w);
    assert_false(writer_overflow(&w));
    struct reader r = reader_over(octets, writer_kept(&w));
    clock_advance(&bed.clock, outage_s * 1000);
    demand_init(&bed.demand, &plan, &bed.source, &bed.clock);
    assert_int_equal(demand_read(&bed.demand, DEMAND_VERSION, &r), 0);
    demand_recover(&bed.demand);
    (void)demand_step(&bed.demand, 1);
}

static void a_short_cut_is_within_the_window(void **state)
{
    (void)state;
    live(5, 6000);
    keep_and_come_back(300);
    live(5, 6000);
    assert_int_equal(w_of(bed.demand.channels[0].last.uw), 4000);
    assert_int_equal(bed.demand.channels[0].last.stamp.utc_s, begin_s() + 900);
}

static void a_long_cut_ends_the_window(void **state)
{
    (void)state;
    live(5, 6000);
    keep_and_come_back(40 * 86400);
    assert_int_equal(w_of(bed.demand.channels[0].max[0].uw), 2000);
    assert_int_equal(bed.demand.channels[0].max[0].stamp.utc_s, begin_s() + 900);
    live(20, 6000);
    assert_int_equal(w_of(bed.demand.channels[0].last.uw), 4000); /* the period it came back in */
}

static void kept_octets_are_checked(void **state)
{
    (void)state;
    uint8_t octets[DEMAND_ROOM];
    for (unsigned channel = 0; channel < DEMAND_CHANNELS; channel++) {
        demand_set(&bed.demand, channel, 60, 15); /* the longest windows */
    }
    live(30, 3000);
    struct writer w = writer_over(octets, sizeof octets);
    demand_write(&bed.demand, &w);
    size_t size = writer_kept(&w);
    assert_false(writer_overflow(&w));
    struct demand before = bed.demand;
    for (size_t cut = 0; cut < size; cut++) {
        struct reader r = reader_over(octets, cut);
        assert_int_equal(demand_read(&bed.demand, DEMAND_VERSION, &r), -1);
    }
    octets[12] = 16; /* periods of the first window */
    struct reader r = reader_over(octets, size);
    assert_int_equal(demand_read(&bed.demand, DEMAND_VERSION, &r), -1);
    assert_int_equal(bed.demand.channels[2].periods, before.channels[2].periods);
    assert_int_equal(bed.demand.channels[0].max[0].uw, before.channels[0].max[0].uw);
}

/* As the version before had it, whole words throughout. */
static void write_wide_max(struct writer *w, const struct demand_max *max)
{
    writer_u64(w, (uint64_t)max->uw);
    writer_u32(w, max->stamp.utc_s);
    writer_u16(w, (uint16_t)max->stamp.offset_min);
    writer_u8(w, max->stamp.clock_status);
}

static void write_wide_channel(struct writer *w, const struct demand_channel *c)
{
    writer_u32(w, c->period_s);
    writer_u8(w, c->periods);
    for (unsigned rate = 0; rate <= DEMAND_RATES; rate++) {
        write_wide_max(w, &c->max[rate]);
        writer_u64(w, (uint64_t)c->cumulative_uw[rate]);
    }
    writer_u64(w, (uint64_t)c->end_s);
    writer_u8(w, c->whole);
    writer_u8(w, c->last_whole);
    writer_u32(w, c->start.utc_s);
    writer_u16(w, (uint16_t)c->start.offset_min);
    writer_u8(w, c->start.clock_status);
    write_wide_max(w, &c->last);
    writer_u8(w, c->begun);
    for (unsigned i = 0; i < c->begun; i++) {
        writer_u64(w, (uint64_t)c->start_uwh[i]);
    }
}

static void the_version_before_is_read(void **state)
{
    (void)state;
    static uint8_t octets[4096], again[DEMAND_ROOM], as_before[DEMAND_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    struct writer before = writer_over(as_before, sizeof as_before);
    struct writer after = writer_over(again, sizeof again);
    demand_set(&bed.demand, 0, 60, 15);
    demand_set(&bed.demand, 3, 300, 3);
    live(30, 3000);
    assert_int_equal(demand_reset(&bed.demand, true), 0);
    live(31, 4000);
    writer_u64(&w, (uint64_t)bed.demand.locked_until_ms);
    for (unsigned channel = 0; channel < DEMAND_CHANNELS; channel++) {
        write_wide_channel(&w, &bed.demand.channels[channel]);
    }
    demand_write(&bed.demand, &before);
    demand_init(&bed.demand, &plan, &bed.source, &bed.clock);
    struct reader r = reader_over(octets, writer_kept(&w));
    assert_int_equal(demand_read(&bed.demand, 2, &r), -1);
    assert_int_equal(demand_read(&bed.demand, DEMAND_VERSION, &r), -1);
    assert_int_equal(demand_read(&bed.demand, DEMAND_VERSION_WIDE, &r), 0);
    demand_write(&bed.demand, &after);
    assert_int_equal(writer_kept(&after), writer_kept(&before));
    assert_memory_equal(again, as_before, writer_kept(&before));
}

static void keep_and_read_back(void)
{
    static uint8_t octets[DEMAND_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    demand_write(&bed.demand, &w);
    struct reader r = reader_over(octets, writer_kept(&w));
    assert_int_equal(demand_read(&bed.demand, DEMAND_VERSION, &r), 0);
}

/* Registers roll over within the window. */
static void starts_go_round_with_the_register(void **state)
{
    (void)state;
    const int64_t end_uwh = LEGAL_ENERGY_END_UWS / 3600;
    struct demand_channel *c = &bed.demand.channels[1];
    demand_set(&bed.demand, 1, 60, 4);
    live(4, 0);
    const int64_t starts[] = {5000000, 0, end_uwh - 1, end_uwh - 7000000};
    memcpy(c->start_uwh, starts, sizeof starts);
    keep_and_read_back();
    assert_int_equal(c->begun, 4);
    assert_memory_equal(c->start_uwh, starts, sizeof starts);
}

/* The ledger began anew, or another one came: the window begins where energies are of one kind. */
static void energies_that_jumped_shorten_the_window(void **state)
{
    (void)state;
    struct demand_channel *c = &bed.demand.channels[1];
    demand_set(&bed.demand, 1, 60, 4);
    live(4, 0);
    const int64_t starts[] = {300, 200, INT64_C(1) << 48, 100};
    memcpy(c->start_uwh, starts, sizeof starts);
    keep_and_read_back();
    assert_int_equal(c->begun, 2);
    assert_memory_equal(c->start_uwh, starts, 2 * sizeof starts[0]);
    c->max[0].uw = INT64_MAX;
    keep_and_read_back();
    assert_int_equal(c->max[0].uw, (INT64_C(1) << 56) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_block_is_the_mean_of_its_time, set_up),
        cmocka_unit_test_setup(each_direction_has_its_own, set_up),
        cmocka_unit_test_setup(blocks_and_sliding_windows_of_every_length, set_up),
        cmocka_unit_test_setup(a_rate_has_what_ended_under_it, set_up),
        cmocka_unit_test_setup(resets_add_up_and_are_locked, set_up),
        cmocka_unit_test_setup(a_jump_of_the_clock_begins_anew, set_up),
        cmocka_unit_test_setup(next_period_ends_early, set_up),
        cmocka_unit_test_setup(settings_divide_the_day, set_up),
        cmocka_unit_test_setup(a_short_cut_is_within_the_window, set_up),
        cmocka_unit_test_setup(a_long_cut_ends_the_window, set_up),
        cmocka_unit_test_setup(kept_octets_are_checked, set_up),
        cmocka_unit_test_setup(the_version_before_is_read, set_up),
        cmocka_unit_test_setup(starts_go_round_with_the_register, set_up),
        cmocka_unit_test_setup(energies_that_jumped_shorten_the_window, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
