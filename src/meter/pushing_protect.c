#include "meter/pushing_protect.h"

#include "dlms/security_context.h"
#include "dlms/security_layers.h"
#include "meter/pushing_long.h"
#include "meter/telling.h"

uint8_t *pushing_plain(struct meter *meter)
{
    return meter->pushing.apdu + METER_PUSH_HEAD;
}

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

/* false: it goes out as it is. */
static bool protection_of(const struct meter *meter, enum push_setup setup,
                          struct dlms_protection *by)
{
    enum { CIPHERED = DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED };
    const struct dlms_security_setup *security = meter->server.security;
    if (security == NULL) {
        return false;
    }
    if (!by_parameters(push_text(&meter->pushing.push, setup, PUSH_TEXT_PROTECTION), security,
                       by)) {
        *by = by_policy(security);
    }
    return (by->control & CIPHERED) != 0 || by->signature != DLMS_UNSIGNED;
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

size_t pushing_protect(struct meter *meter, enum push_setup setup, size_t size,
                       const uint8_t **apdu)
{
    struct dlms_security_setup *security = meter->server.security;
    struct dlms_protection by;
    *apdu = pushing_plain(meter);
    if (setup == PUSH_CONSUMER && meter->telling.ciphers) {
        return telling_seal(meter, pushing_plain(meter), size, apdu);
    }
    if (!protection_of(meter, setup, &by)) {
        return size;
    }
    size_t head = dlms_protect_head(&by);
    if (head > METER_PUSH_HEAD) {
        return 0;
    }
    const struct dlms_signing signing = dlms_security_setup_signing(security, 0);
    const struct dlms_security_context context = context_of(security, &signing);
    uint8_t *to = pushing_plain(meter) - head;
    *apdu = to;
    return dlms_security_send(&context, &by, pushing_plain(meter), size, to,
                              sizeof meter->pushing.apdu - (METER_PUSH_HEAD - head));
}

bool pushing_protects_long(const struct meter *meter, enum push_setup setup)
{
    struct dlms_protection by;
    bool is_plain = !protection_of(meter, setup, &by);
    return is_plain ||
           (by.signature == DLMS_UNSIGNED && (by.control & DLMS_CONTROL_ENCRYPTED) != 0);
}

int pushing_protect_long(struct meter *meter, enum push_setup setup, size_t size,
                         const struct writer *head)
{
    struct dlms_protection by;
    if (!protection_of(meter, setup, &by)) {
        return pushing_long_begin(meter, setup, size, head, NULL, NULL);
    }
    const struct dlms_security_context context = context_of(meter->server.security, NULL);
    return pushing_long_begin(meter, setup, size, head, &context, &by);
}
