/* general-signing: an APDU with the signature of its originator, and the keys for signatures and
 * agreements, of the suite's curve. What is signed are all fields from transaction-id to the
 * content. Sources: Green Book 9.2.3.5 (signatures), 9.5 (the APDU); suites 1 and 2. */
#ifndef WATTHOUR_DLMS_SECURITY_SIGNATURE_H
#define WATTHOUR_DLMS_SECURITY_SIGNATURE_H

#include "base/writer.h"
#include "crypto/ecc.h"
#include "dlms/security.h"

/* What a key pair of a curve is for: Blue Book class 64, certificate_type. */
enum dlms_key_use { DLMS_USE_SIGNATURE = 0, DLMS_USE_AGREEMENT = 1, DLMS_KEY_USES };

/* Keys of the suite's curve: ours, and those of the one at the other end. */
struct dlms_signing {
    struct crypto_ecc *ecc; /* to compute with; NULL: there are no such keys */
    enum crypto_curve curve;
    const uint8_t *own;            /* our private key for signatures; NULL: none */
    const uint8_t *peer;           /* the other's public key; NULL: ask `find` */
    const uint8_t *own_agreement;  /* the same for key agreement */
    const uint8_t *peer_agreement; /* NULL: ask `find` */

    /* The public key of whoever has this system title, by its certificate: 0, or -1: it is not
     * known. NULL: no such thing. */
    int (*find)(void *owner, enum dlms_key_use use, const uint8_t *title,
                uint8_t public_key[CRYPTO_PUBLIC_MAX]);
    void *owner;
};

/* The public key of the other, who has this title: `room` or where it stands; NULL: not known. */
const uint8_t *dlms_signing_peer(const struct dlms_signing *signing, enum dlms_key_use use,
                                 const uint8_t *title, uint8_t room[CRYPTO_PUBLIC_MAX]);

/* A signed APDU taken apart, in place. */
struct dlms_signed {
    struct dlms_general head; /* without a key-info */
    const uint8_t *title;     /* of the originator; NULL: it names none */
    struct dlms_octets range; /* what is signed */
    struct dlms_octets content;
    struct dlms_octets signature;
};

/* Takes a whole general-signing APDU, tag included, and faults the reader when it is none. */
struct dlms_signed dlms_signed_take(struct reader *r);

/* The same of one with `size` octets in all, of which `r` has the beginning, DLMS_SIGNED_HEAD_MAX
 * at most: `r` stands at the content then; content, range and signature have their sizes alone,
 * that of the signature with its length. */
struct dlms_signed dlms_signed_take_head(struct reader *r, size_t size);

/* Whether it is signed by who has this title. 0, or enum dlms_security_error: KEY (not known), TAG
 * (not its signature). */
int dlms_signed_check(const struct dlms_signed *apdu, const struct dlms_signing *signing,
                      const uint8_t *title);

/* The same by the digest of its range. */
int dlms_signed_verify(const struct dlms_signing *signing, const uint8_t *title,
                       const uint8_t *digest, struct dlms_octets signature);

/* What stands before `size` octets of content. Returns its size; 0: we do not make it so. */
enum { DLMS_SIGNED_HEAD_MAX = 1 + DLMS_GENERAL_MAX + 5 };
size_t dlms_signed_put_head(const struct dlms_general *general, size_t size,
                            uint8_t head[DLMS_SIGNED_HEAD_MAX]);

/* Octets that stand before the content, of `size` octets, and behind it. */
size_t dlms_signed_head(const struct dlms_general *general, size_t size);
size_t dlms_signed_tail(const struct dlms_signing *signing);

/* The same where the curve is not at hand: at most. */
enum { DLMS_SIGNED_TAIL_MAX = 1 + CRYPTO_SIGNATURE_MAX };

/* Puts a signature around `size` octets of content, in place: dlms_signed_head() octets before it
 * and dlms_signed_tail() behind it are written. `general` must not point there. 0, or -1: there is
 * no key. */
int dlms_sign(const struct dlms_signing *signing, const struct dlms_general *general,
              uint8_t *content, size_t size);

#endif
