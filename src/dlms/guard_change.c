/* What a client changes of the security setup, and who is told of it. */
#include "dlms/association.h"
#include "dlms/guard.h"
#include "dlms/security_certificates.h"
#include "dlms/security_change.h"
#include "dlms/server.h"

static enum dlms_change tell(const struct dlms_association *a, enum dlms_change change,
                             enum dlms_incident_kind kind)
{
    if (change == DLMS_CHANGED) {
        dlms_server_tell(a->server, kind, dlms_association_partner(a));
    }
    return change;
}

enum dlms_change dlms_guard_activate(struct dlms_association *a, uint8_t policy)
{
    return tell(a, dlms_security_activate(a->server->security, policy), DLMS_INCIDENT_SECURITY);
}

enum dlms_change dlms_guard_upgrade(struct dlms_association *a, enum dlms_suite suite)
{
    return tell(a, dlms_security_upgrade(a->server->security, suite, a), DLMS_INCIDENT_SECURITY);
}

enum dlms_change dlms_guard_transfer(struct dlms_association *a,
                                     const struct dlms_wrapped_key *keys, size_t count)
{
    return tell(a, dlms_security_transfer(a->server->security, keys, count, a), DLMS_INCIDENT_KEYS);
}

enum dlms_change dlms_guard_agree(struct dlms_association *a, const struct dlms_wrapped_key *keys,
                                  size_t count, struct writer *returned)
{
    struct dlms_security_setup *setup = a->server->security;
    struct dlms_signing signing = dlms_security_setup_signing(setup, dlms_association_partner(a));
    const uint8_t *title = a->guard.titled ? a->guard.title : NULL;
    return tell(a, dlms_security_agree(setup, &signing, keys, count, title, a, returned),
                DLMS_INCIDENT_KEYS);
}

enum dlms_change dlms_guard_generate(struct dlms_association *a, enum dlms_key_use use)
{
    return tell(a, dlms_certificate_generate(a->server->security, use), DLMS_INCIDENT_KEYS);
}

enum dlms_change dlms_guard_request(struct dlms_association *a, enum dlms_key_use use,
                                    struct writer *returned)
{
    return dlms_certificate_request(a->server->security, use, returned);
}

enum dlms_change dlms_guard_import(struct dlms_association *a, struct dlms_octets der)
{
    return tell(a, dlms_certificate_import(a->server->security, der), DLMS_INCIDENT_KEYS);
}

enum dlms_change dlms_guard_give(struct dlms_association *a,
                                 const struct dlms_certificate_name *name, struct writer *returned)
{
    return dlms_certificate_give(a->server->security, name, returned);
}

enum dlms_change dlms_guard_remove(struct dlms_association *a,
                                   const struct dlms_certificate_name *name)
{
    return tell(a, dlms_certificate_remove(a->server->security, name), DLMS_INCIDENT_KEYS);
}

void dlms_guard_list(struct dlms_association *a, uint8_t slot, struct writer *w)
{
    dlms_certificate_list(a->server->security, slot, w);
}
