#include "dlms/client_guard.h"

#include "base/need.h"
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/security_agreed.h"

#include <string.h>

enum { INITIATE_ROOM = 64, OCTET_STRING_HEAD = 2, ASSOCIATION_LN = 15, REPLY_TO_HLS = 1 };

void dlms_client_guard_init(struct dlms_client_guard *guard, const struct dlms_client_security *use,
                            enum dlms_suite suite)
{
    need(use->challenge_size >= DLMS_CHALLENGE_LEAST && use->challenge_size <= DLMS_CHALLENGE_MOST);
    memset(guard, 0, sizeof *guard);
    guard->use = *use;
    guard->sent.next = DLMS_COUNTER_FIRST;
    dlms_keyring_init(&guard->ring, suite);
}

static bool is_dedicated(const struct dlms_client_guard *guard)
{
    return guard->use.form == DLMS_FORM_DED || guard->use.form == DLMS_FORM_GENERAL_DED;
}

/* The application context is one with ciphering. */
static bool is_protected(const struct dlms_client_guard *guard)
{
    return guard->use.control != 0 || guard->use.signature != DLMS_UNSIGNED;
}

struct dlms_security_context dlms_client_guard_context(struct dlms_client_guard *guard)
{
    return (struct dlms_security_context){
        .ring = &guard->ring,
        .dedicated = is_dedicated(guard) ? &guard->dedicated : NULL,
        .unwrapped = &guard->unwrapped,
        .signing = guard->use.signing,
        .agreed = guard->agreed,
        .title = guard->use.title,
        .peer = guard->has_peer ? guard->peer : NULL,
        .sent = &guard->sent,
        .received = guard->received,
        .dedicated_received = &guard->dedicated_received,
        .aad = DLMS_AAD_HEAD,
        .required = guard->use.control,
        .requires_signature = guard->opened && guard->use.signature != DLMS_UNSIGNED,
    };
}

struct dlms_general dlms_client_guard_fields(struct dlms_client_guard *guard)
{
    uint8_t *last = &guard->transaction[sizeof guard->transaction - 1];
    ++*last;
    return (struct dlms_general){
        .transaction_id = {guard->transaction, sizeof guard->transaction},
        .originator = {guard->use.title, DLMS_TITLE_SIZE},
        .recipient = {guard->peer, guard->has_peer ? DLMS_TITLE_SIZE : 0},
    };
}

void dlms_client_guard_put_wrapped(struct dlms_client_guard *guard, struct dlms_general *general)
{
    enum { BY_MASTER = 0 };
    const uint8_t *master = dlms_keyring_octets(&guard->ring, DLMS_KEY_MASTER);
    size_t size = dlms_key_size(guard->ring.suite);
    bool wrapped =
        master != NULL && guard->dedicated.size == size &&
        crypto_key_wrap(master, size, guard->dedicated.octets, size, guard->wrapped) == 0;
    general->key_info = DLMS_KEY_INFO_WRAPPED;
    general->key_id = BY_MASTER;
    general->key_data =
        (struct dlms_octets){guard->wrapped, wrapped ? size + CRYPTO_KEY_WRAP_EXTRA : 0};
}

/* Whose key it is, or how it is agreed on. */
static void put_key_info(struct dlms_client_guard *guard, struct dlms_general *general)
{
    static const uint8_t schemes[] = {DLMS_AGREEMENT_ONE_PASS, DLMS_AGREEMENT_STATIC};
    general->key_info = DLMS_KEY_INFO_IDENTIFIED;
    general->key_id = DLMS_KEY_UNICAST;
    if (guard->use.agreement != 0) {
        bool one_pass = guard->use.agreement == DLMS_AGREEMENT_ONE_PASS;
        general->key_info = DLMS_KEY_INFO_AGREED;
        general->key_parameters = (struct dlms_octets){&schemes[one_pass ? 0 : 1], 1};
        general->key_data.octets = guard->agreed;
        general->key_data.size = one_pass ? dlms_exchange_size(guard->use.signing->curve) : 0;
    } else if (guard->use.wraps) {
        dlms_client_guard_put_wrapped(guard, general);
    }
}

