/* The in-home display on the second RS-485 port: told unasked, in time, by the right line, with
 * keys of its own. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/general_block.h"
#include "dlms/notification.h"
#include "meter/line.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <string.h>

enum { FRAME = 700, CONSUMER_SAP = 103, MESSAGE_MAX = 512, WHOLE = 2048 };
enum { COUNTER_AT = 2 + P1_TITLE + 2 + 1 }; /* in an envelope with a length of two octets */

static const int64_t begin_ms = INT64_C(1795258800000); /* 2026-11-21T11:00:00Z */
static const struct p1_keys own_keys = {.encryption = "display", .authentication = "authentic"};

static struct life *life;
static struct meter_line display;
static struct meter_line other;
static struct meter_line_place places[2];

/* What a display takes from its line. */
static struct told {
    unsigned frames;
    struct hdlc_header header;
    uint8_t apdu[MESSAGE_MAX];
    size_t size;
    uint8_t whole[WHOLE]; /* of general blocks */
    size_t whole_size;
    bool all; /* the last block was there */
} told;

static struct life *begin_with(const char *product, const struct p1_keys *keys)
{
    life = life_begin(product, begin_ms);
    life->setup.display_keys = keys;
    life_kill(life, 1);
    memset(&told, 0, sizeof told);
    return life;
}

static void open_display(void)
{
    struct hdlc_settings *lines = life->meter.links.lines;
    int64_t line_ms = life->meter.now_ms;
    meter_line_open(&life->meter, &display, &places[0], 1, &lines[LINK_DISPLAY], line_ms);
    meter_line_is(&display, LINK_DISPLAY);
    meter_line_open(&life->meter, &other, &places[1], 1, &lines[LINK_RS485], line_ms);
    meter_line_is(&other, LINK_RS485);
}

static void close_display(void)
{
    meter_line_close(&display);
    meter_line_close(&other);
    life_end(life);
}

static void take_block(void)
{
    struct reader r = reader_over(told.apdu, told.size);
    if (told.apdu[0] != DLMS_GENERAL_BLOCK_TRANSFER) {
        return;
    }
    struct dlms_general_block_apdu block = dlms_general_block_take(&r);
    assert_true(reader_done(&r));
    if (block.number == 1) {
        told.whole_size = 0;
    }
    size_t size = reader_left(&block.data);
    assert_true(told.whole_size + size <= sizeof told.whole);
    memcpy(told.whole + told.whole_size, reader_octets(&block.data, size), size);
    told.whole_size += size;
    told.all = block.last;
}

static void take_frame(const uint8_t *octets, size_t size)
{
    static struct hdlc_receiver receiver;
    uint8_t information[MESSAGE_MAX];
    hdlc_receiver_reset(&receiver);
    for (size_t i = 0; i < size; i++) {
        enum hdlc_event event = hdlc_receiver_take(&receiver, octets[i]);
        assert_true(event != HDLC_BAD_FRAME && event != HDLC_BAD_HEADER);
        if (event == HDLC_HEADER) {
            hdlc_receiver_aim(&receiver, information, sizeof information);
        } else if (event == HDLC_FRAME) {
            assert_true(hdlc_receiver_kept(&receiver));
            static const uint8_t llc[] = {0xE6, 0xE7, 0x00};
            assert_memory_equal(information, llc, sizeof llc);
            told.frames++;
            told.header = receiver.header;
            told.size = receiver.information - sizeof llc;
            memcpy(told.apdu, information + sizeof llc, told.size);
            take_block();
        }
    }
}

/* All that a line says now. */
static size_t drain(struct meter_line *line, uint8_t *octets)
{
    const uint8_t *piece;
    size_t size = 0;
    meter_line_step(line, life->meter.now_ms);
    for (size_t part; (part = hdlc_output(&line->station, &piece, life->meter.now_ms)) > 0;) {
        assert_true(size + part <= FRAME);
        memcpy(octets + size, piece, part);
        size += part;
        hdlc_sent(&line->station, part, life->meter.now_ms);
    }
    return size;
}

static void live(unsigned seconds)
{
    uint8_t octets[FRAME];
    for (unsigned i = 0; i < seconds; i++) {
        life_run(life, 1);
        take_frame(octets, drain(&display, octets));
        assert_int_equal(drain(&other, octets), 0);
    }
}

