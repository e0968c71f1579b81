#include "test/dlms/certificate_rig.h"

#include "dlms/security_change.h"

#include "test/unit.h"

#include <string.h>

struct crypto_ecc ecc;
static struct crypto_random drawing;

struct chip chip;

struct dlms_security_setup setup;

static bool fails(void)
{
    if (chip.writes_left == 0) {
        return true;
    }
    chip.writes_left -= chip.writes_left > 0;
    chip.writes++;
    return false;
}

static size_t read_slot(void *owner, uint8_t slot, uint8_t *der, size_t room)
{
    (void)owner;
    assert_true(slot < RIG_SLOTS);
    size_t size = chip.sizes[slot];
    memcpy(der, chip.slots[slot], size < room ? size : room);
    return size;
}

static int write_slot(void *owner, uint8_t slot, const uint8_t *der, size_t size)
{
    (void)owner;
    assert_true(slot < RIG_SLOTS && size <= CRYPTO_CERTIFICATE_MAX);
    if (fails()) {
        return -1;
    }
    memcpy(chip.slots[slot], der, size);
    chip.sizes[slot] = size;
    return 0;
}

static int keep(void *owner, const struct dlms_security_kept *kept)
{
    (void)owner;
    if (fails()) {
        return -1;
    }
    chip.kept = *kept;
    chip.has_kept = true;
    return 0;
}

static const struct dlms_certificate_store store = {
    .read = read_slot, .write = write_slot, .slots = RIG_SLOTS};
static const struct dlms_security_keep keep_here = {.keep = keep};

static int count_up(void *port, uint8_t *octets, size_t size)
{
    static uint8_t next;
    (void)port;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next++;
    }
    return 0;
}

/* The meter starts, with what the chip holds. */
void start(enum dlms_suite suite)
{
    dlms_security_setup_init(&setup, suite, kit_server, &drawing);
    kit_ring(&setup.ring, suite);
    dlms_security_setup_compute(&setup, &ecc);
    setup.keep = &keep_here;
    setup.signing.certificates = &store;
    setup.signing.now_s = RIG_TIME_S;
    chip.writes_left = -1;
    if (chip.has_kept) {
        assert_int_equal(dlms_security_restore(&setup, &chip.kept), 0);
    }
}

struct party root;
struct party client;

void make_party(struct party *party, enum crypto_curve curve, const char *name)
{
    party->curve = curve;
    assert_int_equal(crypto_ecc_make(&ecc, curve, party->private_key, party->public_key), 0);
    party->name_size = crypto_name_make(name, strlen(name), party->name, sizeof party->name);
}

uint8_t serial[4] = {1, 0, 0, 0};

struct crypto_certificate_plan plan_of(const struct party *subject, const struct party *issuer,
                                       uint8_t usage)
{
    serial[3]++;
    return (struct crypto_certificate_plan){
        .serial = {serial, sizeof serial},
        .issuer = {issuer->name, issuer->name_size},
        .subject = {subject->name, subject->name_size},
        .since_s = RIG_TIME_S - DAY_S,
        .until_s = RIG_TIME_S + DAY_S,
        .curve = subject->curve,
        .public_key = subject->public_key,
        .usage = usage,
        .issuer_curve = issuer->curve,
        .issuer_private = issuer->private_key,
        .issuer_public = issuer->public_key,
    };
}

struct made make(const struct crypto_certificate_plan *plan)
{
    struct made made;
    made.size = crypto_certificate_make(&ecc, plan, made.der, sizeof made.der);
    assert_true(made.size > 0);
    return made;
}

struct made make_root(void)
{
    struct crypto_certificate_plan plan = plan_of(&root, &root, CRYPTO_USE_CERTIFICATES);
    plan.authority = true;
    return make(&plan);
}

enum dlms_change import(const struct made *made)
{
    return dlms_certificate_import(&setup, (struct dlms_octets){made->der, made->size});
}

/* A setup that trusts the root, of the curve of its suite. */
void set_up(enum dlms_suite suite)
{
    static const struct crypto_entropy entropy = {.read = count_up};
    enum crypto_curve curve = suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    memset(&chip, 0, sizeof chip);
    assert_int_equal(crypto_random_begin(&drawing, &entropy, "certified", 9), 0);
    ecc.random = &drawing;
    start(suite);
    make_party(&root, curve, "authority");
    make_party(&client, curve, "4D4D4D0000000001");
    const struct made made = make_root();
    assert_int_equal(dlms_certificate_trust(&setup, made.der, made.size), 0);
}

unsigned count(void)
{
    int64_t end_s;
    return dlms_certificate_count(&setup, &end_s);
}

void assert_refused(const struct made *made, const char *why)
{
    struct chip before = chip;
    if (import(made) != DLMS_CHANGE_REFUSED) {
        fail_msg("%s: it is taken", why);
    }
    assert_memory_equal(before.slots, chip.slots, sizeof chip.slots);
    assert_int_equal(chip.writes, before.writes);
}