static struct dlms_protection protection_of(struct dlms_client_guard *guard, enum dlms_form form)
{
    struct dlms_protection by;
    memset(&by, 0, sizeof by);
    by.form = form;
    by.control = (uint8_t)(guard->use.control | guard->ring.suite);
    by.title = guard->use.title;
    if (form == DLMS_FORM_GENERAL) {
        by.general = dlms_client_guard_fields(guard);
        put_key_info(guard, &by.general);
    }
    return by;
}

/* ACCESS has no tags of its own: it goes by the general form of the same key. */
static enum dlms_form form_for(const struct dlms_client_guard *guard, uint8_t tag)
{
    enum dlms_form form = guard->use.form;
    if (tag != DLMS_ACCESS_REQUEST) {
        return form;
    }
    return form == DLMS_FORM_GLO   ? DLMS_FORM_GENERAL_GLO
           : form == DLMS_FORM_DED ? DLMS_FORM_GENERAL_DED
                                   : form;
}

/* Of services: signed as well. */
static struct dlms_protection protection_of_service(struct dlms_client_guard *guard, uint8_t tag)
{
    struct dlms_protection by = protection_of(guard, form_for(guard, tag));
    by.signature = guard->use.signature;
    if (by.signature != DLMS_UNSIGNED) {
        by.signing = dlms_client_guard_fields(guard);
    }
    return by;
}

/* The InitiateRequest, always by the global key: the dedicated one is on its way in it, and
 * encrypted whatever else is. */
static size_t put_initiate(struct dlms_client_guard *guard, const struct dlms_client *client,
                           uint8_t *octets, size_t room)
{
    uint8_t *plain = octets + DLMS_PROTECT_HEAD;
    struct writer w = writer_over(plain, room - DLMS_PROTECT_HEAD);
    struct dlms_initiate proposed = dlms_client_proposal(client);
    if (is_dedicated(guard)) {
        proposed.dedicated_key =
            (struct dlms_octets){guard->dedicated.octets, guard->dedicated.size};
    }
    dlms_initiate_put_request(&w, &proposed);
    size_t size = writer_kept(&w);
    if (guard->use.control == 0) {
        memmove(octets, plain, size);
        return size;
    }
    struct dlms_security_context context = dlms_client_guard_context(guard);
    struct dlms_protection by = protection_of(guard, DLMS_FORM_GLO);
    by.control |= is_dedicated(guard) ? DLMS_CONTROL_ENCRYPTED : 0;
    return dlms_security_send(&context, &by, plain, size, octets, room);
}

/* What proves who we are, or begins to: 0, or -1. */
static int put_value(struct dlms_client_guard *guard, struct crypto_random *random,
                     struct dlms_aarq *aarq)
{
    const struct dlms_client_security *use = &guard->use;
    if (use->mechanism == DLMS_MECHANISM_LOWEST) {
        return 0;
    }
    aarq->value = use->secret;
    if (!dlms_mechanism_is_high(use->mechanism)) {
        return 0;
    }
    const struct dlms_octets none = {.octets = NULL};
    aarq->value = (struct dlms_octets){guard->challenge_c, use->challenge_size};
    return dlms_challenge_make(random, none, guard->challenge_c, use->challenge_size);
}

