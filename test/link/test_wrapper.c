#include "link/wrapper.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

/* A peer whose requests say what to answer: "e..." is echoed in reverse, "s" is not answered, "f"
 * fills the whole answer. */
enum { IN_ROOM = 64, OUT_ROOM = 48, IDLE_MS = 180000 };

struct rig {
    struct wrapper wrapper;
    uint8_t in[IN_ROOM];
    uint8_t out[OUT_ROOM];
    int requests;
    int following; /* APDUs that follow the next answer */
    struct link_ports ports;
};

static size_t answer(void *owner, struct link_ports ports, uint8_t *request, size_t size,
                     uint8_t *octets, size_t room)
{
    struct rig *rig = owner;
    rig->requests++;
    rig->ports = ports;
    if (size == 0 || request[0] == 's') {
        return 0;
    }
    if (request[0] == 'f') {
        memset(octets, 'F', room);
        return room;
    }
    assert_true(size <= room);
    for (size_t i = 0; i < size; i++) {
        octets[i] = request[size - 1 - i];
    }
    return size;
}

static size_t more(void *owner, struct link_ports ports, uint8_t *octets, size_t room)
{
    struct rig *rig = owner;
    assert_int_equal(ports.client, rig->ports.client);
    assert_true(room >= 1);
    if (rig->following == 0) {
        return 0;
    }
    octets[0] = (uint8_t)('0' + --rig->following);
    return 1;
}

static void rig_init(struct rig *rig)
{
    memset(rig, 0, sizeof *rig);
    struct link_channel channel = {.answer = answer, .more = more, .owner = rig};
    struct wrapper_buffers buffers = {rig->in, sizeof rig->in, rig->out, sizeof rig->out};
    wrapper_init(&rig->wrapper, channel, buffers, IDLE_MS, 0);
}

/* Takes all that there is to send, `step` octets at a time; the size. */
static size_t drain(struct rig *rig, uint8_t *to, size_t room, size_t step)
{
    size_t size = 0;
    const uint8_t *octets;
    for (size_t left; (left = wrapper_output(&rig->wrapper, &octets)) > 0;) {
        size_t part = left < step ? left : step;
        assert_true(size + part <= room);
        memcpy(to + size, octets, part);
        size += part;
        wrapper_sent(&rig->wrapper, part, 0);
    }
    return size;
}

static size_t frame(uint8_t *octets, const char *apdu)
{
    struct wrapper_header header = {16, 1, (uint16_t)strlen(apdu)};
    wrapper_header_write(octets, &header);
    memcpy(octets + WRAPPER_HEADER, apdu, strlen(apdu));
    return WRAPPER_HEADER + strlen(apdu);
}

static void header_is_that_of_the_standard(void **state)
{
    (void)state;
    static const uint8_t expected[] = {0x00, 0x01, 0x00, 0x10, 0x00, 0x01, 0x00, 0x1F};
    uint8_t octets[WRAPPER_HEADER];
    struct wrapper_header header = {.source = 16, .destination = 1, .length = 31};
    wrapper_header_write(octets, &header);
    assert_memory_equal(octets, expected, sizeof expected);
    struct wrapper_header read;
    assert_true(wrapper_header_read(octets, &read));
    assert_int_equal(read.source, 16);
    assert_int_equal(read.destination, 1);
    assert_int_equal(read.length, 31);
    octets[1] = 2;
    assert_false(wrapper_header_read(octets, &read));
}

static void answers_with_the_ports_swapped(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    uint8_t octets[64];
    size_t size = frame(octets, "eabc");
    assert_int_equal(wrapper_receive(&rig.wrapper, octets, size, 5), size);
    assert_int_equal(rig.ports.client, 16);
    assert_int_equal(rig.ports.server, 1);
    static const uint8_t expected[] = {0, 1, 0, 1, 0, 16, 0, 4, 'c', 'b', 'a', 'e'};
    uint8_t sent[64];
    assert_int_equal(drain(&rig, sent, sizeof sent, 64), sizeof expected);
    assert_memory_equal(sent, expected, sizeof expected);
}

/* Four requests, one of them not answered, cut in every way: the answers are the same. */
static void any_cut_of_the_stream_is_the_same(void **state)
{
    (void)state;
    uint8_t stream[128];
    size_t size = 0;
    static const char *const requests[] = {"e1", "s", "eabcdefgh", "", "e2"};
    for (size_t i = 0; i < 5; i++) {
        size += frame(stream + size, requests[i]);
    }
    uint8_t whole[128];
    size_t whole_size = 0;
    for (size_t cut = 1; cut <= size; cut++) {
        for (size_t step = 1; step <= 16; step += 5) {
            struct rig rig;
            rig_init(&rig);
            uint8_t sent[128];
            size_t sent_size = 0;
            for (size_t at = 0; at < size;) {
                size_t part = size - at < cut ? size - at : cut;
                at += wrapper_receive(&rig.wrapper, stream + at, part, 0);
                sent_size += drain(&rig, sent + sent_size, sizeof sent - sent_size, step);
            }
            assert_int_equal(rig.requests, 5);
            if (whole_size == 0) {
                whole_size = sent_size;
                memcpy(whole, sent, sent_size);
            }
            assert_int_equal(sent_size, whole_size);
            assert_memory_equal(sent, whole, whole_size);
        }
    }
    assert_int_equal(whole_size, 3 * WRAPPER_HEADER + 2 + 9 + 2);
}

