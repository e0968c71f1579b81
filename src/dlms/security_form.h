/* The octets around a protected text; for the files of this room that protect. */
#ifndef WATTHOUR_DLMS_SECURITY_FORM_H
#define WATTHOUR_DLMS_SECURITY_FORM_H

#include "base/writer.h"
#include "dlms/security.h"

/* Octets of a head at most. An APDU that is protected in place begins so far before its plain text,
 * and DLMS_HEAD_APART more. */
enum { DLMS_HEAD_MAX = 320, DLMS_HEAD_APART = 8 };

/* An octet string: its length, then the octets; taken in place. */
struct dlms_octets dlms_form_take_string(struct reader *r);
void dlms_form_put_string(struct writer *w, struct dlms_octets string);

/* The fields that general-ciphering and general-signing begin with, up to other-information. */
void dlms_form_take_fields(struct reader *r, struct dlms_general *general);
void dlms_form_put_fields(struct writer *w, const struct dlms_general *general);

/* A system title, or NULL where the string is empty; anything else is a fault. */
const uint8_t *dlms_form_title(struct dlms_octets string, struct reader *r);

/* The head of a ciphered APDU that has `size` octets in all: `r` begins with it and stands at the
 * protected text then, which has text.size octets and is not pointed to, as the tag behind it. */
struct dlms_ciphered dlms_ciphered_take_head(struct reader *r, size_t size);

/* Whether `tag` may be the plain service in an APDU with the tag `ciphered`. */
bool dlms_form_holds(uint8_t ciphered, uint8_t tag);

/* Everything before the protected text of a plain APDU that begins with `tag` and has `size`
 * octets. Returns its size; 0: the form has no tag for the service, or we do not make it so. */
size_t dlms_form_head(const struct dlms_protection *by, uint8_t tag, size_t size,
                      uint8_t head[DLMS_HEAD_MAX]);

/* Key, nonce, and what is authenticated before the plain text, which stands in `prefix`; nothing is
 * when the text is not authenticated. 0, or -1: there is no authentication key. */
int dlms_form_use(const struct dlms_protection *by, const struct dlms_material *material,
                  uint8_t prefix[DLMS_PREFIX_MAX], struct crypto_gcm_use *use);

/* Octets that protection adds behind the text. */
size_t dlms_form_tail(const struct dlms_protection *by);

/* Protects a text where it stands, its tag behind it; DLMS_PREFIX_MAX octets before it are written.
 * 0, or -1: there is no authentication key. */
int dlms_seal_text(const struct dlms_protection *by, const struct dlms_material *material,
                   uint8_t *text, size_t size);

/* The other way; `*text` is moved to where it stands then, some octets before. 0, or enum
 * dlms_security_error: KEY, TAG. */
int dlms_open_text(const struct dlms_protection *by, const struct dlms_material *material,
                   uint8_t **text, size_t size);

#endif
