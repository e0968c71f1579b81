#include "dlms/security_context.h"

#include "dlms/security_agreed.h"

#include <string.h>

static bool is_title(struct dlms_octets string, const uint8_t *title)
{
    return string.size == DLMS_TITLE_SIZE && memcmp(string.octets, title, DLMS_TITLE_SIZE) == 0;
}

/* Sets the sender's title where the form leaves it out. */
static bool sender_is_peer(const struct dlms_security_context *context, struct dlms_protection *by)
{
    if (by->title == NULL) {
        by->title = context->peer;
    }
    return by->title != NULL &&
           (context->peer == NULL || memcmp(by->title, context->peer, DLMS_TITLE_SIZE) == 0);
}

static enum dlms_counter_of counter_of(const struct dlms_security_context *context,
                                       const struct dlms_protection *by,
                                       const struct dlms_material *material)
{
    if (by->form == DLMS_FORM_DED || by->form == DLMS_FORM_GENERAL_DED) {
        return DLMS_COUNTER_OF_DEDICATED;
    }
    if (by->form == DLMS_FORM_GENERAL && (by->general.key_info == DLMS_KEY_INFO_WRAPPED ||
                                          by->general.key_info == DLMS_KEY_INFO_AGREED)) {
        return DLMS_COUNTER_OF_WRAPPED;
    }
    return material->encryption == context->ring->octets[DLMS_KEY_BROADCAST]
               ? DLMS_COUNTER_OF_BROADCAST
               : DLMS_COUNTER_OF_UNICAST;
}

/* What is broadcast may name any recipient. */
static bool recipient_is_own(const struct dlms_security_context *context,
                             const struct dlms_protection *by, enum dlms_counter_of of)
{
    return by->form != DLMS_FORM_GENERAL || of == DLMS_COUNTER_OF_BROADCAST ||
           by->general.recipient.size == 0 || is_title(by->general.recipient, context->title);
}

static bool is_agreed(const struct dlms_protection *by)
{
    return by->form == DLMS_FORM_GENERAL && by->general.key_info == DLMS_KEY_INFO_AGREED;
}

static bool can_agree(const struct dlms_security_context *context, const struct dlms_protection *by)
{
    return context->signing != NULL && context->unwrapped != NULL &&
           (by->control & DLMS_CONTROL_SUITE) == context->ring->suite;
}

/* By a key that is here, or came wrapped: 0, or -1. */
static int known_material(const struct dlms_security_context *context,
                          const struct dlms_protection *by, struct dlms_material *material)
{
    int failed =
        dlms_keyring_material(context->ring, context->dedicated, context->unwrapped, by, material);
    material->aad = context->aad;
    return failed;
}

/* For what came: 0, or enum dlms_security_error. */
static int material_for(const struct dlms_security_context *context,
                        const struct dlms_protection *by, struct dlms_material *material)
{
    if (!is_agreed(by)) {
        return known_material(context, by, material) == 0 ? 0 : DLMS_SECURITY_KEY;
    }
    if (!can_agree(context, by)) {
        return DLMS_SECURITY_KEY;
    }
    int failed = dlms_agreed_take(context->signing, by, context->title, context->unwrapped);
    *material = dlms_keyring_use(context->ring, context->unwrapped->octets);
    material->aad = context->aad;
    return failed;
}

/* For what we send: 0, or -1. */
static int make_material(const struct dlms_security_context *context, struct dlms_protection *by,
                         struct dlms_material *material)
{
    if (!is_agreed(by)) {
        return known_material(context, by, material);
    }
    struct dlms_octets recipient = by->general.recipient;
    if (!can_agree(context, by) || context->agreed == NULL || recipient.size != DLMS_TITLE_SIZE ||
        dlms_agreed_make(context->signing, by, recipient.octets, context->agreed,
                         context->unwrapped) != 0) {
        return -1;
    }
    *material = dlms_keyring_use(context->ring, context->unwrapped->octets);
    material->aad = context->aad;
    return 0;
}

