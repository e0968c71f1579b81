#include "meter/pushing_line.h"

#include "meter/line.h"

/* A destination of one digit is the line of that number, as in value group B of its set-up; any
 * other means whichever line takes the message. */
static bool is_meant(const struct meter_line *line, const uint8_t *text, uint8_t size)
{
    bool numbered = size == 1 && text[0] >= '0' && text[0] < '0' + LINK_LINES;
    return !numbered || line->number == (enum link_line)(text[0] - '0');
}

/* NULL: there is none that is meant and could take a message now. */
static struct meter_line *find_line(const struct meter *meter, const uint8_t *text, uint8_t size)
{
    struct meter_line *line = meter->lines;
    while (line != NULL && (!is_meant(line, text, size) || hdlc_notifying(&line->station))) {
        line = line->next;
    }
    return line;
}

uint16_t pushing_line_most(const struct meter *meter, enum push_setup setup)
{
    const uint8_t *text;
    uint8_t size;
    (void)push_destination(&meter->pushing.push, setup, &text, &size);
    const struct meter_line *line = find_line(meter, text, size);
    size_t most = line != NULL ? hdlc_notice_most(&line->station) : 0;
    return (uint16_t)(most < METER_PUSH ? most : METER_PUSH);
}

static int begin(void *context, const struct push_message *message)
{
    struct meter *meter = context;
    const struct link_ports ports = {.client = message->client_sap, .server = message->server_sap};
    struct meter_line *line = find_line(meter, message->destination, message->destination_size);
    if (line == NULL ||
        hdlc_notify(&line->station, ports, message->apdu, message->size, true) != 0) {
        return -1;
    }
    meter->pushing.line = line;
    meter->pushing.line_ports = ports;
    return 0;
}

/* The line may have been closed meanwhile. */
static struct meter_line *line_of(const struct meter *meter)
{
    struct meter_line *line = meter->lines;
    while (line != NULL && line != meter->pushing.line) {
        line = line->next;
    }
    return line;
}

static enum push_progress look(void *context)
{
    const struct meter_line *line = line_of(context);
    if (line == NULL) {
        return PUSH_REFUSED;
    }
    return hdlc_notifying(&line->station) ? PUSH_UNDER_WAY : PUSH_TAKEN;
}

static int more(void *context, const uint8_t *apdu, size_t size)
{
    struct meter *meter = context;
    struct meter_line *line = line_of(meter);
    return line != NULL ? hdlc_notify(&line->station, meter->pushing.line_ports, apdu, size, true)
                        : -1;
}

/* A UI frame is not answered. */
static size_t answer(void *context, uint8_t *apdu, size_t room)
{
    (void)context;
    (void)apdu;
    (void)room;
    return 0;
}

static void end(void *context)
{
    struct meter *meter = context;
    struct meter_line *line = line_of(meter);
    if (line != NULL) {
        hdlc_withdraw(&line->station);
    }
    (void)pushing_line_is_busy(meter);
}

bool pushing_line_is_busy(struct meter *meter)
{
    const struct meter_line *line = line_of(meter);
    bool busy = line != NULL && hdlc_notifying(&line->station);
    if (!busy) {
        meter->pushing.line = NULL;
    }
    return busy;
}

struct push_sender pushing_line_sender(struct meter *meter)
{
    return (struct push_sender){
        .begin = begin, .look = look, .more = more, .answer = answer, .end = end, .context = meter};
}
