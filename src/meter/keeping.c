#include "meter/keeping.h"

#include "base/reader.h"
#include "base/writer.h"
#include "product/product.h"

enum { PASSWORD_VERSION = 1, CLOCK_VERSION = 1 };

enum { CLOCK_SIZE = 2 + 2 + 1 + 2 * 5 };

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

void keeping_restore_passwords(struct dlms_server *server, const struct storage *storage)
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

int keeping_store_passwords(const struct dlms_server *server, struct storage *storage)
{
    for (int secret = 0; secret < METER_SECRETS; secret++) {
        int result = store_password(server, storage, (enum meter_secret)secret);
        if (result != STORAGE_DONE) {
            return result;
        }
    }
    return STORAGE_DONE;
}

static void write_change(struct writer *w, const struct civil_change *change)
{
    writer_u8(w, change->month);
    writer_u8(w, change->week);
    writer_u8(w, change->weekday);
    writer_u16(w, change->minute_of_day);
}

static struct civil_change take_change(struct reader *r)
{
    struct civil_change change = {.month = reader_u8(r)};
    change.week = reader_u8(r);
    change.weekday = reader_u8(r);
    change.minute_of_day = reader_u16(r);
    return change;
}

/* Checked when it was written; a later firmware finds its version. */
void keeping_restore_clock(struct clock *clock, const struct storage *storage)
{
    uint8_t octets[CLOCK_SIZE];
    uint8_t version;
    int size = journal_get(&storage->values, METER_VALUE_CLOCK, &version, octets, sizeof octets);
    if (size != CLOCK_SIZE || version != CLOCK_VERSION) {
        return;
    }
    struct reader r = reader_over(octets, sizeof octets);
    clock_set_offset(clock, (int16_t)reader_u16(&r));
    int16_t dst_min = (int16_t)reader_u16(&r);
    clock_set_dst(clock, reader_u8(&r) != 0, dst_min);
    struct civil_change begin = take_change(&r);
    struct civil_change end = take_change(&r);
    clock_set_dst_begin(clock, &begin);
    clock_set_dst_end(clock, &end);
}

int keeping_store_clock(const struct clock *clock, struct storage *storage)
{
    uint8_t octets[CLOCK_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u16(&w, (uint16_t)clock->zone.offset_min);
    writer_u16(&w, (uint16_t)clock->dst_min);
    writer_u8(&w, clock->dst_enabled);
    write_change(&w, &clock->zone.dst_begin);
    write_change(&w, &clock->zone.dst_end);
    return journal_put(&storage->values, METER_VALUE_CLOCK, CLOCK_VERSION, octets, CLOCK_SIZE);
}
