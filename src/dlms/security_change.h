/* What a client changes of a security setup: its policy, and its keys (Blue Book class 64,
 * security_activate and key_transfer; Green Book 9.2.5.5).
 *
 * What is changed is kept first, as one record, and then answered: a power cut leaves the old or
 * the new. New keys are in force once the client has its answer, which goes by the old ones. The
 * counters of a key that has become another begin anew; all others go on. */
#ifndef WATTHOUR_DLMS_SECURITY_CHANGE_H
#define WATTHOUR_DLMS_SECURITY_CHANGE_H

#include "dlms/security_setup.h"

/* Requires more of what comes and goes than before; less is refused, and so are signatures. */
enum dlms_change dlms_security_activate(struct dlms_security_setup *setup, uint8_t policy);

/* Takes keys, each wrapped by the master key in force, all of them or none; no key comes twice.
 * They wait until dlms_security_adopt(). */
enum dlms_change dlms_security_transfer(struct dlms_security_setup *setup,
                                        const struct dlms_wrapped_key *keys, size_t count,
                                        const struct dlms_association *by);

/* Puts in force what waits. */
void dlms_security_adopt(struct dlms_security_setup *setup);

/* Takes up what was kept, before any association is open. 0, or -1: it is of another suite, and the
 * setup is what it was. */
int dlms_security_restore(struct dlms_security_setup *setup, const struct dlms_security_kept *kept);

#endif
