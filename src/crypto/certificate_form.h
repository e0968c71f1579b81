/* What certificates and requests have in common; for the files of this room that read and make
 * them. */
#ifndef WATTHOUR_CRYPTO_CERTIFICATE_FORM_H
#define WATTHOUR_CRYPTO_CERTIFICATE_FORM_H

#include "crypto/certificate.h"

/* Object identifiers, their contents. */
extern const struct crypto_part crypto_oid_common_name;
extern const struct crypto_part crypto_oid_subject_key_id;
extern const struct crypto_part crypto_oid_key_usage;
extern const struct crypto_part crypto_oid_alternative;
extern const struct crypto_part crypto_oid_constraints;
extern const struct crypto_part crypto_oid_issuer_key_id;
extern const struct crypto_part crypto_oid_extensions; /* extensionRequest of PKCS#9 */

/* A Name whole; its common name, if there is one. */
struct crypto_part crypto_form_take_name(struct reader *r, struct crypto_part *common_name);

/* subjectPublicKeyInfo: the curve, and X || Y. */
const uint8_t *crypto_form_take_key(struct reader *r, enum crypto_curve *curve);

/* The bits of a keyUsage, from within its octet string. */
uint8_t crypto_form_take_usage(struct reader *r);

/* AlgorithmIdentifier of ECDSA with the hash of a curve. */
enum crypto_curve crypto_form_take_algorithm(struct reader *r);

/* The BIT STRING of a signature, as r || s. */
void crypto_form_take_signature(struct reader *r, enum crypto_curve curve,
                                uint8_t signature[CRYPTO_SIGNATURE_MAX]);

/* The digest of what is signed. */
void crypto_form_digest(enum crypto_curve curve, struct crypto_part body,
                        uint8_t digest[CRYPTO_HASH_MAX]);

void crypto_form_put_algorithm(struct crypto_der *der, enum crypto_curve curve);
void crypto_form_put_oid(struct crypto_der *der, struct crypto_part oid);
void crypto_form_put_key(struct crypto_der *der, enum crypto_curve curve,
                         const uint8_t *public_key);

/* One Extension; its value is what was written since `end`. */
void crypto_form_wrap_extension(struct crypto_der *der, struct crypto_part oid, bool critical,
                                size_t end);
void crypto_form_put_usage(struct crypto_der *der, uint8_t usage);

/* Signs what is the whole of `der` so far, and wraps both: the body stands before. 0, or -1. */
int crypto_form_sign(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                     struct crypto_der *der, size_t room);

#endif
