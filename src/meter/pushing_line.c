#include "meter/pushing_line.h"

#include "meter/line.h"

/* A destination of one digit is the line of that number, as in value group B of its set-up; any
 * other means whichever line takes the message. */
static bool is_meant(const struct meter_line *line, const struct push_message *message)
{
    const uint8_t *text = message->destination;
    bool numbered = message->destination_size == 1 && text[0] >= '0' && text[0] < '0' + LINK_LINES;
    return !numbered || line->number == (enum link_line)(text[0] - '0');
}

static int begin(void *context, const struct push_message *message)
{
    struct meter *meter = context;
    const struct link_ports ports = {.client = message->client_sap, .server = message->server_sap};
    for (struct meter_line *line = meter->lines; line != NULL; line = line->next) {
        if (is_meant(line, message) &&
            hdlc_notify(&line->station, ports, message->apdu, message->size, true) == 0) {
            meter->pushing.line = line;
            return 0;
        }
    }
    return -1;
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
        .begin = begin, .look = look, .answer = answer, .end = end, .context = meter};
}
