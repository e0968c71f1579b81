/* Push messages of every length over every transport in every protection: one APDU where it fits,
 * general blocks where it does not, and always all that the list says. */
#include "cosem/data.h"
#include "meter/line.h"
#include "test/meter/push_opened.h"
#include "test/meter/push_rig.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

enum { ROOM = 1 << 16, PUSH_CLASS = 40, PARAMETERS = 10, TURNS = 400, SHORT_OF = 6 };

#define LAYER(type, info) "0202 16" type "0205 0900 0900 0908 4142430000000001 0900" info
#define UNICAST           "0202 1600 1600"
#define AUTHENTICATED     LAYER("00", UNICAST)
#define ENCRYPTED         LAYER("01", UNICAST)
#define BOTH              LAYER("02", UNICAST)
#define SIGNED            LAYER("03", "00")

static const struct sealing {
    const char *layers; /* as they are found */
    unsigned policy;
    const char *parameters; /* NULL: the policy says it */
} sealings[] = {
    {"", 0, NULL},
    {"a", DLMS_POLICY_RESPONSE_AUTHENTICATED, NULL},
    {"e", DLMS_POLICY_RESPONSE_ENCRYPTED, NULL},
    {"b", DLMS_POLICY_CIPHERS, NULL},
    {"s", DLMS_POLICY_RESPONSE_SIGNED, NULL},
    {"bs", DLMS_POLICY_RESPONSE_SIGNED | DLMS_POLICY_CIPHERS, NULL},
    {"a", 0, "0101" AUTHENTICATED},
    {"as", 0, "0102" SIGNED AUTHENTICATED},
    {"es", 0, "0102" SIGNED ENCRYPTED},
    {"sa", 0, "0102" AUTHENTICATED SIGNED},
    {"sb", 0, "0102" BOTH SIGNED},
};
enum { SEALINGS = sizeof sealings / sizeof sealings[0] };

static const struct way {
    enum push_transport transport;
    uint16_t info; /* octets of a frame's information; 0: no line */
} ways[] = {{PUSH_TCP, 0}, {PUSH_UDP, 0}, {PUSH_HDLC, 2030}, {PUSH_HDLC, 512}, {PUSH_HDLC, 128}};
enum { WAYS = sizeof ways / sizeof ways[0] };

static struct meter_line line;
static struct meter_line_place place;
static struct hdlc_settings line_settings;

static struct meter *meter(void)
{
    return &push_rig_life->meter;
}

static void protect(const struct sealing *sealing)
{
    static const struct cosem_name name = COSEM_NAME(0, 4, 25, 9, 0);
    uint8_t octets[PUSH_PROTECTION];
    enum cosem_result why;
    struct cosem_call call = {
        .model = &meter()->product->model, .context = &meter()->context, .column = 2};
    const char *hex = sealing->parameters != NULL ? sealing->parameters : "0100";
    struct reader value = reader_over(octets, hex_read(hex, octets, sizeof octets));
    call.object = cosem_model_find(call.model, PUSH_CLASS, &name, call.column, &why);
    assert_int_equal(cosem_object_set(&call, PARAMETERS, &value), COSEM_SUCCESS);
    meter()->security.policy = (uint8_t)sealing->policy;
}

/* ---- a line ---- */

static void take_frame(const uint8_t *octets, size_t size)
{
    static const uint8_t llc[] = {0xE6, 0xE7, 0x00};
    static struct hdlc_receiver receiver;
    uint8_t information[HDLC_INFO_MAX];
    hdlc_receiver_reset(&receiver);
    for (size_t i = 0; i < size; i++) {
        enum hdlc_event event = hdlc_receiver_take(&receiver, octets[i]);
        assert_true(event != HDLC_BAD_FRAME && event != HDLC_BAD_HEADER);
        if (event == HDLC_HEADER) {
            hdlc_receiver_aim(&receiver, information, sizeof information);
        } else if (event == HDLC_FRAME) {
            assert_true(receiver.information <= line_settings.limits.max_info_transmit);
            assert_memory_equal(information, llc, sizeof llc);
            push_rig_take(information + sizeof llc, receiver.information - sizeof llc);
        }
    }
}

static void drain(void)
{
    uint8_t octets[HDLC_INFO_MAX + 64];
    const uint8_t *piece;
    size_t size = 0;
    meter_line_step(&line, meter()->now_ms);
    for (size_t part; (part = hdlc_output(&line.station, &piece, meter()->now_ms)) > 0;) {
        assert_true(size + part <= sizeof octets);
        memcpy(octets + size, piece, part);
        size += part;
        hdlc_sent(&line.station, part, meter()->now_ms);
    }
    take_frame(octets, size);
}

static void go(const struct way *way)
{
    push_rig_push()->settings[PUSH_ALARM].transport = (uint8_t)way->transport;
    if (way->info != 0) {
        line_settings = meter_line_settings();
        line_settings.limits.max_info_transmit = way->info;
        meter_line_open(meter(), &line, &place, 1, &line_settings, meter()->now_ms);
    }
}

static void leave(const struct way *way)
{
    if (way->info != 0) {
        meter_line_close(&line);
    }
}

static size_t most_of(const struct way *way)
{
    size_t frame = (size_t)way->info - HDLC_LLC;
    return way->info != 0 && frame < METER_PDU ? frame : METER_PDU;
}

/* ---- messages ---- */

/* The chip takes it when it has room again. */
static void set_text(const char *text, size_t size)
{
    int result = message_set_text(&meter()->message, text, size);
    for (int i = 0; i < TURNS && result == MESSAGE_LATER; i++) {
        life_run(push_rig_life, 1);
        result = message_set_text(&meter()->message, text, size);
    }
    assert_int_equal(result, 0);
}

