/* The line of several stations against a naive model: who says what when is planned at random, and
 * the model looks at each octet by itself, with every other one. */
#include "test/dice.h"
#include "test/unit.h"
#include "world/rs485/rs485.h"

#include <stdlib.h>
#include <string.h>

enum { PARTIES = 5, BURSTS = 6, BURST_MOST = 4, HEARD_MOST = 4096, BAUD = 9600, MS_US = 1000 };

struct burst {
    int64_t at_ms;
    size_t size;
    uint8_t octets[BURST_MOST];
};

struct heard {
    int64_t at_ms;
    uint8_t octet;
};

struct party {
    struct burst bursts[BURSTS];
    size_t count;
    size_t burst; /* under way */
    size_t said;  /* of it */
    struct heard heard[HEARD_MOST];
    size_t heard_count;
};

static struct party parties[PARTIES];
static struct rs485 line;
static uint64_t state;

static size_t output(void *end, const uint8_t **octets, int64_t now_ms)
{
    struct party *party = end;
    if (party->burst == party->count || now_ms < party->bursts[party->burst].at_ms) {
        return 0;
    }
    const struct burst *burst = &party->bursts[party->burst];
    *octets = burst->octets + party->said;
    return burst->size - party->said;
}

static void sent(void *end, int64_t now_ms)
{
    struct party *party = end;
    (void)now_ms;
    party->said++;
    if (party->said == party->bursts[party->burst].size) {
        party->burst++;
        party->said = 0;
    }
}

static void receive(void *end, uint8_t octet, int64_t now_ms)
{
    struct party *party = end;
    assert_true(party->heard_count < HEARD_MOST);
    party->heard[party->heard_count++] = (struct heard){now_ms, octet};
}

static void step(void *end, int64_t now_ms)
{
    (void)end;
    (void)now_ms;
}

static int64_t deadline_ms(const void *end)
{
    const struct party *party = end;
    return party->burst == party->count ? INT64_MAX : party->bursts[party->burst].at_ms;
}

static const struct rs485_face face = {output, sent, receive, step, deadline_ms};

static void begin(uint32_t baud)
{
    rs485_init(&line, baud, 0);
    for (size_t i = 0; i < PARTIES; i++) {
        parties[i].burst = parties[i].said = parties[i].heard_count = 0;
        assert_int_equal(rs485_join(&line, &face, &parties[i], 0), 0);
    }
}

static void say(size_t party, int64_t at_ms, const char *text)
{
    struct burst *burst = &parties[party].bursts[parties[party].count++];
    *burst = (struct burst){.at_ms = at_ms, .size = strlen(text)};
    memcpy(burst->octets, text, burst->size);
}

static void nothing_is_said(void)
{
    for (size_t i = 0; i < PARTIES; i++) {
        parties[i].count = 0;
    }
}

/* ---- the model ---- */

struct octet {
    size_t party;
    int64_t begin_us;
    int64_t end_us;
    uint8_t value;
};

static struct octet octets[PARTIES * BURSTS * BURST_MOST];
static size_t octet_count;

static void list_octets(void)
{
    octet_count = 0;
    for (size_t p = 0; p < PARTIES; p++) {
        for (size_t b = 0; b < parties[p].count; b++) {
            const struct burst *burst = &parties[p].bursts[b];
            for (size_t i = 0; i < burst->size; i++) {
                int64_t begin_us = burst->at_ms * MS_US + (int64_t)i * line.octet_us;
                octets[octet_count++] =
                    (struct octet){p, begin_us, begin_us + line.octet_us, burst->octets[i]};
            }
        }
    }
}

/* `drives`, with the release behind it, overlaps `octet` in time. */
static bool meet(const struct octet *octet, const struct octet *drives)
{
    return drives->begin_us < octet->end_us && octet->begin_us < drives->end_us + line.release_us;
}

static bool same(const struct octet *a, const struct octet *b)
{
    return a->begin_us == b->begin_us && a->value == b->value;
}

