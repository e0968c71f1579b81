#include "dlms/association.h"

#include "dlms/apdu.h"
#include "dlms/server.h"

/* What becomes of an AARQ. */
struct verdict {
    enum dlms_result result;
    enum dlms_diagnostic diagnostic;
    int initiate_error; /* enum dlms_initiate_error, or -1 */
};

static struct verdict accepted(void)
{
    return (struct verdict){DLMS_ACCEPTED, DLMS_DIAGNOSTIC_NULL, -1};
}

static struct verdict rejected(enum dlms_diagnostic diagnostic)
{
    return (struct verdict){DLMS_REJECTED_PERMANENT, diagnostic, -1};
}

static struct verdict refused(enum dlms_initiate_error error)
{
    return (struct verdict){DLMS_REJECTED_PERMANENT, DLMS_DIAGNOSTIC_NO_REASON, (int)error};
}

static size_t partner_number(const struct dlms_association *a)
{
    return (size_t)(a->partner - a->server->partners);
}

/* The order of the questions: is authentication there at all, is its mechanism named, is it this
 * client's, does the value match. */
static enum dlms_diagnostic judge_password(const struct dlms_association *a,
                                           const struct dlms_aarq *aarq)
{
    if (!aarq->authentication || aarq->value.octets == NULL) {
        return DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED;
    }
    if (!aarq->mechanism_named) {
        return DLMS_DIAGNOSTIC_MECHANISM_REQUIRED;
    }
    if (aarq->mechanism != a->partner->mechanism) {
        return DLMS_DIAGNOSTIC_MECHANISM_NOT_RECOGNISED;
    }
    const struct dlms_secret *password = &a->server->passwords[partner_number(a)];
    bool matches = dlms_secret_matches(password, aarq->value.octets, aarq->value.size);
    return matches ? DLMS_DIAGNOSTIC_NULL : DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE;
}

static enum dlms_diagnostic judge_mechanism(const struct dlms_association *a,
                                            const struct dlms_aarq *aarq)
{
    if (a->partner->mechanism == DLMS_MECHANISM_LOW) {
        return judge_password(a, aarq);
    }
    bool lowest = !aarq->authentication || aarq->mechanism == DLMS_MECHANISM_LOWEST;
    return lowest ? DLMS_DIAGNOSTIC_NULL : DLMS_DIAGNOSTIC_MECHANISM_NOT_RECOGNISED;
}

static struct verdict judge_acse(const struct dlms_association *a, const struct dlms_aarq *aarq)
{
    if (!aarq->common_version) {
        return rejected(DLMS_DIAGNOSTIC_PROVIDER_NO_COMMON_VERSION);
    }
    if (aarq->context != DLMS_CONTEXT_LN) {
        return rejected(DLMS_DIAGNOSTIC_CONTEXT_NAME);
    }
    enum dlms_diagnostic diagnostic = judge_mechanism(a, aarq);
    return diagnostic == DLMS_DIAGNOSTIC_NULL ? accepted() : rejected(diagnostic);
}

static struct verdict judge_initiate(const struct dlms_initiate *proposed)
{
    if (proposed->version < DLMS_VERSION) {
        return refused(DLMS_INITIATE_VERSION_TOO_LOW);
    }
    if ((proposed->conformance & DLMS_SERVICES) == 0) {
        return refused(DLMS_INITIATE_INCOMPATIBLE_CONFORMANCE);
    }
    if (proposed->max_pdu != 0 && proposed->max_pdu < DLMS_PDU_LEAST) {
        return refused(DLMS_INITIATE_PDU_SIZE_TOO_SHORT);
    }
    return accepted();
}

static void put_aare(struct writer *w, const struct verdict *verdict,
                     const struct dlms_initiate *negotiated)
{
    uint8_t information[DLMS_INITIATE_RESPONSE_SIZE];
    struct writer inner = writer_over(information, sizeof information);
    if (verdict->initiate_error >= 0) {
        enum { INITIATE_ERROR_SERVICE = 1, INITIATE = 6 };
        writer_u8(&inner, DLMS_CONFIRMED_SERVICE_ERROR);
        writer_u8(&inner, INITIATE_ERROR_SERVICE);
        writer_u8(&inner, INITIATE);
        writer_u8(&inner, (uint8_t)verdict->initiate_error);
    } else if (negotiated != NULL) {
        dlms_initiate_put_response(&inner, negotiated);
    }
    struct dlms_aare aare = {
        .context = DLMS_CONTEXT_LN, .result = verdict->result, .diagnostic = verdict->diagnostic};
    if (writer_kept(&inner) > 0) {
        aare.user_information = (struct dlms_octets){information, writer_kept(&inner)};
    }
    dlms_aare_put(w, &aare);
}

