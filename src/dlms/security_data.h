/* COSEM data protected by layers (security_layers.h): what Data protection (class 30) gives and
 * takes as octet-strings.
 *
 * A layer that ciphers makes of the octets before it what general-ciphering has as its content:
 * control octet, invocation counter, text, tag. A signature makes of them what general-signing has
 * behind its fields: a string of the content, a string of the signature. What is authenticated and
 * what is signed besides are the fields of those APDUs too, transaction-id to other-information,
 * with a date-time that is empty, since protection options have none; where `data_undated` is set,
 * without even that.
 *
 * Sources: Blue Book class 30, Green Book 9.2.7 (cryptographic protection of COSEM data). */
#ifndef WATTHOUR_DLMS_SECURITY_DATA_H
#define WATTHOUR_DLMS_SECURITY_DATA_H

#include "dlms/security_context.h"
#include "dlms/security_layers.h"

/* Octets of the caller's, `size` of them from `at` on; layers are put on and taken off in place. */
struct dlms_data {
    uint8_t *octets;
    size_t room;
    size_t at;
    size_t size;
};

/* Where the octets begin before anything is done to them, at least, and what is to be left behind
 * them for each layer. */
enum { DLMS_DATA_HEAD = 160, DLMS_DATA_TAIL = DLMS_SIGNED_TAIL_MAX };

/* Puts the layers on, whose titles are as in an answer (dlms_layers_answer). What a key is made
 * with is put into the layer: it points to context->agreed. 0, or enum dlms_security_error: KEY,
 * ROOM. */
int dlms_data_protect(const struct dlms_security_context *context, struct dlms_layers *layers,
                      struct dlms_data *data);

/* Takes them off, from the last to the first. The originator may be anybody whose key is known, by
 * a certificate or as context->peer; without a name he is that. 0, or enum dlms_security_error;
 * then no counter was used, and what is in `data` is to be wiped. */
int dlms_data_unprotect(const struct dlms_security_context *context,
                        const struct dlms_layers *layers, struct dlms_data *data);

#endif