static void expect_content(struct reader r)
{
    struct dlms_notification message = dlms_notification_take(&r);
    assert_false(r.fault);
    struct reader content = message.content;
    assert_int_equal(cosem_take_value(&content).count, 6);
    struct cosem_value name = cosem_take_value(&content);
    assert_memory_equal(name.octets, life->meter.identity.name, name.count);
    assert_int_equal(cosem_take_value(&content).count, 12); /* the clock */
    assert_int_equal(cosem_take_value(&content).integer, 3450000);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(cosem_take_value(&content).tag, i == 0 ? COSEM_I32 : COSEM_U32);
    }
    assert_true(reader_done(&content));
}

static void a_display_is_told_every_ten_seconds(void **state)
{
    (void)state;
    begin_with("st402d", NULL);
    life_run(life, 5);
    open_display();
    live(2);
    assert_int_equal(told.frames, 1); /* as soon as it is there */
    assert_int_equal(told.header.destination.upper, CONSUMER_SAP);
    assert_int_equal(told.header.source.upper, 1);
    assert_int_equal(told.header.control & ~HDLC_POLL, HDLC_UI);
    expect_content(reader_over(told.apdu, told.size));
    live(100);
    assert_int_equal(told.frames, 11);
    close_display();
}

static void nobody_there_nothing_is_told(void **state)
{
    (void)state;
    begin_with("st402d", NULL);
    life_run(life, 100);
    assert_int_equal(life->meter.pushing.push.number, 0);
    assert_false(life->meter.pushing.push.states[PUSH_CONSUMER].waiting);
    open_display();
    live(3);
    meter_line_close(&display);
    uint32_t number = life->meter.pushing.push.number;
    life_run(life, 100);
    assert_int_equal(life->meter.pushing.push.number, number);
    meter_line_close(&other);
    life_end(life);
}

static void its_keys_are_its_own(void **state)
{
    (void)state;
    begin_with("st402d", &own_keys);
    open_display();
    uint32_t counter = 0;
    for (int i = 0; i < 5; i++) {
        uint8_t plain[MESSAGE_MAX];
        told.frames = 0;
        live(10);
        assert_int_equal(told.frames, 1);
        assert_int_equal(told.apdu[0], 0xDB);
        int size = p1_open(&own_keys, told.apdu, told.size, plain);
        assert_true(size > 0);
        expect_content(reader_over(plain, (size_t)size));
        struct reader r = reader_over(told.apdu + COUNTER_AT, 4);
        uint32_t now = reader_u32(&r);
        assert_true(now > counter);
        counter = now;
    }
    static const struct p1_keys wrong = {.encryption = "another"};
    uint8_t plain[MESSAGE_MAX];
    assert_int_equal(p1_open(&wrong, told.apdu, told.size, plain), -1);
    close_display();
}

/* No counter comes twice, whenever the supply goes. */
static void counters_do_not_come_again(void **state)
{
    (void)state;
    begin_with("st402d", &own_keys);
    uint32_t counter = 0;
    for (int i = 0; i < 20; i++) {
        open_display();
        live(3 + (unsigned)i % 20);
        struct reader r = reader_over(told.apdu + COUNTER_AT, 4);
        uint32_t now = reader_u32(&r);
        assert_true(now > counter);
        counter = now;
        meter_line_close(&display);
        meter_line_close(&other);
        (i % 2 ? life_kill : life_cut)(life, 30);
    }
    life_end(life);
}

static void the_period_is_a_setting_that_is_kept(void **state)
{
    (void)state;
    begin_with("st402d", NULL);
    open_display();
    consumer_tell_every(&life->meter.consumer, 3);
    live(30);
    assert_in_range(told.frames, 10, 11);
    consumer_tell_every(&life->meter.consumer, 0);
    told.frames = 0;
    live(100);
    assert_int_equal(told.frames, 0);
    consumer_tell_every(&life->meter.consumer, CONSUMER_TOLD_MOST_S);
    live(2);
    assert_int_equal(told.frames, 1);
    consumer_tell_every(&life->meter.consumer, 5);
    live(6);
    assert_in_range(told.frames, 2, 3); /* at once, not at the end of the hour */
    meter_line_close(&display);
    meter_line_close(&other);
    life_cut(life, 10);
    assert_int_equal(life->meter.consumer.told_every_s, 5);
    assert_true(life->meter.consumer.port_enabled);
    life_end(life);
}

/* What was kept by a meter whose firmware knew of no display. */
static void what_was_kept_before_is_taken_over(void **state)
{
    (void)state;
    static const uint8_t closed = 0;
    enum { VALUE_CONSUMER = 40, VERSION_1 = 1 };
    begin_with("st402d", NULL);
    assert_int_equal(
        journal_put(&life->meter.storage.values, VALUE_CONSUMER, VERSION_1, &closed, 1), 0);
    life_kill(life, 1);
    assert_false(life->meter.consumer.port_enabled);
    assert_int_equal(life->meter.consumer.told_every_s, CONSUMER_TOLD_S);
    life_end(life);
}

