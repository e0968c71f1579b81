/* The security context of one association (Green Book 9.2.3): who talks to whom with which keys and
 * counters. It joins the pieces in the one right order, for a server and for a client:
 *
 *     received: the form, what is required, the sender, the key, the counter, the tag - and only
 *               then is the counter used up;
 *     sent:     the counter is used up, and only then is anything encrypted.
 *
 * The context points to what belongs to others and may be made anew for every APDU. */
#ifndef WATTHOUR_DLMS_SECURITY_CONTEXT_H
#define WATTHOUR_DLMS_SECURITY_CONTEXT_H

#include "dlms/long_request.h"
#include "dlms/security_counter.h"
#include "dlms/security_keys.h"
#include "dlms/security_signature.h"

/* The counters of what one peer sends us. An agreed key counts as one that came wrapped. */
enum dlms_counter_of {
    DLMS_COUNTER_OF_UNICAST,
    DLMS_COUNTER_OF_BROADCAST,
    DLMS_COUNTER_OF_WRAPPED, /* of all keys that came with an APDU, lest one comes back */
    DLMS_COUNTERS,
    DLMS_COUNTER_OF_DEDICATED = DLMS_COUNTERS, /* begins at 0 with each such key; never stored */
};

struct dlms_security_context {
    struct dlms_keyring *ring;
    struct dlms_key *dedicated;              /* the association's; NULL: none */
    struct dlms_key *unwrapped;              /* for a key in an APDU; NULL: such are not taken */
    const struct dlms_signing *signing;      /* keys of the suite's curve; NULL: none */
    uint8_t *agreed;                         /* with them, DLMS_AGREED_MAX octets to make keys in */
    const uint8_t *title;                    /* our system title */
    const uint8_t *peer;                     /* the other's; NULL: not known yet */
    struct dlms_counter *sent;               /* ours, of the unicast key */
    struct dlms_counter *sent_other;         /* of all other keys; NULL: `sent` is of these too */
    struct dlms_counter *received;           /* DLMS_COUNTERS of them, this peer's */
    struct dlms_counter *dedicated_received; /* instead, of the dedicated key; with that only */
    const struct dlms_counter_store *store;  /* for all but the dedicated key's */
    enum dlms_aad aad;
    bool data_undated; /* security_data.h */
    uint8_t required;  /* DLMS_CONTROL_AUTHENTICATED, _ENCRYPTED: what must come at least so */
    bool requires_signature;
};

/* Whether an APDU that begins with this tag is ciphered or signed. */
bool dlms_is_protected(uint8_t tag);

/* Takes a ciphered APDU of the peer, a signed one, or one that is both, in either order. `scratch`
 * holds as many octets as the APDU: it is the APDU, which is deciphered in place, or lies apart.
 * `how` says how it was protected, which the caller holds against policy and
 * access rights; it points into the APDU. A sender whose title is not the peer's, or a recipient
 * that is not we, is no key of ours. Require authentication wherever it can be: without, anybody
 * can have a counter used up, and make of an authenticated APDU one that is not. 0, or enum
 * dlms_security_error; then nothing has changed. With DLMS_SECURITY_COUNTER `how->counter` is the
 * lowest that is accepted. */
int dlms_security_receive(const struct dlms_security_context *context, const uint8_t *apdu,
                          size_t size, uint8_t *scratch, size_t room, struct dlms_protection *how,
                          struct reader *plain);

/* The same for a request that is longer than memory; `how` points into `request`. */
int dlms_security_receive_long(const struct dlms_security_context *context,
                               struct dlms_long *request, struct dlms_protection *how,
                               struct reader *plain);

/* The protection of an answer: that of the request, with the titles turned round. A wrapped key is
 * pointed to in the request. */
struct dlms_protection dlms_security_answer(const struct dlms_security_context *context,
                                            const struct dlms_protection *request);

/* Makes an APDU of ours, ciphered and signed as `by` says; sets title and counter of it. `plain` is
 * `apdu` + dlms_protect_head(), or apart by so much; behind it DLMS_SIGNED_TAIL_MAX octets are
 * written when it is signed. `room` and the result: see dlms_protect(). 0 also when there is no
 * such key or no counter. */
size_t dlms_security_send(const struct dlms_security_context *context, struct dlms_protection *by,
                          const uint8_t *plain, size_t size, uint8_t *apdu, size_t room);

/* The same without looking at signatures. */
int dlms_security_decipher(const struct dlms_security_context *context, const uint8_t *apdu,
                           size_t size, uint8_t *scratch, size_t room, struct dlms_protection *how,
                           struct reader *plain);
int dlms_security_decipher_long(const struct dlms_security_context *context,
                                struct dlms_long *request, struct dlms_protection *how,
                                struct reader *plain);
size_t dlms_security_encipher(const struct dlms_security_context *context,
                              struct dlms_protection *by, const uint8_t *plain, size_t size,
                              uint8_t *apdu, size_t room);

/* Octets of the longest plain APDU that, protected so, has at most `pdu` octets; 0: not one. */
size_t dlms_security_limit(const struct dlms_protection *by, size_t pdu);

/* What an APDU, or a layer around data, needs to be unprotected. */
struct dlms_admission {
    struct dlms_material material;
    struct dlms_counter *received; /* to be accepted once it proved authentic */
    const struct dlms_counter_store *store;
};

/* Whether what came so is to be looked at: from somebody known, to us, with a key that is here, and
 * not again. Sets the sender's title. 0, or enum dlms_security_error; with DLMS_SECURITY_COUNTER
 * `received` is set. */
int dlms_security_admit(const struct dlms_security_context *context, struct dlms_protection *by,
                        struct dlms_admission *admission);

/* What dlms_security_send does before it encrypts: title, counter and key, for a tape
 * (security_tape.h). 0, or -1. */
int dlms_security_begin(const struct dlms_security_context *context, struct dlms_protection *by,
                        struct dlms_material *material);

#endif
