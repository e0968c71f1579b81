/* A side with keys of the curve takes any octets as a signed APDU, as one with an agreed key, and
 * as what comes for a key agreement: nothing is taken twice, and what is taken is signed. The same
 * octets where they are staged are taken and refused alike.
 *
 * Input: an octet (bit 0: suite 2, bit 1: the peer is not known), then the octets. */
#include "dlms/apdu.h"
#include "dlms/security_agreed.h"
#include "dlms/security_context.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t own_title[] = {0x4D, 0x4D, 0x4D, 0, 0, 0xBC, 0x61, 0x4E};
static const uint8_t peer_title[] = {0x4D, 0x4D, 0x4D, 0, 0, 0, 0, 1};

static struct crypto_ecc ecc;
static struct crypto_random drawing;

/* Each scalar is 1, 2, ..; what they give is computed once. */
static struct keys {
    bool made;
    struct dlms_signing signing;
    uint8_t own[CRYPTO_CURVE_MAX];
    uint8_t peer[CRYPTO_PUBLIC_MAX];
} keys[2];

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static int read_zeros(void *port, uint8_t *octets, size_t size)
{
    (void)port;
    memset(octets, 0, size);
    return 0;
}

static const struct dlms_signing *keys_of(enum dlms_suite suite)
{
    static const struct crypto_entropy entropy = {.read = read_zeros};
    enum crypto_curve curve = suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    struct keys *of = &keys[suite == DLMS_SUITE_2];
    if (!of->made) {
        uint8_t peer[CRYPTO_CURVE_MAX] = {0};
        check(crypto_random_begin(&drawing, &entropy, NULL, 0) == 0);
        ecc.random = &drawing;
        of->own[crypto_curve_size(curve) - 1] = 2;
        peer[crypto_curve_size(curve) - 1] = 1;
        check(crypto_ecc_public(&ecc, curve, peer, of->peer) == 0);
        of->signing =
            (struct dlms_signing){&ecc, curve, of->own, of->peer, of->own, of->peer, NULL, NULL};
        of->made = true;
    }
    return &of->signing;
}

/* The stage holds what came. */
static int read_staged(void *owner, uint32_t at, uint8_t *octets, size_t size)
{
    const struct dlms_octets *staged = owner;
    if (at > staged->size || size > staged->size - at) {
        return -1;
    }
    memcpy(octets, staged->octets + at, size);
    return 0;
}

/* The counters go back, so that it can come again in another way. */
static int receive_staged(struct dlms_security_context *context, struct dlms_octets apdu,
                          struct dlms_protection *how, struct reader *plain)
{
    enum { WINDOW = 64 };
    static uint8_t window[WINDOW];
    static struct dlms_long request;
    static struct dlms_octets staged;
    static const struct dlms_stage stage = {.read = read_staged, .owner = &staged};
    struct dlms_counter before[DLMS_COUNTERS];
    staged = apdu;
    memcpy(before, context->received, sizeof before);
    (void)dlms_long_open(&request, &stage, apdu.size, window, sizeof window);
    int failed = dlms_security_receive_long(context, &request, how, plain);
    memcpy(context->received, before, sizeof before);
    return failed;
}

static void check_alike(struct reader staged, struct reader plain)
{
    check(staged.size == plain.size);
    while (reader_left(&plain) > 0) {
        check(reader_u8(&staged) == reader_u8(&plain));
    }
    check(!plain.fault && !staged.fault);
}

static void receive(struct dlms_security_context *context, struct dlms_octets apdu)
{
    const size_t room = apdu.size;
    uint8_t *scratch = malloc(room);
    struct dlms_protection how;
    struct dlms_protection how_staged;
    struct reader plain;
    struct reader staged;
    int expected = receive_staged(context, apdu, &how_staged, &staged);
    int result =
        dlms_security_receive(context, apdu.octets, apdu.size, scratch, room, &how, &plain);
    check((result == 0) == (expected == 0));
    if (result == 0) {
        check(how.signature != DLMS_SIGNED_ALONE || (how.control & 0x30) == 0);
        check(how.signature == DLMS_UNSIGNED || !dlms_is_protected(reader_peek(&plain)));
        check(how.signature == how_staged.signature && how.control == how_staged.control);
        check_alike(staged, plain);
    }
    free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dlms_keyring ring;
    static struct dlms_key unwrapped;
    static const uint8_t key[DLMS_KEY_MAX];
    uint8_t agreed[DLMS_AGREED_MAX];
    uint8_t derived[DLMS_KEY_MAX];
    struct dlms_counter sent = {.next = DLMS_COUNTER_FIRST};
    struct dlms_counter received[DLMS_COUNTERS] = {{0}};
    if (size < 1) {
        return 0;
    }
    enum dlms_suite suite = (data[0] & 1) != 0 ? DLMS_SUITE_2 : DLMS_SUITE_1;
    const struct dlms_signing *signing = keys_of(suite);
    dlms_keyring_init(&ring, suite);
    check(dlms_keyring_put(&ring, DLMS_KEY_UNICAST, key, dlms_key_size(suite)) == 0);
    struct dlms_security_context context = {
        .ring = &ring,
        .unwrapped = &unwrapped,
        .signing = signing,
        .agreed = agreed,
        .title = own_title,
        .peer = (data[0] & 2) != 0 ? NULL : peer_title,
        .sent = &sent,
        .received = received,
    };
    const struct dlms_octets sent_by_peer = {data + 1, size - 1};
    receive(&context, sent_by_peer);
    (void)dlms_exchange_take(signing, data[0] & 3, sent_by_peer, peer_title, key, peer_title,
                             own_title, derived);
    return 0;
}
