/* Places of an HDLC line: each connection finds one, whatever clients without a connection (UI
 * frames) have opened before; a client without one is refused for now when all are connected. */
#include "dlms/apdu.h"
#include "dlms/client.h"
#include "meter/line.h"
#include "test/link/hdlc_bus.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { BAUD = 9600, GIVE_UP_MS = 60000, PDU = 1024, MOST = METER_LINE_CLIENTS };

static const uint16_t saps[] = {PRODUCT_SAP_PUBLIC, PRODUCT_SAP_READING, PRODUCT_SAP_MANAGEMENT};

struct bed {
    struct life *life;
    struct rs485 bus;
    struct meter_line line;
    struct meter_line_place places[MOST];
    struct hdlc_settings settings;
    struct hdlc_client hdlc;
    uint8_t frame[PDU + HDLC_LLC];
    uint8_t answer[DLMS_ANSWER_ROOM(PDU)];
    size_t answered;
};

static void take_answer(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct bed *bed = owner;
    assert_true(confirmed);
    memcpy(bed->answer, apdu, size);
    bed->answered = size;
}

static struct bed *begin(uint8_t count)
{
    struct bed *bed = calloc(1, sizeof *bed);
    assert_non_null(bed);
    bed->life = life_begin("st402d", life_utc_ms(2026, 11, 21, 11, 0, 0));
    bed->life->setup.management_password = "password";
    bed->life->setup.management_low = true;
    bed->life->setup.reading_password = "password";
    life_cut(bed->life, 1);
    rs485_init(&bed->bus, BAUD, 0);
    bed->settings = meter_line_settings();
    meter_line_open(&bed->life->meter, &bed->line, bed->places, count, &bed->settings, 0);
    const struct hdlc_client_config config = {.settings = &bed->settings,
                                              .server = hdlc_address_of(1, 0),
                                              .client = PRODUCT_SAP_PUBLIC,
                                              .answer = bed->frame,
                                              .answer_room = sizeof bed->frame,
                                              .time_out_ms = 100,
                                              .pause_ms = 20,
                                              .patience = 2,
                                              .received = take_answer,
                                              .owner = bed};
    hdlc_client_init(&bed->hdlc, &config, 0);
    bus_add_station(&bed->bus, &bed->line.station);
    bus_add_client(&bed->bus, &bed->hdlc);
    return bed;
}

static void end(struct bed *bed)
{
    meter_line_close(&bed->line);
    life_end(bed->life);
    free(bed);
}

static bool is_settled(const void *what)
{
    const struct hdlc_client *client = what;
    return client->state == HDLC_CLIENT_CONNECTED || client->state == HDLC_CLIENT_DISCONNECTED;
}

static size_t make_aarq(uint16_t sap, uint8_t apdu[DLMS_CLIENT_ROOM])
{
    struct dlms_client client;
    const struct dlms_octets none = {NULL, 0};
    const struct dlms_octets password = {(const uint8_t *)"password", 8};
    dlms_client_init(&client, NULL, 0, PDU);
    return dlms_client_open(&client, sap == PRODUCT_SAP_PUBLIC ? none : password, apdu,
                            DLMS_CLIENT_ROOM);
}

static enum dlms_result result_of(const uint8_t *aare, size_t size)
{
    struct reader r = reader_over(aare, size);
    assert_int_equal(reader_peek(&r), DLMS_AARE);
    return dlms_aare_take(&r).result;
}

/* What the station does with a UI frame: gives it to the channel. */
static size_t ask_unconnected(struct bed *bed, uint16_t sap, uint8_t *apdu, size_t size)
{
    const struct link_channel *channel = &bed->line.station.config.channel;
    const struct link_ports ports = {.client = sap, .server = DLMS_LOGICAL_DEVICE};
    return channel->answer(channel->owner, ports, apdu, size, bed->answer, sizeof bed->answer);
}

static enum dlms_result open_unconnected(struct bed *bed, uint16_t sap)
{
    uint8_t apdu[DLMS_CLIENT_ROOM];
    size_t size = ask_unconnected(bed, sap, apdu, make_aarq(sap, apdu));
    return result_of(bed->answer, size);
}

/* Whether what it reads is answered: the logical name of the clock, or an exception. */
static bool is_served(struct bed *bed, uint16_t sap)
{
    uint8_t get[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 1, 0};
    size_t size = ask_unconnected(bed, sap, get, sizeof get);
    assert_true(size > 0);
    return bed->answer[0] == DLMS_GET_RESPONSE;
}

/* Connects and associates: the result of the AARE. */
static enum dlms_result open_connected(struct bed *bed, uint16_t sap)
{
    uint8_t apdu[DLMS_CLIENT_ROOM];
    bed->hdlc.config.client = (uint8_t)sap;
    hdlc_client_connect(&bed->hdlc);
    assert_true(bus_run(&bed->bus, is_settled, &bed->hdlc, GIVE_UP_MS));
    assert_int_equal(bed->hdlc.state, HDLC_CLIENT_CONNECTED);
    bed->answered = 0;
    hdlc_client_request(&bed->hdlc, apdu, make_aarq(sap, apdu));
    assert_true(bus_run(&bed->bus, is_settled, &bed->hdlc, GIVE_UP_MS));
    assert_true(bed->answered > 0);
    return result_of(bed->answer, bed->answered);
}

static void disconnect(struct bed *bed)
{
    hdlc_client_disconnect(&bed->hdlc);
    assert_true(bus_run(&bed->bus, is_settled, &bed->hdlc, GIVE_UP_MS));
}

static void a_connection_finds_a_place(void **state)
{
    (void)state;
    for (uint8_t count = 1; count <= MOST; count++) {
        struct bed *bed = begin(count);
        for (unsigned i = 0; i < count; i++) {
            assert_int_equal(open_unconnected(bed, saps[i]), DLMS_ACCEPTED);
            assert_true(is_served(bed, saps[i]));
        }
        assert_int_equal(open_connected(bed, saps[count]), DLMS_ACCEPTED);
        assert_true(is_served(bed, saps[count]));
        end(bed);
    }
}

static void who_is_connected_keeps_the_place(void **state)
{
    (void)state;
    struct bed *bed = begin(1);
    assert_int_equal(open_connected(bed, saps[0]), DLMS_ACCEPTED);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(open_unconnected(bed, saps[1]), DLMS_REJECTED_TRANSIENT);
        assert_false(is_served(bed, saps[1]));
        assert_true(is_served(bed, saps[0]));
    }
    disconnect(bed);
    assert_int_equal(open_unconnected(bed, saps[1]), DLMS_ACCEPTED);
    assert_true(is_served(bed, saps[1]));
    assert_false(is_served(bed, saps[0]));
    end(bed);
}

/* Among those without a connection nobody stays for good: the one before gives way. */
static void the_unconnected_give_way_to_each_other(void **state)
{
    (void)state;
    struct bed *bed = begin(1);
    for (unsigned i = 0; i < 9; i++) {
        assert_int_equal(open_unconnected(bed, saps[i % 3]), DLMS_ACCEPTED);
        assert_true(is_served(bed, saps[i % 3]));
        assert_false(is_served(bed, saps[(i + 1) % 3]));
        assert_false(is_served(bed, saps[(i + 2) % 3]));
    }
    end(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_finds_a_place),
        cmocka_unit_test(who_is_connected_keeps_the_place),
        cmocka_unit_test(the_unconnected_give_way_to_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