int dlms_security_admit(const struct dlms_security_context *context, struct dlms_protection *by,
                        struct dlms_admission *admission)
{
    if ((by->control & context->required) != context->required) {
        return DLMS_SECURITY_WEAK;
    }
    int failed = sender_is_peer(context, by) ? material_for(context, by, &admission->material)
                                             : (int)DLMS_SECURITY_KEY;
    if (failed != 0) {
        return failed;
    }
    enum dlms_counter_of of = counter_of(context, by, &admission->material);
    if (!recipient_is_own(context, by, of)) {
        return DLMS_SECURITY_KEY;
    }
    bool dedicated = of == DLMS_COUNTER_OF_DEDICATED;
    admission->received = dedicated ? context->dedicated_received : &context->received[of];
    admission->store = dedicated ? NULL : context->store;
    return dlms_counter_accepts(admission->received, by->counter) ? 0 : DLMS_SECURITY_COUNTER;
}

/* The same; with an error of the counter `how` has the lowest that is accepted. */
static int admit(const struct dlms_security_context *context, struct dlms_protection *by,
                 struct dlms_admission *admission, struct dlms_protection *how)
{
    int failed = dlms_security_admit(context, by, admission);
    if (failed == DLMS_SECURITY_COUNTER) {
        how->counter = admission->received->next;
    }
    return failed;
}

/* It is unprotected, and counts. */
static int accept(const struct dlms_admission *admission, const struct dlms_protection *by,
                  struct dlms_protection *how)
{
    if (dlms_counter_accept(admission->received, admission->store, by->counter) != 0) {
        return DLMS_SECURITY_STORE;
    }
    *how = *by;
    return 0;
}

int dlms_security_decipher(const struct dlms_security_context *context, const uint8_t *apdu,
                           size_t size, uint8_t *scratch, size_t room, struct dlms_protection *how,
                           struct reader *plain)
{
    struct reader r = reader_over(apdu, size);
    struct dlms_ciphered ciphered = dlms_ciphered_take(&r);
    struct dlms_admission admission;
    if (r.fault) {
        return DLMS_SECURITY_MALFORMED;
    }
    int failed = admit(context, &ciphered.by, &admission, how);
    if (failed == 0) {
        size_t at = (size_t)(ciphered.text.octets - apdu);
        failed = room < at ? DLMS_SECURITY_ROOM
                           : dlms_unprotect(&ciphered, &admission.material, scratch + at, room - at,
                                            plain);
    }
    return failed != 0 ? failed : accept(&admission, &ciphered.by, how);
}

int dlms_security_decipher_long(const struct dlms_security_context *context,
                                struct dlms_long *request, struct dlms_protection *how,
                                struct reader *plain)
{
    struct dlms_ciphered ciphered;
    struct dlms_admission admission;
    if (dlms_long_take(request, &ciphered) != 0) {
        return DLMS_SECURITY_MALFORMED;
    }
    int failed = admit(context, &ciphered.by, &admission, how);
    if (failed == 0) {
        failed = dlms_long_unprotect(request, &ciphered, &admission.material, plain);
    }
    return failed != 0 ? failed : accept(&admission, &ciphered.by, how);
}

struct dlms_protection dlms_security_answer(const struct dlms_security_context *context,
                                            const struct dlms_protection *request)
{
    struct dlms_protection by = *request;
    const struct dlms_octets none = {.octets = NULL};
    by.title = context->title;
    by.general.originator = (struct dlms_octets){context->title, DLMS_TITLE_SIZE};
    by.general.recipient = (struct dlms_octets){request->title, DLMS_TITLE_SIZE};
    by.general.date_time = none;
    by.general.other_information = none;
    by.signing.originator = by.general.originator;
    by.signing.recipient = by.general.recipient;
    by.signing.date_time = none;
    by.signing.other_information = none;
    return by;
}

int dlms_security_begin(const struct dlms_security_context *context, struct dlms_protection *by,
                        struct dlms_material *material)
{
    by->title = context->title;
    if (make_material(context, by, material) != 0) {
        return -1;
    }
    bool other = context->sent_other != NULL &&
                 material->encryption != context->ring->octets[DLMS_KEY_UNICAST];
    struct dlms_counter *sent = other ? context->sent_other : context->sent;
    return dlms_counter_take(sent, context->store, &by->counter);
}

size_t dlms_security_encipher(const struct dlms_security_context *context,
                              struct dlms_protection *by, const uint8_t *plain, size_t size,
                              uint8_t *apdu, size_t room)
{
    struct dlms_material material;
    if (dlms_security_begin(context, by, &material) != 0) {
        return 0;
    }
    return dlms_protect(by, &material, plain, size, apdu, room);
}
