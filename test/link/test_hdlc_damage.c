/* A short session, whole, with every single octet of it damaged in every way: it always ends well,
 * without a second connection, and no damaged octet reaches an APDU. */
#include "test/link/hdlc_rig.h"
#include "test/unit.h"

#include <string.h>

enum { STATION, CLIENT, ENDS };

/* One thing that goes wrong, and where. */
struct damage {
    size_t party;
    size_t from; /* index of the octet */
    size_t size; /* octets concerned; 0: nothing goes wrong */
    uint8_t flip;
    unsigned copies;
    int64_t pause_us;
};

static struct rig rig;
static struct damage damage;

static void do_damage(void *owner, size_t party, size_t index, struct rs485_octet *octet)
{
    (void)owner;
    if (party == damage.party && index >= damage.from && index - damage.from < damage.size) {
        octet->octet ^= damage.flip;
        octet->copies = damage.copies;
        octet->pause_us = damage.pause_us;
    }
}

static void set_up(uint16_t device_address)
{
    struct hdlc_settings settings = rig_settings();
    settings.limits = (struct hdlc_limits){32, 32, 3, 3};
    settings.device_address = device_address;
    rig.server_settings = settings;
    rig.client_settings = settings;
    rig_start(&rig, 9600, 1);
    rig.bus.noise = do_damage;
}

/* Segments both ways, two requests, several frames a turn. */
static void session(uint16_t device_address)
{
    const struct rig_client *client = &rig.clients[0];
    set_up(device_address);
    bool good = rig_connect(&rig, 0) && rig_ask(&rig, 0, 70, 100) && rig_ask(&rig, 0, 20, 20) &&
                rig_disconnect(&rig, 0);
    good = good && rig.served == 2 && rig.spoilt == 0 && client->wrong == 0;
    if (!good) {
        fail_msg("party %zu octet %zu flip %02X copies %u pause %d: failure %d, served %u",
                 damage.party, damage.from, damage.flip, damage.copies, (int)damage.pause_us,
                 client->client.failure, rig.served);
    }
}

/* Octets that each end says in the session when nothing goes wrong. */
static void measure(uint16_t device_address, size_t said[ENDS])
{
    damage = (struct damage){.size = 0};
    session(device_address);
    said[STATION] = rig.bus.parties[STATION].count;
    said[CLIENT] = rig.bus.parties[CLIENT].count;
    assert_true(said[STATION] > 200 && said[CLIENT] > 150);
}

/* Runs the session once for every octet of it, damaged as in `kind`. */
static void everywhere_at(uint16_t device_address, struct damage kind)
{
    size_t said[ENDS];
    measure(device_address, said);
    damage = kind;
    for (damage.party = 0; damage.party < ENDS; damage.party++) {
        for (damage.from = 0; damage.from < said[damage.party]; damage.from++) {
            session(device_address);
        }
    }
}

/* With addresses of one octet, and of four. */
static void everywhere(struct damage kind)
{
    everywhere_at(0, kind);
    everywhere_at(1234, kind);
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
    for (unsigned copies = 0; copies <= 3; copies++) {
        everywhere((struct damage){.size = 1, .copies = copies});
    }
}

static void a_pause_at_every_octet(void **state)
{
    (void)state;
    for (int64_t pause_us = 20000; pause_us <= 640000; pause_us *= 2) {
        everywhere((struct damage){.size = 1, .copies = 1, .pause_us = pause_us});
    }
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
