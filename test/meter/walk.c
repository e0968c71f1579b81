#include "test/meter/walk.h"

#include "cosem/data.h"
#include "test/dice.h"
#include "test/display/drawing.h"
#include "test/dlms/session_ask.h"
#include "test/meter/furnish.h"
#include "test/unit.h"

#include <string.h>

enum { ASSOCIATION_LN = 15, SECURITY_SETUP = 64, INTERVAL_S = 40, HOUR_S = 3600 };

/* ---- time ---- */

/* One interval: the meter is stepped when it likes. */
static void pass(struct walk *walk, uint32_t seconds)
{
    struct life *life = walk->life;
    int64_t now_ms = life->meter.now_ms;
    int64_t end_ms = now_ms + seconds * 1000;
    struct legal_interval interval = life->second;
    interval.frames = seconds * LEGAL_FRAME_HZ;
    legal_direct(life->meter.legal, &interval, NULL);
    while (now_ms < end_ms && !life->nor.dead) {
        int64_t due_ms = meter_step(&life->meter, now_ms);
        int64_t next_ms = due_ms > now_ms ? due_ms : now_ms + 1;
        next_ms = next_ms < end_ms ? next_ms : end_ms;
        nor_advance(&life->nor, (uint64_t)(next_ms - now_ms) * 1000);
        now_ms = next_ms;
    }
    if (!life->nor.dead) {
        (void)meter_step(&life->meter, end_ms);
    }
}

static void wait_a_little(struct walk *walk)
{
    pass(walk, 1 + dice_roll(&walk->dice, INTERVAL_S));
}

static void wait_long(struct walk *walk)
{
    for (uint32_t n = dice_roll(&walk->dice, 4 * HOUR_S / INTERVAL_S);
         n > 0 && !walk->life->nor.dead; n--) {
        pass(walk, INTERVAL_S);
        walk_assert_laws(walk);
    }
}

/* ---- the mains ---- */

static void change_load(struct walk *walk)
{
    static const int32_t volts[] = {230, 230, 230, 228, 235, 200, 256, 100, 0};
    const struct legal_config *config = &walk->life->meter.product->legal->config;
    struct legal_phase *phase = &walk->life->second.phase[dice_roll(&walk->dice, config->phases)];
    int64_t u_v = volts[dice_roll(&walk->dice, sizeof volts / sizeof volts[0])];
    int64_t i_ma =
        dice_roll(&walk->dice, 3) == 0 ? 0 : dice_roll(&walk->dice, config->i_full_scale_ma / 2);
    int64_t p_mw = u_v * i_ma * (dice_roll(&walk->dice, 201) - INT64_C(100)) / 100;
    *phase = (struct legal_phase){
        .u_uv = u_v * 1000000,
        .i_na = i_ma * 1000000,
        .p_uw = p_mw * 1000,
        .p1_uw = p_mw * 1000,
        .q1_uvar = u_v * i_ma * (dice_roll(&walk->dice, 101) - INT64_C(50)) * 10,
        .alive = u_v > 23,
    };
}

/* ---- the supply ---- */

static void begin_again(struct walk *walk)
{
    head_open(&walk->head, walk->life, UINT16_MAX);
}

static void kill(struct walk *walk)
{
    walk_count_causes(walk);
    head_close(&walk->head);
    life_kill(walk->life, 1 + dice_roll(&walk->dice, 400));
    walk->may_fall = true;
    begin_again(walk);
}

static void cut(struct walk *walk)
{
    if (walk->life->nor.cut_at != 0) { /* the warning came too late */
        kill(walk);
        return;
    }
    walk_count_causes(walk);
    head_close(&walk->head);
    life_cut(walk->life,
             1 + dice_roll(&walk->dice, dice_roll(&walk->dice, 4) == 0 ? 3 * 86400 : 400));
    begin_again(walk);
}

