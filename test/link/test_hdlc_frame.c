/* Frames of the vector file, taken apart and put together again. */
#include "link/hdlc_flow.h"
#include "link/hdlc_octets.h"
#include "link/hdlc_parameters.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 8192, FRAME = 2200 };

struct vector {
    char title[LINE];
    uint8_t frame[FRAME];
    size_t size;
    struct hdlc_header header;
    uint8_t information[FRAME];
    size_t information_size;
    struct hdlc_limits limits;
    bool has_limits;
};

/* Gives a receiver the octets; the last event that was one. */
static enum hdlc_event receive(struct hdlc_receiver *receiver, const uint8_t *octets, size_t size,
                               uint8_t *information, size_t room)
{
    enum hdlc_event last = HDLC_NOTHING;
    for (size_t i = 0; i < size; i++) {
        enum hdlc_event event = hdlc_receiver_take(receiver, octets[i]);
        if (event == HDLC_HEADER) {
            hdlc_receiver_aim(receiver, information, room);
        }
        last = event != HDLC_NOTHING ? event : last;
    }
    return last;
}

static size_t transmit(struct hdlc_transmitter *transmitter, uint8_t *octets)
{
    size_t size = 0;
    const uint8_t *piece;
    for (size_t part; (part = hdlc_transmitter_output(transmitter, &piece)) > 0;) {
        memcpy(octets + size, piece, part);
        size += part;
        hdlc_transmitter_sent(transmitter, part);
    }
    return size;
}

static void assert_address(struct hdlc_address found, struct hdlc_address expected)
{
    assert_int_equal(found.upper, expected.upper);
    assert_int_equal(found.lower, expected.lower);
    assert_int_equal(found.octets, expected.octets);
}

static void taken_apart(const struct vector *vector)
{
    struct hdlc_receiver receiver;
    uint8_t information[FRAME];
    hdlc_receiver_reset(&receiver);
    enum hdlc_event event =
        receive(&receiver, vector->frame, vector->size, information, sizeof information);
    if (event != HDLC_FRAME) {
        fail_msg("%s: no frame", vector->title);
    }
    assert_address(receiver.header.destination, vector->header.destination);
    assert_address(receiver.header.source, vector->header.source);
    assert_int_equal(receiver.header.control, vector->header.control);
    assert_int_equal(receiver.header.segmented, vector->header.segmented);
    assert_int_equal(receiver.information, vector->information_size);
    assert_true(hdlc_receiver_kept(&receiver));
    assert_memory_equal(information, vector->information, vector->information_size);
}

static void put_together(const struct vector *vector)
{
    static struct hdlc_transmitter transmitter;
    uint8_t octets[FRAME];
    hdlc_transmitter_load(&transmitter, vector->header, NULL, vector->information,
                          vector->information_size);
    assert_int_equal(transmit(&transmitter, octets), vector->size);
    assert_memory_equal(octets, vector->frame, vector->size);
    assert_false(hdlc_transmitter_busy(&transmitter));
}

/* The same with the information's first octets as LLC. */
static void put_together_with_llc(const struct vector *vector)
{
    static struct hdlc_transmitter transmitter;
    uint8_t octets[FRAME];
    if (vector->information_size > HDLC_LLC) {
        hdlc_transmitter_load(&transmitter, vector->header, vector->information,
                              vector->information + HDLC_LLC, vector->information_size - HDLC_LLC);
        assert_int_equal(transmit(&transmitter, octets), vector->size);
        assert_memory_equal(octets, vector->frame, vector->size);
    }
}

static void parameters_read(const struct vector *vector)
{
    if (vector->has_limits) {
        struct hdlc_limits found =
            hdlc_parameters_read(vector->information, vector->information_size);
        assert_memory_equal(&found, &vector->limits, sizeof found);
    }
}

static struct hdlc_address read_address(const char *text)
{
    unsigned upper;
    unsigned lower;
    unsigned octets;
    assert_int_equal(sscanf(text, "%u %u %u", &upper, &lower, &octets), 3);
    return (struct hdlc_address){(uint16_t)upper, (uint16_t)lower, (uint8_t)octets};
}

static struct hdlc_limits read_limits(const char *text)
{
    unsigned v[4];
    assert_int_equal(sscanf(text, "%u %u %u %u", &v[0], &v[1], &v[2], &v[3]), 4);
    return (struct hdlc_limits){(uint16_t)v[0], (uint16_t)v[1], (uint8_t)v[2], (uint8_t)v[3]};
}

