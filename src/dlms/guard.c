#include "dlms/guard.h"

#include "crypto/secret.h"
#include "dlms/association.h"
#include "dlms/security_change.h"
#include "dlms/server.h"

#include <string.h>

/* The InitiateRequest comes before anybody can know whose signature is meant. */
bool dlms_guard_requires_signature(const struct dlms_association *a)
{
    bool opened = a->open || a->guard.pending;
    return a->server->security != NULL && a->partner->ciphers && opened &&
           (a->server->security->policy & DLMS_POLICY_REQUEST_SIGNED) != 0;
}

/* It points to `signing`, which is filled in. */
static struct dlms_security_context context_of(struct dlms_association *a,
                                               struct dlms_signing *signing)
{
    struct dlms_security_setup *setup = a->server->security;
    bool dedicated = a->dedicated->owner == a;
    *signing = dlms_security_setup_signing(setup, dlms_association_partner(a));
    return (struct dlms_security_context){
        .ring = &setup->ring,
        .dedicated = dedicated ? &a->dedicated->key : NULL,
        .dedicated_received = dedicated ? &a->dedicated->received : NULL,
        .unwrapped = &setup->unwrapped,
        .signing = signing,
        .agreed = setup->agreed,
        .title = setup->title,
        .peer = a->guard.titled ? a->guard.title : NULL,
        .sent = &setup->sent,
        .sent_other = &setup->sent_other,
        .received = setup->received,
        .store = setup->store,
        .aad = setup->aad,
        .required = dlms_guard_required(a),
        .requires_signature = dlms_guard_requires_signature(a),
    };
}

/* GMAC, SHA-256 and ECDSA prove the titles as well. */
static bool needs_title(const struct dlms_guard *guard)
{
    return guard->ciphered || guard->mechanism >= DLMS_MECHANISM_GMAC;
}

enum dlms_diagnostic dlms_guard_begin(struct dlms_association *a, const struct dlms_aarq *aarq)
{
    struct dlms_guard *guard = &a->guard;
    guard->mechanism = aarq->authentication ? aarq->mechanism : DLMS_MECHANISM_LOWEST;
    guard->ciphered = aarq->context == DLMS_CONTEXT_LN_CIPHERED;
    guard->titled = aarq->title.size == DLMS_TITLE_SIZE;
    if (guard->titled) {
        memcpy(guard->title, aarq->title.octets, DLMS_TITLE_SIZE);
    }
    if (needs_title(guard) && !guard->titled) {
        return DLMS_DIAGNOSTIC_CALLING_TITLE;
    }
    if (!dlms_mechanism_is_high(guard->mechanism)) {
        return DLMS_DIAGNOSTIC_NULL;
    }
    const struct dlms_octets none = {.octets = NULL};
    bool signs = guard->mechanism == DLMS_MECHANISM_ECDSA;
    if (!dlms_challenge_fits(aarq->value, none) ||
        (signs && aarq->value.size < DLMS_CHALLENGE_SIGNED)) {
        return DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE;
    }
    guard->challenge_c_size = (uint8_t)aarq->value.size;
    memcpy(guard->challenge_c, aarq->value.octets, aarq->value.size);
    return DLMS_DIAGNOSTIC_NULL;
}

static struct dlms_octets client_challenge(const struct dlms_guard *guard)
{
    return (struct dlms_octets){guard->challenge_c, guard->challenge_c_size};
}

int dlms_guard_challenge(struct dlms_association *a)
{
    struct dlms_guard *guard = &a->guard;
    bool signs = guard->mechanism == DLMS_MECHANISM_ECDSA;
    guard->challenge_s_size = signs ? DLMS_CHALLENGE_SIGNED : DLMS_CHALLENGE_SIZE;
    return dlms_challenge_make(a->server->security->random, client_challenge(guard),
                               guard->challenge_s, guard->challenge_s_size);
}

uint8_t dlms_guard_required(const struct dlms_association *a)
{
    if (a->server->security == NULL || !a->partner->ciphers) {
        return 0;
    }
    unsigned policy = a->server->security->policy;
    unsigned required = a->guard.floor;
    required |= (policy & DLMS_POLICY_REQUEST_AUTHENTICATED) != 0 ? DLMS_CONTROL_AUTHENTICATED : 0;
    required |= (policy & DLMS_POLICY_REQUEST_ENCRYPTED) != 0 ? DLMS_CONTROL_ENCRYPTED : 0;
    return (uint8_t)required;
}