/* The supply will fail amid an operation of the chip, soon. */
static void tear(struct walk *walk)
{
    const struct nor_tear how = {.octets = dice_roll(&walk->dice, 300),
                                 .spread = (uint8_t)dice_roll(&walk->dice, 256),
                                 .erased = (uint16_t)dice_roll(&walk->dice, 1001),
                                 .seed = dice_roll(&walk->dice, UINT32_MAX)};
    nor_plan_cut(&walk->life->nor, 1 + dice_roll(&walk->dice, 60), &how);
}

/* It has failed. */
static void come_back(struct walk *walk)
{
    kill(walk);
    if (dice_roll(&walk->dice, 3) == 0) { /* and again while it recovers, or soon after that */
        tear(walk);
    }
}

static void cut_twice(struct walk *walk)
{
    cut(walk);
    pass(walk, 1);
    cut(walk);
}

/* ---- the clock ---- */

static void set_clock(struct walk *walk)
{
    int64_t most_s = dice_roll(&walk->dice, 3) == 0 ? INT64_C(40) * 86400 : 1200;
    int64_t by_s = (int64_t)dice_roll(&walk->dice, (uint32_t)(2 * most_s)) - most_s;
    clock_set(&walk->life->meter.clock, walk->life->meter.clock.utc_ms + by_s * 1000);
    walk->time_moved = true;
}

/* ---- people ---- */

static void press_button(struct walk *walk)
{
    struct display *display = &walk->life->meter.display;
    enum display_button button =
        dice_roll(&walk->dice, 4) == 0 ? DISPLAY_BUTTON_SERVICE : DISPLAY_BUTTON_SCROLL;
    static const int32_t lengths_ms[] = {20, 100, 700, 2500, 6000, 12000};
    int64_t now_ms = display->now_ms;
    display_button(display, button, true, now_ms);
    now_ms += lengths_ms[dice_roll(&walk->dice, sizeof lengths_ms / sizeof lengths_ms[0])];
    display_step(display, now_ms);
    display_button(display, button, false, now_ms);
    (void)drawing_look(display);
}

static void switch_rate_inputs(struct walk *walk)
{
    meter_set_rate_levels(&walk->life->meter, (uint8_t)dice_roll(&walk->dice, 8));
}

/* ---- head ends ---- */

static struct cosem_instance any_object(struct walk *walk)
{
    const struct cosem_model *model = &walk->life->meter.product->model;
    return cosem_model_object(model, dice_roll(&walk->dice, cosem_model_count(model)));
}

static void read_something(struct walk *walk)
{
    const struct cosem_instance one = any_object(walk);
    int8_t attribute = (int8_t)(1 + dice_roll(&walk->dice, one.object->ic->attribute_count + 1U));
    const struct dlms_target target = {one.object->ic->id, one.name, attribute};
    if (head_get(&walk->head, &target) == COSEM_SUCCESS) {
        struct reader value = dlms_client_value(&walk->head.client);
        cosem_skip_value(&value);
        assert_true(reader_done(&value));
    }
}

/* One of the values beside that of a setting, whichever the meter says to it. Secrets stay. */
static void write_something(struct walk *walk)
{
    static uint8_t old[WARP_ROOM];
    const struct writable *writable =
        &walk->writables[dice_roll(&walk->dice, (uint32_t)walk->writable_count)];
    struct reader beside = {0};
    unsigned passed = dice_roll(&walk->dice, 200);
    size_t size = writable_get(&walk->head, writable, old, sizeof old);
    if (writable->one.object->ic->id == ASSOCIATION_LN || size == 0) {
        return;
    }
    warp_begin(&walk->warp, old, size);
    while (warp_next(&walk->warp, &beside) && passed-- > 0) {
    }
    if (writable_set(&walk->head, writable, beside) == COSEM_SUCCESS) {
        walk->taken++;
        walk->time_moved = true; /* maybe: the clock, or a rule of daylight saving */
    }
}

