/* Ciphered APDUs: their forms on the wire, and the protection of what is in them, for server and
 * client. Pure functions: keys, titles and counters are the caller's (security_context.h joins
 * them for one association).
 *
 * Served are the service-specific and the general forms with AES-GCM of all three suites, and
 * general-ciphering with identified, wrapped and agreed keys; the agreed ones are made in
 * security_agreed.h, signatures in security_signature.h, for suites 1 and 2.
 * Sources: Green Book 9.2.3 (security), 9.2.7.2 (AES-GCM), 9.5 (the APDUs). */
#ifndef WATTHOUR_DLMS_SECURITY_H
#define WATTHOUR_DLMS_SECURITY_H

#include "base/reader.h"
#include "crypto/ecc.h"
#include "crypto/gcm.h"
#include "dlms/acse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dlms_suite {
    DLMS_SUITE_0 = 0, /* AES-GCM-128 */
    DLMS_SUITE_1 = 1, /* AES-GCM-128, curve P-256 */
    DLMS_SUITE_2 = 2, /* AES-GCM-256, curve P-384 */
};

/* The security control octet. */
enum {
    DLMS_CONTROL_SUITE = 0x0F,
    DLMS_CONTROL_AUTHENTICATED = 0x10,
    DLMS_CONTROL_ENCRYPTED = 0x20,
    DLMS_CONTROL_BROADCAST = 0x40, /* the broadcast key; else unicast or dedicated */
    DLMS_CONTROL_COMPRESSED = 0x80,
};

enum { DLMS_TITLE_SIZE = 8, DLMS_TAG_SIZE = CRYPTO_GCM_TAG_SIZE };

enum dlms_form {
    DLMS_FORM_GLO, /* service-specific: a tag for each service */
    DLMS_FORM_DED,
    DLMS_FORM_GENERAL_GLO,
    DLMS_FORM_GENERAL_DED,
    DLMS_FORM_GENERAL, /* general-ciphering */
};

enum dlms_key_info {
    DLMS_KEY_INFO_ABSENT,
    DLMS_KEY_INFO_IDENTIFIED,
    DLMS_KEY_INFO_WRAPPED,
    DLMS_KEY_INFO_AGREED,
};

/* What only general-ciphering has. Absent fields are empty strings. */
struct dlms_general {
    struct dlms_octets transaction_id;
    struct dlms_octets originator; /* system titles */
    struct dlms_octets recipient;
    struct dlms_octets date_time;
    bool undated; /* there is no such field, not even an empty one: protected data may be so */
    struct dlms_octets other_information;
    enum dlms_key_info key_info;
    uint8_t key_id;                    /* identified: 0 unicast, 1 broadcast; wrapped: 0 master */
    struct dlms_octets key_parameters; /* agreed: which scheme */
    struct dlms_octets key_data;       /* wrapped: that key; agreed: key-ciphered-data */
};

/* Where a signature is: general-signing holds the plain APDU, inside of the ciphered one (of the
 * general forms only: the others have no tag for it) or without; or it holds the ciphered one. */
enum dlms_signature {
    DLMS_UNSIGNED,
    DLMS_SIGNED_ALONE,
    DLMS_SIGNED_INSIDE,
    DLMS_SIGNED_AROUND,
};

/* How an APDU is protected. What is only signed has neither bit of ciphering in `control`. */
struct dlms_protection {
    enum dlms_form form;
    uint8_t control;
    uint32_t counter;     /* invocation counter */
    const uint8_t *title; /* the sender's system title, with the counter the nonce */
    struct dlms_general general;
    enum dlms_signature signature;
    struct dlms_general signing; /* of general-signing; it has no key-info */
};

/* key-parameters of an agreed key. */
enum dlms_agreement {
    DLMS_AGREEMENT_ONE_PASS = 1, /* C(1e, 1s): an ephemeral key of the originator */
    DLMS_AGREEMENT_STATIC = 2,   /* C(0e, 2s) */
};

