/* A short session, whole, with every single octet of it damaged in every way: it always ends well,
 * without a second connection, and no damaged octet reaches an APDU. */
#include "test/link/hdlc_rig.h"
#include "test/unit.h"

#include <string.h>

enum { STATION, CLIENT, ENDS };

static struct rig rig;

/* One thing that goes wrong, and where. */
struct damage {
    size_t party;
    size_t from; /* index of the octet */
    size_t size; /* octets concerned */
    uint8_t flip;
    unsigned copies;
    int64_t pause_us;
};

static void do_damage(void *owner, size_t party, size_t index, struct bus_octet *octet)
{
    const struct damage *damage = owner;
    if (party == damage->party && index >= damage->from && index - damage->from < damage->size) {
        octet->octet ^= damage->flip;
        octet->copies = damage->copies;
        octet->pause_us = damage->pause_us;
    }
}

static void set_up(struct damage *damage, uint16_t device_address)
{
    struct hdlc_settings settings = rig_settings();
    settings.limits = (struct hdlc_limits){32, 32, 3, 3};
    settings.device_address = device_address;
    rig.server_settings = settings;
    rig.client_settings = settings;
    rig_start(&rig, 9600, 1);
    rig.bus.noise = damage ? do_damage : NULL;
    rig.bus.owner = damage;
}

/* Segments both ways, two requests, several frames a turn. */
static void session(struct damage *damage)
{
    const struct rig_client *client = &rig.clients[0];
    set_up(damage, 1234);
    bool good = rig_connect(&rig, 0) && rig_ask(&rig, 0, 70, 100) && rig_ask(&rig, 0, 20, 20) &&
                rig_disconnect(&rig, 0);
    good = good && rig.served == 2 && rig.spoilt == 0 && client->wrong == 0;
    if (!good) {
        fail_msg("party %zu octet %zu flip %02X copies %u pause %d: failure %d, served %u",
                 damage->party, damage->from, damage->flip, damage->copies, (int)damage->pause_us,
                 client->client.failure, rig.served);
    }
}

/* Octets that each end says in the session when nothing goes wrong. */
static void measure(size_t said[ENDS])
{
    session(NULL);
    said[STATION] = rig.bus.parties[STATION].said;
    said[CLIENT] = rig.bus.parties[CLIENT].said;
    assert_true(said[STATION] > 200 && said[CLIENT] > 150);
}

/* Runs the session once for every octet of it, damaged as in `kind`. */
static void everywhere(struct damage kind)
{
    size_t said[ENDS];
    measure(said);
    for (kind.party = 0; kind.party < ENDS; kind.party++) {
        for (kind.from = 0; kind.from < said[kind.party]; kind.from++) {
            session(&kind);
        }
    }
}

static void every_octet_with_every_value(void **state)
{
    (void)state;
    for (unsigned flip = 1; flip <= 255; flip++) {
        everywhere((struct damage){.size = 1, .flip = (uint8_t)flip, .copies = 1});
    }
}

static void every_octet_lost_or_doubled(void **state)
{
    (void)state;
    everywhere((struct damage){.size = 1, .copies = 0});
    everywhere((struct damage){.size = 1, .copies = 2});
    everywhere((struct damage){.size = 1, .copies = 3});
}

static void a_pause_at_every_octet(void **state)
{
    (void)state;
    everywhere((struct damage){.size = 1, .copies = 1, .pause_us = 20000});
    everywhere((struct damage){.size = 1, .copies = 1, .pause_us = 30000});
    everywhere((struct damage){.size = 1, .copies = 1, .pause_us = 500000});
}

/* What one end says is cut off, for a while or for a frame's length and more. */
static void cut_off_at_every_octet(void **state)
{
    (void)state;
    for (size_t size = 2; size <= 60; size += 1 + size / 4) {
        everywhere((struct damage){.size = size, .copies = 0});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_octet_with_every_value),
        cmocka_unit_test(every_octet_lost_or_doubled),
        cmocka_unit_test(a_pause_at_every_octet),
        cmocka_unit_test(cut_off_at_every_octet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
