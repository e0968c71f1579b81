/* What a client changes of a security setup: its policy, its suite, and its keys (Blue Book class
 * 64, security_activate, security_suite, key_transfer, key_agreement; Green Book 9.2.5.5).
 *
 * What is changed is kept first, as one record, and then answered: a power cut leaves the old or
 * the new. New keys are in force once the client has its answer, which goes by the old ones. The
 * counters of a key that has become another begin anew; all others go on. */
#ifndef WATTHOUR_DLMS_SECURITY_CHANGE_H
#define WATTHOUR_DLMS_SECURITY_CHANGE_H

#include "dlms/security_setup.h"

/* Requires more of what comes and goes than before; less is refused, and so are signatures of a
 * meter that cannot sign. */
enum dlms_change dlms_security_activate(struct dlms_security_setup *setup, uint8_t policy);

/* Changes to a higher suite; there is no way back. Where that has longer keys, one has to be there
 * for each key in use, transferred before. What is signed by the former curve ends with it. In
 * force with dlms_security_adopt(). */
enum dlms_change dlms_security_upgrade(struct dlms_security_setup *setup, enum dlms_suite suite,
                                       const struct dlms_association *by);

/* Takes keys, each wrapped by the master key in force, all of them or none; no key comes twice.
 * They wait until dlms_security_adopt(); those of the size of suite 2 for that suite, until the
 * setup has it. */
enum dlms_change dlms_security_transfer(struct dlms_security_setup *setup,
                                        const struct dlms_wrapped_key *keys, size_t count,
                                        const struct dlms_association *by);

/* Agrees on keys: of each comes the client's ephemeral key, signed, and ours goes back, an array of
 * {key_id, key_data}; all of them or none. `title` is the client's. */
enum dlms_change dlms_security_agree(struct dlms_security_setup *setup,
                                     const struct dlms_signing *signing,
                                     const struct dlms_wrapped_key *keys, size_t count,
                                     const uint8_t *title, const struct dlms_association *by,
                                     struct writer *returned);

/* Keeps a key pair that waits for its certificate; puts it in force, once that is there. */
enum dlms_change dlms_security_make_pair(struct dlms_security_setup *setup, enum dlms_key_use use,
                                         const struct dlms_key_pair *pair);
enum dlms_change dlms_security_adopt_pair(struct dlms_security_setup *setup, enum dlms_key_use use);

/* Puts in force what waits. */
void dlms_security_adopt(struct dlms_security_setup *setup);

/* Takes up what was kept, before any association is open. 0, or -1: it is of a lower suite, and the
 * setup is what it was. */
int dlms_security_restore(struct dlms_security_setup *setup, const struct dlms_security_kept *kept);

#endif
