/* The client, frame by frame, beside the vectors: what it says, and what it makes of answers. */
#include "link/hdlc_client.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <string.h>

enum { APDU = 300, OCTETS = 1024, TIME_OUT_MS = 1000, PAUSE_MS = 200, PATIENCE = 3 };

struct rig {
    struct hdlc_settings settings;
    struct hdlc_client client;
    uint8_t answer[APDU + HDLC_LLC];
    uint8_t received[APDU];
    size_t received_size;
    unsigned confirmed;
    unsigned unconfirmed;
    int64_t now_ms;
};

static struct rig rig;

static void received(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    (void)owner;
    memcpy(rig.received, apdu, size);
    rig.received_size = size;
    rig.confirmed += confirmed;
    rig.unconfirmed += !confirmed;
}

static void start(uint8_t client, struct hdlc_limits limits)
{
    rig = (struct rig){
        .settings = {.limits = limits, .inter_octet_time_ms = 25, .response_time_ms = 20}};
    struct hdlc_client_config config = {
        .settings = &rig.settings,
        .server = hdlc_address_of(1, 0),
        .client = client,
        .answer = rig.answer,
        .answer_room = sizeof rig.answer,
        .time_out_ms = TIME_OUT_MS,
        .pause_ms = PAUSE_MS,
        .patience = PATIENCE,
        .received = received,
    };
    hdlc_client_init(&rig.client, &config, 0);
}

/* On to the next deadline. */
static void wait(void)
{
    int64_t due_ms = hdlc_client_deadline_ms(&rig.client);
    if (due_ms != INT64_MAX && due_ms > rig.now_ms) {
        rig.now_ms = due_ms;
    }
}

/* What the client says, once it is time. */
static void says(const char *text)
{
    uint8_t octets[OCTETS];
    char said[2 * OCTETS + 1];
    const uint8_t *piece;
    size_t size = 0;
    wait();
    hdlc_client_step(&rig.client, rig.now_ms);
    wait();
    for (size_t part; (part = hdlc_client_output(&rig.client, &piece, rig.now_ms)) > 0;) {
        memcpy(octets + size, piece, part);
        size += part;
        hdlc_client_sent(&rig.client, part, rig.now_ms);
    }
    hex_write(octets, size, said);
    assert_string_equal(said, text);
}

static void hears(const char *text)
{
    uint8_t octets[OCTETS];
    size_t size = hex_read(text, octets, sizeof octets);
    (void)hdlc_client_receive(&rig.client, octets, size, rig.now_ms);
}

static void connect_16(void)
{
    start(16, hdlc_limits_default());
    hdlc_client_connect(&rig.client);
    says("7EA0070321930F017E");
    hears("7EA01E210373C37A818012050180060180070400000001080400000001533B7E");
    assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTED);
}

/* The AARQ of the facts, and an answer of six octets. */
static const char aarq_frame[] =
    "7EA02B032110FBAFE6E600601DA109060760857405080101BE10040E0100000006"
    "5F1F0400007E1F04B0CAEA7E";
static const char answer_frame[] = "7EA012210330689DE6E7000102030405062AB57E";

static void request(void)
{
    static const char hex[] = "601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0";
    static uint8_t apdu[sizeof hex / 2];
    size_t size = hex_read(hex, apdu, sizeof apdu);
    hdlc_client_request(&rig.client, apdu, size);
}

static void speaks_the_frames_of_the_facts(void **state)
{
    (void)state;
    start(1, hdlc_limits_default());
    hdlc_client_connect(&rig.client);
    says("7EA0070303938C117E");
    hears("7EA00703037382F67E");
    assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTED);
    hdlc_client_disconnect(&rig.client);
    says("7EA00703035380D77E");
    hears("7EA00703031FE85F7E");
    assert_int_equal(rig.client.state, HDLC_CLIENT_DISCONNECTED);
    assert_int_equal(rig.client.failure, HDLC_CLIENT_GOOD);

    start(1, (struct hdlc_limits){2030, 2030, 1, 1});
    hdlc_client_connect(&rig.client);
    says("7EA020030393FEC9818014050207EE060207EE070400000001080400000001B5D47E");

    connect_16();
    request();
    says(aarq_frame);
    hears(answer_frame);
    assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTED);
    assert_int_equal(rig.received_size, 6);
    assert_int_equal(rig.confirmed, 1);
}

/* A segment is acknowledged by RR, which also asks for the next. */
static void asks_for_the_rest(void **state)
{
    (void)state;
    connect_16();
    request();
    says(aarq_frame);
    hears("7EA81221033048C7E6E7000102030405062AB57E");
    says("7EA00703213117877E");
    hears("7EA00B210332B88407089E3D7E");
    assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTED);
    assert_int_equal(rig.received_size, 8);
}

