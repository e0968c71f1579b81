/* UI frames in the middle of everything: another client sends them while a connection asks in
 * segments, is answered in segments, or is silent. Nothing of either is spoilt by the other. */
#include "base/writer.h"
#include "test/link/hdlc_rig.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum {
    OTHER = 77,
    EXCHANGES = 400,
    MOST = 1200,
    UI_MOST = 480,
    UI_ANSWER = HDLC_INFO_DEFAULT - HDLC_LLC,
    FRAME = 2048
};

static struct rig rig;
static int64_t now_ms;
static unsigned disturbed; /* UI frames while a request was coming in, */
static unsigned beside;    /* while an answer was going out, */
static unsigned answered;  /* and that were answered */

static void put32(uint8_t *octets, uint32_t value)
{
    struct writer w = writer_over(octets, 4);
    writer_u32(&w, value);
}

/* Octets that a station that is polled says now; what is not for it the client does not hear. */
static size_t say(uint8_t *said, size_t room)
{
    const uint8_t *octets;
    size_t filled = 0;
    now_ms += rig.server_settings.response_time_ms;
    for (size_t size; (size = hdlc_output(&rig.station, &octets, now_ms)) > 0;) {
        assert_true(filled + size <= room);
        memcpy(said + filled, octets, size);
        filled += size;
        hdlc_sent(&rig.station, size, now_ms);
    }
    return filled;
}

static uint8_t pattern(uint32_t seed, size_t i)
{
    return (uint8_t)((seed + i) * 2654435761u >> 13);
}

/* One frame, and the information in it. */
static void assert_answer(const uint8_t *said, size_t size, size_t wanted, uint32_t seed)
{
    static uint8_t information[FRAME];
    struct hdlc_receiver ear = {.open = false};
    enum hdlc_event last = HDLC_NOTHING;
    hdlc_receiver_reset(&ear);
    for (size_t i = 0; i < size; i++) {
        enum hdlc_event event = hdlc_receiver_take(&ear, said[i]);
        if (event == HDLC_HEADER) {
            hdlc_receiver_aim(&ear, information, sizeof information);
        }
        last = event != HDLC_NOTHING ? event : last;
    }
    assert_int_equal(last, HDLC_FRAME);
    assert_int_equal(ear.header.destination.upper, OTHER);
    assert_int_equal(ear.header.control, HDLC_UI | HDLC_POLL);
    assert_int_equal(ear.information, HDLC_LLC + wanted);
    for (size_t i = 0; i < wanted; i++) {
        assert_int_equal(information[HDLC_LLC + i], pattern(seed + 1, i));
    }
}

/* A request of another client, which is answered when it is polled. */
static void disturb(void)
{
    static struct hdlc_transmitter transmitter;
    static uint8_t said[FRAME];
    uint8_t request[UI_MOST];
    const struct hdlc_flow *flow = &rig.connections[0].flow;
    size_t wanted = 1 + (size_t)rand() % UI_ANSWER;
    size_t size = RIG_REQUEST_LEAST + (size_t)rand() % (UI_MOST - RIG_REQUEST_LEAST);
    uint32_t seed = (uint32_t)rand();
    bool polls = rand() % 2 == 0;
    const struct hdlc_header header = {.destination = rig.clients[0].client.config.server,
                                       .source = hdlc_address_of(OTHER, 0),
                                       .control = (uint8_t)(HDLC_UI | (polls ? HDLC_POLL : 0))};
    if (hdlc_room(&rig.station) == 0) {
        return;
    }
    put32(request, (uint32_t)wanted);
    put32(request + 4, seed);
    for (size_t i = RIG_REQUEST_LEAST; i < size; i++) {
        request[i] = pattern(seed, i - RIG_REQUEST_LEAST);
    }
    disturbed += flow->in_size > 0;
    beside += flow->sending;
    unsigned served = rig.served;
    hdlc_transmitter_load(&transmitter, header, hdlc_llc_command, request, size);
    const uint8_t *octets;
    for (size_t part; (part = hdlc_transmitter_output(&transmitter, &octets)) > 0;) {
        assert_int_equal(hdlc_receive(&rig.station, octets, part, now_ms), part);
        hdlc_transmitter_sent(&transmitter, part);
    }
    assert_int_equal(rig.served, served + 1);
    if (polls) {
        assert_answer(said, say(said, sizeof said), wanted, seed);
        answered++;
    }
}

/* All that the client has to say, and between two frames somebody else. */
static void hear_client(struct hdlc_client *client)
{
    const uint8_t *octets;
    for (size_t size; (size = hdlc_client_output(client, &octets, now_ms)) > 0;) {
        (void)hdlc_receive(&rig.station, octets, size, now_ms);
        hdlc_client_sent(client, size, now_ms);
        if (!hdlc_transmitter_busy(&client->line.transmitter) && rand() % 2 == 0) {
            disturb();
        }
    }
}

static void talk(struct hdlc_client *client, enum hdlc_client_state until)
{
    static uint8_t said[8 * FRAME];
    for (int turn = 0; client->state != until; turn++) {
        assert_true(turn < 10000);
        now_ms++;
        hdlc_client_step(client, now_ms);
        hear_client(client);
        size_t size = say(said, sizeof said);
        (void)hdlc_client_receive(client, said, size, now_ms);
        if (rand() % 2 == 0) {
            disturb();
        }
    }
}

static void ask(struct rig_client *asking)
{
    size_t request = RIG_REQUEST_LEAST + (size_t)rand() % MOST;
    asking->expected = 1 + (size_t)rand() % MOST;
    asking->seed += 7;
    put32(asking->request, (uint32_t)asking->expected);
    put32(asking->request + 4, asking->seed);
    for (size_t i = RIG_REQUEST_LEAST; i < request; i++) {
        asking->request[i] = pattern(asking->seed, i - RIG_REQUEST_LEAST);
    }
    hdlc_client_request(&asking->client, asking->request, request);
    talk(&asking->client, HDLC_CLIENT_CONNECTED);
}

static void nothing_is_spoilt(void **state)
{
    (void)state;
    static const uint8_t windows[] = {1, 3, 7};
    srand(3);
    for (size_t i = 0; i < sizeof windows; i++) {
        memset(&rig, 0, sizeof rig);
        now_ms = 0;
        disturbed = beside = answered = 0;
        rig.server_settings = rig.client_settings = rig_settings();
        rig.server_settings.limits = (struct hdlc_limits){512, 512, 1, 1};
        rig.client_settings.limits = (struct hdlc_limits){64, 64, windows[i], windows[i]};
        rig.server_settings.limits.window_transmit = windows[i];
        rig.server_settings.limits.window_receive = windows[i];
        rig_start(&rig, 9600, 1);
        struct rig_client *asking = &rig.clients[0];
        hdlc_client_connect(&asking->client);
        talk(&asking->client, HDLC_CLIENT_CONNECTED);
        for (unsigned exchange = 1; exchange <= EXCHANGES; exchange++) {
            ask(asking);
            assert_int_equal(asking->answered, exchange);
        }
        assert_int_equal(rig.spoilt + asking->wrong, 0);
        assert_true(disturbed > EXCHANGES && beside > EXCHANGES && answered > EXCHANGES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_spoilt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
