#include "test/meter/life.h"

#include "meter/waking.h"

#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

int64_t life_utc_ms(int year, unsigned month, unsigned day, int hour, int minute, int second)
{
    int64_t days = civil_days_from_date(year, month, day);
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

static void start(struct life *life, int64_t utc_ms)
{
    life->setup.utc_ms = utc_ms;
    assert_int_equal(meter_init(&life->meter, &life->setup), 0);
    while (meter_recover(&life->meter) > 0) {
        nor_advance(&life->nor, 1000);
    }
}

static struct legal_interval ordinary_second(const struct product *product)
{
    struct legal_interval second = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (unsigned phase = 0; phase < product->legal->config.phases; phase++) {
        second.phase[phase] = (struct legal_phase){
            .u_uv = 230000000,
            .i_na = 5000000000,
            .p_uw = 1150000000,
            .p1_uw = 1150000000,
            .alive = true,
        };
    }
    return second;
}

enum { GUARD = 0xC5 };

static void set_guards(struct life *life)
{
    memset(life->guard_before, GUARD, LIFE_GUARD);
    memset(life->guard_between, GUARD, LIFE_GUARD);
    memset(life->guard_behind, GUARD, LIFE_GUARD);
}

bool life_is_intact(const struct life *life)
{
    bool intact = true;
    for (int i = 0; i < LIFE_GUARD; i++) {
        intact = intact && life->guard_before[i] == GUARD && life->guard_between[i] == GUARD &&
                 life->guard_behind[i] == GUARD;
    }
    return intact;
}

struct life *life_begin(const char *product, int64_t utc_ms)
{
    struct life *life = calloc(1, sizeof *life);
    struct nor_config config = nor_config_default();
    char error[NOR_ERROR_SIZE];
    assert_non_null(life);
    set_guards(life);
    assert_int_equal(nor_open(&life->nor, &config, NULL, error, sizeof error), 0);
    life->flash = nor_port(&life->nor);
    life->setup = (struct meter_setup){.product = product_find(product),
                                       .reading_password = "password",
                                       .flash = &life->flash,
                                       .legal = &life->legal,
                                       .switches = life->switches,
                                       .switch_count = 2 * CALENDAR_SWITCHES};
    life->second = ordinary_second(life->setup.product);
    start(life, utc_ms);
    life_rest(life);
    return life;
}

void life_rest(struct life *life)
{
    bool busy = true;
    while (busy) {
        busy = storage_step(&life->meter.storage) > 0;
        busy = journal_step(&life->meter.part->keep.journal) > 0 || busy;
        nor_advance(&life->nor, 10000);
    }
}

void life_end(struct life *life)
{
    nor_close(&life->nor);
    free(life);
}

void life_run(struct life *life, int64_t seconds)
{
    for (int64_t i = 0; i < seconds; i++) {
        int64_t end_ms = life->meter.now_ms + 1000;
        legal_direct(life->meter.legal, &life->second, NULL);
        (void)meter_step(&life->meter, end_ms);
        nor_advance(&life->nor, 1000000);
    }
}

/* What the chip was doing is left half done. */
static void lose_supply(struct life *life)
{
    uint64_t operations = life->nor.counts.operations;
    const struct nor_tear tear = {.erased = (uint16_t)(operations * 7 % 1001), .seed = operations};
    if (!life->nor.dead) {
        nor_cut(&life->nor, NULL, &tear);
    }
}

void life_kill(struct life *life, int64_t seconds)
{
    int64_t utc_ms = life->meter.clock.utc_ms + seconds * 1000;
    lose_supply(life);
    nor_power_on(&life->nor);
    start(life, utc_ms);
}

void life_cut(struct life *life, int64_t seconds)
{
    assert_int_equal(meter_power_fail(&life->meter), 0);
    life_kill(life, seconds);
}

void life_darken(struct life *life, int64_t seconds)
{
    assert_int_equal(meter_power_fail(&life->meter), 0);
    lose_supply(life);
    nor_power_on(&life->nor);
    life->setup.utc_ms = life->meter.clock.utc_ms + seconds * 1000;
    assert_int_equal(meter_wake(&life->meter, &life->setup), 0);
    while (meter_wake_recover(&life->meter) > 0) {
        nor_advance(&life->nor, 1000);
    }
}

void life_dawn(struct life *life, int64_t seconds)
{
    life_kill(life, seconds);
}

void life_wait(struct life *life, int64_t seconds)
{
    for (int64_t i = 0; i < seconds; i++) {
        (void)meter_wake_step(&life->meter, life->meter.now_ms + 1000);
        nor_advance(&life->nor, 1000000);
    }
}
