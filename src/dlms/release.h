/* RLRQ: the association ends. In a ciphered one the client may bring its InitiateRequest ciphered:
 * then only who has the keys ends it, and is answered likewise. Source: Green Book 9.3.3. */
#ifndef WATTHOUR_DLMS_RELEASE_H
#define WATTHOUR_DLMS_RELEASE_H

#include "base/reader.h"
#include "base/writer.h"

struct dlms_association;

/* What is ciphered and not authentic ends nothing: an exception. */
void dlms_release_answer(struct dlms_association *a, struct reader *r, struct writer *w);

#endif
