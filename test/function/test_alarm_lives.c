/* Random lives of the alarms beside a plain model: events, filters, clients who clear, power cuts
 * in between. The model knows each event's bits by a table of its own, and does everything bit by
 * bit. */
#include "function/alarm.h"
#include "test/dice.h"
#include "test/function/bed.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { LIVES = 40, STEPS = 400, BITS = 32, ERRORS = ALARM_REGISTERS };

static const uint8_t push_table[6] = {0, 0, 10, 0, 108, 255};

/* ---- the model ---- */

/* Registers 1 and 2 by IDIS, 3 by the XS211's sheet, ERRORS the error register. */
static const struct {
    uint8_t code, number, bit;
} table[] = {
    {6, 0, 0},       {7, 0, 1},        {12, 0, 8},       {13, 0, 9},       {14, 0, 10},
    {16, 0, 11},     {15, 0, 12},      {40, 0, 13},      {42, 0, 13},      {44, 0, 13},
    {46, 0, 13},     {49, 0, 13},      {50, 0, 13},      {200, 0, 13},     {201, 0, 13},
    {202, 0, 13},    {230, 0, 13},     {1, 1, 0},        {2, 1, 1},        {82, 1, 2},
    {83, 1, 3},      {84, 1, 4},       {85, 1, 5},       {86, 1, 6},       {87, 1, 7},
    {89, 1, 8},      {90, 1, 9},       {91, 1, 10},      {88, 1, 11},      {52, 1, 12},
    {48, 1, 13},     {92, 1, 14},      {93, 1, 15},      {94, 1, 16},      {20, 1, 17},
    {158, 1, 18},    {68, 1, 31},      {40, 2, 0},       {42, 2, 0},       {44, 2, 0},
    {91, 2, 0},      {7, 2, 1},        {8, 2, 1},        {76, 2, 2},       {77, 2, 2},
    {78, 2, 2},      {82, 2, 2},       {83, 2, 2},       {84, 2, 2},       {12, 2, 3},
    {13, 2, 3},      {14, 2, 3},       {6, ERRORS, 0},   {7, ERRORS, 1},   {12, ERRORS, 8},
    {13, ERRORS, 9}, {14, ERRORS, 10}, {16, ERRORS, 11}, {15, ERRORS, 12},
};
enum { TABLE = sizeof table / sizeof table[0] };

struct bits {
    bool known[BITS];
    bool filter[BITS];
    bool active[BITS];
    bool descriptor[BITS];
};

struct model {
    struct bits registers[ALARM_REGISTERS + 1]; /* the last: errors */
    unsigned pushes;
};

static void model_begin(struct model *model)
{
    memset(model, 0, sizeof *model);
    for (unsigned i = 0; i < TABLE; i++) {
        struct bits *bits = &model->registers[table[i].number];
        bits->known[table[i].bit] = true;
        bits->filter[table[i].bit] = true;
    }
}

/* An event has at most one bit of each register. */
static void model_hear(struct model *model, uint8_t code)
{
    for (unsigned i = 0; i < TABLE; i++) {
        struct bits *bits = &model->registers[table[i].number];
        uint8_t bit = table[i].bit;
        if (table[i].code != code || !bits->filter[bit] || bits->active[bit]) {
            continue;
        }
        bits->active[bit] = true;
        if (table[i].number != ERRORS && !bits->descriptor[bit]) {
            bits->descriptor[bit] = true;
            model->pushes++;
        }
    }
}

/* True: one of them went. */
static bool model_clear(bool bits[BITS], uint32_t keep)
{
    bool gone = false;
    for (unsigned bit = 0; bit < BITS; bit++) {
        bool goes = bits[bit] && (keep >> bit & 1) == 0;
        gone = gone || goes;
        bits[bit] = bits[bit] && !goes;
    }
    return gone;
}

static uint32_t word_of(const bool bits[BITS])
{
    uint32_t word = 0;
    for (unsigned bit = 0; bit < BITS; bit++) {
        word |= bits[bit] ? UINT32_C(1) << bit : 0;
    }
    return word;
}

/* ---- the alarms ---- */

struct rig {
    struct bed bed;
    struct event_book book;
    struct script_book scripts;
    struct alarm alarm;
    struct model model;
    unsigned pushes;
    uint64_t dice;
};

static int push(void *owner, uint16_t selector)
{
    struct rig *rig = owner;
    assert_int_equal(selector, 4);
    rig->pushes++;
    return 0;
}

