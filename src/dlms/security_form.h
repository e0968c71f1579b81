/* The octets around a protected text; for the files of this room that protect. */
#ifndef WATTHOUR_DLMS_SECURITY_FORM_H
#define WATTHOUR_DLMS_SECURITY_FORM_H

#include "dlms/security.h"

/* Octets of a head at most: so far before its plain text is an APDU protected in place. */
enum { DLMS_HEAD_MAX = DLMS_PROTECT_HEAD - 8 };

/* The head of a ciphered APDU that has `size` octets in all: `r` begins with it and stands at the
 * protected text then, which has text.size octets and is not pointed to, as the tag behind it. */
struct dlms_ciphered dlms_ciphered_take_head(struct reader *r, size_t size);

/* Whether `tag` may be the plain service in an APDU with the tag `ciphered`. */
bool dlms_form_holds(uint8_t ciphered, uint8_t tag);

/* Everything before the protected text of a plain APDU that begins with `tag` and has `size`
 * octets. Returns its size; 0: the form has no tag for the service, or we do not make it so. */
size_t dlms_form_head(const struct dlms_protection *by, uint8_t tag, size_t size,
                      uint8_t head[DLMS_HEAD_MAX]);

/* What is authenticated before the plain text, if that is. Returns its size; 0 when there is no
 * authentication key. */
size_t dlms_form_prefix(const struct dlms_protection *by, const struct dlms_material *material,
                        uint8_t prefix[DLMS_PREFIX_MAX]);

/* Octets that protection adds behind the text. */
size_t dlms_form_tail(const struct dlms_protection *by);

void dlms_form_nonce(const struct dlms_protection *by, uint8_t nonce[CRYPTO_GCM_NONCE_SIZE]);

#endif
