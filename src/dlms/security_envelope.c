/* Signatures inside of what is ciphered, around it, and without. */
#include "dlms/apdu.h"
#include "dlms/security_context.h"
#include "dlms/security_form.h"

#include <string.h>

bool dlms_is_protected(uint8_t tag)
{
    return tag == DLMS_GENERAL_SIGNING || dlms_is_ciphered(tag);
}

static bool is_ciphered(const struct dlms_protection *by)
{
    return (by->control & (DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED)) != 0;
}

static bool is_title(struct dlms_octets string, const uint8_t *title)
{
    return string.size == 0 || memcmp(string.octets, title, DLMS_TITLE_SIZE) == 0;
}

/* An APDU that is opened, layer by layer: in memory, or where it is staged. */
struct opening {
    const struct dlms_security_context *context;
    struct dlms_long *request; /* NULL: in memory */
    const uint8_t *apdu;       /* in memory */
    uint8_t *scratch;
    size_t room;
};

static int take_signed(const struct opening *o, const struct reader *text, struct dlms_signed *held)
{
    if (o->request != NULL) {
        return dlms_long_take_signed(o->request, held);
    }
    struct reader r = *text;
    *held = dlms_signed_take(&r);
    return r.fault ? -1 : 0;
}

/* A signature of the peer, or, where nobody is known yet, of whoever says that it is his. What it
 * holds is in `text` then. */
static int open_signed(const struct opening *o, struct reader *text, struct dlms_protection *how)
{
    const struct dlms_security_context *context = o->context;
    struct dlms_signed held;
    if (take_signed(o, text, &held) != 0 ||
        (held.head.recipient.size != 0 && held.head.recipient.size != DLMS_TITLE_SIZE)) {
        return DLMS_SECURITY_MALFORMED;
    }
    const uint8_t *title = held.title != NULL ? held.title : context->peer;
    bool named = title != NULL &&
                 (context->peer == NULL || memcmp(title, context->peer, DLMS_TITLE_SIZE) == 0);
    if (!named || !is_title(held.head.recipient, context->title)) {
        return DLMS_SECURITY_KEY;
    }
    int failed = o->request != NULL
                     ? dlms_long_check_signed(o->request, &held, context->signing, title)
                     : dlms_signed_check(&held, context->signing, title);
    if (failed == 0) {
        how->signing = held.head;
        how->title = title;
        *text = o->request != NULL ? dlms_long_show_content(o->request, &held)
                                   : reader_over(held.content.octets, held.content.size);
    }
    return failed;
}

static int decipher(const struct opening *o, struct reader *text, struct dlms_protection *how)
{
    if (o->request != NULL) {
        return dlms_security_decipher_long(o->context, o->request, how, text);
    }
    size_t at = (size_t)(text->data - o->apdu);
    return o->room < at ? DLMS_SECURITY_ROOM
                        : dlms_security_decipher(o->context, text->data, text->size,
                                                 o->scratch + at, o->room - at, how, text);
}

/* A signature alone, which is no protection against who sends it again. */
static int take_alone(const struct opening *o, const struct reader *plain,
                      struct dlms_protection *how)
{
    if (o->context->required != 0) {
        return DLMS_SECURITY_WEAK;
    }
    how->signature = DLMS_SIGNED_ALONE;
    how->control = (uint8_t)o->context->ring->suite;
    return reader_peek(plain) == DLMS_GENERAL_SIGNING ? DLMS_SECURITY_MALFORMED : 0;
}

/* Where nobody is known yet, who signs is who ciphers: nobody puts his name on what another sent.
 */
static bool is_one_sender(const struct dlms_protection *signs,
                          const struct dlms_protection *ciphers)
{
    return memcmp(signs->title, ciphers->title, DLMS_TITLE_SIZE) == 0;
}

/* What was signed, and maybe ciphered before. */
static int receive_signed(const struct opening *o, struct reader *text, struct dlms_protection *how)
{
    struct dlms_protection outer;
    memset(&outer, 0, sizeof outer);
    int failed = open_signed(o, text, &outer);
    if (failed != 0) {
        return failed;
    }
    if (!dlms_is_ciphered(reader_peek(text))) {
        *how = outer;
        return take_alone(o, text, how);
    }
    failed = decipher(o, text, how);
    if (failed == 0 && reader_peek(text) == DLMS_GENERAL_SIGNING) {
        return DLMS_SECURITY_MALFORMED;
    }
    if (failed == 0 && !is_one_sender(&outer, how)) {
        return DLMS_SECURITY_KEY;
    }
    how->signature = DLMS_SIGNED_AROUND;
    how->signing = outer.signing;
    return failed;
}

