/* A meter without mains, awake on its battery: it tells what it kept and is set up, and for all
 * else the outage goes on. */
#include "cosem/data.h"
#include "meter/optical.h"
#include "meter/waking.h"
#include "test/meter/over_line.h"
#include "test/unit.h"

#include <string.h>

enum { HDLC = 23, DATA = 1, CLOCK = 8, HOUR = 3600 };

static const int64_t begin_ms = INT64_C(1795258800000); /* 2026-11-21T11:00:00Z */
static const struct hdlc_settings client = {
    .limits = {512, 512, 1, 1}, .inter_octet_time_ms = 200, .response_time_ms = 5};
static struct life *life;
static struct over_line *over;

static int set_up(void **state)
{
    (void)state;
    life = life_begin("st402d", begin_ms);
    life->setup.management_password = "password";
    life->setup.management_low = true;
    life_kill(life, 1);
    life_run(life, 100);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static void connect(void)
{
    over = over_line_begin(life, &client, 0);
    meter_line_is(&over->line, LINK_OPTICAL);
    assert_true(over_line_connect(over));
    over_line_associate(over);
}

static int64_t import_uws(void)
{
    struct quantity_value value;
    assert_int_equal(
        quantity_read(&life->meter.source, (struct quantity){QUANTITY_A_IMPORT, 0, 0}, &value), 0);
    return value.value;
}

static uint32_t read_u32(uint16_t class_id, struct cosem_name name, int8_t attribute)
{
    const struct dlms_target target = {class_id, name, attribute};
    size_t size = over_line_read(over, &target);
    struct reader r = reader_over(over->value, size);
    return (uint32_t)cosem_take_value(&r).integer;
}

static void what_was_kept_is_read(void **state)
{
    (void)state;
    int64_t before = import_uws();
    assert_true(before > 0);
    life_darken(life, HOUR);
    assert_int_equal(import_uws(), before);
    connect();
    static const struct cosem_name import = COSEM_NAME(1, 0, 1, 8, 0);
    static const struct cosem_name voltage = COSEM_NAME(1, 0, 32, 7, 0);
    uint32_t register_wh = read_u32(3, import, 2);
    assert_in_range(register_wh, 90, 100); /* 3450 W for 100 s */
    const struct dlms_target now = {3, voltage, 2};
    size_t size = dlms_client_get(&over->dlms, now.class_id, &now.name, now.member, over->request,
                                  sizeof over->request);
    assert_true(size > 0); /* nothing measures: there is no voltage to tell */
    struct quantity_value value;
    (void)quantity_read(&life->meter.source, (struct quantity){QUANTITY_U, 1, 0}, &value);
    assert_false(value.valid);
    over_line_end(over);
    assert_true(life->meter.marks.battery);
}

static uint32_t rows_of(const struct profile *profile)
{
    return profile_next(profile) - profile_first(profile);
}

static void set_inactivity(uint16_t seconds)
{
    static const struct dlms_target target = {HDLC, COSEM_NAME(0, 0, 22, 0, 0), 8};
    uint8_t octets[3];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_u16(&w, seconds);
    assert_int_equal(over_line_set(over, &target, octets, sizeof octets), COSEM_SUCCESS);
}

static uint32_t count_of(enum event_log log, uint8_t code)
{
    struct event event;
    uint32_t count = 0;
    uint32_t newest = event_log_count(&life->meter.events, log);
    for (uint32_t n = 1; n <= newest; n++) {
        count += event_log_read(&life->meter.events, log, n, &event) == STORAGE_DONE &&
                 event.code == code;
    }
    return count;
}

/* Parameterization, and its entry in the log. */
static void what_is_set_is_kept_and_logged(void **state)
{
    (void)state;
    uint32_t logged = count_of(EVENT_LOG_FRAUD, EVENT_LOCAL_PROGRAMMING);
    life_darken(life, HOUR);
    connect();
    set_inactivity(77);
    set_inactivity(78);
    over_line_end(over);
    life_wait(life, 5);
    life_dawn(life, HOUR);
    assert_int_equal(life->meter.links.lines[LINK_OPTICAL].inactivity_time_s, 78);
    assert_int_equal(count_of(EVENT_LOG_FRAUD, EVENT_LOCAL_PROGRAMMING), logged + 1);
}

/* Whatever happens on the battery, the supply was away once, from its failure to its return. */
static void the_outage_is_one(void **state)
{
    (void)state;
    const struct outage *outage = &life->meter.outage;
    uint32_t longs = outage->longs[OUTAGE_ANY];
    uint32_t shorts = outage->shorts[OUTAGE_ANY];
    uint32_t downs = count_of(EVENT_LOG_STANDARD, EVENT_POWER_DOWN);
    uint32_t ups = count_of(EVENT_LOG_STANDARD, EVENT_POWER_UP);
    for (int i = 0; i < 3; i++) {
        life_darken(life, HOUR);
        connect();
        set_inactivity((uint16_t)(100 + i));
        clock_set(&life->meter.clock, life->meter.clock.utc_ms + 5000);
        over_line_end(over);
        life_wait(life, 70 + i);
        life_dawn(life, HOUR);
        life_run(life, 5);
        assert_int_equal(outage->longs[OUTAGE_ANY], longs + (unsigned)i + 1);
        assert_int_equal(outage->shorts[OUTAGE_ANY], shorts);
        assert_in_range(outage->last_s[OUTAGE_ANY], 2 * HOUR + 70, 2 * HOUR + 80);
        assert_int_equal(count_of(EVENT_LOG_STANDARD, EVENT_POWER_DOWN), downs + (unsigned)i + 1);
        assert_int_equal(count_of(EVENT_LOG_STANDARD, EVENT_POWER_UP), ups + (unsigned)i + 1);
    }
}

/* Nothing is captured, closed, counted or pushed; registers stand. */
static void time_without_mains_leaves_no_trace(void **state)
{
    (void)state;
    struct meter *meter = &life->meter;
    uint32_t rows = rows_of(&meter->profiles[PRODUCT_PROFILE_LOAD_1]);
    uint32_t billed = rows_of(&meter->profiles[PRODUCT_PROFILE_BILLING_1]);
    uint32_t ups = count_of(EVENT_LOG_STANDARD, EVENT_POWER_UP);
    life_darken(life, HOUR);
    int64_t before = import_uws();
    uint32_t standard = event_log_count(&meter->events, EVENT_LOG_STANDARD);
    life_wait(life, 3 * HOUR);
    assert_int_equal(import_uws(), before);
    assert_int_equal(rows_of(&meter->profiles[PRODUCT_PROFILE_LOAD_1]), rows);
    assert_int_equal(rows_of(&meter->profiles[PRODUCT_PROFILE_BILLING_1]), billed);
    assert_int_equal(event_log_count(&meter->events, EVENT_LOG_STANDARD), standard);
    assert_int_equal(count_of(EVENT_LOG_STANDARD, EVENT_POWER_UP), ups);
    assert_int_equal(meter->pushing.push.number, 0);
    assert_int_equal(meter->outage.longs[OUTAGE_ANY], 0);
}

/* The battery is taken out, or the mains come back, at any moment. */
static void it_may_end_at_any_moment(void **state)
{
    (void)state;
    int64_t before = import_uws();
    for (uint64_t operations = 1; operations < 60; operations++) {
        life_darken(life, 60);
        connect();
        nor_plan_cut(&life->nor, operations, &(struct nor_tear){.erased = 500, .seed = operations});
        uint8_t octets[] = {COSEM_U16, 0, (uint8_t)(20 + operations)};
        static const struct dlms_target target = {HDLC, COSEM_NAME(0, 0, 22, 0, 0), 8};
        (void)over_line_set(over, &target, octets, sizeof octets);
        life_wait(life, 3);
        over_line_end(over);
        nor_cut(&life->nor, NULL, &(struct nor_tear){.erased = 500, .seed = operations});
        life_dawn(life, 10);
        assert_true(import_uws() >= before);
        uint16_t kept = life->meter.links.lines[LINK_OPTICAL].inactivity_time_s;
        assert_true(kept == 120 || (kept >= 20 && kept <= 20 + operations));
        life_run(life, 30);
    }
}

static void it_sleeps_when_nobody_needs_it(void **state)
{
    (void)state;
    life_darken(life, HOUR);
    assert_true(meter_wake_step(&life->meter, 29999));
    assert_false(meter_wake_step(&life->meter, 30000));
    display_button(&life->meter.display, DISPLAY_BUTTON_SCROLL, true, 30000);
    assert_true(meter_wake_step(&life->meter, 59000));
}

/* ---- the optical port ---- */

static struct meter_optical optical;

static void open_port(void)
{
    life_darken(life, HOUR);
    meter_optical_open(&life->meter, &optical, 0);
}

/* `count` NULs of 300 baud from `*now_ms` on. */
static void send_nuls(int count, int64_t *now_ms)
{
    for (int i = 0; i < count; i++) {
        static const uint8_t nul = 0;
        *now_ms += 33;
        meter_optical_step(&optical, *now_ms);
        meter_optical_receive(&optical, &nul, 1, *now_ms);
    }
}

static size_t hear(int64_t until_ms, int64_t *now_ms, uint8_t *octets, size_t room)
{
    const uint8_t *piece;
    size_t size = 0;
    for (; *now_ms < until_ms; *now_ms += 5) {
        meter_optical_step(&optical, *now_ms);
        for (size_t part; (part = meter_optical_output(&optical, &piece, *now_ms)) > 0;) {
            assert_true(size + part <= room);
            memcpy(octets + size, piece, part);
            size += part;
            meter_optical_sent(&optical, part, *now_ms);
        }
    }
    return size;
}

static void expect_sign_on(int64_t *now_ms)
{
    uint8_t octets[64];
    meter_optical_receive(&optical, "/?!\r\n", 5, *now_ms);
    size_t size = hear(*now_ms + 400, now_ms, octets, sizeof octets);
    assert_true(size > 5);
    assert_memory_equal(octets, "/WTH", 4);
}

/* Half a second of NULs and a pause: ACK; then the sign-on as ever. */
static void a_fast_wake_up_is_confirmed(void **state)
{
    (void)state;
    for (int nuls = 15; nuls <= 19; nuls++) {
        open_port();
        int64_t now_ms = 1000;
        uint8_t octets[64];
        send_nuls(nuls, &now_ms);
        assert_int_equal(hear(now_ms + 80, &now_ms, octets, sizeof octets), 0);
        assert_int_equal(hear(now_ms + 500, &now_ms, octets, sizeof octets), 1);
        assert_int_equal(octets[0], IEC21_ACK);
        expect_sign_on(&now_ms);
        meter_optical_close(&optical);
        life_dawn(life, 1);
        life_run(life, 1);
    }
}

static void other_wake_ups_are_not_answered(void **state)
{
    (void)state;
    static const int counts[] = {1, 5, 64, 70};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        open_port();
        int64_t now_ms = 1000;
        uint8_t octets[64];
        send_nuls(counts[i], &now_ms);
        assert_int_equal(hear(now_ms + 1600, &now_ms, octets, sizeof octets), 0);
        expect_sign_on(&now_ms);
        meter_optical_close(&optical);
        life_dawn(life, 1);
        life_run(life, 1);
    }
}

