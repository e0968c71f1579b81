#include "test/meter/crowd_wire.h"

#include "test/unit.h"

#include <string.h>

enum { BAUD = 9600, GIVE_UP_MS = 60000, STEP_MS = 20 };

/* ---- the optical port as somebody on a line ---- */

static size_t optical_output(void *end, const uint8_t **octets, int64_t now_ms)
{
    return meter_optical_output(end, octets, now_ms);
}

static void optical_sent(void *end, int64_t now_ms)
{
    meter_optical_sent(end, 1, now_ms);
}

static void optical_receive(void *end, uint8_t octet, int64_t now_ms)
{
    meter_optical_receive(end, &octet, 1, now_ms);
}

static void optical_step(void *end, int64_t now_ms)
{
    meter_optical_step(end, now_ms);
}

static int64_t optical_deadline_ms(const void *end)
{
    const struct meter_optical *optical = end;
    return hdlc_deadline_ms(&optical->line.station);
}

static void join_optical(struct rs485 *bus, struct meter_optical *optical)
{
    static const struct rs485_face face = {optical_output, optical_sent, optical_receive,
                                           optical_step, optical_deadline_ms};
    (void)rs485_join(bus, &face, optical, 0);
}

/* ---- the meter's ends ---- */

static int64_t now_ms(const struct crowd_lines *lines)
{
    return lines->now_us / 1000;
}

void crowd_lines_open(struct crowd_lines *lines)
{
    struct meter *meter = &lines->life->meter;
    meter_line_open(meter, &lines->party, lines->places, METER_LINE_CLIENTS,
                    &meter->links.lines[LINK_RS485], now_ms(lines));
    meter_line_is(&lines->party, LINK_RS485);
    assert_int_equal(local_port_set_mode(&meter->local_port, LOCAL_PORT_HDLC), 0);
    meter_optical_open(meter, &lines->optical, now_ms(lines));
}

void crowd_lines_close(struct crowd_lines *lines)
{
    meter_optical_close(&lines->optical);
    meter_line_close(&lines->party);
}

void crowd_lines_begin(struct crowd_lines *lines, struct life *life)
{
    memset(lines, 0, sizeof *lines);
    lines->life = life;
    crowd_lines_open(lines);
    rs485_init(&lines->party_bus, BAUD, 0);
    bus_add_station(&lines->party_bus, &lines->party.station);
    rs485_init(&lines->light_bus, BAUD, 0);
    join_optical(&lines->light_bus, &lines->optical);
}

void crowd_lines_rest(struct crowd_lines *lines, int64_t seconds)
{
    lines->now_us += seconds * 1000000;
    meter_line_step(&lines->party, now_ms(lines));
    meter_optical_step(&lines->optical, now_ms(lines));
}

/* ---- a client's end ---- */

static struct rs485 *bus_of(struct crowd_wire *wire)
{
    return wire->way == CROWD_RS485 ? &wire->lines->party_bus : &wire->lines->light_bus;
}

static void take_answer(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct crowd_wire *wire = owner;
    assert_true(confirmed && size <= sizeof wire->answer);
    memcpy(wire->answer, apdu, size);
    wire->answered = size;
}

static void begin_hdlc(struct crowd_wire *wire)
{
    static const struct hdlc_settings settings = {
        .limits = {512, 512, 1, 1}, .inter_octet_time_ms = 25, .response_time_ms = 20};
    const struct meter *meter = &wire->lines->life->meter;
    enum link_line line = wire->way == CROWD_RS485 ? LINK_RS485 : LINK_OPTICAL;
    uint16_t device = meter->links.lines[line].device_address;
    const struct hdlc_client_config config = {.settings = &settings,
                                              .server =
                                                  hdlc_address_of(DLMS_LOGICAL_DEVICE, device),
                                              .client = wire->sap,
                                              .answer = wire->frame,
                                              .answer_room = sizeof wire->frame,
                                              .time_out_ms = 500,
                                              .pause_ms = 20,
                                              .patience = 3,
                                              .received = take_answer,
                                              .owner = wire};
    hdlc_client_init(&wire->hdlc, &config, now_ms(wire->lines));
}

void crowd_wire_begin(struct crowd_wire *wire, struct crowd_lines *lines, enum crowd_way way,
                      uint8_t sap)
{
    memset(wire, 0, sizeof *wire);
    wire->way = way;
    wire->sap = sap;
    wire->lines = lines;
    if (way != CROWD_TCP) {
        begin_hdlc(wire);
        bus_add_client(bus_of(wire), &wire->hdlc);
    }
}