/* An octet is spoilt by whatever another party does meanwhile, but for saying the same. While a
 * party goes on speaking, it does not release the line. */
static bool is_spoilt(const struct octet *octet)
{
    bool spoilt = false;
    for (size_t i = 0; i < octet_count; i++) {
        const struct octet *other = &octets[i];
        bool goes_on = false;
        for (size_t j = 0; j < octet_count; j++) {
            goes_on = goes_on || (octets[j].party == other->party &&
                                  octets[j].begin_us == other->end_us && same(&octets[j], octet));
        }
        if (other->party != octet->party && !same(octet, other)) {
            bool only_release = octet->begin_us >= other->end_us;
            spoilt = spoilt || (meet(octet, other) && !(only_release && goes_on));
        }
    }
    return spoilt;
}

static bool is_echo(const struct octet *octet)
{
    bool echo = false;
    for (size_t i = 0; i < octet_count; i++) {
        echo = echo || (octets[i].party < octet->party && same(&octets[i], octet));
    }
    return echo;
}

static bool drives_at(size_t party, int64_t at_us)
{
    bool drives = false;
    for (size_t i = 0; i < octet_count; i++) {
        const struct octet *octet = &octets[i];
        drives = drives || (octet->party == party && octet->begin_us < at_us &&
                            at_us < octet->end_us + line.release_us);
    }
    return drives;
}

/* How often `party` hears an octet that ended in the millisecond with this value; spoilt ones with
 * any other. */
static unsigned count_heard(size_t party, const struct octet *octet, bool spoilt)
{
    unsigned count = 0;
    for (size_t i = 0; i < parties[party].heard_count; i++) {
        const struct heard *heard = &parties[party].heard[i];
        bool fits = spoilt ? heard->octet != octet->value : heard->octet == octet->value;
        count += heard->at_ms == octet->end_us / MS_US && fits;
    }
    return count;
}

static void compare(void)
{
    uint64_t spoilt_count = 0;
    list_octets();
    size_t expected[PARTIES] = {0};
    for (size_t i = 0; i < octet_count; i++) {
        const struct octet *octet = &octets[i];
        bool spoilt = is_spoilt(octet);
        spoilt_count += spoilt;
        for (size_t p = 0; p < PARTIES; p++) {
            bool hears = p != octet->party && !drives_at(p, octet->end_us) && !is_echo(octet);
            expected[p] += hears;
            if (hears) {
                assert_true(count_heard(p, octet, spoilt) >= 1);
            }
        }
    }
    for (size_t p = 0; p < PARTIES; p++) {
        assert_int_equal(parties[p].heard_count, expected[p]);
    }
    assert_int_equal(line.collisions, spoilt_count);
    assert_int_equal(line.octets, octet_count);
}

/* Bursts of each party one after the other; those of different parties as they come. */
static void plan(unsigned spread_ms)
{
    for (size_t p = 0; p < PARTIES; p++) {
        int64_t at_ms = dice_roll(&state, spread_ms);
        parties[p].count = dice_roll(&state, BURSTS + 1);
        for (size_t b = 0; b < parties[p].count; b++) {
            struct burst *burst = &parties[p].bursts[b];
            burst->at_ms = at_ms;
            burst->size = 1 + dice_roll(&state, BURST_MOST);
            for (size_t i = 0; i < burst->size; i++) {
                burst->octets[i] = (uint8_t)dice_roll(&state, 3);
            }
            at_ms += 2 * BURST_MOST + dice_roll(&state, spread_ms);
        }
    }
}

static void random_plans_are_heard_as_the_model_says(void **unused)
{
    (void)unused;
    for (unsigned round = 0; round < 4000; round++) {
        state = round;
        plan(2 + round % 200);
        begin(BAUD);
        rs485_run(&line, 10000000);
        compare();
    }
}