/* key-ciphered-data of one-pass: the ephemeral public key, and its signature. */
enum { DLMS_AGREED_MAX = CRYPTO_PUBLIC_MAX + CRYPTO_SIGNATURE_MAX };

/* What of general-ciphering's head is authenticated besides the control octet and the key. */
enum dlms_aad {
    DLMS_AAD_HEAD,  /* transaction-id to other-information, each with its length (Green Book) */
    DLMS_AAD_SHORT, /* nothing, as with the other forms: some implementations do so */
};

/* Security material for one APDU. */
struct dlms_material {
    struct crypto_gcm *gcm;        /* where the encryption key is set up */
    const uint8_t *encryption;     /* its octets */
    const uint8_t *authentication; /* NULL: there is none */
    size_t key_size;               /* of each, octets */
    enum dlms_aad aad;
};

/* A ciphered APDU taken apart, in place. */
struct dlms_ciphered {
    uint8_t tag;               /* of the APDU */
    struct dlms_protection by; /* title NULL: the form, or its sender, leaves it out */
    struct dlms_octets text;   /* as it came */
    const uint8_t *mac;        /* DLMS_TAG_SIZE octets; NULL: not authenticated */
};

/* Octets of general-ciphering's fields up to other-information, their lengths counted, that we
 * take and make. */
enum { DLMS_GENERAL_MAX = 96 };

/* Whether an APDU that begins with this tag is a ciphered one. */
bool dlms_is_ciphered(uint8_t tag);

/* Takes a whole ciphered APDU, tag included, and faults the reader when it is none: also when its
 * control octet asks for no protection, or for compression. */
struct dlms_ciphered dlms_ciphered_take(struct reader *r);

enum dlms_security_error {
    DLMS_SECURITY_MALFORMED = -1, /* no ciphered APDU, or its content is of another service */
    DLMS_SECURITY_KEY = -2,       /* not of our suite, from somebody else, or no such key here */
    DLMS_SECURITY_COUNTER = -3,   /* the invocation counter was used before */
    DLMS_SECURITY_TAG = -4,       /* not authentic */
    DLMS_SECURITY_ROOM = -5,      /* longer than our memory */
    DLMS_SECURITY_STORE = -6,     /* the counter cannot be stored: nothing may be accepted */
    DLMS_SECURITY_WEAK = -7,      /* less protected than is required */
};

enum { DLMS_PREFIX_MAX = 1 + 32 + DLMS_GENERAL_MAX };

/* Gives the plain APDU: in `scratch` when it was encrypted, else where it was. `ciphered->by.title`
 * is set. `scratch` holds as many octets as the text, and is where that is or lies apart; when the
 * tag is wrong it is wiped. 0, or an error: MALFORMED, KEY (authenticated without
 * an authentication key), TAG, ROOM. An APDU that is only encrypted proves nothing. */
int dlms_unprotect(const struct dlms_ciphered *ciphered, const struct dlms_material *material,
                   uint8_t *scratch, size_t room, struct reader *plain);

/* What may stand before a plain APDU so that it can be protected in place: as a rule, and at most,
 * with agreed keys and signatures. */
enum { DLMS_PROTECT_HEAD = 160, DLMS_PROTECT_HEAD_MOST = 512 };

/* What has to stand before one protected so, at least DLMS_PROTECT_HEAD. One more signature, of
 * ours, has room. */
size_t dlms_protect_head(const struct dlms_protection *by);

/* Ciphers the plain APDU to `apdu`, and returns its size. `plain` is `apdu` + dlms_protect_head()
 * or a little before that, or lies apart; `room` is at least DLMS_PROTECT_HEAD + `size`. 0: it does
 * not fit, the form has no tag for this service, or the authentication key is missing. */
size_t dlms_protect(const struct dlms_protection *by, const struct dlms_material *material,
                    const uint8_t *plain, size_t size, uint8_t *apdu, size_t room);

/* Octets of the longest plain APDU that, ciphered so, has at most `pdu` octets; 0: not one. */
size_t dlms_protect_limit(const struct dlms_protection *by, size_t pdu);

#endif
