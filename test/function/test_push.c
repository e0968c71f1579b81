/* Push as rules: what is due when, how it is tried again, what is kept. */
#include "function/push.h"
#include "test/function/object_book.h"
#include "test/unit.h"

#include <string.h>

static const struct civil_zone utc;
static const int64_t noon_ms = INT64_C(1795262400000); /* 2026-11-21T12:00:00Z, a Saturday */
static struct push push;
static struct clock clock;
static struct object_book book;
static struct object_table objects;

static int set_up(void **state)
{
    (void)state;
    static struct push_plan plans[PUSH_SETUPS];
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        plans[setup] = (struct push_plan){
            .settings = {.retries = 3, .delay_s = 10, .delay_percent = 200, .client_sap = 1},
            .destination = "a:80"};
    }
    objects = object_book_open(&book, OBJECT_BOOK);
    push_init(&push, plans, &objects, 7);
    clock_init(&clock, &utc);
    clock_start(&clock, noon_ms);
    return 0;
}

static void put(enum push_text text, const void *octets, size_t size)
{
    assert_int_equal(push_put_text(&push, PUSH_ALARM, text, octets, size), 0);
}

static int due(int64_t now_ms)
{
    return push_due(&push, &clock, now_ms);
}

static bool failed(enum push_setup setup, int64_t now_ms)
{
    return push_ended(&push, setup, PUSH_FAILED, &clock, now_ms);
}

static void nothing_is_due_untold(void **state)
{
    (void)state;
    assert_int_equal(due(0), -1);
    assert_true(push_deadline_ms(&push, 0) == INT64_MAX);
    push_trigger(&push, PUSH_ALARM, &clock, 1000);
    assert_int_equal(due(999), -1);
    assert_int_equal(due(1000), PUSH_ALARM);
    assert_false(push_ended(&push, PUSH_ALARM, PUSH_ARRIVED, &clock, 1000));
    assert_int_equal(due(1000), -1);
    assert_int_equal(push.states[PUSH_ALARM].delivered, 1);
}

static void without_a_destination_nothing_waits(void **state)
{
    (void)state;
    put(PUSH_TEXT_DESTINATION, NULL, 0);
    assert_false(push_goes_anywhere(&push, PUSH_ALARM));
    push_trigger(&push, PUSH_ALARM, &clock, 0);
    assert_int_equal(due(1000000), -1);
}

/* 10 s, 20 s, 40 s behind the attempts that failed, then it is given up. */
static void delays_grow_until_it_is_given_up(void **state)
{
    (void)state;
    static const int64_t delays_ms[] = {10000, 20000, 40000};
    int64_t now_ms = 0;
    push_trigger(&push, PUSH_ALARM, &clock, now_ms);
    for (int n = 0; n < 3; n++) {
        assert_int_equal(due(now_ms), PUSH_ALARM);
        assert_false(failed(PUSH_ALARM, now_ms));
        assert_int_equal(due(now_ms + delays_ms[n] - 1), -1);
        assert_true(push_deadline_ms(&push, now_ms) == now_ms + delays_ms[n]);
        now_ms += delays_ms[n];
    }
    assert_int_equal(due(now_ms), PUSH_ALARM);
    assert_true(failed(PUSH_ALARM, now_ms));
    assert_int_equal(due(now_ms + 1000000), -1);
    assert_int_equal(push.states[PUSH_ALARM].given_up, 1);
}

/* Whatever the settings, a delay is bounded and never shrinks. */
static void delays_are_bounded(void **state)
{
    (void)state;
    struct push_settings *settings = &push.settings[PUSH_ALARM];
    settings->retries = 255;
    settings->delay_s = 65535;
    settings->delay_percent = 65535;
    for (int bounded = 0; bounded < 2; bounded++) {
        settings->delay_most_s = bounded != 0 ? 3600 : 0;
        int64_t before_ms = 0;
        push_trigger(&push, PUSH_ALARM, &clock, 0);
        for (int n = 0; n < 255; n++) {
            assert_false(failed(PUSH_ALARM, 0));
            int64_t delay_ms = push.states[PUSH_ALARM].due_ms;
            assert_true(delay_ms >= before_ms && delay_ms <= (bounded != 0 ? 3600000 : 86400000));
            before_ms = delay_ms;
        }
        assert_true(failed(PUSH_ALARM, 0));
    }
}

