#include "meter/keeping.h"

#include "product/product.h"

enum { PASSWORD_VERSION = 1 };

static int stage_begins(void *owner)
{
    struct storage *storage = owner;
    return stage_begin(&storage->stage);
}

static int stage_appends(void *owner, const uint8_t *octets, size_t size)
{
    struct storage *storage = owner;
    return stage_append(&storage->stage, octets, (uint32_t)size);
}

static int stage_reads(void *owner, uint32_t at, uint8_t *octets, size_t size)
{
    struct storage *storage = owner;
    return stage_read(&storage->stage, at, octets, (uint32_t)size);
}

/* What is not committed is forgotten when the next request begins, or at a restart. */
static void stage_drops(void *owner)
{
    (void)owner;
}

void keeping_stage(struct dlms_stage *stage, struct storage *storage)
{
    *stage = (struct dlms_stage){
        .begin = stage_begins,
        .append = stage_appends,
        .read = stage_reads,
        .drop = stage_drops,
        .owner = storage,
    };
}

static const uint16_t client_of_secret[METER_SECRETS] = {
    [METER_SECRET_READING] = PRODUCT_SAP_READING,
    [METER_SECRET_MANAGEMENT] = PRODUCT_SAP_MANAGEMENT,
};

void keeping_restore(struct dlms_server *server, const struct storage *storage)
{
    for (uint16_t secret = 0; secret < METER_SECRETS; secret++) {
        uint8_t password[DLMS_SECRET_MAX];
        uint8_t version;
        int size = journal_get(&storage->secrets, secret, &version, password, sizeof password);
        if (size > 0 && size <= DLMS_SECRET_MAX && version == PASSWORD_VERSION) {
            (void)dlms_server_set_password(server, client_of_secret[secret], password,
                                           (size_t)size);
        }
    }
}

static int store_password(const struct dlms_server *server, struct storage *storage,
                          enum meter_secret secret)
{
    for (uint8_t i = 0; i < server->partner_count; i++) {
        const struct dlms_secret *password = &server->passwords[i];
        if (server->partners[i].sap == client_of_secret[secret] && password->size > 0) {
            return journal_put(&storage->secrets, (uint16_t)secret, PASSWORD_VERSION,
                               password->octets, password->size);
        }
    }
    return STORAGE_DONE;
}

int keeping_store(const struct dlms_server *server, struct storage *storage)
{
    for (int secret = 0; secret < METER_SECRETS; secret++) {
        int result = store_password(server, storage, (enum meter_secret)secret);
        if (result != STORAGE_DONE) {
            return result;
        }
    }
    return STORAGE_DONE;
}
