#include "test/product/certified.h"

#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/security_certificates.h"
#include "test/unit.h"

#include <string.h>

enum { SLOTS = 4, HEAD = 13, DAY_S = 86400 };
static const int64_t now_s = 1800000000;

/* ---- where certificates are kept ---- */

static struct {
    uint8_t octets[SLOTS][CRYPTO_CERTIFICATE_MAX];
    size_t sizes[SLOTS];
} kept;

static size_t read_slot(void *owner, uint8_t slot, uint8_t *der, size_t room)
{
    (void)owner;
    memcpy(der, kept.octets[slot], kept.sizes[slot] < room ? kept.sizes[slot] : room);
    return kept.sizes[slot];
}

static int write_slot(void *owner, uint8_t slot, const uint8_t *der, size_t size)
{
    (void)owner;
    memcpy(kept.octets[slot], der, size);
    kept.sizes[slot] = size;
    return 0;
}

static const struct dlms_certificate_store slots = {
    .read = read_slot, .write = write_slot, .slots = SLOTS};

/* ---- the authority, and what it certifies ---- */

static struct {
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t name[CRYPTO_NAME_MAX];
    size_t name_size;
} authority;

static const uint8_t serial[] = {1, 2, 3, 4};

struct made certify(struct crypto_part subject, const uint8_t *public_key, uint8_t usage)
{
    struct made made;
    const struct crypto_certificate_plan plan = {
        .serial = {serial, sizeof serial},
        .issuer = {authority.name, authority.name_size},
        .subject = subject,
        .since_s = now_s - DAY_S,
        .until_s = now_s + DAY_S,
        .curve = CRYPTO_P256,
        .public_key = public_key,
        .usage = usage,
        .authority = usage == CRYPTO_USE_CERTIFICATES,
        .issuer_curve = CRYPTO_P256,
        .issuer_private = authority.private_key,
        .issuer_public = authority.public_key,
    };
    made.size = crypto_certificate_make(&ecc, &plan, made.der, sizeof made.der);
    assert_true(made.size > 0);
    return made;
}

struct made certify_client(void)
{
    uint8_t name[CRYPTO_NAME_MAX];
    size_t size = crypto_name_make("4D4D4D0000000001", 16, name, sizeof name);
    return certify((struct crypto_part){name, size}, keys.client_public, CRYPTO_USE_SIGNATURE);
}

/* ---- a meter of suite 1 that trusts the authority, and a client that proves itself by GMAC ----
 */

int set_up_certified(void **state)
{
    (void)state;
    static const struct opening opening = {.mechanism = DLMS_MECHANISM_GMAC,
                                           .context = DLMS_CONTEXT_LN_CIPHERED,
                                           .challenge = 16,
                                           .control = 0x31};
    memset(&kept, 0, sizeof kept);
    set_up_suite(DLMS_SUITE_1);
    assert_int_equal(
        crypto_ecc_make(&ecc, CRYPTO_P256, authority.private_key, authority.public_key), 0);
    authority.name_size = crypto_name_make("authority", 9, authority.name, sizeof authority.name);
    const struct made root = certify((struct crypto_part){authority.name, authority.name_size},
                                     authority.public_key, CRYPTO_USE_CERTIFICATES);
    setup.signing.certificates = &slots;
    setup.signing.now_s = now_s;
    memset(setup.signing.peers, 0, sizeof setup.signing.peers); /* its key comes certified */
    assert_int_equal(dlms_certificate_trust(&setup, root.der, root.size), 0);
    client.context.signing = &keys.of_client;
    open_all(&opening);
    return 0;
}

bool call(int method, const uint8_t *parameter, size_t size)
{
    uint8_t apdu[APDU];
    const uint8_t head[HEAD] = {0xC3, 1, 0xC1, 0, 64, 0, 0, 43, 0, 0, 255, (uint8_t)method, 1};
    assert_true(HEAD + size <= sizeof apdu);
    memcpy(apdu, head, HEAD);
    memcpy(apdu + HEAD, parameter, size);
    return ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x31), apdu, HEAD + size);
}

/* What an answer says behind its head: the result, and what the method gives. */
static uint8_t body[2 * APDU];
static size_t body_size;

static void take_body(const uint8_t *octets, size_t size)
{
    assert_true(body_size + size <= sizeof body);
    memcpy(body + body_size, octets, size);
    body_size += size;
}

/* A block; whether it is the last. */
static bool take_block(void)
{
    struct reader r = delivery.plain;
    const uint8_t *head = reader_octets(&r, 3);
    assert_int_equal(head[1], DLMS_ACTION_RESPONSE_BLOCK);
    bool last = reader_u8(&r) != 0;
    (void)reader_u32(&r);
    struct reader data = reader_part(&r, cosem_take_length(&r));
    assert_true(reader_done(&r));
    take_body(data.data, data.size);
    return last;
}

static void take_answer(void)
{
    body_size = 0;
    assert_int_equal(delivery.plain.data[0], DLMS_ACTION_RESPONSE);
    if (delivery.plain.data[1] == DLMS_ACTION_NORMAL) {
        take_body(delivery.plain.data + 3, delivery.plain.size - 3);
        return;
    }
    for (uint8_t number = 1; !take_block(); number++) {
        const uint8_t next[] = {0xC3, DLMS_ACTION_NEXT, 0xC1, 0, 0, 0, number};
        assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x31), next, sizeof next));
    }
}

enum cosem_result act(int method, const struct writer *parameter)
{
    assert_true(call(method, parameter->window, writer_kept(parameter)));
    take_answer();
    return (enum cosem_result)body[0];
}

struct reader returned(void)
{
    static const uint8_t head[] = {COSEM_SUCCESS, 1, DLMS_RESULT_DATA};
    assert_true(body_size > sizeof head);
    assert_memory_equal(body, head, sizeof head);
    return reader_over(body + sizeof head, body_size - sizeof head);
}

enum cosem_result act_enum(int method, uint8_t value)
{
    uint8_t octets[2];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_enum(&w, value);
    return act(method, &w);
}
