#include "test/function/kept.h"

#include "function/billing.h"
#include "function/compact.h"
#include "function/demand.h"
#include "function/increment.h"
#include "function/mask.h"
#include "function/push.h"
#include "function/single_action.h"
#include "test/dice.h"
#include "test/function/object_book.h"
#include "test/unit.h"

#include <string.h>

static const struct civil_zone zone = {.offset_min = 60};
struct clock kept_clock;
static uint64_t dice = 1;
static bool at_most;

void kept_roll_most(bool most)
{
    at_most = most;
}

uint32_t kept_roll(uint32_t sides)
{
    return at_most ? sides - 1 : dice_roll(&dice, sides);
}

static uint8_t roll_u8(void)
{
    return (uint8_t)kept_roll(256);
}

uint16_t kept_roll_u16(void)
{
    return (uint16_t)kept_roll(65536);
}

/* 0 .. most, its ends as well. */
int64_t kept_roll_to(int64_t most)
{
    uint64_t wide = (uint64_t)kept_roll(UINT32_MAX) << 31 | kept_roll(UINT32_C(1) << 31);
    uint32_t which = kept_roll(10);
    if (at_most) {
        return most;
    }
    return which == 0 ? 0 : which == 1 ? most : (int64_t)(wide % (uint64_t)most);
}

void kept_roll_octets(uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        octets[i] = roll_u8();
    }
}

static struct event_stamp roll_stamp(void)
{
    return (struct event_stamp){.utc_s = 1 + kept_roll(KEPT_LATEST_S),
                                .offset_min = (int16_t)kept_roll_u16(),
                                .clock_status = roll_u8()};
}

void kept_renew_clock(void)
{
    clock_init(&kept_clock, &zone);
    clock_set(&kept_clock, INT64_C(1795219200000));
}

/* ---- single actions, and billing, which has one ---- */

static const struct single_action_plan never = {.type = SINGLE_ACTION_ONE};
static struct single_action action;
static struct billing billing;

static void renew_action(void)
{
    kept_renew_clock();
    single_action_init(&action, &never, &kept_clock);
}

static struct single_action_plan roll_plan(void)
{
    struct single_action_plan plan = {.type = SINGLE_ACTION_ANY_TIMES_WILD,
                                      .count = (uint8_t)kept_roll(SINGLE_ACTION_TIMES + 1)};
    kept_roll_octets(plan.script.table, sizeof plan.script.table);
    plan.script.selector = kept_roll_u16();
    for (uint8_t i = 0; i < plan.count; i++) {
        bool open = kept_roll(2) != 0;
        plan.times[i] = (struct single_action_time){
            .date = {open ? CALENDAR_ANY_YEAR : (uint16_t)(2000 + kept_roll(100)),
                     (uint8_t)(1 + kept_roll(12)), (uint8_t)(1 + kept_roll(28)),
                     open ? (uint8_t)(1 + kept_roll(7)) : CALENDAR_ANY},
            .hour = (uint8_t)kept_roll(24),
            .minute = (uint8_t)kept_roll(60),
            .second = (uint8_t)kept_roll(60)};
    }
    assert_true(single_action_possible(&plan));
    return plan;
}

static void fill_action(void)
{
    renew_action();
    action.plan = roll_plan();
    action.executed_s = kept_roll_to(KEPT_LATEST_S);
}

static void write_action(struct writer *w)
{
    single_action_write(&action, w);
}

static int read_action(struct reader *r)
{
    return single_action_read(&action, r);
}

static void renew_billing(void)
{
    static const struct billing_parts parts = {.clock = &kept_clock};
    kept_renew_clock();
    billing_init(&billing, &parts, &never);
}