/* A control octet with the protection that responses need besides. */
static uint8_t protect_response(uint8_t control, unsigned protection)
{
    unsigned more = 0;
    more |= (protection & COSEM_RESPONSE_AUTHENTICATED) != 0 ? DLMS_CONTROL_AUTHENTICATED : 0U;
    more |= (protection & COSEM_RESPONSE_ENCRYPTED) != 0 ? DLMS_CONTROL_ENCRYPTED : 0U;
    return (uint8_t)(control | more);
}

static bool can_sign(const struct dlms_security_setup *setup)
{
    return setup->signing.ecc != NULL && setup->signing.own[DLMS_USE_SIGNATURE].there;
}

/* The protection of a request as access rights count it, and what the response to it can have. */
static uint8_t protection_given(const struct dlms_security_setup *setup,
                                const struct dlms_protection *how)
{
    unsigned given =
        dlms_keyring_octets(&setup->ring, DLMS_KEY_UNICAST) != NULL ? COSEM_RESPONSE_ENCRYPTED : 0U;
    given |= (how->control & DLMS_CONTROL_AUTHENTICATED) != 0 ? COSEM_REQUEST_AUTHENTICATED : 0U;
    given |= (how->control & DLMS_CONTROL_ENCRYPTED) != 0 ? COSEM_REQUEST_ENCRYPTED : 0U;
    given |= how->signature != DLMS_UNSIGNED ? COSEM_REQUEST_SIGNED : 0U;
    given |= dlms_keyring_octets(&setup->ring, DLMS_KEY_AUTHENTICATION) != NULL
                 ? COSEM_RESPONSE_AUTHENTICATED
                 : 0U;
    given |= can_sign(setup) ? COSEM_RESPONSE_SIGNED : 0U;
    return (uint8_t)given;
}

static bool is_ciphered(const struct dlms_protection *by)
{
    return (by->control & (DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED)) != 0;
}

/* What answers a request that was signed alone, and is ciphered: only the general forms have a tag
 * for what is signed. */
static void cipher_signed(struct dlms_protection *by)
{
    by->form = DLMS_FORM_GENERAL_GLO;
    by->signature = DLMS_SIGNED_INSIDE;
}

/* What an answer needs besides, by policy or by what was asked for. */
static void demand(const struct dlms_security_setup *setup, struct dlms_protection *answer,
                   unsigned protection)
{
    answer->control = protect_response(answer->control, protection);
    if (answer->signature == DLMS_SIGNED_ALONE && is_ciphered(answer)) {
        cipher_signed(answer);
    }
    if ((protection & COSEM_RESPONSE_SIGNED) != 0 && answer->signature == DLMS_UNSIGNED) {
        bool specific = answer->form == DLMS_FORM_GLO || answer->form == DLMS_FORM_DED;
        answer->signature = specific ? DLMS_SIGNED_AROUND : DLMS_SIGNED_INSIDE;
        answer->signing = (struct dlms_general){
            .originator = {setup->title, DLMS_TITLE_SIZE},
            .recipient = answer->general.recipient,
        };
    }
}

/* A request is its server's to use up: it stands in a buffer that was given for that, or in the
 * window. A reader does not know. */
static uint8_t *own(const struct reader *apdu)
{
    return (uint8_t *)apdu->data;
}

int dlms_guard_receive(struct dlms_association *a, const struct reader *apdu,
                       struct dlms_protection *answer, struct reader *plain)
{
    struct dlms_security_setup *setup = a->server->security;
    struct dlms_signing signing;
    struct dlms_security_context context = context_of(a, &signing);
    struct dlms_protection how = {.counter = 0};
    int failed = apdu->source != NULL
                     ? dlms_security_receive_long(&context, &a->server->request, &how, plain)
                     : dlms_security_receive(&context, apdu->data, apdu->size, own(apdu),
                                             apdu->size, &how, plain);
    if (failed != 0) {
        answer->counter = how.counter;
        return failed;
    }
    *answer = dlms_security_answer(&context, &how);
    a->exchange.given = protection_given(setup, &how);
    bool opened = a->open || a->guard.pending;
    demand(setup, answer, setup->policy & (opened ? UINT8_MAX : (unsigned)DLMS_POLICY_CIPHERS));
    if (!opened) {
        a->guard.floor = how.control & DLMS_CONTROL_AUTHENTICATED;
    }
    return 0;
}

