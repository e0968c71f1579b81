#include "dlms/association.h"

#include "dlms/apdu.h"
#include "dlms/exception.h"
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

/* For now: there is no entropy, no counter can be stored, or the client has to wait. */
static struct verdict later(void)
{
    return (struct verdict){DLMS_REJECTED_TRANSIENT, DLMS_DIAGNOSTIC_NO_REASON, -1};
}

static struct verdict refused(enum dlms_initiate_error error)
{
    return (struct verdict){DLMS_REJECTED_PERMANENT, DLMS_DIAGNOSTIC_NO_REASON, (int)error};
}

uint8_t dlms_association_partner(const struct dlms_association *a)
{
    return (uint8_t)(a->partner - a->server->partners);
}

static bool may(const struct dlms_association *a, enum dlms_mechanism mechanism)
{
    const struct dlms_security_setup *security = a->server->security;
    uint8_t partner = dlms_association_partner(a);
    uint8_t allowed = a->server->mechanisms[partner];
    bool known = mechanism == DLMS_MECHANISM_LOWEST || mechanism == DLMS_MECHANISM_LOW ||
                 (dlms_mechanism_is_high(mechanism) && security != NULL);
    if (known && mechanism == DLMS_MECHANISM_ECDSA) {
        known = dlms_security_setup_signs(security, partner);
    }
    return known && (allowed & DLMS_MAY(mechanism)) != 0;
}

/* The order of the questions: is authentication there at all, is its mechanism named, is it this
 * client's, does the value match. */
static enum dlms_diagnostic judge_value(const struct dlms_association *a,
                                        const struct dlms_aarq *aarq)
{
    if (!aarq->authentication || aarq->value.octets == NULL) {
        return DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED;
    }
    if (!aarq->mechanism_named) {
        return DLMS_DIAGNOSTIC_MECHANISM_REQUIRED;
    }
    if (!may(a, aarq->mechanism)) {
        return DLMS_DIAGNOSTIC_MECHANISM_NOT_RECOGNISED;
    }
    if (dlms_mechanism_is_high(aarq->mechanism)) {
        return DLMS_DIAGNOSTIC_NULL; /* a challenge */
    }
    const struct dlms_secret *password = &a->server->passwords[dlms_association_partner(a)];
    bool matches = dlms_secret_matches(password, aarq->value.octets, aarq->value.size);
    return matches ? DLMS_DIAGNOSTIC_NULL : DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE;
}

static enum dlms_diagnostic judge_mechanism(const struct dlms_association *a,
                                            const struct dlms_aarq *aarq)
{
    if (!may(a, DLMS_MECHANISM_LOWEST)) {
        return judge_value(a, aarq);
    }
    bool lowest = !aarq->authentication || aarq->mechanism == DLMS_MECHANISM_LOWEST;
    return lowest ? DLMS_DIAGNOSTIC_NULL : DLMS_DIAGNOSTIC_MECHANISM_NOT_RECOGNISED;
}

/* Without ciphering nothing can be required of what comes. */
static bool context_fits(const struct dlms_association *a, enum dlms_context context)
{
    if (context == DLMS_CONTEXT_LN_CIPHERED) {
        return a->partner->ciphers && a->server->security != NULL;
    }
    return context == DLMS_CONTEXT_LN && dlms_guard_required(a) == 0;
}

