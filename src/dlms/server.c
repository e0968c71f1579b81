#include "dlms/server.h"

#include "base/need.h"

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
    need(storage.stage == NULL || storage.window_room >= DLMS_WINDOW_LEAST);
    server->storage = storage;
    server->offered |= storage.stage != NULL ? DLMS_OFFERED_WITH_STAGE : 0;
}

void dlms_server_set_security(struct dlms_server *server, struct dlms_security_setup *security)
{
    static const struct dlms_security_engine engine = {
        .reply = dlms_guard_reply,
        .activate = dlms_guard_activate,
        .upgrade = dlms_guard_upgrade,
        .transfer = dlms_guard_transfer,
        .agree = dlms_guard_agree,
        .generate = dlms_guard_generate,
        .request = dlms_guard_request,
        .import = dlms_guard_import,
        .give = dlms_guard_give,
        .remove = dlms_guard_remove,
        .list = dlms_guard_list,
        .protect = dlms_guard_protect,
        .unprotect = dlms_guard_unprotect,
    };
    server->security = security;
    security->engine = &engine;
}

void dlms_server_set_keep(struct dlms_server *server, struct dlms_secret_keep keep)
{
    server->keep = keep;
}

void dlms_server_set_patience(struct dlms_server *server, const struct dlms_patience *patience)
{
    server->patience = patience;
}

void dlms_server_set_time(struct dlms_server *server, int64_t now_ms)
{
    server->now_ms = now_ms;
}

void dlms_server_set_watch(struct dlms_server *server, struct dlms_watch watch)
{
    server->watch = watch;
}

int dlms_server_partner(const struct dlms_server *server, uint16_t client_sap)
{
    for (int i = 0; i < server->partner_count; i++) {
        if (server->partners[i].sap == client_sap) {
            return i;
        }
    }
    return -1;
}

void dlms_server_tell(struct dlms_server *server, enum dlms_incident_kind kind, uint8_t partner)
{
    const struct dlms_incident incident = {
        .kind = kind,
        .client_sap = server->partners[partner].sap,
        .failures = server->attempts[partner].failures,
    };
    if (server->watch.tell != NULL) {
        server->watch.tell(server->watch.owner, &incident);
    }
}

int dlms_server_allow(struct dlms_server *server, uint16_t client_sap,
                      enum dlms_mechanism mechanism)
{
    int partner = dlms_server_partner(server, client_sap);
    if (partner < 0) {
        return -1;
    }
    server->mechanisms[partner] |= (uint8_t)DLMS_MAY(mechanism);
    return 0;
}

int dlms_server_set_password(struct dlms_server *server, uint16_t client_sap, const void *password,
                             size_t size)
{
    int partner = dlms_server_partner(server, client_sap);
    return partner < 0 ? -1 : dlms_secret_set(&server->passwords[partner], password, size);
}
