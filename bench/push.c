/* What pushing costs a meter: a message that is one APDU, and a long one in blocks, plain and
 * ciphered. Steps of a meter that has nothing to tell are taken off. */
#include "bench/bench.h"
#include "meter/meter.h"
#include "port/posix/entropy.h"

#include <stdlib.h>
#include <string.h>

enum { MESSAGES = 2000, LONG_MESSAGES = 200, STEP_MS = 100, MICRO = 1000000 };

static struct legal_part legal;
static struct meter meter;
static int64_t now_ms;

/* What took the messages. */
static struct {
    unsigned apdus;
    uint64_t octets;
} taken;

static int begin(void *context, const struct push_message *message)
{
    (void)context;
    taken.apdus++;
    taken.octets += message->size;
    return 0;
}

static int more(void *context, const uint8_t *apdu, size_t size)
{
    (void)context;
    (void)apdu;
    taken.apdus++;
    taken.octets += size;
    return 0;
}

static enum push_progress look(void *context)
{
    (void)context;
    return PUSH_REACHED;
}

static size_t answer(void *context, uint8_t *apdu, size_t room)
{
    (void)context;
    (void)apdu;
    (void)room;
    return 0;
}

static void end(void *context)
{
    (void)context;
}

static void set_up(void)
{
    static const struct push_sender sender = {
        .begin = begin, .look = look, .more = more, .answer = answer, .end = end};
    static const struct meter_keys keys = {.unicast = "unicast", .authentication = "gak"};
    const struct meter_setup setup = {.product = product_find("xs211"),
                                      .legal = &legal,
                                      .serial = 1,
                                      .utc_ms = INT64_C(1795258800000),
                                      .keys = &keys,
                                      .entropy = &posix_entropy,
                                      .push_sender = &sender};
    if (meter_init(&meter, &setup) != 0) {
        abort();
    }
    for (int setup_number = 0; setup_number < PUSH_SETUPS; setup_number++) {
        meter.pushing.push.settings[setup_number].randomisation_s = 0;
    }
    meter.now_ms = now_ms;
}

static void send_to(enum push_setup setup)
{
    if (push_put_text(&meter.pushing.push, setup, PUSH_TEXT_DESTINATION,
                      (const uint8_t *)"1.2.3.4:5", 9) != 0) {
        abort();
    }
}

/* The list of set-up 1, twenty times: some 2.4 kB. */
static void list_often(enum push_setup setup)
{
    struct push_object objects[PUSH_OBJECTS];
    for (int i = 0; i < PUSH_OBJECTS; i++) {
        objects[i] =
            (struct push_object){.class_id = 40, .name = {0, 1, 25, 9, 0, 255}, .attribute = 2};
    }
    if (push_set_objects(&meter.pushing.push, setup, objects, PUSH_OBJECTS) != 0) {
        abort();
    }
}

static void step(void)
{
    now_ms += STEP_MS;
    (void)meter_step(&meter, now_ms);
}

/* Microseconds of a message, without those of as many steps that tell nothing. */
static double cost_us(unsigned messages)
{
    unsigned steps = 0;
    memset(&taken, 0, sizeof taken);
    double begun_s = bench_now_s();
    for (unsigned i = 0; i < messages; i++) {
        push_trigger(&meter.pushing.push, PUSH_ALARM, &meter.clock, now_ms);
        while (meter.pushing.push.states[PUSH_ALARM].waiting) {
            step();
            steps++;
        }
    }
    double busy_s = bench_now_s() - begun_s;
    begun_s = bench_now_s();
    for (unsigned i = 0; i < steps; i++) {
        step();
    }
    return (busy_s - (bench_now_s() - begun_s)) * MICRO / messages;
}

int main(void)
{
    struct bench bench = bench_begin("push");
    set_up();
    send_to(PUSH_ALARM);
    bench_lower(&bench, "meter.push_us", cost_us(MESSAGES), "us", BENCH_NO_GOAL);
    meter.security.policy = DLMS_POLICY_CIPHERS;
    bench_lower(&bench, "meter.push_ciphered_us", cost_us(MESSAGES), "us", BENCH_NO_GOAL);
    list_often(PUSH_ALARM);
    bench_lower(&bench, "meter.push_long_ciphered_us", cost_us(LONG_MESSAGES), "us", BENCH_NO_GOAL);
    bench_lower(&bench, "meter.push_long_octets", (double)taken.octets / LONG_MESSAGES, "octets",
                BENCH_NO_GOAL);
    bench_lower(&bench, "meter.push_long_apdus", (double)taken.apdus / LONG_MESSAGES, "APDUs",
                BENCH_NO_GOAL);
    meter.security.policy = 0;
    bench_lower(&bench, "meter.push_long_us", cost_us(LONG_MESSAGES), "us", BENCH_NO_GOAL);
    return bench_end(&bench);
}
