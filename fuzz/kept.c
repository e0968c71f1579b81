/* Any octets as what flash kept of tariff, demand, billing and schedules: refused, or they are
 * written again as they were read, and the functions live by them. */
#include "function/billing.h"
#include "function/compact.h"
#include "function/demand.h"
#include "function/increment.h"
#include "function/mask.h"
#include "function/schedule.h"
#include "function/single_action.h"
#include "function/tariff.h"
#include "test/function/object_book.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 16 * 1024, DAY_MS = 86400000 };

static const struct calendar_limits limits = {12, 12, 30, 11, 30, 8, 0};
static const struct civil_zone zone = {.offset_min = 60,
                                       .dst_min = 60,
                                       .dst_begin = {3, 5, 7, 120, 0, 0},
                                       .dst_end = {10, 5, 7, 180, 0, 0}};
static const struct demand_plan plan = {.energy = {{QUANTITY_A_IMPORT, 0, 0},
                                                   {QUANTITY_A_EXPORT, 0, 0},
                                                   {QUANTITY_R_IMPORT, 0, 0},
                                                   {QUANTITY_R_EXPORT, 0, 0},
                                                   {QUANTITY_VAH_IMPORT, 0, 0},
                                                   {QUANTITY_VAH_EXPORT, 0, 0}},
                                        .period_s = 900,
                                        .periods = 1,
                                        .lock_s = 900};
static const struct legal_config config = {
    .phases = 1,
    .nominal_hz = 50,
    .u_nominal_mv = 230000,
    .u_full_scale_mv = 600000,
    .i_full_scale_ma = 170000,
    .i_start_ua = 20000,
    .pulses_per_kwh = 1000,
    .pulses_per_kvarh = 1000,
};

static uint8_t octets[ROOM];

static void check(bool right)
{
    if (!right) {
        abort();
    }
}

static void same(const struct writer *w, const uint8_t *data, size_t size)
{
    check(writer_kept(w) == size && memcmp(octets, data, size) == 0);
}

static void try_tariff(const uint8_t *data, size_t size, struct clock *clock)
{
    static struct tariff tariff;
    struct reader r = reader_over(data, size);
    static struct calendar_switch switches[2 * CALENDAR_SWITCHES];
    tariff_init(&tariff, &limits, switches, 2 * CALENDAR_SWITCHES);
    if (tariff_read(&tariff, &r) != 0) {
        return;
    }
    struct writer w = writer_over(octets, sizeof octets);
    tariff_write(&tariff, &w);
    same(&w, data, size);
    for (int step = 0; step < 40; step++) {
        int64_t wait_ms = tariff_step(&tariff, clock);
        check(wait_ms > 0 && tariff.rates[TARIFF_ENERGY] >= 1 && tariff.rates[TARIFF_ENERGY] <= 8);
        clock_advance(clock, wait_ms < DAY_MS ? wait_ms : DAY_MS);
    }
}

static void try_demand(const uint8_t *data, size_t size, uint8_t version, struct clock *clock)
{
    static const struct legal_calibration ideal;
    static struct legal legal;
    static struct demand demand;
    const struct quantity_source source = {.legal = &legal};
    struct reader r = reader_over(data, size);
    legal_init(&legal, &config, &ideal);
    demand_init(&demand, &plan, &source, clock);
    if (demand_read(&demand, version, &r) == 0) {
        demand_recover(&demand);
        for (int step = 0; step < 20; step++) {
            clock_advance(clock, 60000);
            check(demand_step(&demand, 1) > 0);
        }
    }
}

static void try_increment(const uint8_t *data, size_t size)
{
    static const struct legal_calibration ideal;
    static struct legal legal;
    static struct profile profile;
    const struct quantity_source source = {.legal = &legal};
    struct increment increment;
    struct reader r = reader_over(data, size);
    legal_init(&legal, &config, &ideal);
    increment_init(&increment, &profile, &source);
    if (increment_read(&increment, &r) != 0) {
        return;
    }
    struct writer w = writer_over(octets, sizeof octets);
    increment_write(&increment, &w);
    same(&w, data, size);
    for (int kind = 0; kind < QUANTITY_KINDS; kind++) {
        int32_t value;
        bool known = increment_value(&increment, (enum quantity_kind)kind, &value) == 0;
        check(!known || kind == QUANTITY_A_NET || value >= 0);
    }
}