static bool is_settled(const void *what)
{
    const struct hdlc_client *client = what;
    return client->state == HDLC_CLIENT_CONNECTED || client->state == HDLC_CLIENT_DISCONNECTED;
}

/* The line has this client alone until it has what it wants; its time is everybody's. */
static bool settles(struct crowd_wire *wire)
{
    struct rs485 *bus = bus_of(wire);
    bus->now_us = wire->lines->now_us;
    assert_true(bus_run(bus, is_settled, &wire->hdlc, GIVE_UP_MS));
    wire->lines->now_us = bus->now_us;
    wire->active_us = bus->now_us;
    return wire->hdlc.state == HDLC_CLIENT_CONNECTED;
}

bool crowd_wire_open(struct crowd_wire *wire)
{
    wire->asked = false;
    if (wire->way == CROWD_TCP) {
        meter_connect(&wire->lines->life->meter, &wire->tcp, now_ms(wire->lines));
        wire->active_us = wire->lines->now_us;
        wire->open = true;
    } else {
        begin_hdlc(wire);
        hdlc_client_connect(&wire->hdlc);
        wire->open = settles(wire);
    }
    return wire->open;
}

void crowd_wire_close(struct crowd_wire *wire)
{
    if (wire->way == CROWD_TCP) {
        meter_disconnect(&wire->tcp);
    } else {
        hdlc_client_disconnect(&wire->hdlc);
        (void)settles(wire);
    }
    wire->open = false;
    wire->asked = false;
}

int64_t crowd_wire_silence_s(const struct crowd_wire *wire)
{
    return (wire->lines->now_us - wire->active_us) / 1000000;
}

bool crowd_wire_timed_out(const struct crowd_wire *wire)
{
    int64_t most_s = wire->way == CROWD_TCP ? CROWD_TCP_SILENCE_S : CROWD_HDLC_SILENCE_S;
    return wire->open && crowd_wire_silence_s(wire) >= most_s;
}

void crowd_wire_ask(struct crowd_wire *wire, const uint8_t *apdu, size_t size)
{
    const struct wrapper_header header = {wire->sap, DLMS_LOGICAL_DEVICE, (uint16_t)size};
    assert_true(size > 0 && size <= CROWD_APDU && !wire->asked);
    wrapper_header_write(wire->request, &header);
    memcpy(wire->request + WRAPPER_HEADER, apdu, size);
    wire->request_size = WRAPPER_HEADER + size;
    wire->request_sent = 0;
    wire->asked = true;
}

/* All that the meter says over TCP, one frame. */
static void drain(struct crowd_wire *wire)
{
    const uint8_t *octets;
    wire->answered = 0;
    for (size_t left; (left = wrapper_output(&wire->tcp.wrapper, &octets)) > 0;) {
        assert_true(wire->answered + left <= sizeof wire->answer);
        memcpy(wire->answer + wire->answered, octets, left);
        wire->answered += left;
        wrapper_sent(&wire->tcp.wrapper, left, now_ms(wire->lines));
    }
}

static bool hear_tcp(struct crowd_wire *wire, size_t most, struct reader *apdu)
{
    struct wrapper_header header;
    size_t left = wire->request_size - wire->request_sent;
    size_t size = left < most ? left : most;
    assert_int_equal(wrapper_receive(&wire->tcp.wrapper, wire->request + wire->request_sent, size,
                                     now_ms(wire->lines)),
                     size);
    wire->request_sent += size;
    wire->active_us = wire->lines->now_us;
    drain(wire);
    if (wire->request_sent < wire->request_size) {
        assert_int_equal(wire->answered, 0);
        return false;
    }
    assert_true(wire->answered > WRAPPER_HEADER);
    assert_true(wrapper_header_read(wire->answer, &header));
    assert_int_equal(header.destination, wire->sap);
    assert_int_equal(header.length, wire->answered - WRAPPER_HEADER);
    *apdu = reader_over(wire->answer + WRAPPER_HEADER, header.length);
    return true;
}

static bool hear_hdlc(struct crowd_wire *wire, struct reader *apdu)
{
    wire->answered = 0;
    hdlc_client_request(&wire->hdlc, wire->request + WRAPPER_HEADER,
                        wire->request_size - WRAPPER_HEADER);
    wire->open = settles(wire);
    *apdu = reader_over(wire->answer, wire->answered);
    return true;
}

bool crowd_wire_hear(struct crowd_wire *wire, size_t most, struct reader *apdu)
{
    bool heard = wire->way == CROWD_TCP ? hear_tcp(wire, most, apdu) : hear_hdlc(wire, apdu);
    wire->asked = wire->asked && !heard;
    return heard;
}