static void call_something(struct walk *walk)
{
    static const uint8_t parameters[][5] = {
        {COSEM_I8, 0}, {COSEM_U16, 0, 1}, {COSEM_I16, 0, 5}, {COSEM_OCTET_STRING, 0}, {COSEM_NULL}};
    static const uint8_t sizes[] = {2, 3, 3, 2, 1};
    const struct cosem_instance one = any_object(walk);
    uint32_t chosen = dice_roll(&walk->dice, sizeof sizes);
    if (one.object->ic->method_count == 0 || one.object->ic->id == ASSOCIATION_LN) {
        return;
    }
    int8_t method = (int8_t)(1 + dice_roll(&walk->dice, one.object->ic->method_count));
    const struct dlms_target target = {one.object->ic->id, one.name, method};
    (void)head_act(&walk->head, &target, reader_over(parameters[chosen], sizes[chosen]));
    walk->time_moved = true; /* likewise */
}

/* A request with some octets changed, or cut off: answered somehow, or not at all. */
static void send_nonsense(struct walk *walk)
{
    uint8_t apdu[DLMS_CLIENT_ROOM];
    const struct cosem_instance one = any_object(walk);
    struct head *head = &walk->head;
    size_t size =
        dlms_client_get(&head->client, one.object->ic->id, &one.name, 2, apdu, sizeof apdu);
    for (uint32_t n = dice_roll(&walk->dice, 4); n > 0; n--) {
        apdu[dice_roll(&walk->dice, (uint32_t)size)] = (uint8_t)dice_roll(&walk->dice, 256);
    }
    size = 1 + dice_roll(&walk->dice, (uint32_t)size);
    size_t answered = session_ask(&head->session, PRODUCT_SAP_MANAGEMENT, DLMS_LOGICAL_DEVICE, apdu,
                                  size, head->answer, DLMS_ANSWER_ROOM((size_t)head->pdu));
    assert_true(answered <= head->pdu);
    head_close(head); /* it may have been an AARQ */
    begin_again(walk);
}

/* ---- the walk ---- */

static const struct {
    void (*act)(struct walk *walk);
    unsigned weight;
} actions[] = {
    {wait_a_little, 20},
    {wait_long, 3},
    {change_load, 25},
    {cut, 2},
    {kill, 1},
    {tear, 2},
    {cut_twice, 1},
    {set_clock, 1},
    {press_button, 6},
    {read_something, 15},
    {write_something, 12},
    {call_something, 4},
    {send_nonsense, 6},
    {switch_rate_inputs, 4},
};

_Static_assert(sizeof actions / sizeof actions[0] == WALK_ACTIONS, "as many as are counted");

void walk_begin(struct walk *walk, const char *product, uint64_t seed)
{
    memset(walk, 0, sizeof *walk);
    walk->dice = seed;
    walk->life = life_begin(product, life_utc_ms(2026, 11, 20, 20, 0, 0));
    walk->life->nor.config.program_min_us = 10; /* nobody waits for the chip here */
    walk->life->nor.config.program_max_us = 30;
    head_admit(walk->life);
    begin_again(walk);
    furnish(&walk->head);
    walk->writable_count = writable_list(walk->life->meter.product, walk->writables);
    walk_look(walk);
    walk->kept = walk->seen;
}

static unsigned choose(struct walk *walk)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < WALK_ACTIONS; i++) {
        sum += actions[i].weight;
    }
    uint32_t at = dice_roll(&walk->dice, sum);
    unsigned chosen = 0;
    while (at >= actions[chosen].weight) {
        at -= actions[chosen++].weight;
    }
    return chosen;
}

void walk_step(struct walk *walk)
{
    unsigned chosen = choose(walk);
    walk->steps++;
    walk->done[chosen]++;
    actions[chosen].act(walk);
    for (int more = 0; more < 2; more++) {
        if (walk->life->nor.dead) {
            come_back(walk);
        }
        walk_assert_laws(walk);
        pass(walk, 1 + dice_roll(&walk->dice, 20));
    }
}

void walk_end(struct walk *walk)
{
    head_close(&walk->head);
    life_end(walk->life);
}