static void read_line(struct vector *vector, const char *line)
{
    const char *text = strchr(line, ' ') ? strchr(line, ' ') + 1 : "";
    if (strncmp(line, "frame ", 6) == 0) {
        vector->size = hex_read(text, vector->frame, sizeof vector->frame);
    } else if (strncmp(line, "to ", 3) == 0) {
        vector->header.destination = read_address(text);
    } else if (strncmp(line, "from ", 5) == 0) {
        vector->header.source = read_address(text);
    } else if (strncmp(line, "control ", 8) == 0) {
        vector->header.control = (uint8_t)strtoul(text, NULL, 16);
    } else if (strncmp(line, "segmented ", 10) == 0) {
        vector->header.segmented = *text == '1';
    } else if (strncmp(line, "information", 11) == 0) {
        vector->information_size = hex_read(text, vector->information, sizeof vector->information);
    } else if (strncmp(line, "limits ", 7) == 0) {
        vector->limits = read_limits(text);
        vector->has_limits = true;
    }
}

static void assert_bad(const char *text)
{
    uint8_t octets[FRAME];
    uint8_t information[FRAME];
    struct hdlc_receiver receiver;
    hdlc_receiver_reset(&receiver);
    size_t size = hex_read(text, octets, sizeof octets);
    assert_true(size > 0);
    enum hdlc_event event = receive(&receiver, octets, size, information, sizeof information);
    if (event == HDLC_FRAME) {
        fail_msg("%s is taken for a frame", text);
    }
}

static int run_vectors(void (*run)(const struct vector *))
{
    static struct vector vector;
    static const struct vector empty;
    char line[LINE];
    int count = 0;
    FILE *file = fopen(WATTHOUR_TEST "/vectors/hdlc_frames.txt", "r");
    assert_non_null(file);
    vector = empty;
    for (bool more = true; more;) {
        more = fgets(line, sizeof line, file);
        if (!more || strncmp(line, "case ", 5) == 0) {
            if (vector.size > 0) {
                run(&vector);
                count++;
            }
            vector = empty;
            strcpy(vector.title, line);
        } else if (strncmp(line, "bad ", 4) == 0) {
            assert_bad(line + 4);
        } else {
            read_line(&vector, line);
        }
    }
    fclose(file);
    return count;
}

static void frames_of_the_vectors_are_taken_apart(void **state)
{
    (void)state;
    assert_int_equal(run_vectors(taken_apart), 13);
}

static void frames_of_the_vectors_are_put_together(void **state)
{
    (void)state;
    run_vectors(put_together);
    run_vectors(put_together_with_llc);
}

static void parameters_of_the_vectors_are_read(void **state)
{
    (void)state;
    run_vectors(parameters_read);
}

static void parameters_are_written_as_in_the_vectors(void **state)
{
    (void)state;
    static const uint8_t small[] = {0x81, 0x80, 0x12, 0x05, 0x01, 0x80, 0x06,
                                    0x01, 0x80, 0x07, 0x04, 0x00, 0x00, 0x00,
                                    0x01, 0x08, 0x04, 0x00, 0x00, 0x00, 0x01};
    static const uint8_t large[] = {0x81, 0x80, 0x14, 0x05, 0x02, 0x07, 0xEE, 0x06,
                                    0x02, 0x07, 0xEE, 0x07, 0x04, 0x00, 0x00, 0x00,
                                    0x01, 0x08, 0x04, 0x00, 0x00, 0x00, 0x01};
    uint8_t octets[HDLC_PARAMETERS_MAX];
    struct hdlc_limits limits = hdlc_limits_default();
    assert_int_equal(hdlc_parameters_write(octets, &limits), sizeof small);
    assert_memory_equal(octets, small, sizeof small);
    limits = (struct hdlc_limits){2030, 2030, 1, 1};
    assert_int_equal(hdlc_parameters_write(octets, &limits), sizeof large);
    assert_memory_equal(octets, large, sizeof large);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    uint8_t octets[HDLC_PARAMETERS_MAX];
    for (unsigned info = HDLC_INFO_MIN; info <= HDLC_INFO_MAX; info += 9) {
        struct hdlc_limits limits = {(uint16_t)info, (uint16_t)(HDLC_INFO_MAX + 32 - info),
                                     (uint8_t)(info % 7 + 1), (uint8_t)(info % 5 + 1)};
        size_t size = hdlc_parameters_write(octets, &limits);
        struct hdlc_limits found = hdlc_parameters_read(octets, size);
        assert_memory_equal(&found, &limits, sizeof limits);
    }
}

/* Every address in every form that holds it. */
static void addresses_round_trip(void **state)
{
    (void)state;
    for (unsigned form = 1; form <= 4; form *= 2) {
        unsigned most = form == 4 ? 0x3FFF : 0x7F;
        for (unsigned upper = 0; upper <= most; upper += form == 4 ? 5 : 1) {
            unsigned lower = form == 1 ? 0 : most - upper;
            struct hdlc_header header = {
                .destination = {(uint16_t)upper, (uint16_t)lower, (uint8_t)form},
                .source = {0x10, 0, 1},
                .control = HDLC_RR};
            uint8_t octets[HDLC_HEADER_MAX + HDLC_CHECK];
            size_t size = hdlc_header_write(octets, &header, 0);
            assert_int_equal(size, 4 + form);
            struct hdlc_header found;
            for (size_t part = 0; part < size; part++) {
                assert_int_equal(hdlc_header_read(octets, part, &found), 0);
            }
            assert_int_equal(hdlc_header_read(octets, size, &found), size);
            assert_address(found.destination, header.destination);
            assert_address(found.source, header.source);
            assert_int_equal(hdlc_information_size(&found), 0);
        }
    }
}

