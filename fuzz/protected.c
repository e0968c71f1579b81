/* Any octets as protection parameters with what they protect, as a list of objects, and as what
 * flash kept of them: taken whole or refused, and what is taken is written as it says.
 *
 * Input: an octet (bits 0 and 1: the suite; bit 2: the peer is not known), then a Data with the
 * parameters, then what is protected. */
#include "cosem/data.h"
#include "dlms/security_data.h"
#include "function/protection.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t own_title[] = {0x4D, 0x4D, 0x4D, 0, 0, 0xBC, 0x61, 0x4E};
static const uint8_t peer_title[] = {0x4D, 0x4D, 0x4D, 0, 0, 0, 0, 1};

static struct crypto_ecc ecc;
static struct crypto_random drawing;

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

/* Private keys are those of the vectors: 3 and 7 of the client, 11 for agreement of the meter. */
static struct keys {
    bool made;
    struct dlms_signing signing;
    uint8_t agreement[CRYPTO_CURVE_MAX];
    uint8_t peer[DLMS_KEY_USES][CRYPTO_PUBLIC_MAX];
} keys[2];

static const struct dlms_signing *keys_of(enum dlms_suite suite)
{
    static const struct crypto_entropy entropy = {.read = read_zeros};
    static const uint8_t scalars[] = {3, 7};
    enum crypto_curve curve = suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    struct keys *of = &keys[suite == DLMS_SUITE_2];
    if (!of->made) {
        check(crypto_random_begin(&drawing, &entropy, NULL, 0) == 0);
        ecc.random = &drawing;
        of->agreement[crypto_curve_size(curve) - 1] = 11;
        for (int use = 0; use < DLMS_KEY_USES; use++) {
            uint8_t peer[CRYPTO_CURVE_MAX] = {0};
            peer[crypto_curve_size(curve) - 1] = scalars[use];
            check(crypto_ecc_public(&ecc, curve, peer, of->peer[use]) == 0);
        }
        of->signing = (struct dlms_signing){.ecc = &ecc,
                                            .curve = curve,
                                            .own = of->agreement,
                                            .peer = of->peer[DLMS_USE_SIGNATURE],
                                            .own_agreement = of->agreement,
                                            .peer_agreement = of->peer[DLMS_USE_AGREEMENT]};
        of->made = true;
    }
    return &of->signing;
}

static void put_key(struct dlms_keyring *ring, enum dlms_key_id id, uint8_t first)
{
    uint8_t key[DLMS_KEY_MAX];
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(first + i);
    }
    check(dlms_keyring_put(ring, id, key, dlms_key_size(ring->suite)) == 0);
}

static void unprotect(enum dlms_suite suite, bool known, const struct dlms_layers *layers,
                      const uint8_t *octets, size_t size)
{
    static struct dlms_keyring ring;
    static struct dlms_key unwrapped;
    uint8_t agreed[DLMS_AGREED_MAX];
    struct dlms_counter sent = {.next = DLMS_COUNTER_FIRST};
    struct dlms_counter received[DLMS_COUNTERS] = {{0}};
    dlms_keyring_init(&ring, suite);
    put_key(&ring, DLMS_KEY_UNICAST, 0);
    put_key(&ring, DLMS_KEY_AUTHENTICATION, 0xD0);
    put_key(&ring, DLMS_KEY_BROADCAST, 0xB0);
    put_key(&ring, DLMS_KEY_MASTER, 0x40);
    const struct dlms_security_context context = {
        .ring = &ring,
        .unwrapped = &unwrapped,
        .signing = suite != DLMS_SUITE_0 ? keys_of(suite) : NULL,
        .agreed = agreed,
        .title = own_title,
        .peer = known ? peer_title : NULL,
        .sent = &sent,
        .received = received,
    };
    size_t room = DLMS_DATA_HEAD + size;
    uint8_t *work = malloc(room);
    struct dlms_data data = {work, room, DLMS_DATA_HEAD, size};
    memset(work, 0, DLMS_DATA_HEAD);
    memcpy(work + DLMS_DATA_HEAD, octets, size);
    if (dlms_data_unprotect(&context, layers, &data) == 0) {
        check(data.at <= room && data.size <= room - data.at && data.size <= size);
    }
    free(work);
}

/* Parameters that are taken are written again, and taken alike. */
static void write_again(const struct dlms_layers *layers)
{
    uint8_t octets[2048];
    struct dlms_layers same;
    struct writer w = writer_over(octets, sizeof octets);
    dlms_layers_put(&w, layers);
    check(!writer_overflow(&w));
    struct reader r = reader_over(octets, writer_kept(&w));
    struct cosem_intake in = cosem_intake_begin(&r);
    dlms_layers_take(&in, &same);
    check(cosem_intake_end(&in) == COSEM_SUCCESS && same.count == layers->count);
    check(dlms_layers_request(&same) == dlms_layers_request(layers));
}

static void read_kept(const uint8_t *octets, size_t size)
{
    static struct protection protection;
    static uint8_t again[PROTECTION_ROOM];
    struct reader r = reader_over(octets, size);
    protection_init(&protection);
    if (protection_read(&protection, &r) == 0) {
        struct writer w = writer_over(again, sizeof again);
        protection_write(&protection, &w);
        check(!writer_overflow(&w) && writer_kept(&w) == size && memcmp(again, octets, size) == 0);
    } else {
        check(protection.changes == 0 && protection.sizes[PROTECTION_OBJECTS] == 2);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dlms_layers layers;
    struct dlms_protection by;
    if (size < 1) {
        return 0;
    }
    read_kept(data + 1, size - 1);
    enum dlms_suite suite = (enum dlms_suite)((data[0] & 3) % 3);
    struct reader r = reader_over(data + 1, size - 1);
    struct reader parameters = cosem_take_part(&r);
    struct cosem_intake in = cosem_intake_begin(&parameters);
    dlms_layers_take(&in, &layers);
    if (r.fault || cosem_intake_end(&in) != COSEM_SUCCESS) {
        return 0;
    }
    write_again(&layers);
    (void)dlms_layers_apdu(&layers, suite, &by);
    unprotect(suite, (data[0] & 4) == 0, &layers, r.data + r.at, reader_left(&r));
    dlms_layers_answer(&layers, own_title, (data[0] & 4) == 0 ? peer_title : NULL);
    write_again(&layers);
    return 0;
}
