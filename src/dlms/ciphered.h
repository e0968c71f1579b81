/* Answers to ciphered and signed requests: in one APDU that is made where it is protected, or as a
 * tape that is protected while it is sent in general blocks. Each octet is encrypted once, under
 * one counter. Source: Green Book 9.2.3, 9.4.6.13 (general block transfer is put around what is
 * protected). */
#ifndef WATTHOUR_DLMS_CIPHERED_H
#define WATTHOUR_DLMS_CIPHERED_H

#include "dlms/acse.h"
#include "dlms/general_block.h"
#include "dlms/reply.h"
#include "dlms/security_envelope_tape.h"

/* The long ciphered answer of a connection, one at a time; the next takes it over. */
struct dlms_sealed {
    const struct dlms_association *owner; /* NULL: nobody */
    struct dlms_envelope_tape tape;
};

/* Answers a ciphered APDU. What is written has at most `most` octets. DLMS_SENT: it is in `w`, or
 * there is no answer; DLMS_LONG: it is to be read from dlms_sealed_stream. */
enum dlms_sent dlms_ciphered_answer(struct dlms_association *a, const struct reader *apdu,
                                    size_t most, struct writer *w);

extern const struct dlms_stream dlms_sealed_stream;

/* The answer under way cannot be ended: what was read has turned out to be of another length than
 * when it began, or another answer of the connection took its place. */
bool dlms_sealed_broken(const struct dlms_association *a);

/* Ends it, and wipes the key. */
void dlms_sealed_drop(struct dlms_association *a);

#endif
