#include "world/rs485/rs485.h"

enum { BITS_PER_OCTET = 10, SECOND_US = 1000000, MS_US = 1000 };

void rs485_init(struct rs485 *line, uint32_t baud, int64_t now_us)
{
    *line = (struct rs485){.now_us = now_us};
    line->octet_us = baud > 0 ? BITS_PER_OCTET * SECOND_US / (int64_t)baud : 0;
    line->release_us = line->octet_us / 2;
}

int rs485_join(struct rs485 *line, const struct rs485_face *face, void *end, int64_t late_us)
{
    if (line->count == RS485_PARTIES) {
        return -1;
    }
    line->parties[line->count++] = (struct rs485_party){
        .face = face, .end = end, .late_us = late_us, .drives_until_us = line->now_us};
    return 0;
}

static int64_t now_ms(const struct rs485 *line)
{
    return line->now_us / MS_US;
}

/* What two drivers make of an octet of one of them: another one. */
static uint8_t mixed(uint8_t octet, int64_t at_us)
{
    return (uint8_t)(octet ^ (1 + at_us % 255));
}

static void spoil(struct rs485 *line, struct rs485_party *party)
{
    line->collisions += !party->spoilt;
    party->spoilt = true;
}

/* Begun together and alike: one octet on the line. */
static bool is_same(const struct rs485_party *a, const struct rs485_party *b)
{
    return a->speaking && a->begun_us == b->begun_us && a->octet.octet == b->octet.octet;
}

/* An octet that has just begun: each other one on the line spoils it, and is spoilt by it. */
static void collide(struct rs485 *line, struct rs485_party *party)
{
    for (size_t i = 0; i < line->count; i++) {
        struct rs485_party *other = &line->parties[i];
        bool drives = other->speaking || line->now_us < other->drives_until_us;
        if (other == party || !drives) {
            continue;
        }
        if (is_same(other, party)) {
            party->echo = party->echo || other < party;
            continue;
        }
        spoil(line, party);
        if (other->speaking) {
            spoil(line, other);
        }
    }
}

/* One octet sets out. */
static void begin(struct rs485 *line, struct rs485_party *party, uint8_t said)
{
    size_t index = (size_t)(party - line->parties);
    party->octet = (struct rs485_octet){.octet = said, .copies = 1};
    if (line->noise) {
        line->noise(line->owner, index, party->count, &party->octet);
    }
    party->count++;
    line->octets++;
    party->begun_us = line->now_us;
    party->at_us = line->now_us + line->octet_us + party->octet.pause_us;
    party->spoilt = false;
    party->echo = false;
    party->speaking = true;
}

static bool hears(const struct rs485 *line, const struct rs485_party *party)
{
    return !party->speaking && line->now_us >= party->drives_until_us;
}

/* Its time is over: everybody hears it who does not drive the line himself. */
static void end(struct rs485 *line, struct rs485_party *party)
{
    const struct rs485_octet *octet = &party->octet;
    uint8_t heard = party->spoilt ? mixed(octet->octet, line->now_us) : octet->octet;
    for (size_t i = 0; i < line->count; i++) {
        struct rs485_party *other = &line->parties[i];
        bool hears_it = hears(line, other) && !party->echo;
        for (unsigned copy = 0; hears_it && copy < octet->copies; copy++) {
            other->face->receive(other->end, heard, now_ms(line));
        }
    }
    party->speaking = false;
    party->wants = false;
    party->drives_until_us = line->now_us + line->release_us;
    party->face->sent(party->end, now_ms(line));
}

/* Whoever has something to say takes his time, and speaks on without another. True: he begins. */
static bool speaks_up(struct rs485 *line, struct rs485_party *party)
{
    const uint8_t *octets;
    if (party->face->output(party->end, &octets, now_ms(line)) == 0) {
        party->wants = false;
        return false;
    }
    if (!party->wants) {
        bool goes_on = line->now_us <= party->drives_until_us && party->count > 0;
        party->wants = true;
        party->at_us = line->now_us + (goes_on ? 0 : party->late_us);
    }
    bool begins = line->now_us >= party->at_us;
    if (begins) {
        begin(line, party, octets[0]);
    }
    return begins;
}

static bool end_octets(struct rs485 *line)
{
    bool ended = false;
    for (size_t i = 0; i < line->count; i++) {
        struct rs485_party *party = &line->parties[i];
        if (party->speaking && line->now_us >= party->at_us) {
            end(line, party);
            ended = true;
        }
    }
    return ended;
}

/* Who begins at the same moment begins before it is looked at who meets whom. */
static bool begin_octets(struct rs485 *line)
{
    bool began[RS485_PARTIES] = {false};
    bool any = false;
    for (size_t i = 0; i < line->count; i++) {
        began[i] = !line->parties[i].speaking && speaks_up(line, &line->parties[i]);
        any = any || began[i];
    }
    for (size_t i = 0; any && i < line->count; i++) {
        if (began[i]) {
            collide(line, &line->parties[i]);
        }
    }
    return any;
}

/* An octet that ends now does not overlap one that begins. */
static bool happen(struct rs485 *line)
{
    bool ended = end_octets(line);
    return begin_octets(line) || ended;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Deadlines are milliseconds: one that has passed already is looked at again in the next. */
static int64_t next_of(const struct rs485 *line, const struct rs485_party *party)
{
    if (party->speaking || party->wants) {
        return party->at_us;
    }
    int64_t deadline_ms = party->face->deadline_ms(party->end);
    if (deadline_ms >= INT64_MAX / MS_US) {
        return INT64_MAX;
    }
    int64_t at_us = deadline_ms * MS_US;
    return at_us > line->now_us ? at_us : (now_ms(line) + 1) * MS_US;
}

bool rs485_next(struct rs485 *line, int64_t until_us)
{
    if (happen(line)) {
        return true;
    }
    int64_t next_us = INT64_MAX;
    for (size_t i = 0; i < line->count; i++) {
        next_us = earlier(next_us, next_of(line, &line->parties[i]));
    }
    bool happens = next_us <= until_us;
    line->now_us = happens ? next_us : until_us;
    for (size_t i = 0; i < line->count; i++) {
        line->parties[i].face->step(line->parties[i].end, now_ms(line));
    }
    return happens;
}

void rs485_run(struct rs485 *line, int64_t until_us)
{
    while (line->now_us < until_us) {
        (void)rs485_next(line, until_us);
    }
    while (happen(line)) {
    }
}