/* What was ciphered, and maybe signed before. */
static int receive_ciphered(const struct opening *o, struct reader *text,
                            struct dlms_protection *how)
{
    int failed = decipher(o, text, how);
    if (failed != 0 || reader_peek(text) != DLMS_GENERAL_SIGNING) {
        return failed;
    }
    struct dlms_protection inner = *how;
    failed = open_signed(o, text, &inner);
    if (failed != 0) {
        return failed;
    }
    if (!is_one_sender(&inner, how)) {
        return DLMS_SECURITY_KEY;
    }
    how->signature = DLMS_SIGNED_INSIDE;
    how->signing = inner.signing;
    return dlms_is_protected(reader_peek(text)) ? DLMS_SECURITY_MALFORMED : 0;
}

/* The counters as they stood: what turns out to be nothing has not been received. */
struct mark {
    uint32_t next[DLMS_COUNTERS + 1];
};

static struct dlms_counter *counter_at(const struct dlms_security_context *context, int of)
{
    return of < DLMS_COUNTERS ? &context->received[of] : context->dedicated_received;
}

static struct mark mark_of(const struct dlms_security_context *context)
{
    struct mark mark = {{0}};
    for (int of = 0; of <= DLMS_COUNTERS; of++) {
        const struct dlms_counter *counter = counter_at(context, of);
        mark.next[of] = counter != NULL ? counter->next : 0;
    }
    return mark;
}

static void go_back(const struct dlms_security_context *context, const struct mark *mark)
{
    for (int of = 0; of <= DLMS_COUNTERS; of++) {
        struct dlms_counter *counter = counter_at(context, of);
        if (counter != NULL) {
            counter->next = mark->next[of];
        }
    }
}

static int receive(const struct opening *o, struct reader text, struct dlms_protection *how,
                   struct reader *plain)
{
    const struct mark mark = mark_of(o->context);
    struct dlms_protection by;
    memset(&by, 0, sizeof by);
    bool is_signed = reader_peek(&text) == DLMS_GENERAL_SIGNING;
    int failed = is_signed ? receive_signed(o, &text, &by) : receive_ciphered(o, &text, &by);
    if (failed == 0 && o->context->requires_signature && by.signature == DLMS_UNSIGNED) {
        failed = DLMS_SECURITY_WEAK;
    }
    if (failed == 0) {
        *how = by;
        *plain = text;
        return 0;
    }
    go_back(o->context, &mark);
    if (failed == DLMS_SECURITY_COUNTER) {
        how->counter = by.counter;
    }
    return failed;
}

int dlms_security_receive(const struct dlms_security_context *context, const uint8_t *apdu,
                          size_t size, uint8_t *scratch, size_t room, struct dlms_protection *how,
                          struct reader *plain)
{
    const struct opening opening = {
        .context = context, .apdu = apdu, .scratch = scratch, .room = room};
    return receive(&opening, reader_over(apdu, size), how, plain);
}

int dlms_security_receive_long(const struct dlms_security_context *context,
                               struct dlms_long *request, struct dlms_protection *how,
                               struct reader *plain)
{
    const struct opening opening = {.context = context, .request = request};
    return receive(&opening, reader_over_source(&request->source), how, plain);
}

/* Signs `size` octets at `content` in place, and gives what is signed. */
static int sign(const struct dlms_security_context *context, const struct dlms_general *general,
                uint8_t *content, size_t size, struct dlms_octets *whole)
{
    if (context->signing == NULL || dlms_sign(context->signing, general, content, size) != 0) {
        return -1;
    }
    size_t head = dlms_signed_head(general, size);
    *whole = (struct dlms_octets){content - head, head + size + dlms_signed_tail(context->signing)};
    return 0;
}