static void another_one_follows(void **state)
{
    (void)state;
    push_trigger(&push, PUSH_ALARM, &clock, 0);
    push_trigger(&push, PUSH_ALARM, &clock, 1);
    push_trigger(&push, PUSH_ALARM, &clock, 2);
    assert_false(push_ended(&push, PUSH_ALARM, PUSH_ARRIVED, &clock, 5));
    assert_int_equal(due(5), PUSH_ALARM);
    assert_false(push_ended(&push, PUSH_ALARM, PUSH_ARRIVED, &clock, 6));
    assert_int_equal(due(6), -1);
}

static void the_longest_due_goes_first(void **state)
{
    (void)state;
    push_trigger(&push, PUSH_INSTALLATION, &clock, 10);
    push_trigger(&push, PUSH_CONNECTIVITY, &clock, 20);
    assert_int_equal(due(30), PUSH_INSTALLATION);
    assert_false(failed(PUSH_INSTALLATION, 30));
    assert_int_equal(due(30), PUSH_CONNECTIVITY);
    push_reset(&push, PUSH_CONNECTIVITY);
    assert_int_equal(due(30), -1);
}

/* A thousand meters begin spread over the interval, each always at its own moment. */
static void starts_are_random(void **state)
{
    (void)state;
    int tenths[10] = {0};
    for (uint32_t meter = 0; meter < 1000; meter++) {
        push.seed = meter;
        push.settings[PUSH_INTERVAL_1].randomisation_s = 100;
        push_reset(&push, PUSH_INTERVAL_1);
        push_trigger(&push, PUSH_INTERVAL_1, &clock, 0);
        int64_t due_ms = push.states[PUSH_INTERVAL_1].due_ms;
        assert_in_range(due_ms, 0, 100000);
        tenths[due_ms < 100000 ? due_ms / 10000 : 9]++;
        push_reset(&push, PUSH_INTERVAL_1);
        push_trigger(&push, PUSH_INTERVAL_1, &clock, 0);
        assert_true(push.states[PUSH_INTERVAL_1].due_ms == due_ms);
    }
    for (int i = 0; i < 10; i++) {
        assert_in_range(tenths[i], 60, 140);
    }
}

static void make_daily(struct push_window *window, uint8_t from_h, uint8_t to_h)
{
    memset(window, 0xFF, sizeof *window);
    window->begin[5] = from_h;
    window->end[5] = to_h;
}

/* Hour by hour of a day, against the hours written down. */
static void windows_open_and_close(void **state)
{
    (void)state;
    static const struct {
        uint8_t from_h, to_h;
        const char *open; /* hours 0 to 23 */
    } rows[] = {
        {1, 5, "011110000000000000000000"},
        {22, 3, "111000000000000000000011"},
        {0, 24 - 1, "111111111111111111111110"},
        {7, 7, "111111111111111111111111"},
    };
    push_trigger(&push, PUSH_ALARM, &clock, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct push_window window;
        make_daily(&window, rows[i].from_h, rows[i].to_h);
        assert_true(push_window_valid(&window));
        put(PUSH_TEXT_WINDOWS, &window, sizeof window);
        for (int hour = 0; hour < 24; hour++) {
            clock_start(&clock, noon_ms + (hour - 12) * 3600000LL + 1800000);
            assert_int_equal(due(0) == PUSH_ALARM, rows[i].open[hour] == '1');
        }
    }
}

