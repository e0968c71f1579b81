/* How a client's session begins: who we are, by which keys, from which invocation counter on. */
#include "app/client_exchange.h"
#include "cosem/data.h"
#include "crypto/random.h"
#include "port/posix/entropy.h"

#include <stdio.h>
#include <string.h>

enum { PUBLIC = 16, DATA = 1, VALUE = 2, CHALLENGE = 16, COUNTER_TRIES = 2, ERROR_ROOM = 160 };

/* "WTH" is no letters of the FLAG list, and the number nobody's: --keys gives another title. */
static const uint8_t own_title[DLMS_TITLE_SIZE] = {'W', 'T', 'H', 0, 0, 0, 0, 1};

static const char *diagnostic_text(const struct dlms_refusal *refusal)
{
    switch (refusal->diagnostic) {
    case DLMS_DIAGNOSTIC_CONTEXT_NAME:
        return "application context not supported";
    case DLMS_DIAGNOSTIC_MECHANISM_NOT_RECOGNISED:
        return "it wants another authentication mechanism";
    case DLMS_DIAGNOSTIC_MECHANISM_REQUIRED:
    case DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED:
        return "it wants to know who asks: give --password-file or --keys, see --auth";
    case DLMS_DIAGNOSTIC_CALLING_TITLE:
        return "it does not take our system title; give another in --keys";
    case DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE:
        return "wrong password or keys";
    default:
        return refusal->initiate_error >= 0 ? "it does not agree with what we propose"
                                            : "no reason given; is this client known to it?";
    }
}

static int fail_rejected(const struct client *client, const char *reason)
{
    char text[ERROR_ROOM];
    snprintf(text, sizeof text, "the meter rejects client %u: %s", client->transport.client,
             reason);
    return client_fail(client, text);
}

/* An exception-response to an AARQ, or an AARE that refuses. */
static int fail_refused(const struct client *client, const struct dlms_refusal *refusal)
{
    const char *reason = diagnostic_text(refusal);
    if (refusal->exception[1] == DLMS_INVOCATION_COUNTER_ERROR) {
        char text[ERROR_ROOM];
        snprintf(text, sizeof text,
                 "the meter expects an invocation counter of %u at least; give --counter",
                 (unsigned)refusal->counter);
        return client_fail(client, text);
    }
    if (refusal->exception[1] == DLMS_DECIPHERING_ERROR) {
        reason = "it cannot decipher what we say: check the keys";
    }
    return fail_rejected(client, reason);
}

static struct dlms_octets secret_of(const struct client_credentials *credentials)
{
    const uint8_t *octets = (const uint8_t *)credentials->password;
    size_t size = credentials->has_password ? strlen(credentials->password) : 0;
    return (struct dlms_octets){size > 0 ? octets : NULL, size};
}

/* A dedicated key that is not given is made. */
static int put_dedicated(struct client *client, const struct keys *keys,
                         struct crypto_random *random)
{
    uint8_t made[DLMS_KEY_MAX];
    size_t size = dlms_key_size(client->guard.ring.suite);
    if (keys->size[KEYS_DEDICATED] > 0) {
        return dlms_key_put(&client->guard.dedicated, keys->octets[KEYS_DEDICATED],
                            keys->size[KEYS_DEDICATED]);
    }
    return crypto_random_octets(random, made, size) == 0
               ? dlms_key_put(&client->guard.dedicated, made, size)
               : -1;
}

static int put_keys(struct client *client, struct crypto_random *random)
{
    const struct keys *keys = &client->options->credentials.keys;
    return keys_put(keys, &client->guard.ring) == 0 ? put_dedicated(client, keys, random) : -1;
}

/* Our private key, and the meter's public one. */
static void prepare_signing(struct client *client, struct crypto_random *random)
{
    const struct keys *keys = &client->options->credentials.keys;
    client->curves.random = random;
    client->signing = (struct dlms_signing){
        .ecc = &client->curves,
        .curve = keys_suite(keys) == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256,
        .own = keys->size[KEYS_SIGNING] > 0 ? keys->octets[KEYS_SIGNING] : NULL,
        .peer = keys->size[KEYS_SIGNING_PEER] > 0 ? keys->octets[KEYS_SIGNING_PEER] : NULL,
        .own_agreement = keys->size[KEYS_AGREEMENT] > 0 ? keys->octets[KEYS_AGREEMENT] : NULL,
        .peer_agreement =
            keys->size[KEYS_AGREEMENT_PEER] > 0 ? keys->octets[KEYS_AGREEMENT_PEER] : NULL,
    };
}

static int prepare_guard(struct client *client, struct crypto_random *random)
{
    const struct client_credentials *credentials = &client->options->credentials;
    struct dlms_client_security use = {
        .mechanism = credentials->mechanism,
        .secret = secret_of(credentials),
        .control = credentials->control,
        .form = credentials->form,
        .wraps = credentials->wraps,
        .challenge_size =
            credentials->mechanism == DLMS_MECHANISM_ECDSA ? DLMS_CHALLENGE_SIGNED : CHALLENGE,
        .signing = &client->signing,
        .signature = credentials->signature,
        .agreement = credentials->agreement,
    };
    prepare_signing(client, random);
    bool titled = credentials->keys.size[KEYS_TITLE] > 0;
    memcpy(use.title, titled ? credentials->keys.octets[KEYS_TITLE] : own_title, DLMS_TITLE_SIZE);
    dlms_client_guard_init(&client->guard, &use, keys_suite(&credentials->keys));
    if (put_keys(client, random) != 0) {
        return client_fail(client, "no random octets, or a key that is none of the suite");
    }
    return 0;
}

