#include "meter/pushing_protect.h"

#include "dlms/apdu.h"
#include "dlms/security_context.h"
#include "dlms/security_layers.h"
#include "meter/telling.h"

/* As the security policy protects responses: signed by the meter alone, since whom a message
 * reaches is not told. */
static struct dlms_protection by_policy(const struct dlms_security_setup *security)
{
    struct dlms_protection by = {.form = DLMS_FORM_GENERAL_GLO,
                                 .control = (uint8_t)security->ring.suite};
    unsigned policy = security->policy;
    by.control |=
        (policy & DLMS_POLICY_RESPONSE_AUTHENTICATED) != 0 ? DLMS_CONTROL_AUTHENTICATED : 0;
    by.control |= (policy & DLMS_POLICY_RESPONSE_ENCRYPTED) != 0 ? DLMS_CONTROL_ENCRYPTED : 0;
    if ((policy & DLMS_POLICY_RESPONSE_SIGNED) != 0) {
        bool ciphered = by.control != security->ring.suite;
        by.signature = ciphered ? DLMS_SIGNED_INSIDE : DLMS_SIGNED_ALONE;
        by.signing.originator = (struct dlms_octets){security->title, DLMS_TITLE_SIZE};
    }
    return by;
}

/* The meter originates; everything else is as it was written. */
static void fill_in(struct dlms_layers *layers, const struct dlms_security_setup *security)
{
    const struct dlms_layers written = *layers;
    dlms_layers_answer(layers, security->title, NULL);
    for (size_t i = 0; i < layers->count; i++) {
        layers->layer[i].options.other_information = written.layer[i].options.other_information;
    }
}

/* The set-up's own layers, if it has some and they are not less than what the policy asks for. */
static bool by_parameters(struct reader parameters, const struct dlms_security_setup *security,
                          struct dlms_protection *by)
{
    struct dlms_layers layers;
    struct cosem_intake in = cosem_intake_begin(&parameters);
    dlms_layers_take(&in, &layers);
    if (parameters.size == 0 || cosem_intake_end(&in) != COSEM_SUCCESS) {
        return false;
    }
    unsigned given = (unsigned)dlms_layers_request(&layers) << DLMS_LAYERS_OF_RESPONSE;
    unsigned asked =
        security->policy & (DLMS_POLICY_RESPONSE_AUTHENTICATED | DLMS_POLICY_RESPONSE_ENCRYPTED |
                            DLMS_POLICY_RESPONSE_SIGNED);
    fill_in(&layers, security);
    return (asked & ~given) == 0 && dlms_layers_apdu(&layers, security->ring.suite, by) == 0;
}

struct pushing_protection pushing_protection_of(const struct meter *meter, enum push_setup setup)
{
    enum { CIPHERED = DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED };
    const struct dlms_security_setup *security = meter->server.security;
    struct pushing_protection protection = {.none = true};
    struct dlms_protection *by = &protection.by;
    if (setup == PUSH_CONSUMER && meter->telling.ciphers) {
        return (struct pushing_protection){.by_display = true, .by = telling_protection(meter)};
    }
    if (security == NULL) {
        return protection;
    }
    if (!by_parameters(push_text(&meter->pushing.push, setup, PUSH_TEXT_PROTECTION), security,
                       by)) {
        *by = by_policy(security);
    }
    by->title = security->title;
    protection.none = (by->control & CIPHERED) == 0 && by->signature == DLMS_UNSIGNED;
    return protection;
}

size_t pushing_protection_limit(const struct pushing_protection *protection, size_t apdu)
{
    return protection->none ? apdu : dlms_security_limit(&protection->by, apdu);
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

/* Keys may have become others since the message was begun. */
static int sign(void *owner, enum crypto_curve curve, const uint8_t *digest, uint8_t *signature)
{
    return dlms_security_setup_sign(owner, curve, digest, signature);
}

int pushing_protect(struct meter *meter, struct pushing_protection *protection, size_t size,
                    struct dlms_source source)
{
    struct dlms_security_setup *security = meter->server.security;
    struct dlms_envelope_tape *tape = &meter->pushing.message.tape;
    if (protection->by_display) {
        return telling_seal(meter, &protection->by, tape, size, source);
    }
    const struct dlms_signing signing = dlms_security_setup_signing(security, 0);
    const struct dlms_security_context context = context_of(security, &signing);
    const struct dlms_signer signer = {sign, security};
    return dlms_envelope_tape_open(tape, &context, &protection->by, DLMS_DATA_NOTIFICATION, size,
                                   source, signer);
}
