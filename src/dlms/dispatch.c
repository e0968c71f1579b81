#include "dlms/dispatch.h"

#include "dlms/access.h"
#include "dlms/action.h"
#include "dlms/apdu.h"
#include "dlms/association.h"
#include "dlms/exception.h"
#include "dlms/get.h"
#include "dlms/release.h"
#include "dlms/set.h"

#include <string.h>

bool dlms_is_request(uint8_t tag)
{
    switch (tag) {
    case DLMS_READ_REQUEST:
    case DLMS_WRITE_REQUEST:
    case DLMS_GET_REQUEST:
    case DLMS_SET_REQUEST:
    case DLMS_ACTION_REQUEST:
    case DLMS_GET_REQUEST + DLMS_GLO:
    case DLMS_SET_REQUEST + DLMS_GLO:
    case DLMS_ACTION_REQUEST + DLMS_GLO:
    case DLMS_GET_REQUEST + DLMS_DED:
    case DLMS_SET_REQUEST + DLMS_DED:
    case DLMS_ACTION_REQUEST + DLMS_DED:
    case DLMS_ACCESS_REQUEST:
    case DLMS_GENERAL_GLO_CIPHERING:
    case DLMS_GENERAL_DED_CIPHERING:
    case DLMS_GENERAL_CIPHERING:
    case DLMS_GENERAL_SIGNING:
    case DLMS_GENERAL_BLOCK_TRANSFER:
    case DLMS_GATEWAY_REQUEST:
        return true;
    default:
        return false;
    }
}

bool dlms_is_answer(uint8_t tag)
{
    static const uint8_t answers[] = {
        DLMS_INITIATE_RESPONSE,
        DLMS_READ_RESPONSE,
        DLMS_WRITE_RESPONSE,
        DLMS_CONFIRMED_SERVICE_ERROR,
        DLMS_DATA_NOTIFICATION,
        DLMS_DATA_NOTIFICATION_CONFIRM,
        DLMS_INFORMATION_REPORT,
        DLMS_AARE,
        DLMS_RLRE,
        DLMS_EVENT_NOTIFICATION,
        DLMS_GET_RESPONSE,
        DLMS_SET_RESPONSE,
        DLMS_ACTION_RESPONSE,
        DLMS_EVENT_NOTIFICATION + DLMS_GLO,
        DLMS_GET_RESPONSE + DLMS_GLO,
        DLMS_SET_RESPONSE + DLMS_GLO,
        DLMS_ACTION_RESPONSE + DLMS_GLO,
        DLMS_EVENT_NOTIFICATION + DLMS_DED,
        DLMS_GET_RESPONSE + DLMS_DED,
        DLMS_SET_RESPONSE + DLMS_DED,
        DLMS_ACTION_RESPONSE + DLMS_DED,
        DLMS_EXCEPTION_RESPONSE,
        DLMS_ACCESS_RESPONSE,
        DLMS_GATEWAY_RESPONSE,
    };
    return memchr(answers, tag, sizeof answers) != NULL;
}

/* Before the client has proved itself nothing is served but its reply to our challenge: ACTION
 * normal, class 15, 0-0:40.0.0, method 1. */
static bool is_proof(const struct reader *r)
{
    static const uint8_t method[] = {0, 15, 0, 0, 40, 0, 0, 255, 1};
    struct reader ahead = *r;
    bool normal = reader_u8(&ahead) == DLMS_ACTION_REQUEST;
    normal &= reader_u8(&ahead) == DLMS_ACTION_NORMAL;
    reader_u8(&ahead); /* invoke-id-and-priority */
    const uint8_t *octets = reader_octets(&ahead, sizeof method);
    return normal && octets != NULL && memcmp(octets, method, sizeof method) == 0;
}

bool dlms_may_be_served(const struct dlms_association *a, const struct reader *r)
{
    return a->open || (a->guard.pending && (reader_peek(r) == DLMS_RLRQ || is_proof(r)));
}