void dlms_association_refuse(struct writer *w)
{
    struct verdict unknown = rejected(DLMS_DIAGNOSTIC_NO_REASON);
    put_aare(w, &unknown, NULL);
}

static void establish(struct dlms_association *a, const struct dlms_initiate *proposed,
                      const struct dlms_initiate *negotiated, size_t send_room)
{
    size_t send_max = proposed->max_pdu == 0 ? UINT16_MAX : proposed->max_pdu;
    a->send_max = (uint16_t)(send_max < send_room ? send_max : send_room);
    a->plain_max = a->send_max;
    a->conformance = negotiated->conformance;
    a->open = true;
    a->server->associated[partner_number(a)]++;
}

/* An InitiateRequest that cannot be read is an error of its own, unless ACSE refused already:
 * then it may be ciphered, and nothing is said of it. */
static void answer_aarq(struct dlms_association *a, const struct dlms_aarq *aarq, struct writer *w,
                        size_t send_room)
{
    struct reader r = reader_over(aarq->user_information.octets, aarq->user_information.size);
    struct dlms_initiate proposed = dlms_initiate_take_request(&r);
    bool readable = reader_done(&r);
    struct dlms_initiate negotiated = {.version = DLMS_VERSION,
                                       .conformance = proposed.conformance & a->server->offered,
                                       .max_pdu = a->receive_max};
    struct verdict verdict = judge_acse(a, aarq);
    if (verdict.result == DLMS_ACCEPTED) {
        verdict = readable ? judge_initiate(&proposed) : refused(DLMS_INITIATE_OTHER);
    }
    if (readable && !proposed.response_allowed) {
        return;
    }
    put_aare(w, &verdict, readable ? &negotiated : NULL);
    if (verdict.result == DLMS_ACCEPTED) {
        establish(a, &proposed, &negotiated, send_room);
    }
}

void dlms_association_open(struct dlms_association *association, struct reader *r, struct writer *w,
                           size_t send_room)
{
    dlms_association_close(association);
    struct dlms_aarq aarq = dlms_aarq_take(r);
    if (r->fault) {
        struct verdict malformed = rejected(DLMS_DIAGNOSTIC_PROVIDER_NO_REASON);
        put_aare(w, &malformed, NULL);
    } else {
        answer_aarq(association, &aarq, w, send_room);
    }
}

void dlms_association_close(struct dlms_association *association)
{
    if (association->open) {
        association->server->associated[partner_number(association)]--;
    }
    association->open = false;
    dlms_association_drop(association);
}

void dlms_association_drop(struct dlms_association *association)
{
    dlms_reply_drop(association);
    dlms_gather_drop(association);
    association->general = (struct dlms_general_block){0};
}

int dlms_association_set_secret(struct dlms_association *asking, uint16_t client_sap,
                                const uint8_t *octets, size_t size)
{
    uint16_t sap = client_sap == 0 ? asking->partner->sap : client_sap;
    struct dlms_server *server = asking->server;
    for (uint8_t i = 0; i < server->partner_count; i++) {
        if (server->partners[i].sap == sap && server->partners[i].mechanism == DLMS_MECHANISM_LOW &&
            size > 0) {
            server->secret_changes++;
            return dlms_server_set_password(server, sap, octets, size);
        }
    }
    return -1;
}

static struct dlms_association_view own_view(const struct dlms_association *a)
{
    return (struct dlms_association_view){
        .partner = a->partner,
        .server_sap = DLMS_LOGICAL_DEVICE,
        .open = a->open,
        .conformance = a->conformance,
        .receive_max = a->receive_max,
        .send_max = a->send_max,
    };
}

struct dlms_association_view dlms_association_view(const struct dlms_association *asking,
                                                   uint16_t client_sap)
{
    struct dlms_association_view view = own_view(asking);
    if (client_sap == 0) {
        return view;
    }
    view.partner = NULL;
    view.conformance = asking->server->offered;
    view.send_max = asking->receive_max;
    for (uint8_t i = 0; i < asking->server->partner_count; i++) {
        if (asking->server->partners[i].sap == client_sap) {
            view.partner = &asking->server->partners[i];
            view.open = asking->server->associated[i] > 0;
        }
    }
    return view;
}