size_t dlms_client_guard_open(struct dlms_client_guard *guard, const struct dlms_client *client,
                              struct crypto_random *random, uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM);
    uint8_t information[DLMS_PROTECT_HEAD + INITIATE_ROOM];
    const struct dlms_client_security *use = &guard->use;
    /* A static agreement has another key for each transaction: no number of before comes back. */
    if (random != NULL &&
        crypto_random_octets(random, guard->transaction, sizeof guard->transaction) != 0) {
        return 0;
    }
    guard->opened = false;
    size_t size = put_initiate(guard, client, information, sizeof information);
    bool titled = is_protected(guard) || dlms_mechanism_is_high(use->mechanism);
    struct dlms_aarq aarq = {
        .context = is_protected(guard) ? DLMS_CONTEXT_LN_CIPHERED : DLMS_CONTEXT_LN,
        .mechanism = use->mechanism,
        .title = {titled ? use->title : NULL, titled ? DLMS_TITLE_SIZE : 0},
        .user_information = {information, size},
    };
    if (size == 0 || put_value(guard, random, &aarq) != 0) {
        return 0;
    }
    struct writer w = writer_over(apdu, room);
    dlms_aarq_put(&w, &aarq);
    return writer_overflow(&w) ? 0 : writer_kept(&w);
}

static void take_title(struct dlms_client_guard *guard, struct dlms_octets title)
{
    guard->has_peer = title.size == DLMS_TITLE_SIZE;
    if (guard->has_peer) {
        memcpy(guard->peer, title.octets, DLMS_TITLE_SIZE);
    }
}

/* The server's challenge: 0, or -1: it is none that is answered. */
static int take_challenge(struct dlms_client_guard *guard, struct dlms_octets challenge)
{
    const struct dlms_octets own = {guard->challenge_c, guard->use.challenge_size};
    if (!dlms_challenge_fits(challenge, own)) {
        return -1;
    }
    memcpy(guard->challenge_s, challenge.octets, challenge.size);
    guard->challenge_s_size = (uint8_t)challenge.size;
    return 0;
}

/* The InitiateResponse of an accepted AARE, deciphered; an empty reader: it is not to be believed.
 */
static struct reader take_information(struct dlms_client_guard *guard, const struct dlms_aare *aare,
                                      uint8_t *scratch, size_t room)
{
    const struct dlms_octets *information = &aare->user_information;
    struct reader plain = reader_over(information->octets, information->size);
    if (guard->use.control != 0 && aare->result == DLMS_ACCEPTED &&
        dlms_client_guard_receive(guard, information->octets, information->size, scratch, room,
                                  &plain) != 0) {
        plain = reader_over(NULL, 0);
    }
    return plain;
}

/* Octets of the longest request, whatever it is, that the server takes when it is protected; 1: it
 * takes none. */
static uint16_t plain_limit(struct dlms_client_guard *guard, uint16_t send_max)
{
    if (!is_protected(guard) || send_max == 0) {
        return send_max;
    }
    struct dlms_protection by = protection_of_service(guard, DLMS_ACCESS_REQUEST);
    size_t limit = dlms_security_limit(&by, send_max);
    return (uint16_t)(limit > 0 ? limit : 1);
}

enum dlms_client_outcome dlms_client_guard_opened(struct dlms_client_guard *guard,
                                                  struct dlms_client *client, const uint8_t *apdu,
                                                  size_t size, struct dlms_refusal *refusal)
{
    uint8_t scratch[INITIATE_ROOM];
    struct dlms_aare aare;
    enum dlms_client_outcome outcome = dlms_client_take_aare(apdu, size, &aare, refusal);
    if (outcome != DLMS_CLIENT_DONE) {
        return outcome;
    }
    take_title(guard, aare.title);
    struct reader information = take_information(guard, &aare, scratch, sizeof scratch);
    outcome = dlms_client_take_response(client, &aare, information, refusal);
    if (outcome != DLMS_CLIENT_DONE) {
        return outcome;
    }
    guard->opened = true;
    client->send_max = plain_limit(guard, client->send_max);
    if (!dlms_mechanism_is_high(guard->use.mechanism)) {
        return DLMS_CLIENT_DONE;
    }
    return take_challenge(guard, aare.value) == 0 ? DLMS_CLIENT_MORE : DLMS_CLIENT_MALFORMED;
}