static void fill_billing(void)
{
    const int64_t end_uwh = LEGAL_ENERGY_END_UWS / 3600;
    renew_billing();
    billing.periods = kept_roll(UINT32_MAX);
    billing.ended = roll_stamp();
    billing.midnight_s = kept_roll_to(UINT32_MAX);
    for (int since = 0; since < BILLING_SINCES; since++) {
        for (int energy = 0; energy < BILLING_ENERGIES; energy++) {
            billing.base_uwh[since][energy] = kept_roll_to(5 * end_uwh - 2) - (end_uwh - 1);
        }
    }
    billing.schedule.plan = roll_plan();
    billing.schedule.executed_s = kept_roll_to(KEPT_LATEST_S);
}

static void write_billing(struct writer *w)
{
    billing_write(&billing, w);
}

static int read_billing(struct reader *r)
{
    return billing_read(&billing, r);
}

/* ---- columns that were captured ---- */

static struct compact compact;
static struct object_book object_book;
static struct object_table objects;

static void renew_compact(void)
{
    objects = object_book_open(&object_book, OBJECT_BOOK);
    compact_init(&compact, &objects);
}

static void fill_compact(void)
{
    uint8_t buffer[COMPACT_BUFFER];
    struct profile_column columns[COMPACT_COLUMNS];
    size_t size = (size_t)kept_roll_to(COMPACT_BUFFER);
    uint8_t count = (uint8_t)kept_roll_to(COMPACT_COLUMNS);
    for (uint8_t i = 0; i < count; i++) {
        columns[i] = (struct profile_column){
            .class_id = kept_roll_u16(), .attribute = (int8_t)roll_u8(), .data = kept_roll_u16()};
        kept_roll_octets(columns[i].obis, sizeof columns[i].obis);
    }
    kept_roll_octets(buffer, sizeof buffer);
    renew_compact();
    compact_set_columns(&compact, columns, count);
    compact_set_template(&compact, roll_u8());
    compact_set_method(&compact, kept_roll(2) ? COMPACT_IMPLICIT : COMPACT_INVOKE);
    compact_store(&compact, buffer, size);
}

static void write_compact(struct writer *w)
{
    compact_write(&compact, w);
}

static int read_compact(struct reader *r)
{
    return compact_read(&compact, r);
}

/* ---- demand ---- */

static struct demand demand;
static struct legal legal;
static struct quantity_source source;
static const struct demand_plan demand_plan = {.energy = {{QUANTITY_A_IMPORT, 0, 0},
                                                          {QUANTITY_A_EXPORT, 0, 0},
                                                          {QUANTITY_R_IMPORT, 0, 0},
                                                          {QUANTITY_R_EXPORT, 0, 0},
                                                          {QUANTITY_VAH_IMPORT, 0, 0},
                                                          {QUANTITY_VAH_EXPORT, 0, 0}},
                                               .period_s = 900,
                                               .periods = 1,
                                               .lock_s = 900};

static void renew_demand(void)
{
    static const struct legal_config config = {.phases = 1,
                                               .nominal_hz = 50,
                                               .u_nominal_mv = 230000,
                                               .u_full_scale_mv = 600000,
                                               .i_full_scale_ma = 90000,
                                               .i_start_ua = 20000,
                                               .pulses_per_kwh = 1000,
                                               .pulses_per_kvarh = 1000};
    static const struct legal_calibration ideal;
    kept_renew_clock();
    legal_init(&legal, &config, &ideal);
    source = (struct quantity_source){.legal = &legal};
    memset(&demand, 0, sizeof demand);
    demand_init(&demand, &demand_plan, &source, &kept_clock);
}

static struct demand_max roll_max(void)
{
    return (struct demand_max){.uw = kept_roll_to((INT64_C(1) << 56) - 1), .stamp = roll_stamp()};
}

