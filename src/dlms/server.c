#include "dlms/server.h"

#include "base/need.h"
#include "dlms/security_change.h"

void dlms_server_init(struct dlms_server *server, const struct cosem_model *model,
                      const struct cosem_context *context, const struct dlms_partner *partners,
                      uint8_t partner_count)
{
    need(partner_count <= DLMS_PARTNERS);
    *server = (struct dlms_server){
        .model = model,
        .context = context,
        .partners = partners,
        .partner_count = partner_count,
        .offered = DLMS_OFFERED,
    };
    for (uint8_t i = 0; i < partner_count; i++) {
        server->mechanisms[i] = (uint8_t)(DLMS_MAY(partners[i].mechanism) | partners[i].also);
    }
}

void dlms_server_set_storage(struct dlms_server *server, struct dlms_storage storage)
{
    server->storage = storage;
    server->offered |= storage.stage != NULL ? DLMS_OFFERED_WITH_STAGE : 0;
}

void dlms_server_set_security(struct dlms_server *server, struct dlms_security_setup *security)
{
    static const struct dlms_security_engine engine = {
        .reply = dlms_guard_reply,
        .activate = dlms_security_activate,
        .transfer = dlms_security_transfer,
    };
    server->security = security;
    security->engine = &engine;
}

void dlms_server_set_keep(struct dlms_server *server, struct dlms_secret_keep keep)
{
    server->keep = keep;
}

int dlms_server_allow(struct dlms_server *server, uint16_t client_sap,
                      enum dlms_mechanism mechanism)
{
    for (uint8_t i = 0; i < server->partner_count; i++) {
        if (server->partners[i].sap == client_sap) {
            server->mechanisms[i] |= (uint8_t)DLMS_MAY(mechanism);
            return 0;
        }
    }
    return -1;
}

int dlms_server_set_password(struct dlms_server *server, uint16_t client_sap, const void *password,
                             size_t size)
{
    for (uint8_t i = 0; i < server->partner_count; i++) {
        if (server->partners[i].sap == client_sap) {
            return dlms_secret_set(&server->passwords[i], password, size);
        }
    }
    return -1;
}