static void addresses_take_as_few_octets_as_hold_them(void **state)
{
    (void)state;
    assert_int_equal(hdlc_address_of(0x7F, 0).octets, 1);
    assert_int_equal(hdlc_address_of(1, 0x7F).octets, 2);
    assert_int_equal(hdlc_address_of(1, 0x80).octets, 4);
    assert_int_equal(hdlc_address_of(0x80, 0).octets, 4);
}

static void addresses_of_three_and_five_octets_are_none(void **state)
{
    (void)state;
    struct hdlc_header header;
    static const uint8_t three[] = {0xA0, 0x09, 0x02, 0x04, 0x03, 0x21, 0x93};
    static const uint8_t five[] = {0xA0, 0x0B, 0x02, 0x04, 0x02, 0x04, 0x03, 0x21, 0x93};
    assert_int_equal(hdlc_header_read(three, 4, &header), 0);
    assert_int_equal(hdlc_header_read(three, 5, &header), -1);
    assert_int_equal(hdlc_header_read(five, 5, &header), 0);
    assert_int_equal(hdlc_header_read(five, 6, &header), -1);
}

/* The longest frame, and one whose information has no room. */
static void information_is_kept_whole_or_not_at_all(void **state)
{
    (void)state;
    static struct hdlc_transmitter transmitter;
    static uint8_t body[HDLC_INFO_MAX];
    static uint8_t octets[FRAME];
    static uint8_t kept[HDLC_INFO_MAX + 1];
    struct hdlc_header header = {.destination = {1, 1234, 4}, .source = {16, 0, 1}};
    memset(body, HDLC_FLAG, sizeof body);
    hdlc_transmitter_load(&transmitter, header, NULL, body, sizeof body);
    size_t size = transmit(&transmitter, octets);
    assert_int_equal(size, 1 + 8 + 2 + HDLC_INFO_MAX + 2 + 1);
    struct hdlc_receiver receiver;
    hdlc_receiver_reset(&receiver);
    kept[HDLC_INFO_MAX] = 0x55;
    assert_int_equal(receive(&receiver, octets, size, kept, HDLC_INFO_MAX), HDLC_FRAME);
    assert_true(hdlc_receiver_kept(&receiver));
    assert_memory_equal(kept, body, sizeof body);
    assert_int_equal(kept[HDLC_INFO_MAX], 0x55);
    memset(kept, 0, sizeof kept);
    assert_int_equal(receive(&receiver, octets, size, kept, HDLC_INFO_MAX - 1), HDLC_FRAME);
    assert_false(hdlc_receiver_kept(&receiver));
    assert_int_equal(kept[0], 0);
}

static void settings_have_ranges(void **state)
{
    (void)state;
    const struct hdlc_settings good = {.limits = {32, 2030, 1, 7}, .inter_octet_time_ms = 20};
    assert_true(hdlc_settings_valid(&good));
    struct hdlc_settings s = good;
    s.limits.max_info_transmit = 31;
    assert_false(hdlc_settings_valid(&s));
    s = good;
    s.limits.max_info_receive = 2031;
    assert_false(hdlc_settings_valid(&s));
    s = good;
    s.limits.window_transmit = 0;
    assert_false(hdlc_settings_valid(&s));
    s = good;
    s.limits.window_receive = 8;
    assert_false(hdlc_settings_valid(&s));
    s = good;
    s.inter_octet_time_ms = 19;
    assert_false(hdlc_settings_valid(&s));
    s.inter_octet_time_ms = 6001;
    assert_false(hdlc_settings_valid(&s));
    s = good;
    s.device_address = 0x10;
    assert_true(hdlc_settings_valid(&s));
    s.device_address = 0x3FFD;
    assert_true(hdlc_settings_valid(&s));
    s.device_address = 0x0F;
    assert_false(hdlc_settings_valid(&s));
    s.device_address = 0x3FFE;
    assert_false(hdlc_settings_valid(&s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_the_vectors_are_taken_apart),
        cmocka_unit_test(frames_of_the_vectors_are_put_together),
        cmocka_unit_test(parameters_of_the_vectors_are_read),
        cmocka_unit_test(parameters_are_written_as_in_the_vectors),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(addresses_round_trip),
        cmocka_unit_test(addresses_take_as_few_octets_as_hold_them),
        cmocka_unit_test(addresses_of_three_and_five_octets_are_none),
        cmocka_unit_test(information_is_kept_whole_or_not_at_all),
        cmocka_unit_test(settings_have_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