static void fill_channel(struct demand_channel *c)
{
    const int64_t end_uwh = LEGAL_ENERGY_END_UWS / 3600;
    static const uint32_t periods_s[] = {60, 300, 900, 3600, 86400};
    c->period_s = periods_s[kept_roll(5)];
    c->periods = (uint8_t)(1 + kept_roll(DEMAND_PERIODS_MOST));
    for (int rate = 0; rate <= DEMAND_RATES; rate++) {
        c->max[rate] = roll_max();
        c->cumulative_uw[rate] = kept_roll_to(INT64_MAX / 4);
    }
    c->end_s = kept_roll_to(UINT32_MAX);
    c->whole = kept_roll(2) != 0;
    c->last_whole = kept_roll(2) != 0;
    c->start = roll_stamp();
    c->last = roll_max();
    c->begun = (uint8_t)(1 + kept_roll(c->periods));
    c->start_uwh[0] = kept_roll_to(end_uwh - 1);
    for (int i = 1; i < c->begun; i++) {
        c->start_uwh[i] = c->start_uwh[i - 1] - kept_roll_to((INT64_C(1) << 48) - 1);
        c->start_uwh[i] += c->start_uwh[i] < 0 ? end_uwh : 0;
    }
}

static void fill_demand(void)
{
    renew_demand();
    demand.locked_until_ms = kept_roll(2) ? INT64_MIN : kept_roll_to(UINT32_MAX) * 1000;
    for (int channel = 0; channel < DEMAND_CHANNELS; channel++) {
        fill_channel(&demand.channels[channel]);
    }
}

static void write_demand(struct writer *w)
{
    demand_write(&demand, w);
}

static int read_demand(struct reader *r)
{
    return demand_read(&demand, DEMAND_VERSION, r);
}

/* ---- increments ---- */

static struct increment increment;

static void renew_increment(void)
{
    static struct profile profile;
    renew_demand(); /* its energies */
    memset(&increment, 0, sizeof increment);
    increment_init(&increment, &profile, &source);
}

static void fill_increment(void)
{
    renew_increment();
    increment.row = kept_roll(UINT32_MAX);
    for (int energy = 0; energy < INCREMENT_ENERGIES; energy++) {
        increment.before[energy] = (int32_t)(kept_roll_to(1999999998) - 999999999);
        increment.after[energy] = (int32_t)(kept_roll_to(1999999998) - 999999999);
    }
}

static void write_increment(struct writer *w)
{
    increment_write(&increment, w);
}

static int read_increment(struct reader *r)
{
    return increment_read(&increment, r);
}

/* ---- names of rates ---- */

static struct mask_book book;

static void renew_mask(void)
{
    mask_init(&book, KEPT_RATES);
}

static void fill_mask(void)
{
    renew_mask();
    for (unsigned n = kept_roll(2 * MASK_NAMES); n > 0; n--) {
        struct mask_name name = {.size = (uint8_t)(1 + kept_roll(MASK_NAME)),
                                 .rate = (uint8_t)(1 + kept_roll(KEPT_RATES))};
        kept_roll_octets(name.octets, name.size);
        (void)mask_add(&book, &name);
    }
}

static void write_mask(struct writer *w)
{
    mask_write(&book, w);
}

static int read_mask(struct reader *r)
{
    return mask_read(&book, r);
}

/* ---- settings of a push ---- */

static struct push push;

static void renew_push(void)
{
    static const struct push_plan plans[PUSH_SETUPS];
    objects = object_book_open(&object_book, OBJECT_BOOK);
    push_init(&push, plans, &objects, 1);
}

static void fill_push_text(enum push_text text, uint8_t *octets, size_t size)
{
    kept_roll_octets(octets, size);
    for (size_t i = 0; text == PUSH_TEXT_DESTINATION && i < size; i++) {
        octets[i] |= 0x40; /* no commas: one destination */
    }
    (void)push_put_text(&push, PUSH_ALARM, text, octets, size);
}

