#include "dlms/guard.h"

#include "crypto/secret.h"
#include "dlms/association.h"
#include "dlms/security_change.h"
#include "dlms/server.h"

#include <string.h>

static struct dlms_security_context context_of(struct dlms_association *a)
{
    struct dlms_security_setup *setup = a->server->security;
    bool dedicated = a->dedicated->owner == a;
    return (struct dlms_security_context){
        .ring = &setup->ring,
        .dedicated = dedicated ? &a->dedicated->key : NULL,
        .dedicated_received = dedicated ? &a->dedicated->received : NULL,
        .unwrapped = &setup->unwrapped,
        .title = setup->title,
        .peer = a->guard.titled ? a->guard.title : NULL,
        .sent = &setup->sent,
        .sent_other = &setup->sent_other,
        .received = setup->received[dlms_association_partner(a)],
        .store = setup->store,
        .aad = setup->aad,
        .required = dlms_guard_required(a),
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

/* The protection of a request as access rights count it, and what the response to it can have. */
static uint8_t protection_given(const struct dlms_security_setup *setup, uint8_t control)
{
    unsigned given = COSEM_RESPONSE_ENCRYPTED;
    given |= (control & DLMS_CONTROL_AUTHENTICATED) != 0 ? COSEM_REQUEST_AUTHENTICATED : 0U;
    given |= (control & DLMS_CONTROL_ENCRYPTED) != 0 ? COSEM_REQUEST_ENCRYPTED : 0U;
    given |= setup->ring.has_authentication ? COSEM_RESPONSE_AUTHENTICATED : 0U;
    return (uint8_t)given;
}

int dlms_guard_receive(struct dlms_association *a, const struct reader *apdu,
                       struct dlms_protection *answer, struct reader *plain)
{
    struct dlms_security_setup *setup = a->server->security;
    struct dlms_security_context context = context_of(a);
    struct dlms_protection how = {.counter = 0};
    int failed = apdu->source != NULL
                     ? dlms_security_receive_long(&context, &a->server->request, &how, plain)
                     : dlms_security_receive(&context, apdu->data, apdu->size, setup->scratch,
                                             setup->scratch_room, &how, plain);
    if (failed != 0) {
        answer->counter = how.counter;
        return failed;
    }
    *answer = dlms_security_answer(&context, &how);
    answer->control = protect_response(how.control, setup->policy);
    a->exchange.given = protection_given(setup, how.control);
    if (!a->open && !a->guard.pending) {
        a->guard.floor = how.control & DLMS_CONTROL_AUTHENTICATED;
    }
    return 0;
}

size_t dlms_guard_limit(const struct dlms_association *a, const struct dlms_protection *answer,
                        size_t most)
{
    struct dlms_protection by = *answer;
    if (a->server->security->ring.has_authentication) {
        by.control |= DLMS_CONTROL_AUTHENTICATED;
    }
    return dlms_protect_limit(&by, most);
}

size_t dlms_guard_send(struct dlms_association *a, struct dlms_protection *answer,
                       const uint8_t *plain, size_t size, uint8_t *apdu, size_t room)
{
    struct dlms_security_context context = context_of(a);
    answer->control = protect_response(answer->control, a->exchange.demanded);
    return dlms_security_send(&context, answer, plain, size, apdu, room);
}

int dlms_guard_seal(struct dlms_association *a, struct dlms_protection *answer,
                    struct dlms_security_tape *tape, uint8_t tag, size_t size,
                    struct dlms_source source)
{
    struct dlms_security_context context = context_of(a);
    struct dlms_material material;
    answer->control = protect_response(answer->control, a->exchange.demanded);
    if ((answer->control & DLMS_CONTROL_ENCRYPTED) == 0 ||
        dlms_security_begin(&context, answer, &material) != 0) {
        return -1;
    }
    return dlms_security_tape_open(tape, answer, &material, tag, size, source);
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

static struct dlms_signing signing_of(const struct dlms_association *a)
{
    const struct dlms_security_signing *keys = &a->server->security->signing;
    uint8_t partner = dlms_association_partner(a);
    struct dlms_signing signing = {.ecc = keys->ecc};
    if (dlms_security_setup_signs(a->server->security, partner)) {
        (void)dlms_security_setup_curve(a->server->security, &signing.curve);
        signing.ecc->random = a->server->security->random; /* others compute with it, too */
        signing.own = keys->own;
        signing.peer = keys->peers[partner].octets;
    }
    return signing;
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
    struct dlms_security_context context = context_of(a);
    const struct dlms_signing signing = signing_of(a);
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

enum dlms_change dlms_guard_activate(struct dlms_association *a, uint8_t policy)
{
    enum dlms_change change = dlms_security_activate(a->server->security, policy);
    if (change == DLMS_CHANGED) {
        dlms_server_tell(a->server, DLMS_INCIDENT_SECURITY, dlms_association_partner(a));
    }
    return change;
}

enum dlms_change dlms_guard_transfer(struct dlms_association *a,
                                     const struct dlms_wrapped_key *keys, size_t count)
{
    enum dlms_change change = dlms_security_transfer(a->server->security, keys, count, a);
    if (change == DLMS_CHANGED) {
        dlms_server_tell(a->server, DLMS_INCIDENT_KEYS, dlms_association_partner(a));
    }
    return change;
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
        dlms_key_drop(&a->dedicated->key);
    }
    crypto_wipe(&a->guard, sizeof a->guard);
}