/* Name, a text of so many octets, clock. */
static void tell_text(enum push_setup setup, size_t size)
{
    static char text[MESSAGE_TEXT_MAX];
    static const struct push_object objects[] = {
        {.class_id = 1, .name = {0, 0, 42, 0, 0, 255}, .attribute = 2},
        {.class_id = 1, .name = {0, 0, 96, 13, 0, 255}, .attribute = 2},
        {.class_id = 8, .name = {0, 0, 1, 0, 0, 255}, .attribute = 3},
    };
    for (size_t i = 0; i < size; i++) {
        text[i] = (char)('a' + i % 26);
    }
    set_text(text, size);
    push_rig_configure(setup);
    push_rig_list(setup, objects, sizeof objects / sizeof objects[0]);
}

static void assert_tells_text(struct reader apdu, size_t size)
{
    struct reader r = dlms_notification_take(&apdu).content;
    assert_true(reader_done(&apdu));
    assert_int_equal(cosem_take_value(&r).count, 3);
    assert_memory_equal(cosem_take_value(&r).octets, "WTH", 3);
    struct cosem_value text = cosem_take_value(&r);
    assert_int_equal(text.tag, COSEM_OCTET_STRING);
    assert_int_equal(text.count, size);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(text.octets[i], 'a' + i % 26);
    }
    assert_int_equal(cosem_take_value(&r).tag, COSEM_I16);
    assert_true(reader_done(&r));
}

/* Until it has arrived. */
static void push_over(const struct way *way)
{
    uint32_t delivered = push_rig_push()->states[PUSH_ALARM].delivered;
    push_rig_expect();
    push_rig_trigger(PUSH_ALARM);
    for (int i = 0; i < TURNS && push_rig_push()->states[PUSH_ALARM].waiting; i++) {
        life_run(push_rig_life, 1);
        if (way->info != 0) {
            drain();
        }
    }
    assert_int_equal(push_rig_push()->states[PUSH_ALARM].delivered, delivered + 1);
}

/* In blocks only what did not fit into one APDU, and each of them fits. */
static struct reader arrived(size_t most)
{
    assert_true(push_rig.longest <= most);
    if (push_rig.blocks == 0) {
        return reader_over(push_rig.apdu, push_rig.size);
    }
    assert_true(push_rig.ended_by_last);
    assert_true(push_rig.whole_size + SHORT_OF > most);
    return reader_over(push_rig.whole, push_rig.whole_size);
}

static void assert_arrives(const struct way *way, const struct sealing *sealing, size_t size)
{
    char layers[4];
    tell_text(PUSH_ALARM, size);
    push_over(way);
    struct reader plain = push_opened(meter(), arrived(most_of(way)), layers);
    assert_string_equal(layers, sealing->layers);
    assert_tells_text(plain, size);
}

static void every_way_in_every_protection(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 60, 300, MESSAGE_TEXT_MAX};
    push_opened_sign(meter());
    for (int w = 0; w < WAYS; w++) {
        push_rig_configure(PUSH_ALARM);
        go(&ways[w]);
        for (int p = 0; p < SEALINGS; p++) {
            protect(&sealings[p]);
            for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
                assert_arrives(&ways[w], &sealings[p], sizes[i]);
            }
        }
        leave(&ways[w]);
    }
}

/* One octet after the other over the length from which on there are blocks. */
static void every_length_about_the_limit(void **state)
{
    (void)state;
    enum { SPREAD = 20 };
    push_opened_sign(meter());
    for (int p = 0; p < SEALINGS; p++) {
        push_rig_configure(PUSH_ALARM);
        protect(&sealings[p]);
        assert_arrives(&ways[0], &sealings[p], 0);
        size_t limit = METER_PDU - push_rig.size;
        bool blocks[2] = {false, false};
        for (size_t size = limit - SPREAD; size < limit + SPREAD; size++) {
            assert_arrives(&ways[0], &sealings[p], size);
            blocks[push_rig.blocks > 0] = true;
        }
        assert_true(blocks[0] && blocks[1]);
    }
}

/* ---- the last gasp ---- */

/* One datagram, whatever the list says and however it is protected: what does not fit is null-data,
 * and what stands behind it is told all the same. */
static void the_last_gasp_is_one_message(void **state)
{
    (void)state;
    static const size_t sizes[] = {10, 700, MESSAGE_TEXT_MAX};
    push_opened_sign(meter());
    for (int p = 0; p < SEALINGS; p++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            char layers[4];
            tell_text(PUSH_POWER_DOWN, sizes[i]);
            meter()->security.policy = (uint8_t)sealings[p].policy;
            life_run(push_rig_life, 60); /* flash makes room again */
            push_rig.begun = 0;
            assert_int_equal(meter_power_fail(meter()), 0);
            assert_int_equal(push_rig.begun, 1);
            assert_int_equal(push_rig.blocks, 0);
            assert_true(push_rig.size <= METER_PDU);
            struct reader plain =
                push_opened(meter(), reader_over(push_rig.apdu, push_rig.size), layers);
            struct reader r = dlms_notification_take(&plain).content;
            assert_int_equal(cosem_take_value(&r).count, 3);
            assert_memory_equal(cosem_take_value(&r).octets, "WTH", 3);
            struct cosem_value text = cosem_take_value(&r);
            assert_int_equal(text.tag,
                             sizes[i] == MESSAGE_TEXT_MAX ? COSEM_NULL : COSEM_OCTET_STRING);
            assert_int_equal(cosem_take_value(&r).tag, COSEM_I16);
            assert_true(reader_done(&r));
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, push_rig_set_up, push_rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_way_in_every_protection),
        TEST(every_length_about_the_limit),
        TEST(the_last_gasp_is_one_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
