#include "dlms/long_request.h"

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "dlms/security_form.h"

static int fetch(void *owner, size_t at, uint8_t *octets, size_t size)
{
    struct dlms_long *request = owner;
    const struct dlms_stage *stage = request->stage;
    size_t of_text = request->skip + at;
    if (stage->read(stage->owner, (uint32_t)(request->begin + of_text), octets, size) != 0) {
        return -1;
    }
    if (request->gcm != NULL) {
        crypto_gcm_piece(request->gcm, &request->use, of_text, octets, size);
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
    request->begin += request->skip + r.at;
    request->skip = 0;
    return r.fault ? -1 : 0;
}

/* Each piece of the source, through its window, to who takes it; the window is used up. 0, or -1:
 * it cannot be read. */
struct taker {
    void (*take)(void *owner, uint8_t *octets, size_t size);
    void *owner;
};

static int read_pieces(struct dlms_long *request, size_t from, size_t size, struct taker taker)
{
    const struct reader_source *source = &request->source;
    const size_t piece = source->room - source->room % CRYPTO_BLOCK_SIZE;
    for (size_t at = 0; at < size; at += piece) {
        size_t now = size - at < piece ? size - at : piece;
        if (fetch(request, from + at, source->window, now) != 0) {
            return -1;
        }
        taker.take(taker.owner, source->window, now);
    }
    return 0;
}

static void decipher(void *owner, uint8_t *octets, size_t size)
{
    crypto_gcm_stream_next(owner, octets, size);
}

static void authenticate(void *owner, uint8_t *octets, size_t size)
{
    crypto_gcm_stream_add(owner, octets, size);
}

static void hash(void *owner, uint8_t *octets, size_t size)
{
    crypto_hash_add(owner, octets, size);
}

/* What is not encrypted is additional data, as what stands before it. */
static bool is_authentic(struct dlms_long *request, size_t size, bool encrypted,
                         struct crypto_gcm *gcm, const struct crypto_gcm_use *use)
{
    struct crypto_gcm_stream stream;
    uint8_t mac[DLMS_TAG_SIZE];
    const struct taker taker = {encrypted ? decipher : authenticate, &stream};
    if (fetch(request, size, mac, sizeof mac) != 0) {
        return false;
    }
    crypto_gcm_stream_begin_open(&stream, gcm, use);
    bool whole = read_pieces(request, 0, size, taker) == 0;
    return crypto_gcm_stream_check(&stream, mac) == 0 && whole;
}

int dlms_long_unprotect(struct dlms_long *request, const struct dlms_ciphered *ciphered,
                        const struct dlms_material *material, struct reader *plain)
{
    const struct dlms_protection *by = &ciphered->by;
    const size_t size = ciphered->text.size;
    bool encrypted = (by->control & DLMS_CONTROL_ENCRYPTED) != 0;
    uint8_t prefix[DLMS_PREFIX_MAX];
    struct crypto_gcm_use use;
    if (dlms_form_use(by, material, prefix, &use) != 0) {
        return DLMS_SECURITY_KEY;
    }
    if (dlms_form_tail(by) > 0 && !is_authentic(request, size, encrypted, material->gcm, &use)) {
        return DLMS_SECURITY_TAG;
    }
    if (encrypted) {
        use.aad = NULL; /* it goes with this function */
        use.aad_size = 0;
        request->gcm = material->gcm;
        request->use = use;
    }
    request->source.size = size;
    *plain = reader_over_source(&request->source);
    return dlms_form_holds(ciphered->tag, reader_peek(plain)) ? 0 : DLMS_SECURITY_MALFORMED;
}

int dlms_long_take_signed(struct dlms_long *request, struct dlms_signed *held)
{
    size_t size = request->source.size;
    size_t head = size < sizeof request->signed_head ? size : sizeof request->signed_head;
    if (fetch(request, 0, request->signed_head, head) != 0) {
        return -1;
    }
    struct reader r = reader_over(request->signed_head, head);
    *held = dlms_signed_take_head(&r, size);
    return r.fault ? -1 : 0;
}

int dlms_long_check_signed(struct dlms_long *request, const struct dlms_signed *held,
                           const struct dlms_signing *signing, const uint8_t *title)
{
    enum { TAG = 1 };
    struct crypto_hash hashed;
    uint8_t digest[CRYPTO_HASH_MAX];
    uint8_t behind[DLMS_SIGNED_TAIL_MAX];
    size_t size = held->signature.size;
    if (signing == NULL || signing->ecc == NULL) {
        return DLMS_SECURITY_KEY;
    }
    if (size > sizeof behind || fetch(request, TAG + held->range.size, behind, size) != 0) {
        return DLMS_SECURITY_MALFORMED;
    }
    struct reader r = reader_over(behind, size);
    struct dlms_octets signature = dlms_form_take_string(&r);
    crypto_hash_begin(&hashed, crypto_curve_hash(signing->curve));
    int failed = read_pieces(request, TAG, held->range.size, (struct taker){hash, &hashed});
    crypto_hash_end(&hashed, digest);
    if (failed != 0 || !reader_done(&r)) {
        return DLMS_SECURITY_MALFORMED;
    }
    return dlms_signed_verify(signing, title, digest, signature);
}

struct reader dlms_long_show_content(struct dlms_long *request, const struct dlms_signed *held)
{
    request->skip += 1 + held->range.size - held->content.size;
    request->source.size = held->content.size;
    return reader_over_source(&request->source);
}
