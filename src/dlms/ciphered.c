#include "dlms/ciphered.h"

#include "dlms/apdu.h"
#include "dlms/association.h"
#include "dlms/dispatch.h"
#include "dlms/exception.h"
#include "dlms/server.h"

static size_t read_reply(void *context, uint8_t *piece, size_t room)
{
    return dlms_reply_read(context, piece, room);
}

static size_t read_sealed(struct dlms_association *a, uint8_t *piece, size_t room)
{
    return dlms_envelope_tape_read(&a->sealed->tape, piece, room);
}

static bool sealed_ended(const struct dlms_association *a)
{
    return dlms_envelope_tape_ended(&a->sealed->tape);
}

const struct dlms_stream dlms_sealed_stream = {read_sealed, sealed_ended};

bool dlms_sealed_broken(const struct dlms_association *a)
{
    bool sealed = a->general.sending && a->general.stream.read == read_sealed;
    return sealed && (a->sealed->owner != a || dlms_envelope_tape_failed(&a->sealed->tape));
}

void dlms_sealed_drop(struct dlms_association *a)
{
    if (a->sealed->owner == a) {
        dlms_envelope_tape_close(&a->sealed->tape);
        a->sealed->owner = NULL;
    }
}

/* 0, or -1: it cannot be protected so. */
static int seal(struct dlms_association *a, struct dlms_protection *by)
{
    size_t size = dlms_reply_measure(a);
    const struct dlms_source reply = {.read = read_reply, .context = a};
    a->sealed->owner = a;
    return dlms_guard_seal(a, by, &a->sealed->tape, a->reply.head[0], size, reply);
}

/* What a signature needs behind the text, that may be demanded only by what is asked for. */
static size_t tail_of(const struct dlms_association *a)
{
    bool signs = (a->exchange.given & COSEM_RESPONSE_SIGNED) != 0;
    return signs ? DLMS_SIGNED_TAIL_MAX : 0;
}

static uint16_t least(size_t a, size_t b)
{
    return (uint16_t)(a < b ? a : b);
}

/* Who takes APDUs so short that a signed one holds nothing is not answered what demands one, unless
 * it can go in general blocks. False: nothing can be answered at all. */
static bool bound_plain(struct dlms_association *a, const struct dlms_protection *by, size_t most,
                        size_t room)
{
    size_t fits = room - COSEM_CARRY - tail_of(a);
    a->plain_max = least(dlms_guard_limit(a, by, 0, most), fits);
    if ((a->exchange.given & COSEM_RESPONSE_SIGNED) != 0) {
        a->signed_max = least(dlms_guard_limit(a, by, COSEM_RESPONSE_SIGNED, most), fits);
        if (a->signed_max < DLMS_PLAIN_LEAST && !a->by_general_blocks) {
            a->exchange.given &= (uint8_t)~COSEM_RESPONSE_SIGNED;
        }
    }
    return a->plain_max >= DLMS_PLAIN_LEAST || a->by_general_blocks;
}

/* The plain answer is rendered where it can be protected in place. An exception goes plain: it has
 * no ciphered form. */
static enum dlms_sent answer_deciphered(struct dlms_association *a, struct dlms_protection *by,
                                        struct reader *plain, size_t most, struct writer *w)
{
    size_t head = dlms_protect_head(by);
    uint8_t *text = w->window + head;
    struct writer inner = writer_over(text, w->room - head);
    if (!bound_plain(a, by, most, inner.room)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
        return DLMS_SENT;
    }
    if (dlms_dispatch(a, plain, &inner) == DLMS_LONG) {
        if (seal(a, by) == 0) {
            return DLMS_LONG;
        }
        dlms_exception_put(&inner, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
    }
    size_t size = writer_kept(&inner);
    if (size > 0 && text[0] == DLMS_EXCEPTION_RESPONSE) {
        writer_octets(w, text, size);
    } else if (size > 0) {
        w->tape = dlms_guard_send(a, by, text, size, w->window, w->room);
        if (w->tape == 0) {
            dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OTHER_REASON);
        }
    }
    return DLMS_SENT;
}

static void tell_refused(struct dlms_association *a, int error)
{
    uint8_t partner = dlms_association_partner(a);
    if (error == DLMS_SECURITY_COUNTER) {
        dlms_server_tell(a->server, DLMS_INCIDENT_REPLAY, partner);
    } else if (error == DLMS_SECURITY_TAG || error == DLMS_SECURITY_KEY) {
        dlms_server_tell(a->server, DLMS_INCIDENT_DECIPHERING, partner);
    }
}

static void refuse(struct writer *w, int error, uint32_t expected)
{
    switch (error) {
    case DLMS_SECURITY_COUNTER:
        dlms_exception_put_counter(w, expected);
        break;
    case DLMS_SECURITY_WEAK:
    case DLMS_SECURITY_STORE:
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        break;
    case DLMS_SECURITY_ROOM:
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
        break;
    default:
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
    }
}

/* General blocks are put around what is ciphered, not into it. */
static bool may_be_inside(const struct dlms_association *a, const struct reader *plain)
{
    return dlms_may_be_served(a, plain) && reader_peek(plain) != DLMS_GENERAL_BLOCK_TRANSFER;
}

enum dlms_sent dlms_ciphered_answer(struct dlms_association *a, const struct reader *apdu,
                                    size_t most, struct writer *w)
{
    struct dlms_protection by;
    struct reader plain;
    if (w->room < DLMS_PROTECT_HEAD + DLMS_ANSWER_ROOM(DLMS_PDU_LEAST)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
        return DLMS_SENT;
    }
    int error = dlms_guard_receive(a, apdu, &by, &plain);
    if (error != 0) {
        tell_refused(a, error);
        refuse(w, error, by.counter);
        return DLMS_SENT;
    }
    if (w->room < dlms_protect_head(&by) + tail_of(a) + DLMS_ANSWER_ROOM(DLMS_PDU_LEAST)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
        return DLMS_SENT;
    }
    if (!may_be_inside(a, &plain)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        return DLMS_SENT;
    }
    return answer_deciphered(a, &by, &plain, most, w);
}