/* However often it is looked at, the same happens. */
static void steps_of_any_size_are_the_same(void **unused)
{
    (void)unused;
    static struct party whole[PARTIES];
    for (unsigned round = 0; round < 100; round++) {
        state = round;
        plan(30);
        begin(BAUD);
        rs485_run(&line, 10000000);
        memcpy(whole, parties, sizeof whole);
        begin(BAUD);
        for (int64_t at_us = 0; at_us < 10000000;) {
            at_us += 1 + dice_roll(&state, 9000);
            rs485_run(&line, at_us);
        }
        for (size_t p = 0; p < PARTIES; p++) {
            assert_int_equal(parties[p].heard_count, whole[p].heard_count);
            assert_memory_equal(parties[p].heard, whole[p].heard,
                                whole[p].heard_count * sizeof whole[p].heard[0]);
        }
    }
}

/* ---- by hand ---- */

static void expect(size_t party, const char *text)
{
    assert_int_equal(parties[party].heard_count, strlen(text));
    for (size_t i = 0; text[i]; i++) {
        assert_int_equal(parties[party].heard[i].octet, text[i]);
    }
}

static void everybody_hears_but_who_speaks(void **unused)
{
    (void)unused;
    nothing_is_said();
    say(2, 10, "ab");
    begin(BAUD);
    rs485_run(&line, 11000);
    assert_int_equal(parties[0].heard_count, 0);
    rs485_run(&line, 11041);
    expect(0, "a");
    rs485_run(&line, 12082);
    expect(0, "ab");
    expect(1, "ab");
    expect(2, "");
    expect(4, "ab");
}

/* Whoever answers before the driver of the other is off is not understood. */
static void the_line_has_to_be_released(void **unused)
{
    (void)unused;
    nothing_is_said();
    say(0, 10, "a"); /* until 11.041, and the line until 11.561 */
    say(1, 11, "b");
    begin(BAUD);
    rs485_run(&line, 50000);
    assert_int_equal(line.collisions, 2);
    nothing_is_said();
    say(0, 10, "a");
    say(1, 12, "b");
    begin(BAUD);
    rs485_run(&line, 50000);
    assert_int_equal(line.collisions, 0);
    expect(2, "ab");
}

static void who_is_late_is_late_once_in_a_burst(void **unused)
{
    (void)unused;
    nothing_is_said();
    say(0, 10, "abc");
    begin(BAUD);
    line.parties[0].late_us = 700;
    rs485_run(&line, 10000 + 700 + 3 * line.octet_us - 1);
    expect(1, "ab");
    rs485_run(&line, 10000 + 700 + 3 * line.octet_us);
    expect(1, "abc");
}

static void without_a_speed_octets_arrive_at_once(void **unused)
{
    (void)unused;
    nothing_is_said();
    say(3, 10, "abcd");
    begin(0);
    rs485_run(&line, 10000);
    expect(0, "abcd");
}

static void lose_every_other(void *owner, size_t party, size_t index, struct rs485_octet *octet)
{
    (void)owner;
    (void)party;
    octet->copies = index % 2 == 0 ? 2 : 0;
}

static void noise_loses_and_doubles(void **unused)
{
    (void)unused;
    nothing_is_said();
    say(1, 1, "abcd");
    begin(BAUD);
    line.noise = lose_every_other;
    rs485_run(&line, 50000);
    expect(0, "aacc");
}

static void the_line_is_full(void **unused)
{
    (void)unused;
    rs485_init(&line, BAUD, 0);
    for (int i = 0; i < RS485_PARTIES; i++) {
        assert_int_equal(rs485_join(&line, &face, &parties[0], 0), 0);
    }
    assert_int_equal(rs485_join(&line, &face, &parties[0], 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_plans_are_heard_as_the_model_says),
        cmocka_unit_test(steps_of_any_size_are_the_same),
        cmocka_unit_test(everybody_hears_but_who_speaks),
        cmocka_unit_test(the_line_has_to_be_released),
        cmocka_unit_test(who_is_late_is_late_once_in_a_burst),
        cmocka_unit_test(without_a_speed_octets_arrive_at_once),
        cmocka_unit_test(noise_loses_and_doubles),
        cmocka_unit_test(the_line_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