static void fill_push_list(void)
{
    uint8_t parts[PUSH_PARTS];
    struct push_object list[PUSH_OBJECTS];
    size_t count = kept_roll_to(PUSH_OBJECTS);
    kept_roll_octets(parts, sizeof parts);
    for (size_t i = 0; i < count; i++) {
        list[i] = (struct push_object){
            .class_id = kept_roll_u16(),
            .attribute = (int8_t)roll_u8(),
            .data = kept_roll_u16(),
            .part = parts + i * (PUSH_PARTS / PUSH_OBJECTS),
            .part_size = (uint8_t)kept_roll_to(PUSH_PARTS / PUSH_OBJECTS),
        };
        kept_roll_octets(list[i].name, sizeof list[i].name);
    }
    (void)push_set_objects(&push, PUSH_ALARM, list, count);
}

static void fill_push(void)
{
    uint8_t octets[PUSH_PROTECTION];
    struct push_settings *settings = &push.settings[PUSH_ALARM];
    renew_push();
    fill_push_list();
    fill_push_text(PUSH_TEXT_DESTINATION, octets, kept_roll_to(PUSH_DESTINATION));
    fill_push_text(PUSH_TEXT_WINDOWS, octets,
                   kept_roll_to(PUSH_WINDOWS) * sizeof(struct push_window));
    fill_push_text(PUSH_TEXT_PROTECTION, octets, kept_roll_to(PUSH_PROTECTION));
    settings->transport = roll_u8();
    settings->randomisation_s = kept_roll_u16();
    settings->retries = roll_u8();
    settings->delay_s = kept_roll_u16();
    settings->delay_percent = kept_roll_u16();
    settings->delay_most_s = kept_roll_u16();
    settings->client_sap = roll_u8();
    settings->method = roll_u8();
    kept_roll_octets(settings->confirm_from, PUSH_DATE_TIME);
    settings->confirm_every_s = kept_roll(UINT32_MAX);
}

static void write_push(struct writer *w)
{
    push_settings_write(&push, PUSH_ALARM, w);
}

static int read_push(struct reader *r)
{
    return push_settings_read(&push, PUSH_ALARM, PUSH_VERSION, r) ? 0 : -1;
}

static const struct kept_kind kept_action = {.name = "single action",
                                             .room = SINGLE_ACTION_ROOM,
                                             .renew = renew_action,
                                             .fill = fill_action,
                                             .write = write_action,
                                             .read = read_action};

static const struct kept_kind kept_billing = {.name = "billing",
                                              .room = BILLING_ROOM,
                                              .renew = renew_billing,
                                              .fill = fill_billing,
                                              .write = write_billing,
                                              .read = read_billing};

static const struct kept_kind kept_compact = {.name = "compact data",
                                              .room = COMPACT_ROOM,
                                              .renew = renew_compact,
                                              .fill = fill_compact,
                                              .write = write_compact,
                                              .read = read_compact,
                                              .tail = COMPACT_BUFFER};

static const struct kept_kind kept_demand = {.name = "demand",
                                             .room = DEMAND_ROOM,
                                             .renew = renew_demand,
                                             .fill = fill_demand,
                                             .write = write_demand,
                                             .read = read_demand};

static const struct kept_kind kept_increment = {.name = "increment",
                                                .room = INCREMENT_SIZE,
                                                .renew = renew_increment,
                                                .fill = fill_increment,
                                                .write = write_increment,
                                                .read = read_increment};

static const struct kept_kind kept_mask = {.name = "names of rates",
                                           .room = MASK_ROOM,
                                           .renew = renew_mask,
                                           .fill = fill_mask,
                                           .write = write_mask,
                                           .read = read_mask};

static const struct kept_kind kept_push = {.name = "push",
                                           .room = PUSH_SETTINGS,
                                           .renew = renew_push,
                                           .fill = fill_push,
                                           .write = write_push,
                                           .read = read_push};

const struct kept_kind *const kept_kinds[] = {
    &kept_action,     &kept_billing, &kept_compact,  &kept_demand, &kept_increment, &kept_mask,
    &kept_protection, &kept_push,    &kept_schedule, &kept_tariff, &kept_commands};

const size_t kept_kinds_count = sizeof kept_kinds / sizeof kept_kinds[0];
