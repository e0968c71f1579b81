#include "dlms/long_request.h"

#include "dlms/security_form.h"

static int fetch(void *owner, size_t at, uint8_t *octets, size_t size)
{
    struct dlms_long *request = owner;
    const struct dlms_material *material = &request->material;
    const struct dlms_stage *stage = request->stage;
    if (stage->read(stage->owner, (uint32_t)(request->begin + at), octets, size) != 0) {
        return -1;
    }
    if (material->encryption != NULL) {
        crypto_gcm_piece(material->encryption, material->key_size, request->nonce, at, octets,
                         size);
    }
    return 0;
}

struct reader dlms_long_open(struct dlms_long *request, const struct dlms_stage *stage, size_t size,
                             uint8_t *window, size_t room)
{
    *request = (struct dlms_long){
        .stage = stage,
        .source = {.fetch = fetch, .owner = request, .size = size, .window = window, .room = room},
    };
    return reader_over_source(&request->source);
}

int dlms_long_take(struct dlms_long *request, struct dlms_ciphered *ciphered)
{
    size_t size = request->source.size;
    size_t head = size < sizeof request->head ? size : sizeof request->head;
    if (fetch(request, 0, request->head, head) != 0) {
        return -1;
    }
    struct reader r = reader_over(request->head, head);
    *ciphered = dlms_ciphered_take_head(&r, size);
    request->begin = r.at;
    return r.fault ? -1 : 0;
}

/* Whether the text is what was authenticated; the window is used up. */
static bool is_authentic(struct dlms_long *request, const struct dlms_ciphered *ciphered,
                         const struct dlms_material *material, const struct crypto_gcm_use *use)
{
    struct crypto_gcm_stream stream;
    const struct reader_source *source = &request->source;
    const size_t piece = source->room - source->room % CRYPTO_BLOCK_SIZE;
    const size_t size = ciphered->text.size;
    uint8_t mac[DLMS_TAG_SIZE];
    if (fetch(request, size, mac, sizeof mac) != 0 ||
        crypto_gcm_stream_begin_open(&stream, material->encryption, material->key_size, use) != 0) {
        return false;
    }
    for (size_t at = 0; at < size; at += piece) {
        size_t now = size - at < piece ? size - at : piece;
        if (fetch(request, at, source->window, now) != 0) {
            return false;
        }
        crypto_gcm_stream_next(&stream, source->window, now);
    }
    return crypto_gcm_stream_check(&stream, mac) == 0;
}

int dlms_long_unprotect(struct dlms_long *request, const struct dlms_ciphered *ciphered,
                        const struct dlms_material *material, struct reader *plain)
{
    const struct dlms_protection *by = &ciphered->by;
    uint8_t prefix[DLMS_PREFIX_MAX];
    struct crypto_gcm_use use = {.aad = prefix};
    bool authenticated = (by->control & DLMS_CONTROL_AUTHENTICATED) != 0;
    if ((by->control & DLMS_CONTROL_ENCRYPTED) == 0) {
        return DLMS_SECURITY_ROOM;
    }
    dlms_form_nonce(by, use.nonce);
    if (authenticated) {
        use.aad_size = dlms_form_prefix(by, material, prefix);
        if (use.aad_size == 0) {
            return DLMS_SECURITY_KEY;
        }
        if (!is_authentic(request, ciphered, material, &use)) {
            return DLMS_SECURITY_TAG;
        }
    }
    request->material = *material;
    dlms_form_nonce(by, request->nonce);
    request->source.size = ciphered->text.size;
    *plain = reader_over_source(&request->source);
    return dlms_form_holds(ciphered->tag, reader_peek(plain)) ? 0 : DLMS_SECURITY_MALFORMED;
}