static void with_mains_nobody_sleeps(void **state)
{
    (void)state;
    int64_t now_ms = 1000;
    uint8_t octets[64];
    meter_optical_open(&life->meter, &optical, 0);
    send_nuls(17, &now_ms);
    assert_int_equal(hear(now_ms + 1000, &now_ms, octets, sizeof octets), 0);
    expect_sign_on(&now_ms);
    meter_optical_close(&optical);
}

static void a_client_keeps_it_awake(void **state)
{
    (void)state;
    int64_t now_ms = 1000;
    uint8_t octets[64];
    open_port();
    expect_sign_on(&now_ms);
    assert_true(meter_optical_awake(&optical, now_ms + 20000));
    assert_false(meter_optical_awake(&optical, now_ms + 40000));
    meter_optical_receive(&optical,
                          "\x06"
                          "051\r\n",
                          6, now_ms);
    assert_true(hear(now_ms + 1000, &now_ms, octets, sizeof octets) > 10);
    assert_true(meter_optical_awake(&optical, now_ms + 80000)); /* in the programming mode */
    (void)hear(now_ms + 95000, &now_ms, octets, sizeof octets); /* which ends by silence */
    assert_false(meter_optical_awake(&optical, now_ms));
    meter_optical_close(&optical);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_kept_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_set_is_kept_and_logged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_outage_is_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(time_without_mains_leaves_no_trace, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_may_end_at_any_moment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_sleeps_when_nobody_needs_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fast_wake_up_is_confirmed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_wake_ups_are_not_answered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(with_mains_nobody_sleeps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_keeps_it_awake, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