/* A message every ten seconds is not for flash: nothing of it is kept, and nothing comes of it in
 * any log. */
static void a_day_of_telling_wears_nothing(void **state)
{
    (void)state;
    begin_with("st402d", NULL);
    open_display();
    live(100);
    for (int i = 0; i < PUSH_SETUPS; i++) {
        assert_false(life->meter.pushing.queued[i]);
    }
    uint32_t events = event_log_count(&life->meter.events, EVENT_LOG_COMMUNICATION);
    live(600);
    assert_int_equal(event_log_count(&life->meter.events, EVENT_LOG_COMMUNICATION), events);
    close_display();
}

/* A text that fits into no frame: in blocks, each a frame, ciphered as one with its counter. */
static void a_long_message_goes_in_blocks(void **state)
{
    (void)state;
    static uint8_t plain[WHOLE];
    static char text[MESSAGE_TEXT_MAX];
    static const struct push_object message = {
        .class_id = 1, .name = {0, 0, 96, 13, 0, 255}, .attribute = 2};
    begin_with("st402d", &own_keys);
    open_display();
    memset(text, 'x', sizeof text);
    assert_int_equal(message_set_text(&life->meter.message, text, sizeof text), 0);
    live(3);
    assert_int_equal(told.frames, 1);
    struct push_object objects[6] = {message};
    for (unsigned i = 1; i < 6; i++) {
        objects[i] = push_object_at(&life->meter.pushing.push, PUSH_CONSUMER, i);
    }
    assert_int_equal(push_set_objects(&life->meter.pushing.push, PUSH_CONSUMER, objects, 6), 0);
    told.frames = 0;
    for (int i = 0; i < 3; i++) {
        told.all = false;
        live(10);
        assert_true(told.all);
        int size = p1_open(&own_keys, told.whole, told.whole_size, plain);
        assert_true(size > (int)sizeof text);
        struct reader r = reader_over(plain, (size_t)size);
        struct reader content = dlms_notification_take(&r).content;
        assert_true(reader_done(&r));
        assert_int_equal(cosem_take_value(&content).count, 6);
        assert_int_equal(cosem_take_value(&content).count, sizeof text);
    }
    assert_in_range(told.frames, 3 * 3, 3 * 4);
    close_display();
}

/* A display may ask as any client: it is not told meanwhile, but with the answers to itself. */
static void the_line_is_a_line(void **state)
{
    (void)state;
    static const uint8_t snrm[] = {0x7E, 0xA0, 0x07, 0x03, 0x21, 0x93, 0x0F, 0x01, 0x7E};
    uint8_t octets[FRAME];
    begin_with("sm402d", NULL);
    open_display();
    live(1);
    (void)hdlc_receive(&display.station, snrm, sizeof snrm, life->meter.now_ms);
    life_run(life, 1);
    size_t size = drain(&display, octets);
    assert_true(size > 10);
    assert_int_equal(octets[5], HDLC_UA | HDLC_POLL);
    told.frames = 0;
    live(30);
    assert_int_equal(told.frames, 0);
    live(110); /* its connection ends by silence */
    assert_true(told.frames > 0);
    close_display();
}

static void the_xs211_has_no_such_port(void **state)
{
    (void)state;
    begin_with("xs211", NULL);
    static const struct cosem_name name = COSEM_NAME(0, 2, 22, 0, 0);
    enum cosem_result why;
    assert_null(cosem_model_find(&life->setup.product->model, 23, &name, 2, &why));
    assert_false(life->setup.product->rs485);
    assert_false(push_goes_anywhere(&life->meter.pushing.push, PUSH_CONSUMER));
    life_end(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_display_is_told_every_ten_seconds),
        cmocka_unit_test(nobody_there_nothing_is_told),
        cmocka_unit_test(its_keys_are_its_own),
        cmocka_unit_test(counters_do_not_come_again),
        cmocka_unit_test(the_period_is_a_setting_that_is_kept),
        cmocka_unit_test(what_was_kept_before_is_taken_over),
        cmocka_unit_test(a_day_of_telling_wears_nothing),
        cmocka_unit_test(a_long_message_goes_in_blocks),
        cmocka_unit_test(the_line_is_a_line),
        cmocka_unit_test(the_xs211_has_no_such_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
