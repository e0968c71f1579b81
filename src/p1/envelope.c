#include "p1/envelope.h"

#include "base/need.h"
#include "base/reader.h"
#include "base/writer.h"
#include "crypto/secret.h"

#include <string.h>

enum {
    TAG_GENERAL_GLO = 0xDB,
    LENGTH_TWO_OCTETS = 0x82,
    CONTROL = 0x30, /* suite 0, authenticated and encrypted */
    COUNTED = 1 + 4 + CRYPTO_GCM_TAG_SIZE,
    LENGTH_AT = 2 + P1_TITLE,
};

const uint8_t p1_authentication_key[P1_KEY] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                               0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF};

enum { AAD = 1 + P1_KEY };

/* `nonce_of` are title and counter, as they stand in the envelope. */
static struct crypto_gcm_use use_of(const struct p1_keys *keys, const uint8_t title[P1_TITLE],
                                    const uint8_t counter[4], uint8_t aad[AAD])
{
    struct crypto_gcm_use use = {
        .key = keys->encryption, .key_size = P1_KEY, .aad = aad, .aad_size = AAD};
    memcpy(use.nonce, title, P1_TITLE);
    memcpy(use.nonce + P1_TITLE, counter, 4);
    aad[0] = CONTROL;
    memcpy(aad + 1, keys->authentication, P1_KEY);
    return use;
}

size_t p1_seal(const struct p1_keys *keys, const uint8_t title[P1_TITLE], uint32_t counter,
               const uint8_t *text, size_t size, uint8_t *out)
{
    need(size + COUNTED <= UINT16_MAX);
    struct writer w = writer_over(out, P1_ENVELOPE_HEAD);
    writer_u8(&w, TAG_GENERAL_GLO);
    writer_u8(&w, P1_TITLE);
    writer_octets(&w, title, P1_TITLE);
    writer_u8(&w, LENGTH_TWO_OCTETS);
    writer_u16(&w, (uint16_t)(size + COUNTED));
    writer_u8(&w, CONTROL);
    writer_u32(&w, counter);

    uint8_t aad[AAD];
    struct crypto_gcm_use use = use_of(keys, title, out + P1_ENVELOPE_HEAD - 4, aad);
    struct crypto_gcm gcm = {.state = {0}};
    uint8_t *ciphertext = out + P1_ENVELOPE_HEAD;
    crypto_gcm_seal(&gcm, &use, text, size, ciphertext, ciphertext + size);
    crypto_wipe(&gcm, sizeof gcm);
    crypto_wipe(aad, sizeof aad);
    return size + P1_ENVELOPE;
}

/* What the length field counts: one octet to 127, else 81 and one or 82 and two. */
static size_t take_length(struct reader *r)
{
    uint8_t first = reader_u8(r);
    if (first < 0x80) {
        return first;
    }
    if (first == 0x81) {
        return reader_u8(r);
    }
    if (first != LENGTH_TWO_OCTETS) {
        reader_fail(r);
    }
    return reader_u16(r);
}

int p1_envelope_size(const uint8_t *octets, size_t size)
{
    static const uint8_t begin[2] = {TAG_GENERAL_GLO, P1_TITLE};
    enum { LENGTH_MAX = 3 };
    size_t known = size < sizeof begin ? size : sizeof begin;
    if (memcmp(octets, begin, known) != 0) {
        return -1;
    }
    if (size < LENGTH_AT + LENGTH_MAX) {
        return 0;
    }
    struct reader r = reader_over(octets + LENGTH_AT, LENGTH_MAX);
    size_t counted = take_length(&r);
    return r.fault || counted < COUNTED ? -1 : (int)(LENGTH_AT + r.at + counted);
}

int p1_open(const struct p1_keys *keys, const uint8_t *octets, size_t size, uint8_t *text)
{
    if (size < P1_ENVELOPE || p1_envelope_size(octets, size) != (int)size) {
        return -1;
    }
    struct reader r = reader_over(octets, size);
    (void)reader_octets(&r, 2);
    const uint8_t *title = reader_octets(&r, P1_TITLE);
    size_t text_size = take_length(&r) - COUNTED;
    if (reader_u8(&r) != CONTROL) {
        return -1;
    }
    const uint8_t *counter = reader_octets(&r, 4);
    const uint8_t *ciphertext = reader_octets(&r, text_size);
    const uint8_t *tag = reader_octets(&r, CRYPTO_GCM_TAG_SIZE);
    if (!reader_done(&r)) {
        return -1;
    }
    uint8_t aad[AAD];
    struct crypto_gcm_use use = use_of(keys, title, counter, aad);
    struct crypto_gcm gcm = {.state = {0}};
    int opened = crypto_gcm_open(&gcm, &use, ciphertext, text_size, text, tag);
    crypto_wipe(&gcm, sizeof gcm);
    crypto_wipe(aad, sizeof aad);
    return opened == 0 ? (int)text_size : -1;
}