/* Silence: it asks what the server has got, and sends again what was lost. */
static void probes_after_silence(void **state)
{
    (void)state;
    connect_16();
    request();
    says(aarq_frame);
    says("7EA00703211115A67E"); /* RR 0 */
    hears("7EA00721031115007E");
    says(aarq_frame);
    hears(answer_frame);
    assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTED);
    assert_int_equal(rig.client.line.statistics.time_outs, 1);
    assert_int_equal(rig.client.line.statistics.frames_repeated, 1);
}

/* Half an answer before the silence is no part of what comes after it, even when pauses in frames
 * may be long, as over TCP. */
static void half_an_answer_is_forgotten(void **state)
{
    (void)state;
    connect_16();
    rig.settings.inter_octet_time_ms = 6000;
    request();
    says(aarq_frame);
    hears("7EA0122103");
    says("7EA00703211115A67E");
    hears(answer_frame);
    assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTED);
}

static void gives_up_in_the_end(void **state)
{
    (void)state;
    start(16, hdlc_limits_default());
    hdlc_client_connect(&rig.client);
    for (int i = 0; i < PATIENCE; i++) {
        assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTING);
        says("7EA0070321930F017E");
    }
    says("");
    assert_int_equal(rig.client.state, HDLC_CLIENT_DISCONNECTED);
    assert_int_equal(rig.client.failure, HDLC_CLIENT_SILENCE);
    assert_int_equal(rig.now_ms, 20 + PATIENCE * TIME_OUT_MS);
}

/* A server that has nothing yet is asked again after a pause. */
static void waits_for_a_slow_server(void **state)
{
    (void)state;
    connect_16();
    request();
    says(aarq_frame);
    hears("7EA00721033117217E"); /* RR 1 */
    int64_t asked_ms = rig.now_ms;
    says("7EA00703211115A67E");
    assert_int_equal(rig.now_ms - asked_ms, 20); /* the request had got there: headway */
    hears("7EA00721033117217E");
    asked_ms = rig.now_ms;
    says("7EA00703211115A67E");
    assert_int_equal(rig.now_ms - asked_ms, PAUSE_MS);
    hears(answer_frame);
    assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTED);
}

static void refusals_end_the_connection(void **state)
{
    (void)state;
    start(16, hdlc_limits_default());
    hdlc_client_connect(&rig.client);
    says("7EA0070321930F017E");
    hears("7EA00721031F6BE97E"); /* DM */
    assert_int_equal(rig.client.state, HDLC_CLIENT_DISCONNECTED);
    assert_int_equal(rig.client.failure, HDLC_CLIENT_REFUSED);

    connect_16();
    request();
    says(aarq_frame);
    hears("7EA0072103F11BE77E"); /* RR 7: acknowledges what was not sent */
    assert_int_equal(rig.client.failure, HDLC_CLIENT_REJECTED);
}

static void strangers_and_the_late_are_not_heard(void **state)
{
    (void)state;
    connect_16();
    hears("7EA00721031F6BE97E"); /* DM out of turn */
    assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTED);
    request();
    says(aarq_frame);
    hears("7EA00703031FE85F7E"); /* DM to client 1 */
    hears("7EA0070321930F017E"); /* an echo of ours */
    hears("7EA0260300022C295200D3E6E7006315800100BE10040E0800065F1F040000521D00EF0007DF057E");
    assert_int_equal(rig.client.state, HDLC_CLIENT_EXCHANGING);
    assert_int_equal(rig.confirmed, 0);
    hears(answer_frame);
    assert_int_equal(rig.client.state, HDLC_CLIENT_CONNECTED);
}

static void notices_are_heard_at_any_time(void **state)
{
    (void)state;
    start(16, hdlc_limits_default());
    hears("7EA00F210313DFC6E6E7000F0102AD727E");
    assert_int_equal(rig.unconfirmed, 1);
    assert_int_equal(rig.received_size, 3);
    rig.client.flow.in_room = 5;
    hears("7EA00F210313DFC6E6E7000F0102AD727E");
    assert_int_equal(rig.unconfirmed, 1);
    assert_int_equal(rig.client.line.statistics.too_long, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_the_frames_of_the_facts),
        cmocka_unit_test(asks_for_the_rest),
        cmocka_unit_test(probes_after_silence),
        cmocka_unit_test(half_an_answer_is_forgotten),
        cmocka_unit_test(gives_up_in_the_end),
        cmocka_unit_test(waits_for_a_slow_server),
        cmocka_unit_test(refusals_end_the_connection),
        cmocka_unit_test(strangers_and_the_late_are_not_heard),
        cmocka_unit_test(notices_are_heard_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
