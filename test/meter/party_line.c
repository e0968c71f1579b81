#include "test/meter/party_line.h"

#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { BAUD = 9600, GIVE_UP_MS = 60000, PDU = 1024, SAP_PUBLIC = 16 };

static void take_answer(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct party_line *party = owner;
    assert_true(confirmed && size <= sizeof party->answer);
    memcpy(party->answer, apdu, size);
    party->answered = size;
}

static void start_meter(struct party_line *party, struct party_meter *place, uint32_t serial)
{
    const struct meter_setup setup = {.product = product_find("st402d"),
                                      .legal = &place->legal,
                                      .serial = serial,
                                      .management_password = "password",
                                      .management_low = true};
    assert_int_equal(meter_init(&place->meter, &setup), 0);
    meter_line_open(&place->meter, &place->line, place->places, METER_LINE_CLIENTS,
                    &place->meter.links.lines[LINK_RS485], 0);
    meter_line_is(&place->line, LINK_RS485);
    bus_add_station(&party->bus, &place->line.station);
}

static void watch(void *owner, size_t from, size_t index, struct rs485_octet *octet)
{
    struct party_line *party = owner;
    (void)index;
    (void)octet;
    party->heard += from < party->bus.count - 1;
}

struct party_line *party_line_begin(size_t count)
{
    struct party_line *party = calloc(1, sizeof *party);
    assert_non_null(party);
    party->meters = calloc(PARTY_METERS, sizeof *party->meters);
    assert_non_null(party->meters);
    rs485_init(&party->bus, BAUD, 0);
    party->bus.noise = watch;
    party->bus.owner = party;
    for (uint32_t i = 0; i < count; i++) {
        start_meter(party, &party->meters[i], i + 1);
    }
    party->settings = meter_line_settings();
    const struct hdlc_client_config config = {.settings = &party->settings,
                                              .server = hdlc_address_of(1, 0),
                                              .client = SAP_PUBLIC,
                                              .answer = party->frame,
                                              .answer_room = sizeof party->frame,
                                              .time_out_ms = 100,
                                              .pause_ms = 20,
                                              .patience = 2,
                                              .received = take_answer,
                                              .owner = party};
    hdlc_client_init(&party->hdlc, &config, 0);
    bus_add_client(&party->bus, &party->hdlc);
    return party;
}

void party_line_end(struct party_line *party)
{
    for (size_t i = 0; i < PARTY_METERS; i++) {
        if (party->meters[i].line.meter) {
            meter_line_close(&party->meters[i].line);
        }
    }
    free(party->meters);
    free(party);
}

static bool is_settled(const void *what)
{
    const struct hdlc_client *client = what;
    return client->state == HDLC_CLIENT_CONNECTED || client->state == HDLC_CLIENT_DISCONNECTED;
}

static bool settles(struct party_line *party)
{
    return bus_run(&party->bus, is_settled, &party->hdlc, GIVE_UP_MS) &&
           party->hdlc.state == HDLC_CLIENT_CONNECTED;
}

static bool exchange(struct party_line *party, size_t size)
{
    party->answered = 0;
    hdlc_client_request(&party->hdlc, party->request, size);
    return settles(party) && party->answered > 0;
}

static bool associate(struct party_line *party, uint8_t client)
{
    const struct dlms_octets none = {NULL, 0};
    const struct dlms_octets password = {(const uint8_t *)"password", 8};
    struct dlms_refusal refusal;
    dlms_client_init(&party->dlms, party->value, sizeof party->value, PDU);
    return exchange(party, dlms_client_open(&party->dlms, client == SAP_PUBLIC ? none : password,
                                            party->request, sizeof party->request)) &&
           dlms_client_opened(&party->dlms, party->answer, party->answered, &refusal) ==
               DLMS_CLIENT_DONE;
}

static bool read_serial(struct party_line *party)
{
    static const struct cosem_name name = COSEM_NAME(0, 0, 96, 1, 0);
    struct dlms_refusal refusal;
    if (!exchange(party, dlms_client_get(&party->dlms, 1, &name, 2, party->request,
                                         sizeof party->request)) ||
        dlms_client_answer(&party->dlms, party->answer, party->answered, &refusal) !=
            DLMS_CLIENT_DONE) {
        return false;
    }
    assert_int_equal(party->dlms.size, 2 + PARTY_SERIAL);
    memcpy(party->serial, party->value + 2, PARTY_SERIAL);
    return true;
}

enum party_answer party_line_ask(struct party_line *party, uint16_t device, uint8_t client)
{
    party->heard = 0;
    party->hdlc.config.server = hdlc_address_of(1, device);
    party->hdlc.config.client = client;
    hdlc_client_connect(&party->hdlc);
    if (settles(party) && associate(party, client) && read_serial(party)) {
        return PARTY_FOUND;
    }
    return party->heard > 0 ? PARTY_NOISE : PARTY_SILENCE;
}

bool party_line_disconnect(struct party_line *party)
{
    if (party->hdlc.state == HDLC_CLIENT_CONNECTED) {
        hdlc_client_disconnect(&party->hdlc);
        (void)bus_run(&party->bus, is_settled, &party->hdlc, GIVE_UP_MS);
    }
    return party->hdlc.failure == HDLC_CLIENT_GOOD;
}

enum party_answer party_line_probe(struct party_line *party, uint16_t device)
{
    enum party_answer answer = party_line_ask(party, device, SAP_PUBLIC);
    (void)party_line_disconnect(party);
    return answer;
}

int party_line_set(struct party_line *party, const struct dlms_target *target, const void *value,
                   size_t size)
{
    struct dlms_refusal refusal;
    if (!exchange(party, dlms_client_set(&party->dlms, target, reader_over(value, size),
                                         party->request, sizeof party->request))) {
        return -1;
    }
    enum dlms_client_outcome outcome =
        dlms_client_answer(&party->dlms, party->answer, party->answered, &refusal);
    return outcome == DLMS_CLIENT_DONE ? 0 : (int)refusal.result;
}