static void a_window_of_dates(void **state)
{
    (void)state;
    static const struct push_window window = {
        .begin = {0x07, 0xEA, 11, 21, 255, 12, 30, 0, 0, 0x80, 0, 255},
        .end = {0x07, 0xEA, 11, 22, 255, 0, 0, 0, 0, 0x80, 0, 255}};
    put(PUSH_TEXT_WINDOWS, &window, sizeof window);
    assert_true(push_window_valid(&window));
    push_trigger(&push, PUSH_ALARM, &clock, 0);
    assert_int_equal(due(0), -1);
    clock_start(&clock, noon_ms + 1800000);
    assert_int_equal(due(0), PUSH_ALARM);
    clock_start(&clock, noon_ms + 12 * 3600000LL);
    assert_int_equal(due(0), -1);
    struct push_window mixed = window;
    memset(mixed.end, 0xFF, sizeof mixed.end);
    assert_false(push_window_valid(&mixed));
    mixed = window;
    mixed.begin[3] = 255;
    assert_false(push_window_valid(&mixed));
}

static void confirmations(void **state)
{
    (void)state;
    struct push_settings *settings = &push.settings[PUSH_ALARM];
    assert_false(push_wants_confirmation(&push, PUSH_ALARM, &clock));
    settings->confirm_every_s = 3600;
    memset(settings->confirm_from, 0xFF, PUSH_DATE_TIME);
    assert_true(push_wants_confirmation(&push, PUSH_ALARM, &clock));
    push_trigger(&push, PUSH_ALARM, &clock, 0);
    assert_false(push_ended(&push, PUSH_ALARM, PUSH_WAS_CONFIRMED, &clock, 0));
    assert_true(push.states[PUSH_ALARM].confirmed_s == noon_ms / 1000);
    assert_false(push_wants_confirmation(&push, PUSH_ALARM, &clock));
    clock_start(&clock, noon_ms + 3600000);
    assert_true(push_wants_confirmation(&push, PUSH_ALARM, &clock));
    static const uint8_t later[PUSH_DATE_TIME] = {0x07, 0xEB, 1, 1, 255, 0, 0, 0, 0, 0x80, 0, 255};
    memcpy(settings->confirm_from, later, sizeof later);
    assert_false(push_wants_confirmation(&push, PUSH_ALARM, &clock));
    settings->method = PUSH_CONFIRMED;
    assert_true(push_wants_confirmation(&push, PUSH_ALARM, &clock));
}

/* All that a set-up may have. */
static void fill_alarm(void)
{
    static uint8_t part[PUSH_PARTS / PUSH_OBJECTS];
    struct push_object full[PUSH_OBJECTS];
    uint8_t text[PUSH_PROTECTION];
    memset(part, 0x65, sizeof part);
    for (unsigned i = 0; i < PUSH_OBJECTS; i++) {
        memset(&full[i], 0x21, sizeof full[i]);
        full[i].name[0] = (uint8_t)i;
        full[i].part = part;
        full[i].part_size = sizeof part;
    }
    push.settings[PUSH_ALARM] = (struct push_settings){.transport = PUSH_UDP,
                                                       .randomisation_s = 1,
                                                       .retries = 2,
                                                       .delay_s = 3,
                                                       .delay_percent = 400,
                                                       .delay_most_s = 5,
                                                       .client_sap = 6,
                                                       .method = PUSH_BY_LINK,
                                                       .confirm_every_s = 7};
    assert_int_equal(push_set_objects(&push, PUSH_ALARM, full, PUSH_OBJECTS), 0);
    memset(text, 'x', sizeof text);
    put(PUSH_TEXT_DESTINATION, text, PUSH_DESTINATION);
    put(PUSH_TEXT_WINDOWS, text, PUSH_WINDOWS * sizeof(struct push_window));
    put(PUSH_TEXT_PROTECTION, text, PUSH_PROTECTION);
}

