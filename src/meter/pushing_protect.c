#include "meter/pushing_protect.h"

#include "dlms/security_context.h"
#include "meter/pushing_long.h"
#include "meter/telling.h"

uint8_t *pushing_plain(struct meter *meter)
{
    return meter->pushing.apdu + DLMS_PROTECT_HEAD;
}

/* As the security policy protects responses. */
static uint8_t control_of(const struct dlms_security_setup *security)
{
    unsigned control = security->ring.suite;
    if ((security->policy & DLMS_POLICY_RESPONSE_AUTHENTICATED) != 0) {
        control |= DLMS_CONTROL_AUTHENTICATED;
    }
    if ((security->policy & DLMS_POLICY_RESPONSE_ENCRYPTED) != 0) {
        control |= DLMS_CONTROL_ENCRYPTED;
    }
    return (uint8_t)control;
}

/* Signed as responses are, by the meter alone: whom a message reaches is not told. */
static void sign_as_responses(const struct dlms_security_setup *security,
                              struct dlms_protection *by)
{
    bool ciphered = (by->control & (DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED)) != 0;
    if ((security->policy & DLMS_POLICY_RESPONSE_SIGNED) != 0) {
        by->signature = ciphered ? DLMS_SIGNED_INSIDE : DLMS_SIGNED_ALONE;
        by->signing.originator = (struct dlms_octets){security->title, DLMS_TITLE_SIZE};
    }
}

/* Whether anything is. */
static bool is_protected(const struct dlms_security_setup *security)
{
    return security != NULL &&
           (security->policy & (DLMS_POLICY_RESPONSE_AUTHENTICATED |
                                DLMS_POLICY_RESPONSE_ENCRYPTED | DLMS_POLICY_RESPONSE_SIGNED)) != 0;
}

static struct dlms_security_context context_of(struct dlms_security_setup *security,
                                               const struct dlms_signing *signing)
{
    return (struct dlms_security_context){
        .ring = &security->ring,
        .signing = signing,
        .title = security->title,
        .sent = &security->sent,
        .sent_other = &security->sent_other,
        .store = security->store,
        .aad = security->aad,
    };
}

static struct dlms_protection protection_of(const struct dlms_security_setup *security)
{
    struct dlms_protection by = {.form = DLMS_FORM_GENERAL_GLO, .control = control_of(security)};
    sign_as_responses(security, &by);
    return by;
}

size_t pushing_protect(struct meter *meter, enum push_setup setup, size_t size,
                       const uint8_t **apdu)
{
    struct dlms_security_setup *security = meter->server.security;
    *apdu = pushing_plain(meter);
    if (setup == PUSH_CONSUMER && meter->telling.ciphers) {
        return telling_seal(meter, pushing_plain(meter), size, apdu);
    }
    if (!is_protected(security)) {
        return size;
    }
    const struct dlms_signing signing = dlms_security_setup_signing(security, 0);
    const struct dlms_security_context context = context_of(security, &signing);
    struct dlms_protection by = protection_of(security);
    *apdu = meter->pushing.apdu;
    return dlms_security_send(&context, &by, pushing_plain(meter), size, meter->pushing.apdu,
                              sizeof meter->pushing.apdu);
}

bool pushing_protects_long(const struct meter *meter)
{
    const struct dlms_security_setup *security = meter->server.security;
    unsigned policy = security != NULL ? security->policy : 0;
    bool encrypted = (policy & DLMS_POLICY_RESPONSE_ENCRYPTED) != 0;
    bool authenticated = (policy & DLMS_POLICY_RESPONSE_AUTHENTICATED) != 0;
    return (policy & DLMS_POLICY_RESPONSE_SIGNED) == 0 && (encrypted || !authenticated);
}

int pushing_protect_long(struct meter *meter, enum push_setup setup, size_t size,
                         const struct writer *head)
{
    struct dlms_security_setup *security = meter->server.security;
    if (!is_protected(security)) {
        return pushing_long_begin(meter, setup, size, head, NULL, NULL);
    }
    const struct dlms_security_context context = context_of(security, NULL);
    struct dlms_protection by = protection_of(security);
    return pushing_long_begin(meter, setup, size, head, &context, &by);
}
