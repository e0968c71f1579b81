/* Every invocation counter of the meter, sent and received, of APDUs and of protected data, used in
 * any order, while the supply fails amid operations of the chip: what was sent is not sent again,
 * what came does not come again, and few numbers are lost. */
#include "port/posix/entropy.h"
#include "test/dice.h"
#include "test/meter/stored.h"
#include "test/unit.h"

enum { SENT = 2 /* counters 0 and 1 */, STRIDE = 40, LIVES = 60, USES = 120 };

/* What a restart may skip: a block that was reserved, and what storage and its user both add where
 * the chip has damage. */
enum { SKIPPED = STRIDE + 64 + 256 + 512 + 128 };

static const struct meter_keys keys = {
    .unicast = "a unicast key..", .authentication = "authentication", .master = "a master key..."};

static struct stored *stored;
static uint32_t highest[DLMS_SETUP_COUNTERS]; /* that was used, of each */
static uint32_t begun[DLMS_SETUP_COUNTERS];   /* where it went on after the last restart */
static unsigned used[DLMS_SETUP_COUNTERS];
static uint64_t dice;

static void start(void)
{
    stored_start(stored, (struct meter_setup){.product = product_find("st402c"),
                                              .keys = &keys,
                                              .entropy = &posix_entropy});
}

static struct dlms_counter *counter_of(uint8_t id)
{
    return dlms_security_setup_numbered(&stored->meter.security, id);
}

/* Numbers that mean the counter of another one: those of clients, from when each had its own. */
static bool is_its_own(uint8_t id)
{
    for (uint8_t other = 0; other < id; other++) {
        if (counter_of(other) == counter_of(id)) {
            return false;
        }
    }
    return true;
}

static void send_one(uint8_t id)
{
    uint32_t number;
    if (dlms_counter_take(counter_of(id), stored->meter.security.store, &number) == 0) {
        assert_true(number > highest[id]);
        highest[id] = number;
        used[id]++;
    }
}

static void receive_one(uint8_t id)
{
    struct dlms_counter *counter = counter_of(id);
    uint32_t number = counter->next + dice_roll(&dice, STRIDE);
    assert_false(used[id] > 0 && dlms_counter_accepts(counter, highest[id]));
    assert_true(dlms_counter_accepts(counter, number));
    if (dlms_counter_accept(counter, stored->meter.security.store, number) == 0) {
        highest[id] = number;
        used[id]++;
    }
}

static void use_some(void)
{
    for (unsigned i = 0; i < USES && !stored->nor.dead; i++) {
        uint8_t id = (uint8_t)dice_roll(&dice, DLMS_SETUP_COUNTERS);
        if (is_its_own(id)) {
            (id < SENT ? send_one : receive_one)(id);
        }
        if (!stored->nor.dead && dice_roll(&dice, 8) == 0) {
            stored_settle(stored);
        }
    }
}

/* None comes again; none is lost but those that were reserved. */
static void assert_none_comes_back(void)
{
    for (uint8_t id = 0; id < DLMS_SETUP_COUNTERS; id++) {
        const struct dlms_counter *counter = counter_of(id);
        uint32_t from = highest[id] > begun[id] ? highest[id] : begun[id];
        bool again = used[id] > 0 && counter->next <= highest[id];
        if (is_its_own(id) && (again || counter->next > from + SKIPPED)) {
            fail_msg("counter %u: %u was the highest, now it goes on at %u", id, highest[id],
                     counter->next);
        }
        begun[id] = counter->next;
    }
}

static void cut(void)
{
    const struct nor_tear tear = {.octets = dice_roll(&dice, 256),
                                  .spread = (uint8_t)dice_roll(&dice, 256),
                                  .erased = (uint16_t)dice_roll(&dice, 1001),
                                  .seed = dice};
    nor_plan_cut(&stored->nor, 1 + dice_roll(&dice, 40), &tear);
}

static void no_number_comes_again(void **state)
{
    (void)state;
    unsigned cuts = 0;
    stored = stored_new();
    start();
    stored_settle(stored);
    for (unsigned life = 0; life < LIVES; life++) {
        cut();
        use_some();
        cuts += stored->nor.dead;
        nor_power_on(&stored->nor);
        start();
        assert_none_comes_back();
        if (life % 3 > 0) { /* else the next cut meets the recovery's own work */
            stored_settle(stored);
        }
    }
    for (uint8_t id = 0; id < DLMS_SETUP_COUNTERS; id++) {
        assert_true(used[id] > LIVES / 4 || !is_its_own(id));
    }
    assert_true(cuts > LIVES / 2);
    stored_end(stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_number_comes_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