static void try_schedule(const uint8_t *data, size_t size, struct clock *clock)
{
    static const struct single_action_plan never = {.type = SINGLE_ACTION_ONE};
    struct single_action action;
    struct reader r = reader_over(data, size);
    single_action_init(&action, &never, clock);
    if (single_action_read(&action, &r) != 0) {
        return;
    }
    struct writer w = writer_over(octets, sizeof octets);
    single_action_write(&action, &w);
    same(&w, data, size);
    for (int day = 0; day < 40; day++) {
        int64_t due_s = single_action_due(&action, clock);
        check(due_s <= clock->utc_ms / 1000);
        if (due_s != INT64_MIN) {
            single_action_done(&action, due_s);
            check(single_action_due(&action, clock) == INT64_MIN);
        }
        clock_advance(clock, DAY_MS);
    }
}

static int run(void *owner, uint16_t selector)
{
    unsigned *runs = owner;
    (void)selector;
    ++*runs;
    return 0;
}

static void try_entries(const uint8_t *data, size_t size, struct clock *clock)
{
    static const uint8_t table[6] = {0, 0, 10, 0, 100, 255};
    static const struct calendar_specials none;
    struct schedule schedule;
    struct script_book scripts = {0};
    unsigned runs = 0;
    struct reader r = reader_over(data, size);
    script_add(&scripts, table, UINT16_MAX, run, &runs);
    schedule_init(&schedule, &none, clock);
    if (schedule_read(&schedule, &r) != 0) {
        return;
    }
    struct writer w = writer_over(octets, sizeof octets);
    schedule_write(&schedule, &w);
    for (int day = 0; day < 10; day++) {
        clock_advance(clock, DAY_MS);
        check(schedule_step(&schedule, clock, &scripts) > 0);
        check(runs <= (unsigned)schedule.count * (unsigned)(day + 1));
    }
}

static void try_compact(const uint8_t *data, size_t size)
{
    static struct object_book book;
    struct compact compact;
    struct reader r = reader_over(data, size);
    const struct object_table objects = object_book_open(&book, OBJECT_BOOK);
    compact_init(&compact, &objects);
    if (compact_read(&compact, &r) != 0) {
        check(compact.column_count == 0);
        return;
    }
    struct writer w = writer_over(octets, sizeof octets);
    compact_write(&compact, &w);
    same(&w, data, size);
}

static void try_names(const uint8_t *data, size_t size)
{
    struct mask_book book;
    struct reader r = reader_over(data, size);
    mask_init(&book, 8);
    if (mask_read(&book, &r) == 0) {
        struct writer w = writer_over(octets, sizeof octets);
        mask_write(&book, &w);
        same(&w, data, size);
    }
    for (uint8_t rate = 1; rate <= 8; rate++) {
        check(mask_of_rate(&book, rate)->rate == rate);
    }
}

static void try_billing(const uint8_t *data, size_t size, struct clock *clock)
{
    static const struct single_action_plan never = {.type = SINGLE_ACTION_ONE};
    const struct billing_parts parts = {.clock = clock};
    struct billing billing;
    struct reader r = reader_over(data, size);
    billing_init(&billing, &parts, &never);
    if (billing_read(&billing, &r) != 0) {
        return;
    }
    struct writer w = writer_over(octets, sizeof octets);
    billing_write(&billing, &w);
    same(&w, data, size);
    check(size <= BILLING_ROOM);
}

static void try_commands(const uint8_t *data, size_t size, struct clock *clock)
{
    static struct tariff tariff;
    static struct calendar_switch switches[2 * CALENDAR_SWITCHES];
    struct reader r = reader_over(data, size);
    tariff_init(&tariff, &limits, switches, 2 * CALENDAR_SWITCHES);
    if (tariff_read_commands(&tariff, &r) == 0) {
        struct writer w = writer_over(octets, sizeof octets);
        tariff_write_commands(&tariff, &w);
        same(&w, data, size);
    }
    check(tariff_step(&tariff, clock) > 0);
    check(tariff.rates[TARIFF_ENERGY] >= 1 && tariff.rates[TARIFF_ENERGY] <= limits.rates);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct clock clock;
    clock_init(&clock, &zone);
    clock_start(&clock, INT64_C(1795258800000));
    if (size == 0 || size > ROOM) {
        return 0;
    }
    switch (data[0] % 9) {
    case 0:
        try_tariff(data + 1, size - 1, &clock);
        break;
    case 1:
        try_demand(data + 1, size - 1, DEMAND_VERSION, &clock);
        try_demand(data + 1, size - 1, DEMAND_VERSION_WIDE, &clock);
        break;
    case 2:
        try_increment(data + 1, size - 1);
        break;
    case 8:
        try_commands(data + 1, size - 1, &clock);
        break;
    case 7:
        try_billing(data + 1, size - 1, &clock);
        break;
    case 6:
        try_names(data + 1, size - 1);
        break;
    case 5:
        try_compact(data + 1, size - 1);
        break;
    case 3:
        try_schedule(data + 1, size - 1, &clock);
        break;
    default:
        try_entries(data + 1, size - 1, &clock);
        break;
    }
    return 0;
}
