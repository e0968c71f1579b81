#include "test/meter/push_rig.h"

#include "dlms/general_block.h"
#include "port/posix/entropy.h"
#include "test/unit.h"

#include <string.h>

const int64_t push_rig_begin_ms = INT64_C(1795258800000); /* 2026-11-21T11:00:00Z */
const struct meter_keys push_rig_keys = {.unicast = "unicast", .authentication = "gak"};

struct push_rig push_rig;

void push_rig_take(const uint8_t *apdu, size_t size)
{
    assert_true(size <= sizeof push_rig.apdu);
    memcpy(push_rig.apdu, apdu, size);
    push_rig.size = size;
    push_rig.longest = size > push_rig.longest ? size : push_rig.longest;
    if (apdu[0] != DLMS_GENERAL_BLOCK_TRANSFER) {
        return;
    }
    struct reader r = reader_over(push_rig.apdu, size);
    struct dlms_general_block_apdu block = dlms_general_block_take(&r);
    size_t octets = reader_left(&block.data);
    assert_true(reader_done(&r));
    assert_int_equal(block.number, ++push_rig.blocks);
    assert_int_equal(block.acknowledged, 0);
    assert_int_equal(block.window, 0);
    assert_int_equal(block.streaming, !block.last);
    assert_false(push_rig.ended_by_last);
    assert_true(push_rig.whole_size + octets <= sizeof push_rig.whole);
    memcpy(push_rig.whole + push_rig.whole_size, reader_octets(&block.data, octets), octets);
    push_rig.whole_size += octets;
    push_rig.ended_by_last = block.last;
}

void push_rig_expect(void)
{
    push_rig.size = 0;
    push_rig.longest = 0;
    push_rig.blocks = 0;
    push_rig.whole_size = 0;
    push_rig.ended_by_last = false;
}

static int begin(void *context, const struct push_message *message)
{
    (void)context;
    push_rig.begun++;
    memcpy(push_rig.to, message->destination, message->destination_size);
    push_rig.to[message->destination_size] = '\0';
    push_rig_expect();
    push_rig_take(message->apdu, message->size);
    return push_rig.unreachable ? -1 : 0;
}

static int more(void *context, const uint8_t *apdu, size_t size)
{
    (void)context;
    if (push_rig.blocks_most != 0 && push_rig.blocks == push_rig.blocks_most) {
        return -1;
    }
    push_rig_take(apdu, size);
    return 0;
}

static enum push_progress look(void *context)
{
    (void)context;
    bool refused = strcmp(push_rig.to, push_rig.refuses) == 0;
    return refused ? PUSH_REFUSED : push_rig.progress;
}

static size_t answer(void *context, uint8_t *apdu, size_t room)
{
    (void)context;
    size_t size = push_rig.answered;
    assert_true(size <= room);
    memcpy(apdu, push_rig.answer, size);
    push_rig.answered = 0;
    return size;
}

static void end(void *context)
{
    (void)context;
    push_rig.ended++;
}

static const struct push_sender sender = {
    .begin = begin, .look = look, .more = more, .answer = answer, .end = end};
const struct push_sender push_rig_single = {
    .begin = begin, .look = look, .answer = answer, .end = end};

struct life *push_rig_life;

int push_rig_set_up(void **state)
{
    (void)state;
    push_rig = (struct push_rig){.progress = PUSH_REACHED};
    push_rig_life = life_begin("xs211", push_rig_begin_ms);
    push_rig_life->setup.push_sender = &sender;
    push_rig_life->setup.keys = &push_rig_keys;
    push_rig_life->setup.entropy = &posix_entropy;
    life_kill(push_rig_life, 1);
    life_run(push_rig_life, 10);
    push_rig.begun = 0;
    return 0;
}

int push_rig_tear_down(void **state)
{
    (void)state;
    life_end(push_rig_life);
    return 0;
}

struct push *push_rig_push(void)
{
    return &push_rig_life->meter.pushing.push;
}

void push_rig_configure(enum push_setup setup)
{
    struct push_settings *settings = &push_rig_push()->settings[setup];
    settings->randomisation_s = 0;
    settings->delay_s = 10;
    settings->delay_percent = 100;
    push_rig_send_to(setup, "1.2.3.4:5");
}

void push_rig_send_to(enum push_setup setup, const char *destinations)
{
    assert_int_equal(push_put_text(push_rig_push(), setup, PUSH_TEXT_DESTINATION,
                                   (const uint8_t *)destinations, strlen(destinations)),
                     0);
    push_rig_push()->changes[setup]++;
}

void push_rig_list(enum push_setup setup, const struct push_object *objects, size_t count)
{
    assert_int_equal(push_set_objects(push_rig_push(), setup, objects, count), 0);
    push_rig_push()->changes[setup]++;
}

void push_rig_list_often(enum push_setup setup)
{
    struct push_object objects[PUSH_OBJECTS];
    for (int i = 0; i < PUSH_OBJECTS; i++) {
        objects[i] =
            (struct push_object){.class_id = 40, .name = {0, 1, 25, 9, 0, 255}, .attribute = 2};
    }
    push_rig_list(setup, objects, PUSH_OBJECTS);
}

void push_rig_trigger(enum push_setup setup)
{
    push_trigger(push_rig_push(), setup, &push_rig_life->meter.clock, push_rig_life->meter.now_ms);
}

struct dlms_notification push_rig_arrived(void)
{
    struct reader r = reader_over(push_rig.apdu, push_rig.size);
    struct dlms_notification message = dlms_notification_take(&r);
    assert_false(r.fault);
    return message;
}