/* Ciphers behind the room for what goes around it, and moves the whole to its place. */
static size_t send_around(const struct dlms_security_context *context, struct dlms_protection *by,
                          const uint8_t *plain, size_t size, uint8_t *apdu, size_t room)
{
    size_t head = dlms_signed_head(&by->signing, UINT16_MAX);
    struct dlms_octets whole;
    if (room < head) {
        return 0;
    }
    size_t ciphered = dlms_security_encipher(context, by, plain, size, apdu + head, room - head);
    if (ciphered == 0 || ciphered + DLMS_SIGNED_TAIL_MAX > room - head ||
        sign(context, &by->signing, apdu + head, ciphered, &whole) != 0) {
        return 0;
    }
    memmove(apdu, whole.octets, whole.size);
    return whole.size;
}

/* What is signed first has to lie where it can be written around; the caller's `plain` is in
 * `apdu`, or is copied there. */
static size_t send_inside(const struct dlms_security_context *context, struct dlms_protection *by,
                          const uint8_t *plain, size_t size, uint8_t *apdu, size_t room)
{
    size_t at = dlms_protect_head(by);
    struct dlms_octets whole;
    if (room < at || room - at < size + DLMS_SIGNED_TAIL_MAX) {
        return 0;
    }
    memmove(apdu + at, plain, size);
    if (sign(context, &by->signing, apdu + at, size, &whole) != 0) {
        return 0;
    }
    if (is_ciphered(by)) {
        return dlms_security_encipher(context, by, whole.octets, whole.size, apdu, room);
    }
    memmove(apdu, whole.octets, whole.size);
    return whole.size;
}

size_t dlms_security_send(const struct dlms_security_context *context, struct dlms_protection *by,
                          const uint8_t *plain, size_t size, uint8_t *apdu, size_t room)
{
    by->title = context->title;
    switch (by->signature) {
    case DLMS_SIGNED_AROUND:
        return send_around(context, by, plain, size, apdu, room);
    case DLMS_SIGNED_ALONE:
    case DLMS_SIGNED_INSIDE:
        return send_inside(context, by, plain, size, apdu, room);
    case DLMS_UNSIGNED:
        break;
    }
    return dlms_security_encipher(context, by, plain, size, apdu, room);
}

/* An agreed key is made when the APDU is. */
static size_t head_of_form(const struct dlms_protection *by)
{
    uint8_t head[DLMS_HEAD_MAX];
    static const uint8_t any[DLMS_TITLE_SIZE];
    struct dlms_protection most = *by;
    most.title = any;
    if (by->form == DLMS_FORM_GENERAL && by->general.key_info == DLMS_KEY_INFO_AGREED) {
        static const uint8_t longest[DLMS_AGREED_MAX];
        most.general.key_data = (struct dlms_octets){longest, sizeof longest};
    }
    return is_ciphered(by) ? dlms_form_head(&most, DLMS_GET_REQUEST, UINT16_MAX, head) : 0;
}

size_t dlms_protect_head(const struct dlms_protection *by)
{
    size_t size = head_of_form(by);
    size += dlms_signed_head(&by->signing, UINT16_MAX) + DLMS_HEAD_APART;
    return size > DLMS_PROTECT_HEAD ? size : DLMS_PROTECT_HEAD;
}

static size_t signed_size(const struct dlms_protection *by, size_t size)
{
    bool large = (by->control & DLMS_CONTROL_SUITE) == DLMS_SUITE_2;
    size_t signature = 2 * crypto_curve_size(large ? CRYPTO_P384 : CRYPTO_P256);
    return dlms_signed_head(&by->signing, size) + size + 1 + signature;
}

/* The longest content of a signed APDU of `most` octets. */
static size_t limit_signed(const struct dlms_protection *by, size_t most)
{
    size_t extra = signed_size(by, most) - most;
    return most > extra ? most - extra : 0;
}

size_t dlms_security_limit(const struct dlms_protection *by, size_t pdu)
{
    switch (by->signature) {
    case DLMS_SIGNED_ALONE:
        return limit_signed(by, pdu);
    case DLMS_SIGNED_INSIDE:
        return limit_signed(by, dlms_protect_limit(by, pdu));
    case DLMS_SIGNED_AROUND:
        return dlms_protect_limit(by, limit_signed(by, pdu));
    case DLMS_UNSIGNED:
        break;
    }
    return dlms_protect_limit(by, pdu);
}
