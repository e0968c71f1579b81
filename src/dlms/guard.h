/* What guards an association of the server: who opens it proves himself (high level security), and
 * what goes through it is protected (ciphering). Used between AARQ and release, with the keys and
 * counters of the server's security setup. Sources: Green Book 9.2.2.2, 9.2.3, 9.2.7. */
#ifndef WATTHOUR_DLMS_GUARD_H
#define WATTHOUR_DLMS_GUARD_H

#include "cosem/model.h"
#include "dlms/acse.h"
#include "dlms/security_data.h"
#include "dlms/security_envelope_tape.h"
#include "dlms/security_hls.h"
#include "dlms/security_setup.h"

struct dlms_association;

/* Octets of the server's own challenges; for ECDSA DLMS_CHALLENGE_SIGNED. */
enum { DLMS_CHALLENGE_SIZE = 16 };

/* The dedicated key of one association, for as long as it is open. */
struct dlms_dedicated {
    const struct dlms_association *owner; /* NULL: nobody */
    struct dlms_key key;
    struct dlms_counter received;
};

/* What an association remembers of its client; all zeros: nothing. */
struct dlms_guard {
    enum dlms_mechanism mechanism;
    bool pending;  /* the reply to our challenge is awaited, and nothing else is served */
    bool ciphered; /* the application context is one with ciphering */
    bool titled;
    uint8_t title[DLMS_TITLE_SIZE]; /* of the client */
    uint8_t floor;                  /* DLMS_CONTROL_AUTHENTICATED: the client began so */
    uint8_t challenge_c_size;
    uint8_t challenge_c[DLMS_CHALLENGE_MOST];
    uint8_t challenge_s_size;
    uint8_t challenge_s[DLMS_CHALLENGE_SIGNED];
};

/* What of an AARQ concerns the guard: the client's title, context and challenge, as far as client
 * and server have them. DLMS_DIAGNOSTIC_NULL, or why it is refused; the mechanism is one that the
 * client may use. */
enum dlms_diagnostic dlms_guard_begin(struct dlms_association *a, const struct dlms_aarq *aarq);

/* Makes our challenge. 0, or -1: there is no entropy. */
int dlms_guard_challenge(struct dlms_association *a);

/* What every request must be protected by: DLMS_CONTROL_AUTHENTICATED, _ENCRYPTED. */
uint8_t dlms_guard_required(const struct dlms_association *a);

/* The policy wants every request of an open association signed. */
bool dlms_guard_requires_signature(const struct dlms_association *a);

/* Takes a ciphered or signed APDU of the client: the plain one in `plain`, how the answer is
 * protected in `answer`, which points into the APDU. 0, or enum dlms_security_error; with
 * DLMS_SECURITY_COUNTER `answer->counter` is the lowest that is accepted. While the association is
 * being opened, what the client authenticates it has to authenticate from then on. */
int dlms_guard_receive(struct dlms_association *a, const struct reader *apdu,
                       struct dlms_protection *answer, struct reader *plain);

/* Octets of the longest plain answer that has `most` octets when it is protected as `answer` says,
 * and as is `demanded` (COSEM_RESPONSE_..): what is asked for may always demand that it is
 * authenticated. */
size_t dlms_guard_limit(const struct dlms_association *a, const struct dlms_protection *answer,
                        unsigned demanded, size_t most);

/* The same as dlms_guard_send() for an answer of `size` octets that begins with `tag` and is read
 * from the source bit by bit. 0, or -1: see dlms_envelope_tape_open(). */
int dlms_guard_seal(struct dlms_association *a, struct dlms_protection *answer,
                    struct dlms_envelope_tape *tape, uint8_t tag, size_t size,
                    struct dlms_source source);

/* See dlms_security_send(). The answer is protected as `answer` says, and as was demanded by what
 * was asked for. */
size_t dlms_guard_send(struct dlms_association *a, struct dlms_protection *answer,
                       const uint8_t *plain, size_t size, uint8_t *apdu, size_t room);

/* Takes the association's dedicated key, from an InitiateRequest. 0, or -1: it is none of the
 * suite, or another association of the connection has one. */
int dlms_guard_dedicate(struct dlms_association *a, struct dlms_octets key);

/* Holds the client's reply to our challenge, and makes ours to his: its size; 0: the reply is
 * wrong. A reply that is not awaited is wrong. In any case nothing is awaited any more. */
size_t dlms_guard_reply(struct dlms_association *a, struct dlms_octets reply,
                        uint8_t proof[DLMS_PROOF_MAX]);

/* What the client changes of the security setup: security_change.h, security_certificates.h. */
enum dlms_change dlms_guard_activate(struct dlms_association *a, uint8_t policy);
enum dlms_change dlms_guard_upgrade(struct dlms_association *a, enum dlms_suite suite);
enum dlms_change dlms_guard_transfer(struct dlms_association *a,
                                     const struct dlms_wrapped_key *keys, size_t count);
enum dlms_change dlms_guard_agree(struct dlms_association *a, const struct dlms_wrapped_key *keys,
                                  size_t count, struct writer *returned);
enum dlms_change dlms_guard_generate(struct dlms_association *a, enum dlms_key_use use);
enum dlms_change dlms_guard_request(struct dlms_association *a, enum dlms_key_use use,
                                    struct writer *returned);
enum dlms_change dlms_guard_import(struct dlms_association *a, struct dlms_octets der);
enum dlms_change dlms_guard_give(struct dlms_association *a,
                                 const struct dlms_certificate_name *name, struct writer *returned);
enum dlms_change dlms_guard_remove(struct dlms_association *a,
                                   const struct dlms_certificate_name *name);
void dlms_guard_list(struct dlms_association *a, uint8_t slot, struct writer *w);

/* Protects data for whoever asks, layers of whose choice are put on as of an answer; a key that is
 * still to be made is made. Takes the protection off what he brings. `a` NULL: the meter itself
 * asks, for what it pushes. 0, or enum dlms_security_error; somebody is told of what is not
 * authentic, or not new. */
int dlms_guard_protect(struct dlms_security_setup *setup, struct dlms_association *a,
                       struct dlms_layers *layers, struct dlms_data *data);
int dlms_guard_unprotect(struct dlms_security_setup *setup, struct dlms_association *a,
                         const struct dlms_layers *layers, struct dlms_data *data);

/* Whether the client has to wait: it failed to prove itself a moment ago. */
bool dlms_guard_waits(const struct dlms_association *a);

/* The client failed to prove itself, or did. */
void dlms_guard_judge(struct dlms_association *a, bool proved);

/* Forgets client and dedicated key. */
void dlms_guard_end(struct dlms_association *a);

#endif