/* A peer that sends and never reads: one answer waits, the requests behind it are not looked at,
 * and the buffer takes no more than it holds. */
static void a_peer_that_does_not_read_is_held_back(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    uint8_t octets[64];
    size_t size = frame(octets, "e1");
    size_t taken = 0;
    for (int i = 0; i < 100; i++) {
        taken += wrapper_receive(&rig.wrapper, octets, size, 0);
    }
    assert_int_equal(rig.requests, 1);
    assert_int_equal(wrapper_room(&rig.wrapper), 0);
    assert_int_equal(taken, size + IN_ROOM);
    uint8_t sent[128];
    assert_int_equal(drain(&rig, sent, sizeof sent, 64), 7 * size);
    assert_true(wrapper_room(&rig.wrapper) > 0);
    assert_false(wrapper_closing(&rig.wrapper, 0));
}

static void the_longest_frame_fits_and_the_next_closes(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    uint8_t octets[IN_ROOM + 1] = {0};
    struct wrapper_header header = {1, 2, IN_ROOM - WRAPPER_HEADER};
    wrapper_header_write(octets, &header);
    octets[WRAPPER_HEADER] = 's';
    assert_int_equal(wrapper_receive(&rig.wrapper, octets, IN_ROOM, 0), IN_ROOM);
    assert_int_equal(rig.requests, 1);
    assert_false(wrapper_closing(&rig.wrapper, 0));
    header.length++;
    wrapper_header_write(octets, &header);
    wrapper_receive(&rig.wrapper, octets, WRAPPER_HEADER, 0);
    assert_true(wrapper_closing(&rig.wrapper, 0));
    assert_int_equal(wrapper_room(&rig.wrapper), 0);
    assert_int_equal(wrapper_receive(&rig.wrapper, octets, 1, 0), 0);
}

static void the_longest_answer_fits(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    uint8_t octets[64];
    uint8_t sent[64];
    wrapper_receive(&rig.wrapper, octets, frame(octets, "f"), 0);
    assert_int_equal(drain(&rig, sent, sizeof sent, 7), OUT_ROOM);
    assert_int_equal(sent[OUT_ROOM - 1], 'F');
}

static void another_version_closes_after_what_was_answered(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    uint8_t octets[64];
    size_t size = frame(octets, "e1");
    size += frame(octets + size, "e2");
    octets[size / 2] = 0xFF;
    wrapper_receive(&rig.wrapper, octets, size, 0);
    assert_false(wrapper_closing(&rig.wrapper, 0));
    uint8_t sent[64];
    assert_int_equal(drain(&rig, sent, sizeof sent, 64), size / 2);
    assert_true(wrapper_closing(&rig.wrapper, 0));
    assert_int_equal(rig.requests, 1);
}

static void silence_closes(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    assert_int_equal(wrapper_deadline_ms(&rig.wrapper), IDLE_MS);
    assert_false(wrapper_closing(&rig.wrapper, IDLE_MS - 1));
    assert_true(wrapper_closing(&rig.wrapper, IDLE_MS));
    wrapper_receive(&rig.wrapper, "\0", 1, 1000);
    assert_false(wrapper_closing(&rig.wrapper, IDLE_MS));
    assert_int_equal(wrapper_deadline_ms(&rig.wrapper), IDLE_MS + 1000);
    rig.wrapper.idle_ms = 0;
    assert_false(wrapper_closing(&rig.wrapper, INT64_MAX - 1));
}

/* What follows an answer goes before the next request is answered. */
static void answers_that_go_on(void **state)
{
    (void)state;
    static const uint8_t requests[] = {0, 1, 0, 16, 0, 1, 0, 2, 'e', '1',
                                       0, 1, 0, 16, 0, 1, 0, 2, 'e', '2'};
    static const uint8_t expected[] = {0, 1,   0,  1, 0, 16,  0, 2,  '1', 'e', 0,   1,  0,
                                       1, 0,   16, 0, 1, '1', 0, 1,  0,   1,   0,   16, 0,
                                       1, '0', 0,  1, 0, 1,   0, 16, 0,   2,   '2', 'e'};
    uint8_t answers[2 * sizeof expected];
    for (size_t step = 1; step < 12; step++) {
        struct rig rig;
        rig_init(&rig);
        rig.following = 2;
        assert_int_equal(wrapper_receive(&rig.wrapper, requests, sizeof requests, 0),
                         sizeof requests);
        assert_int_equal(drain(&rig, answers, sizeof answers, step), sizeof expected);
        assert_memory_equal(answers, expected, sizeof expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_that_go_on),
        cmocka_unit_test(header_is_that_of_the_standard),
        cmocka_unit_test(answers_with_the_ports_swapped),
        cmocka_unit_test(any_cut_of_the_stream_is_the_same),
        cmocka_unit_test(a_peer_that_does_not_read_is_held_back),
        cmocka_unit_test(the_longest_frame_fits_and_the_next_closes),
        cmocka_unit_test(the_longest_answer_fits),
        cmocka_unit_test(another_version_closes_after_what_was_answered),
        cmocka_unit_test(silence_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