static void begin(struct rig *rig)
{
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    rig->scripts = (struct script_book){.count = 0};
    script_add(&rig->scripts, push_table, 7, push, rig);
    alarm_init(&rig->alarm, &rig->book, &rig->scripts, push_table, ALARM_REGISTERS);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
    alarm_recover(&rig->alarm, &rig->bed.storage, BED_VALUE_ALARMS);
}

static void store(struct rig *rig)
{
    while (event_step(&rig->book) > 0 || alarm_step(&rig->alarm) > 0) {
        bed_settle(&rig->bed);
    }
    bed_settle(&rig->bed);
}

/* Any code; mostly one that means something here. */
static uint8_t any_code(struct rig *rig)
{
    return dice_roll(&rig->dice, 4) == 0 ? (uint8_t)(1 + dice_roll(&rig->dice, 253))
                                         : table[dice_roll(&rig->dice, TABLE)].code;
}

static void clear_register(struct rig *rig)
{
    unsigned number = dice_roll(&rig->dice, ALARM_REGISTERS + 1);
    uint32_t keep = dice_roll(&rig->dice, 2) == 0 ? 0 : dice_roll(&rig->dice, UINT32_MAX);
    if (number == ERRORS) {
        alarm_clear_errors(&rig->alarm, keep);
    } else {
        alarm_clear(&rig->alarm, number, keep);
    }
    if (model_clear(rig->model.registers[number].active, keep)) {
        uint8_t told = number == ERRORS ? EVENT_ERROR_CLEARED : EVENT_ALARM_CLEARED;
        assert_int_equal(rig->book.last[EVENT_LOG_STANDARD], told);
        model_hear(&rig->model, told);
    }
}

static void clear_descriptor(struct rig *rig)
{
    unsigned number = dice_roll(&rig->dice, ALARM_REGISTERS);
    uint32_t keep = dice_roll(&rig->dice, 2) == 0 ? 0 : dice_roll(&rig->dice, UINT32_MAX);
    alarm_clear_descriptor(&rig->alarm, number, keep);
    (void)model_clear(rig->model.registers[number].descriptor, keep);
}

static void set_filter(struct rig *rig)
{
    unsigned number = dice_roll(&rig->dice, ALARM_REGISTERS);
    uint32_t filter =
        dice_roll(&rig->dice, 2) == 0 ? UINT32_MAX : dice_roll(&rig->dice, UINT32_MAX);
    struct bits *bits = &rig->model.registers[number];
    alarm_set_filter(&rig->alarm, number, filter);
    for (unsigned bit = 0; bit < BITS; bit++) {
        bits->filter[bit] = bits->known[bit] && (filter >> bit & 1) != 0;
    }
}

static void live(struct rig *rig)
{
    uint32_t what = dice_roll(&rig->dice, 20);
    if (what < 13) {
        uint8_t code = any_code(rig);
        event_record(&rig->book, (enum event_code)code);
        model_hear(&rig->model, code);
    } else if (what < 16) {
        clear_register(rig);
    } else if (what < 18) {
        clear_descriptor(rig);
    } else if (what < 19) {
        set_filter(rig);
    } else {
        store(rig);
        bed_restart(&rig->bed);
        begin(rig);
    }
    (void)event_step(&rig->book);
    (void)alarm_step(&rig->alarm);
}

static void assert_same(const struct rig *rig)
{
    for (unsigned i = 0; i < ALARM_REGISTERS; i++) {
        const struct alarm_register *mine = &rig->alarm.registers[i];
        const struct bits *bits = &rig->model.registers[i];
        assert_int_equal(mine->active, word_of(bits->active));
        assert_int_equal(mine->filter, word_of(bits->filter));
        assert_int_equal(mine->descriptor, word_of(bits->descriptor));
        assert_int_equal(alarm_known(i), word_of(bits->known));
    }
    assert_int_equal(rig->alarm.errors, word_of(rig->model.registers[ERRORS].active));
    assert_int_equal(alarm_errors_known(), word_of(rig->model.registers[ERRORS].known));
    assert_int_equal(rig->pushes, rig->model.pushes);
}

static void random_lives(void **state)
{
    (void)state;
    for (unsigned n = 0; n < LIVES; n++) {
        struct rig *rig = calloc(1, sizeof *rig);
        assert_non_null(rig);
        rig->dice = n;
        bed_open(&rig->bed);
        begin(rig);
        model_begin(&rig->model);
        for (unsigned step = 0; step < STEPS; step++) {
            live(rig);
            assert_same(rig);
            bed_settle(&rig->bed);
        }
        assert_true(rig->pushes > 5);
        bed_close(&rig->bed);
        free(rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_lives)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