static struct verdict judge_acse(struct dlms_association *a, const struct dlms_aarq *aarq)
{
    if (!aarq->common_version) {
        return rejected(DLMS_DIAGNOSTIC_PROVIDER_NO_COMMON_VERSION);
    }
    if (!context_fits(a, aarq->context)) {
        return rejected(DLMS_DIAGNOSTIC_CONTEXT_NAME);
    }
    if (dlms_guard_waits(a)) {
        return later();
    }
    enum dlms_diagnostic diagnostic = judge_mechanism(a, aarq);
    if (diagnostic == DLMS_DIAGNOSTIC_NULL) {
        diagnostic = dlms_guard_begin(a, aarq);
    }
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

/* The InitiateRequest as it came. */
struct initiation {
    struct dlms_initiate proposed;
    bool readable;
    bool ciphered;
    struct dlms_protection answer; /* how the response is ciphered */
    int error;                     /* enum dlms_security_error */
};

/* What is ciphered is looked at once ACSE has nothing against the client. */
static struct initiation take_initiation(struct dlms_association *a, const struct dlms_aarq *aarq,
                                         bool accepted)
{
    struct initiation i = {.ciphered = false};
    struct dlms_octets information = aarq->user_information;
    struct reader r = reader_over(information.octets, information.size);
    i.ciphered = accepted && a->guard.ciphered && information.size > 0 &&
                 dlms_is_ciphered(information.octets[0]);
    if (i.ciphered) {
        const struct reader apdu = r;
        i.error = dlms_guard_receive(a, &apdu, &i.answer, &r);
    } else if (accepted && dlms_guard_required(a) != 0) {
        i.error = DLMS_SECURITY_WEAK;
    }
    if (i.error == 0) {
        i.proposed = dlms_initiate_take_request(&r);
        i.readable = reader_done(&r);
    }
    return i;
}

/* A key that did not come encrypted is no secret, and is passed over. */
static bool dedicates(struct dlms_association *a, const struct initiation *i)
{
    struct dlms_octets key = i->proposed.dedicated_key;
    bool secret = i->ciphered && (i->answer.control & DLMS_CONTROL_ENCRYPTED) != 0;
    return !secret || key.octets == NULL || dlms_guard_dedicate(a, key) == 0;
}

static struct verdict judge_initiation(struct dlms_association *a, const struct initiation *i)
{
    if (i->error == DLMS_SECURITY_STORE) {
        return later();
    }
    if (i->error != 0) {
        return rejected(DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE);
    }
    struct verdict verdict =
        i->readable ? judge_initiate(&i->proposed) : refused(DLMS_INITIATE_OTHER);
    if (verdict.result == DLMS_ACCEPTED && !dedicates(a, i)) {
        verdict = refused(DLMS_INITIATE_OTHER);
    }
    if (verdict.result == DLMS_ACCEPTED && dlms_mechanism_is_high(a->guard.mechanism)) {
        verdict.diagnostic = DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED;
        if (dlms_guard_challenge(a) != 0) {
            verdict = later();
        }
    }
    return verdict;
}

/* Room for the response, and before it for its protection. */
enum { INFORMATION = DLMS_PROTECT_HEAD_MOST + DLMS_INITIATE_RESPONSE_SIZE + DLMS_SIGNED_TAIL_MAX };

/* The user-information of the AARE; absent when there is nothing to say, or no counter left. */
static struct dlms_octets make_information(struct dlms_association *a,
                                           const struct verdict *verdict, struct initiation *i,
                                           const struct dlms_initiate *negotiated,
                                           uint8_t information[INFORMATION])
{
    uint8_t *plain = information + DLMS_PROTECT_HEAD_MOST;
    struct writer w = writer_over(plain, DLMS_INITIATE_RESPONSE_SIZE);
    if (verdict->initiate_error >= 0) {
        enum { INITIATE_ERROR_SERVICE = 1, INITIATE = 6 };
        writer_u8(&w, DLMS_CONFIRMED_SERVICE_ERROR);
        writer_u8(&w, INITIATE_ERROR_SERVICE);
        writer_u8(&w, INITIATE);
        writer_u8(&w, (uint8_t)verdict->initiate_error);
    } else if (i->readable) {
        dlms_initiate_put_response(&w, negotiated);
    }
    size_t size = writer_kept(&w);
    if (i->ciphered && verdict->result == DLMS_ACCEPTED) {
        size = dlms_guard_send(a, &i->answer, plain, size, information, INFORMATION);
        plain = information;
    }
    return (struct dlms_octets){size > 0 ? plain : NULL, size};
}

static void put_aare(struct dlms_association *a, struct writer *w, const struct verdict *verdict,
                     struct dlms_octets information)
{
    struct dlms_aare aare = {.context = DLMS_CONTEXT_LN,
                             .result = verdict->result,
                             .diagnostic = verdict->diagnostic,
                             .user_information = information};
    bool accepted = verdict->result == DLMS_ACCEPTED;
    bool challenged = accepted && dlms_mechanism_is_high(a->guard.mechanism);
    if (a->guard.ciphered) {
        aare.context = DLMS_CONTEXT_LN_CIPHERED;
    }
    if (challenged || (accepted && a->guard.ciphered)) {
        aare.title = (struct dlms_octets){a->server->security->title, DLMS_TITLE_SIZE};
    }
    if (challenged) {
        aare.mechanism = a->guard.mechanism;
        aare.value = (struct dlms_octets){a->guard.challenge_s, a->guard.challenge_s_size};
    }
    dlms_aare_put(w, &aare);
}

static void refuse(struct writer *w, enum dlms_result result, enum dlms_diagnostic diagnostic)
{
    const struct dlms_aare aare = {
        .context = DLMS_CONTEXT_LN, .result = result, .diagnostic = diagnostic};
    dlms_aare_put(w, &aare);
}

void dlms_association_refuse(struct writer *w, enum dlms_result result)
{
    refuse(w, result, DLMS_DIAGNOSTIC_NO_REASON);
}

static void admit(struct dlms_association *a)
{
    a->open = true;
    a->server->associated[dlms_association_partner(a)]++;
}

static void establish(struct dlms_association *a, const struct dlms_initiate *proposed,
                      const struct dlms_initiate *negotiated, size_t send_room)
{
    size_t send_max = proposed->max_pdu == 0 ? UINT16_MAX : proposed->max_pdu;
    a->send_max = (uint16_t)(send_max < send_room ? send_max : send_room);
    a->plain_max = a->send_max;
    a->conformance = negotiated->conformance;
    if (dlms_mechanism_is_high(a->guard.mechanism)) {
        a->guard.pending = true;
    } else {
        admit(a);
    }
}

size_t dlms_association_reply(struct dlms_association *a, struct dlms_octets reply,
                              uint8_t proof[DLMS_PROOF_MAX])
{
    const struct dlms_security_setup *security = a->server->security;
    bool awaited = a->guard.pending && security != NULL && !dlms_guard_waits(a);
    size_t size = awaited ? security->engine->reply(a, reply, proof) : 0;
    a->guard.pending = false;
    if (awaited) {
        dlms_guard_judge(a, size > 0);
    }
    if (size > 0) {
        admit(a);
    }
    return size;
}

static struct dlms_initiate negotiate(const struct dlms_association *a,
                                      const struct dlms_initiate *proposed)
{
    return (struct dlms_initiate){.version = DLMS_VERSION,
                                  .conformance = proposed->conformance & a->server->offered,
                                  .max_pdu = a->receive_max};
}

/* A password proves who the client is, a challenge does not yet; and who needs to prove nothing
 * fails at nothing. */
static void count_attempt(struct dlms_association *a, const struct verdict *verdict)
{
    if (verdict->diagnostic == DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE) {
        dlms_guard_judge(a, false);
    } else if (verdict->result == DLMS_ACCEPTED && a->guard.mechanism == DLMS_MECHANISM_LOW) {
        dlms_guard_judge(a, true);
    }
}

/* An InitiateRequest that cannot be read is an error of its own, unless ACSE refused already:
 * then it may be ciphered, and nothing is said of it. Whether the association is there. */
static bool answer_aarq(struct dlms_association *a, const struct dlms_aarq *aarq, struct writer *w,
                        size_t send_room)
{
    uint8_t information[INFORMATION];
    struct verdict verdict = judge_acse(a, aarq);
    struct initiation i = take_initiation(a, aarq, verdict.result == DLMS_ACCEPTED);
    if (i.error == DLMS_SECURITY_COUNTER) {
        dlms_exception_put_counter(w, i.answer.counter);
        dlms_server_tell(a->server, DLMS_INCIDENT_REPLAY, dlms_association_partner(a));
        return false;
    }
    if (verdict.result == DLMS_ACCEPTED) {
        verdict = judge_initiation(a, &i);
    }
    count_attempt(a, &verdict);
    if (i.readable && !i.proposed.response_allowed) {
        return false;
    }
    struct dlms_initiate negotiated = negotiate(a, &i.proposed);
    struct dlms_octets said = make_information(a, &verdict, &i, &negotiated, information);
    if (verdict.result == DLMS_ACCEPTED && said.octets == NULL) {
        verdict = later();
    }
    put_aare(a, w, &verdict, said);
    if (verdict.result != DLMS_ACCEPTED || writer_overflow(w)) {
        return false;
    }
    establish(a, &i.proposed, &negotiated, send_room);
    return true;
}

void dlms_association_open(struct dlms_association *association, struct reader *r, struct writer *w,
                           size_t send_room)
{
    dlms_association_close(association);
    struct dlms_aarq aarq = dlms_aarq_take(r);
    if (r->fault) {
        refuse(w, DLMS_REJECTED_PERMANENT, DLMS_DIAGNOSTIC_PROVIDER_NO_REASON);
    } else if (!answer_aarq(association, &aarq, w, send_room)) {
        dlms_guard_end(association);
    }
}

void dlms_association_establish(struct dlms_association *association)
{
    const struct dlms_server *server = association->server;
    if (server->security == NULL) {
        return;
    }
    association->open = true;
    association->conformance = server->offered & DLMS_ESTABLISHED;
    association->send_max = UINT16_MAX; /* there is no answer */
    association->guard.ciphered = true;
    association->guard.floor = DLMS_CONTROL_AUTHENTICATED;
}

void dlms_association_close(struct dlms_association *association)
{
    if (association->open) {
        association->server->associated[dlms_association_partner(association)]--;
    }
    association->open = false;
    association->exchange = (struct cosem_exchange){0};
    dlms_guard_end(association);
    dlms_association_drop(association);
}

void dlms_association_drop(struct dlms_association *association)
{
    dlms_reply_drop(association);
    dlms_gather_drop(association);
    dlms_sealed_drop(association);
    association->general = (struct dlms_general_block){0};
}

uint32_t dlms_association_counter(const struct dlms_association *asking, uint16_t client_sap)
{
    const struct dlms_server *server = asking->server;
    int partner = dlms_server_partner(server, client_sap);
    if (partner < 0 || server->security == NULL) {
        return 0;
    }
    const struct dlms_security_setup *setup = server->security;
    uint32_t next = setup->received[DLMS_COUNTER_OF_UNICAST].next;
    for (int of = 0; of < DLMS_COUNTERS; of++) {
        uint32_t of_data = setup->received_data[of].next;
        next = of_data > next ? of_data : next;
    }
    return next > 0 ? next - 1 : 0;
}

/* Whether the client may use a mechanism that needs the secret. */
static bool has_secret(const struct dlms_server *server, uint8_t partner, enum dlms_secret_use use)
{
    unsigned high = DLMS_MAY(DLMS_MECHANISM_MD5) | DLMS_MAY(DLMS_MECHANISM_SHA1) |
                    DLMS_MAY(DLMS_MECHANISM_SHA256);
    unsigned all = high | DLMS_MAY(DLMS_MECHANISM_LOW);
    return (server->mechanisms[partner] & (use == DLMS_SECRET_OF_HIGH ? high : all)) != 0;
}

enum dlms_change dlms_association_set_secret(struct dlms_association *asking, uint16_t client_sap,
                                             enum dlms_secret_use use, const uint8_t *octets,
                                             size_t size)
{
    uint16_t sap = client_sap == 0 ? asking->partner->sap : client_sap;
    struct dlms_server *server = asking->server;
    int partner = dlms_server_partner(server, sap);
    struct dlms_secret secret;
    if (partner < 0 || !has_secret(server, (uint8_t)partner, use) || size == 0 ||
        dlms_secret_set(&secret, octets, size) != 0) {
        return DLMS_CHANGE_REFUSED;
    }
    if (server->keep.keep != NULL && server->keep.keep(server->keep.owner, sap, &secret) != 0) {
        return DLMS_CHANGE_LATER;
    }
    server->passwords[partner] = secret;
    dlms_server_tell(server, DLMS_INCIDENT_SECURITY, dlms_association_partner(asking));
    return DLMS_CHANGED;
}

struct dlms_security_setup *dlms_association_setup(const struct dlms_association *asking)
{
    return asking->server->security;
}

const uint8_t *dlms_association_title(const struct dlms_association *asking)
{
    return asking->guard.titled ? asking->guard.title : NULL;
}

static struct dlms_association_view own_view(const struct dlms_association *a)
{
    return (struct dlms_association_view){
        .partner = a->partner,
        .server_sap = DLMS_LOGICAL_DEVICE,
        .open = a->open,
        .context = a->guard.ciphered ? DLMS_CONTEXT_LN_CIPHERED : DLMS_CONTEXT_LN,
        .mechanism = a->open ? a->guard.mechanism : a->partner->mechanism,
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
    const struct dlms_server *server = asking->server;
    int partner = dlms_server_partner(server, client_sap);
    if (partner >= 0) {
        view.partner = &server->partners[partner];
        view.context = view.partner->ciphers && server->security != NULL ? DLMS_CONTEXT_LN_CIPHERED
                                                                         : DLMS_CONTEXT_LN;
        view.mechanism = view.partner->mechanism;
        view.open =
            view.partner->established ? server->security != NULL : server->associated[partner] > 0;
    }
    return view;
}