size_t dlms_guard_limit(const struct dlms_association *a, const struct dlms_protection *answer,
                        unsigned demanded, size_t most)
{
    struct dlms_protection by = *answer;
    const struct dlms_security_setup *setup = a->server->security;
    demand(setup, &by, demanded);
    if (by.signature == DLMS_SIGNED_ALONE) {
        by.control |= DLMS_CONTROL_ENCRYPTED;
        cipher_signed(&by);
    }
    if (is_ciphered(&by) && dlms_keyring_octets(&setup->ring, DLMS_KEY_AUTHENTICATION) != NULL) {
        by.control |= DLMS_CONTROL_AUTHENTICATED;
    }
    return dlms_security_limit(&by, most);
}

size_t dlms_guard_send(struct dlms_association *a, struct dlms_protection *answer,
                       const uint8_t *plain, size_t size, uint8_t *apdu, size_t room)
{
    struct dlms_signing signing;
    struct dlms_security_context context = context_of(a, &signing);
    demand(a->server->security, answer, a->exchange.demanded);
    return dlms_security_send(&context, answer, plain, size, apdu, room);
}

static int sign_late(void *owner, enum crypto_curve curve, const uint8_t *digest,
                     uint8_t *signature)
{
    return dlms_security_setup_sign(owner, curve, digest, signature);
}

int dlms_guard_seal(struct dlms_association *a, struct dlms_protection *answer,
                    struct dlms_envelope_tape *tape, uint8_t tag, size_t size,
                    struct dlms_source source)
{
    struct dlms_signing signing;
    struct dlms_security_context context = context_of(a, &signing);
    const struct dlms_signer signer = {sign_late, a->server->security};
    demand(a->server->security, answer, a->exchange.demanded);
    return dlms_envelope_tape_open(tape, &context, answer, tag, size, source, signer);
}

int dlms_guard_dedicate(struct dlms_association *a, struct dlms_octets key)
{
    struct dlms_dedicated *dedicated = a->dedicated;
    bool taken = dedicated->owner != NULL && dedicated->owner != a;
    if (taken || key.size != dlms_key_size(a->server->security->ring.suite) ||
        dlms_key_put(&dedicated->key, key.octets, key.size) != 0) {
        return -1;
    }
    dlms_counter_restore(&dedicated->received, 0, 0);
    dedicated->owner = a;
    return 0;
}

size_t dlms_guard_reply(struct dlms_association *a, struct dlms_octets reply,
                        uint8_t proof[DLMS_PROOF_MAX])
{
    struct dlms_guard *guard = &a->guard;
    if (!guard->pending) {
        return 0;
    }
    guard->pending = false;
    const struct dlms_secret *secret = &a->server->passwords[dlms_association_partner(a)];
    struct dlms_signing signing;
    struct dlms_security_context context = context_of(a, &signing);
    const struct dlms_hls hls = {
        .mechanism = guard->mechanism,
        .signing = &signing,
        .secret = {secret->octets, secret->size},
        .challenge_c = client_challenge(guard),
        .challenge_s = {guard->challenge_s, guard->challenge_s_size},
        .title_c = guard->titled ? guard->title : NULL,
        .title_s = a->server->security->title,
    };
    if (dlms_hls_check(&hls, DLMS_CLIENT, &context, reply) != 0) {
        return 0;
    }
    return dlms_hls_prove(&hls, DLMS_SERVER, &context, proof);
}

bool dlms_guard_waits(const struct dlms_association *a)
{
    const struct dlms_server *server = a->server;
    return dlms_attempts_wait(&server->attempts[dlms_association_partner(a)], server->now_ms);
}

void dlms_guard_judge(struct dlms_association *a, bool proved)
{
    struct dlms_server *server = a->server;
    uint8_t partner = dlms_association_partner(a);
    struct dlms_attempts *attempts = &server->attempts[partner];
    if (proved) {
        dlms_attempts_succeed(attempts);
    } else {
        dlms_attempts_fail(attempts, server->patience, server->now_ms);
        dlms_server_tell(server, DLMS_INCIDENT_AUTHENTICATION, partner);
    }
}

void dlms_guard_end(struct dlms_association *a)
{
    struct dlms_security_setup *setup = a->server->security;
    if (setup != NULL && setup->changer == a) {
        dlms_security_adopt(setup);
    }
    if (a->dedicated->owner == a) {
        a->dedicated->owner = NULL;
        dlms_key_drop(&a->dedicated->key, &setup->ring.gcm);
    }
    crypto_wipe(&a->guard, sizeof a->guard);
}