static void settings_are_kept_whole(void **state)
{
    (void)state;
    uint8_t octets[PUSH_SETTINGS];
    fill_alarm();
    struct writer w = writer_over(octets, sizeof octets);
    push_settings_write(&push, PUSH_ALARM, &w);
    assert_false(writer_overflow(&w));
    struct reader r = reader_over(octets, writer_kept(&w));
    assert_true(push_settings_read(&push, PUSH_POWER_DOWN, PUSH_VERSION, &r));
    uint8_t again[PUSH_SETTINGS];
    struct writer second = writer_over(again, sizeof again);
    push_settings_write(&push, PUSH_POWER_DOWN, &second);
    assert_int_equal(writer_kept(&second), writer_kept(&w));
    assert_memory_equal(octets, again, writer_kept(&w));
    for (size_t size = 0; size < writer_kept(&w); size++) {
        struct reader part = reader_over(octets, size);
        assert_false(push_settings_read(&push, PUSH_POWER_DOWN, PUSH_VERSION, &part));
    }
    octets[0] = PUSH_OBJECTS + 1;
    struct reader wrong = reader_over(octets, writer_kept(&w));
    assert_false(push_settings_read(&push, PUSH_POWER_DOWN, PUSH_VERSION, &wrong));
}

/* What a meter of version 1 kept: one object without an element, one destination. */
static void older_settings_are_read(void **state)
{
    (void)state;
    static const uint8_t octets[] = {1, 0, 3, 1, 0, 1, 8, 0, 255, 2, PUSH_UDP, 3, 'a', ':', '1', 0,
                                     0, 5, 4, 0, 3, 0, 100, 0, 2, 1, PUSH_BY_LINK,
                                     /* confirmation */
                                     255, 255, 255, 255, 255, 255, 255, 255, 255, 128, 0, 255, 0, 0,
                                     0, 9};
    struct reader r = reader_over(octets, sizeof octets);
    assert_true(push_settings_read(&push, PUSH_POWER_DOWN, 1, &r));
    const struct push_settings taken = push.settings[PUSH_POWER_DOWN];
    const struct push_object object = push_object_at(&push, PUSH_POWER_DOWN, 0);
    static const uint8_t name[] = {1, 0, 1, 8, 0, 255};
    assert_int_equal(push_object_count(&push, PUSH_POWER_DOWN), 1);
    assert_int_equal(object.class_id, 3);
    assert_memory_equal(object.name, name, sizeof name);
    assert_int_equal(object.attribute, 2);
    assert_int_equal(object.data, 0);
    assert_int_equal(object.part_size, 0);
    const struct reader to = push_text(&push, PUSH_POWER_DOWN, PUSH_TEXT_DESTINATION);
    assert_int_equal(to.size, 3);
    assert_memory_equal(to.data, "a:1", 3);
    assert_int_equal(taken.randomisation_s, 5);
    assert_int_equal(taken.confirm_every_s, 9);
    for (uint8_t version = 2; version <= PUSH_VERSION; version++) {
        r = reader_over(octets, sizeof octets);
        assert_false(push_settings_read(&push, PUSH_POWER_DOWN, version, &r));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_due_untold, set_up),
        cmocka_unit_test_setup(without_a_destination_nothing_waits, set_up),
        cmocka_unit_test_setup(delays_grow_until_it_is_given_up, set_up),
        cmocka_unit_test_setup(delays_are_bounded, set_up),
        cmocka_unit_test_setup(another_one_follows, set_up),
        cmocka_unit_test_setup(the_longest_due_goes_first, set_up),
        cmocka_unit_test_setup(starts_are_random, set_up),
        cmocka_unit_test_setup(windows_open_and_close, set_up),
        cmocka_unit_test_setup(a_window_of_dates, set_up),
        cmocka_unit_test_setup(confirmations, set_up),
        cmocka_unit_test_setup(settings_are_kept_whole, set_up),
        cmocka_unit_test_setup(older_settings_are_read, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