static struct dlms_hls hls_of(const struct dlms_client_guard *guard)
{
    return (struct dlms_hls){
        .mechanism = guard->use.mechanism,
        .secret = guard->use.secret,
        .challenge_c = {guard->challenge_c, guard->use.challenge_size},
        .challenge_s = {guard->challenge_s, guard->challenge_s_size},
        .title_c = guard->use.title,
        .title_s = guard->has_peer ? guard->peer : NULL,
        .signing = guard->use.signing,
    };
}

size_t dlms_client_guard_prove(struct dlms_client_guard *guard, struct dlms_client *client,
                               uint8_t *apdu, size_t room)
{
    static const struct dlms_target reply = {ASSOCIATION_LN, COSEM_NAME(0, 0, 40, 0, 0),
                                             REPLY_TO_HLS};
    struct dlms_security_context context = dlms_client_guard_context(guard);
    struct dlms_hls hls = hls_of(guard);
    size_t size = dlms_hls_prove(&hls, DLMS_CLIENT, &context, guard->proof + OCTET_STRING_HEAD);
    if (size == 0) {
        return 0;
    }
    guard->proof[0] = COSEM_OCTET_STRING;
    guard->proof[1] = (uint8_t)size;
    return dlms_client_act(client, &reply, reader_over(guard->proof, OCTET_STRING_HEAD + size),
                           apdu, room);
}

bool dlms_client_guard_proved(struct dlms_client_guard *guard, const struct dlms_client *client)
{
    struct reader r = dlms_client_value(client);
    struct cosem_value value = cosem_take_value(&r);
    struct dlms_security_context context = dlms_client_guard_context(guard);
    struct dlms_hls hls = hls_of(guard);
    const struct dlms_octets proof = {value.octets, value.count};
    return reader_done(&r) && value.tag == COSEM_OCTET_STRING &&
           dlms_hls_check(&hls, DLMS_SERVER, &context, proof) == 0;
}

size_t dlms_client_guard_send(struct dlms_client_guard *guard, const uint8_t *plain, size_t size,
                              uint8_t *apdu, size_t room)
{
    need(room >= DLMS_PROTECT_HEAD && size <= room - DLMS_PROTECT_HEAD);
    if (!is_protected(guard)) {
        memmove(apdu, plain, size);
        return size;
    }
    struct dlms_security_context context = dlms_client_guard_context(guard);
    struct dlms_protection by = protection_of_service(guard, size > 0 ? plain[0] : 0);
    return dlms_security_send(&context, &by, plain, size, apdu, room);
}

size_t dlms_client_guard_release(struct dlms_client_guard *guard, const struct dlms_client *client,
                                 uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM);
    uint8_t octets[DLMS_PROTECT_HEAD + INITIATE_ROOM];
    struct dlms_octets information = {.octets = NULL};
    if (guard->use.control != 0) {
        information.octets = octets;
        information.size = put_initiate(guard, client, octets, sizeof octets);
        if (information.size == 0) {
            return 0;
        }
    }
    struct writer w = writer_over(apdu, room);
    dlms_rlrq_put(&w, information);
    return writer_overflow(&w) ? 0 : writer_kept(&w);
}

static bool is_always_plain(uint8_t tag)
{
    return tag == DLMS_AARE || tag == DLMS_RLRE || tag == DLMS_EXCEPTION_RESPONSE;
}

int dlms_client_guard_receive(struct dlms_client_guard *guard, const uint8_t *apdu, size_t size,
                              uint8_t *scratch, size_t room, struct reader *plain)
{
    uint8_t tag = size > 0 ? apdu[0] : 0;
    if (!is_protected(guard) || is_always_plain(tag)) {
        *plain = reader_over(apdu, size);
        return 0;
    }
    if (!dlms_is_protected(tag)) {
        return DLMS_SECURITY_WEAK;
    }
    struct dlms_security_context context = dlms_client_guard_context(guard);
    struct dlms_protection how;
    return dlms_security_receive(&context, apdu, size, scratch, room, &how, plain);
}
