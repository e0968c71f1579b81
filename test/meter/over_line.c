#include "test/meter/over_line.h"

#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { BAUD = 9600, GIVE_UP_MS = 3600 * 1000, PDU = 1024 };

static void take_answer(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct over_line *over = owner;
    assert_true(confirmed && size <= sizeof over->answer);
    memcpy(over->answer, apdu, size);
    over->answered = size;
}

struct over_line *over_line_begin(struct life *life, const struct hdlc_settings *client,
                                  uint16_t device)
{
    struct over_line *over = calloc(1, sizeof *over);
    assert_non_null(over);
    over->life = life;
    over->settings = *client;
    over->value = malloc(OVER_LINE_VALUE);
    rs485_init(&over->bus, BAUD, 0);
    meter_line_open(&life->meter, &over->line, &over->place, 1,
                    &life->meter.links.lines[LINK_OPTICAL], 0);
    const struct hdlc_client_config config = {
        .settings = &over->settings,
        .server = hdlc_address_of(DLMS_LOGICAL_DEVICE, device),
        .client = PRODUCT_SAP_MANAGEMENT,
        .answer = over->frame,
        .answer_room = sizeof over->frame,
        .time_out_ms = 500,
        .pause_ms = 20,
        .patience = 10,
        .received = take_answer,
        .owner = over,
    };
    hdlc_client_init(&over->hdlc, &config, 0);
    bus_add_station(&over->bus, &over->line.station);
    bus_add_client(&over->bus, &over->hdlc);
    dlms_client_init(&over->dlms, over->value, OVER_LINE_VALUE, PDU);
    return over;
}

void over_line_end(struct over_line *over)
{
    meter_line_close(&over->line);
    free(over->value);
    free(over);
}

static bool is_settled(const void *what)
{
    const struct hdlc_client *client = what;
    return client->state == HDLC_CLIENT_CONNECTED || client->state == HDLC_CLIENT_DISCONNECTED;
}

static bool settles(struct over_line *over)
{
    return bus_run(&over->bus, is_settled, &over->hdlc, GIVE_UP_MS) &&
           over->hdlc.state == HDLC_CLIENT_CONNECTED;
}

bool over_line_connect(struct over_line *over)
{
    hdlc_client_connect(&over->hdlc);
    return settles(over);
}

static void exchange(struct over_line *over, size_t size)
{
    assert_true(size > 0);
    hdlc_client_request(&over->hdlc, over->request, size);
    assert_true(settles(over));
}

void over_line_associate(struct over_line *over)
{
    const struct dlms_octets password = {(const uint8_t *)"password", 8};
    struct dlms_refusal refusal;
    exchange(over, dlms_client_open(&over->dlms, password, over->request, sizeof over->request));
    assert_int_equal(dlms_client_opened(&over->dlms, over->answer, over->answered, &refusal),
                     DLMS_CLIENT_DONE);
}

static enum cosem_result converse(struct over_line *over, size_t size)
{
    for (;;) {
        struct dlms_refusal refusal;
        exchange(over, size);
        enum dlms_client_outcome outcome =
            dlms_client_answer(&over->dlms, over->answer, over->answered, &refusal);
        if (outcome != DLMS_CLIENT_MORE) {
            assert_true(outcome == DLMS_CLIENT_DONE || outcome == DLMS_CLIENT_REFUSED);
            return outcome == DLMS_CLIENT_DONE ? COSEM_SUCCESS : refusal.result;
        }
        size = dlms_client_next(&over->dlms, over->request, sizeof over->request);
    }
}

size_t over_line_read(struct over_line *over, const struct dlms_target *target)
{
    size_t size = dlms_client_get(&over->dlms, target->class_id, &target->name, target->member,
                                  over->request, sizeof over->request);
    assert_int_equal(converse(over, size), COSEM_SUCCESS);
    return over->dlms.size;
}

enum cosem_result over_line_set(struct over_line *over, const struct dlms_target *target,
                                const void *value, size_t size)
{
    return converse(over, dlms_client_set(&over->dlms, target, reader_over(value, size),
                                          over->request, sizeof over->request));
}