enum opening {
    OPENING_FAILED = -1,
    OPENING_DONE,
    OPENING_AGAIN, /* the meter told the counter that it expects */
    OPENING_PROOF, /* it waits for our proof */
};

static enum opening open_association(struct client *client, struct crypto_random *random)
{
    struct dlms_refusal refusal;
    struct reader answer = reader_over(NULL, 0);
    size_t size = dlms_client_guard_open(&client->guard, &client->dlms, random, client->request,
                                         CLIENT_REQUEST);
    if (size == 0) {
        (void)client_fail(client, "no AARQ can be made of these keys");
        return OPENING_FAILED;
    }
    if (client_exchange_plain(client, size, &answer) != 0) {
        return OPENING_FAILED;
    }
    switch (dlms_client_guard_opened(&client->guard, &client->dlms, answer.data, answer.size,
                                     &refusal)) {
    case DLMS_CLIENT_DONE:
    case DLMS_CLIENT_MORE:
        client->associated = true;
        return dlms_mechanism_is_high(client->guard.use.mechanism) ? OPENING_PROOF : OPENING_DONE;
    case DLMS_CLIENT_REFUSED:
        if (refusal.exception[1] == DLMS_INVOCATION_COUNTER_ERROR &&
            refusal.counter >= client->guard.sent.next) {
            client->guard.sent.next = refusal.counter;
            return OPENING_AGAIN;
        }
        (void)fail_refused(client, &refusal);
        return OPENING_FAILED;
    default:
        (void)client_fail(client, "what answers there is no DLMS meter, or has other keys");
        return OPENING_FAILED;
    }
}

/* High level security: our proof, and the meter's. */
static int prove(struct client *client)
{
    struct dlms_refusal refusal;
    struct reader answer = reader_over(NULL, 0);
    size_t size =
        dlms_client_guard_prove(&client->guard, &client->dlms, client->request, CLIENT_REQUEST);
    if (size == 0) {
        return client_fail(client, "these keys, or this password, cannot answer the challenge");
    }
    if (client_exchange(client, size, &answer) != 0) {
        return -1;
    }
    if (dlms_client_answer(&client->dlms, answer.data, answer.size, &refusal) != DLMS_CLIENT_DONE) {
        client->associated = false;
        return fail_rejected(client, "wrong password or keys");
    }
    if (!dlms_client_guard_proved(&client->guard, &client->dlms)) {
        return client_fail(client, "who answers there does not prove to be the meter: it does not "
                                   "know the password or the keys");
    }
    return 0;
}

static int join(struct client *client, uint16_t sap)
{
    return transport_join(&client->transport, sap) == 0 ? 0 : client_fail_transport(client);
}

/* 0-0:43.1.0, read as Public: the counter that the meter accepted last. */
static int ask_counter(struct client *client)
{
    static const struct cosem_name name = COSEM_NAME(0, 0, 43, 1, 0);
    static const struct dlms_client_security open = {.challenge_size = CHALLENGE};
    enum cosem_result result;
    struct reader value;
    dlms_client_guard_init(&client->guard, &open, DLMS_SUITE_0);
    if (join(client, PUBLIC) != 0 || open_association(client, NULL) != OPENING_DONE) {
        return -1;
    }
    int read = client_read(client, DATA, &name, VALUE, &value, &result);
    struct cosem_value counter = cosem_take_value(&value);
    if (read < 0) {
        return -1;
    }
    if (read > 0 || !reader_done(&value) || counter.tag != COSEM_U32 ||
        counter.integer >= UINT32_MAX) {
        return client_fail(client, "Public cannot read the invocation counter 0-0:43.1.0; give "
                                   "--counter");
    }
    client->counter = (uint32_t)counter.integer + 1;
    client_release(client);
    return 0;
}

/* Who uses a global key needs to know where its counter stands. */
static bool needs_counter(const struct client_options *options)
{
    const struct client_credentials *credentials = &options->credentials;
    return credentials->control != 0 || credentials->mechanism == DLMS_MECHANISM_GMAC ||
           options->layers.count > 0;
}

static int find_counter(struct client *client)
{
    const struct client_credentials *credentials = &client->options->credentials;
    client->counter = credentials->counter;
    bool ask = needs_counter(client->options) && credentials->counter_by == CLIENT_BY_DEFAULT;
    return ask ? ask_counter(client) : 0;
}

int client_associate(struct client *client)
{
    struct crypto_random *random = &client->random;
    if (crypto_random_begin(random, &posix_entropy, own_title, sizeof own_title) != 0) {
        return client_fail(client, "the system gives no random octets");
    }
    if (find_counter(client) != 0 || prepare_guard(client, random) != 0 ||
        join(client, client->options->sap) != 0) {
        return -1;
    }
    client->guard.sent.next =
        client->counter > DLMS_COUNTER_FIRST ? client->counter : DLMS_COUNTER_FIRST;
    enum opening opening = OPENING_AGAIN;
    for (int attempt = 0; opening == OPENING_AGAIN && attempt < COUNTER_TRIES; attempt++) {
        opening = open_association(client, random);
    }
    if (opening == OPENING_AGAIN) {
        return client_fail(client, "the meter accepts no invocation counter; give --counter");
    }
    bool open = opening == OPENING_PROOF ? prove(client) == 0 : opening == OPENING_DONE;
    return open ? client_use_blocks(client) : -1;
}
