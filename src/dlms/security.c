#include "dlms/security.h"

#include "dlms/apdu.h"
#include "dlms/security_form.h"

#include <string.h>

static bool is_authenticated(const struct dlms_protection *by)
{
    return (by->control & DLMS_CONTROL_AUTHENTICATED) != 0;
}

static bool is_encrypted(const struct dlms_protection *by)
{
    return (by->control & DLMS_CONTROL_ENCRYPTED) != 0;
}

/* Text that is authenticated only belongs to the additional data. Those are taken in one piece, so
 * that the prefix is put before the text, which begins DLMS_PREFIX_MAX octets or more into its
 * buffer. */
static struct crypto_gcm_use join(const struct crypto_gcm_use *use, uint8_t *text, size_t size)
{
    struct crypto_gcm_use joint = *use;
    joint.aad = memcpy(text - use->aad_size, use->aad, use->aad_size);
    joint.aad_size += size;
    return joint;
}

static int open_text(const struct dlms_ciphered *ciphered, struct crypto_gcm *gcm,
                     const struct crypto_gcm_use *use, uint8_t *scratch)
{
    struct dlms_octets text = ciphered->text;
    if (!is_encrypted(&ciphered->by)) {
        struct crypto_gcm_stream stream;
        crypto_gcm_stream_begin_open(&stream, gcm, use);
        crypto_gcm_stream_add(&stream, text.octets, text.size);
        return crypto_gcm_stream_check(&stream, ciphered->mac);
    }
    if (is_authenticated(&ciphered->by)) {
        return crypto_gcm_open(gcm, use, text.octets, text.size, scratch, ciphered->mac);
    }
    /* The key stream is the same in both directions. */
    uint8_t unused[DLMS_TAG_SIZE];
    crypto_gcm_seal(gcm, use, text.octets, text.size, scratch, unused);
    return 0;
}

int dlms_unprotect(const struct dlms_ciphered *ciphered, const struct dlms_material *material,
                   uint8_t *scratch, size_t room, struct reader *plain)
{
    const struct dlms_protection *by = &ciphered->by;
    size_t size = ciphered->text.size;
    if (room < size) {
        return DLMS_SECURITY_ROOM;
    }
    uint8_t prefix[DLMS_PREFIX_MAX];
    struct crypto_gcm_use use;
    if (dlms_form_use(by, material, prefix, &use) != 0) {
        return DLMS_SECURITY_KEY;
    }
    if (open_text(ciphered, material->gcm, &use, scratch) != 0) {
        return DLMS_SECURITY_TAG;
    }
    *plain = reader_over(is_encrypted(by) ? scratch : ciphered->text.octets, size);
    return dlms_form_holds(ciphered->tag, reader_peek(plain)) ? 0 : DLMS_SECURITY_MALFORMED;
}

/* What is authenticated with a text in place, by a prefix made in `prefix`. Text that is not
 * encrypted belongs to it: the prefix is put before it then. */
static int use_in_place(const struct dlms_protection *by, const struct dlms_material *material,
                        uint8_t *text, size_t size, uint8_t prefix[DLMS_PREFIX_MAX],
                        struct crypto_gcm_use *use)
{
    int failed = dlms_form_use(by, material, prefix, use);
    if (failed == 0 && !is_encrypted(by)) {
        *use = join(use, text, size);
    }
    return failed;
}

int dlms_seal_text(const struct dlms_protection *by, const struct dlms_material *material,
                   uint8_t *text, size_t size)
{
    uint8_t prefix[DLMS_PREFIX_MAX];
    uint8_t tag[DLMS_TAG_SIZE];
    struct crypto_gcm_use use;
    if (use_in_place(by, material, text, size, prefix, &use) != 0) {
        return -1;
    }
    crypto_gcm_seal(material->gcm, &use, text, is_encrypted(by) ? size : 0, text, tag);
    memcpy(text + size, tag, dlms_form_tail(by));
    return 0;
}

int dlms_open_text(const struct dlms_protection *by, const struct dlms_material *material,
                   uint8_t **text, size_t size)
{
    enum { APART = 8 /* crypto_gcm_open() */ };
    uint8_t prefix[DLMS_PREFIX_MAX];
    uint8_t tag[DLMS_TAG_SIZE];
    uint8_t *from = *text;
    struct crypto_gcm_use use;
    memcpy(tag, from + size, dlms_form_tail(by));
    if (use_in_place(by, material, from, size, prefix, &use) != 0) {
        return DLMS_SECURITY_KEY;
    }
    int failed = 0;
    if (!is_encrypted(by)) {
        failed = crypto_gcm_open(material->gcm, &use, NULL, 0, NULL, tag);
    } else if (!is_authenticated(by)) {
        crypto_gcm_seal(material->gcm, &use, from, size, from, tag); /* the same both ways */
    } else {
        *text = from - APART;
        failed = crypto_gcm_open(material->gcm, &use, from, size, *text, tag);
    }
    return failed != 0 ? DLMS_SECURITY_TAG : 0;
}

size_t dlms_protect(const struct dlms_protection *by, const struct dlms_material *material,
                    const uint8_t *plain, size_t size, uint8_t *apdu, size_t room)
{
    uint8_t head[DLMS_HEAD_MAX];
    if (size == 0 || room < DLMS_PROTECT_HEAD || room - DLMS_PROTECT_HEAD < size) {
        return 0;
    }
    size_t head_size = dlms_form_head(by, plain[0], size, head);
    size_t whole = head_size + size + dlms_form_tail(by);
    if (head_size == 0 || whole > room) {
        return 0;
    }
    /* Before what is authenticated only, its prefix has room at first. */
    bool behind_prefix = !is_encrypted(by) && head_size < DLMS_PREFIX_MAX;
    uint8_t *text = memmove(apdu + (behind_prefix ? DLMS_PREFIX_MAX : head_size), plain, size);
    if (dlms_seal_text(by, material, text, size) != 0) {
        return 0;
    }
    memmove(apdu + head_size, text, whole - head_size);
    memcpy(apdu, head, head_size);
    return whole;
}

size_t dlms_protect_limit(const struct dlms_protection *by, size_t pdu)
{
    uint8_t head[DLMS_HEAD_MAX];
    size_t tail = dlms_form_tail(by);
    size_t most = dlms_form_head(by, DLMS_GET_REQUEST, pdu, head) + tail;
    if (most == tail || most >= pdu) {
        return 0;
    }
    /* A shorter text may have a shorter length. */
    size_t size = pdu - most;
    while (dlms_form_head(by, DLMS_GET_REQUEST, size + 1, head) + size + 1 + tail <= pdu) {
        size++;
    }
    return size;
}
