/* A side with keys of the curve takes any octets as a signed APDU, as one with an agreed key, and
 * as what comes for a key agreement: nothing is taken twice, and what is taken is signed.
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

static void receive(struct dlms_security_context *context, const uint8_t *apdu, size_t size)
{
    uint8_t *scratch = malloc(DLMS_UNPROTECT_ROOM(size));
    struct dlms_protection how;
    struct reader plain;
    if (dlms_security_receive(context, apdu, size, scratch, DLMS_UNPROTECT_ROOM(size), &how,
                              &plain) == 0) {
        check(how.signature != DLMS_SIGNED_ALONE || (how.control & 0x30) == 0);
        check(how.signature == DLMS_UNSIGNED || !dlms_is_protected(reader_peek(&plain)));
        while (reader_left(&plain) > 0) {
            (void)reader_u8(&plain);
        }
        check(!plain.fault);
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
    receive(&context, data + 1, size - 1);
    const struct dlms_octets sent_by_peer = {data + 1, size - 1};
    (void)dlms_exchange_take(signing, data[0] & 3, sent_by_peer, peer_title, key, peer_title,
                             own_title, derived);
    return 0;
}