/* What a request needs to have been negotiated; 0: it is of no kind that there is. */
static uint32_t needed_conformance(uint8_t tag, uint8_t choice)
{
    enum { CHOICES = 7 };
    enum { GET = DLMS_CONFORMANCE_GET, GET_BLOCK = DLMS_CONFORMANCE_BLOCK_GET };
    enum { SET = DLMS_CONFORMANCE_SET, SET_BLOCK = SET | DLMS_CONFORMANCE_BLOCK_SET };
    enum {
        ACTION = DLMS_CONFORMANCE_ACTION,
        ACTION_BLOCK = ACTION | DLMS_CONFORMANCE_BLOCK_ACTION
    };
    enum { LIST = DLMS_CONFORMANCE_MULTIPLE };
    static const uint32_t get[CHOICES] = {0, GET, GET | GET_BLOCK, GET | LIST};
    static const uint32_t set[CHOICES] = {0,         SET,        SET_BLOCK,
                                          SET_BLOCK, SET | LIST, SET_BLOCK | LIST};
    static const uint32_t action[CHOICES] = {
        0, ACTION, ACTION_BLOCK, ACTION | LIST, ACTION_BLOCK, ACTION_BLOCK | LIST, ACTION_BLOCK};
    size_t index = choice < CHOICES ? choice : 0;
    return tag == DLMS_GET_REQUEST   ? get[index]
           : tag == DLMS_SET_REQUEST ? set[index]
                                     : action[index];
}

/* What every request of these services begins with. */
struct head {
    uint8_t tag;
    uint8_t choice;
    uint8_t invoke;
};

static struct head look_ahead(const struct reader *r)
{
    struct reader ahead = *r;
    struct head head = {.tag = reader_u8(&ahead)};
    head.choice = reader_u8(&ahead);
    head.invoke = reader_u8(&ahead);
    return head;
}

static bool is_negotiated(const struct dlms_association *a, const struct head *head)
{
    uint32_t needed = head->tag == DLMS_ACCESS_REQUEST
                          ? (uint32_t)DLMS_CONFORMANCE_ACCESS
                          : needed_conformance(head->tag, head->choice);
    return (a->conformance & needed) == needed;
}

/* Who is pre-established may not be answered: a request that wants that is none. */
static bool is_answerable(const struct dlms_association *a, const struct head *head)
{
    bool confirmed = (head->invoke & DLMS_INVOKE_CONFIRMED) != 0;
    return !(a->partner->established && (confirmed || head->tag == DLMS_RLRQ));
}

/* Whether the rest of an answer is asked for. */
static bool is_continued(const struct head *head)
{
    return (head->tag == DLMS_GET_REQUEST && head->choice == DLMS_GET_NEXT) ||
           (head->tag == DLMS_ACTION_REQUEST && head->choice == DLMS_ACTION_NEXT);
}

/* An answer goes on by requests that are protected as the first had to be. */
static bool is_protected(struct dlms_association *a, const struct head *head)
{
    if (!is_continued(head)) {
        a->exchange.demanded = 0;
    }
    return (a->exchange.demanded & ~(unsigned)a->exchange.given) == 0;
}

static enum dlms_sent dispatch(struct dlms_association *a, struct reader *r, struct writer *w)
{
    const struct head head = look_ahead(r);
    uint8_t tag = head.tag;
    if (!is_answerable(a, &head)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        return DLMS_SENT;
    }
    if (tag == DLMS_RLRQ) {
        dlms_release_answer(a, r, w);
        return DLMS_SENT;
    }
    if (!is_protected(a, &head)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        return DLMS_SENT;
    }
    bool served = tag == DLMS_GET_REQUEST || tag == DLMS_SET_REQUEST ||
                  tag == DLMS_ACTION_REQUEST || tag == DLMS_ACCESS_REQUEST;
    bool proves = !a->open; /* see may_be_served() */
    if (!served || !(proves || is_negotiated(a, &head))) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_SERVICE_NOT_SUPPORTED);
        return DLMS_SENT;
    }
    reader_u8(r);
    switch (tag) {
    case DLMS_GET_REQUEST:
        return dlms_get_answer(a, r, w);
    case DLMS_SET_REQUEST:
        return dlms_set_answer(a, r, w);
    case DLMS_ACTION_REQUEST:
        return dlms_action_answer(a, r, w);
    default:
        return dlms_access_answer(a, r, w);
    }
}

enum dlms_sent dlms_dispatch(struct dlms_association *a, struct reader *r, struct writer *w)
{
    enum dlms_sent sent = dispatch(a, r, w);
    if (r->fault) {
        dlms_exception_put(w, DLMS_SERVICE_UNKNOWN, DLMS_OTHER_REASON);
        return DLMS_SENT;
    }
    if (sent == DLMS_TOO_LONG) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
        return DLMS_SENT;
    }
    return sent;
}
