#include "meter/keeping.h"

#include "base/need.h"
#include "base/reader.h"
#include "base/writer.h"
#include "meter/meter.h"
#include "product/product.h"

int keeping_recover(struct meter *meter)
{
    bool waits = meter->part && legal_part_recover(meter->part) > 0;
    return waits || storage_recover(&meter->storage) > 0;
}

enum { PASSWORD_VERSION = 1, CLOCK_VERSION_RULES = 1, CLOCK_VERSION = 2 };

enum { CLOCK_SIZE_RULES = 2 + 2 + 1 + 2 * 5, CLOCK_SIZE = 2 + 2 + 1 + 2 * 8 + 2 };

bool keeping_load(const struct storage *storage, struct keeping_value value, uint8_t *octets,
                  struct reader *r)
{
    uint8_t version;
    int size = journal_get(&storage->values, value.number, &version, octets, value.room);
    bool there = size > 0 && size <= value.room && version == value.version;
    *r = reader_over(octets, there ? (size_t)size : 0);
    return there;
}

bool keeping_save(struct storage *storage, struct keeping_value value, const struct writer *w)
{
    need(!writer_overflow(w));
    return journal_put(&storage->values, value.number, value.version, w->window,
                       (uint16_t)writer_kept(w)) == STORAGE_DONE;
}

bool keeping_render(struct storage *storage, struct keeping_value value, item_render *render,
                    const void *owner)
{
    return journal_put_rendered(&storage->values, value.number, value.version, render, owner) ==
           STORAGE_DONE;
}

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

static const uint16_t client_of_secret[] = {
    [METER_SECRET_READING] = PRODUCT_SAP_READING,
    [METER_SECRET_MANAGEMENT] = PRODUCT_SAP_MANAGEMENT,
};

enum { PASSWORDS = sizeof client_of_secret / sizeof client_of_secret[0] };

void keeping_restore_passwords(struct dlms_server *server, const struct storage *storage)
{
    for (uint16_t secret = 0; secret < PASSWORDS; secret++) {
        uint8_t password[DLMS_SECRET_MAX];
        uint8_t version;
        int size = journal_get(&storage->secrets, secret, &version, password, sizeof password);
        if (size > 0 && size <= DLMS_SECRET_MAX && version == PASSWORD_VERSION) {
            (void)dlms_server_set_password(server, client_of_secret[secret], password,
                                           (size_t)size);
        }
    }
}

static int keep_password(void *owner, uint16_t client_sap, const struct dlms_secret *password)
{
    struct storage *storage = owner;
    for (uint16_t secret = 0; secret < PASSWORDS; secret++) {
        if (client_of_secret[secret] == client_sap) {
            return journal_put(&storage->secrets, secret, PASSWORD_VERSION, password->octets,
                               password->size);
        }
    }
    return STORAGE_FAILED;
}

struct dlms_secret_keep keeping_of_passwords(struct storage *storage)
{
    return (struct dlms_secret_keep){.keep = keep_password, .owner = storage};
}

static void write_change(struct writer *w, const struct civil_change *change)
{
    writer_u8(w, change->month);
    writer_u8(w, change->week);
    writer_u8(w, change->weekday);
    writer_u16(w, change->minute_of_day);
    writer_u8(w, change->day);
    writer_u16(w, change->year);
}

static struct civil_change take_change(struct reader *r, uint8_t version)
{
    struct civil_change change = {.month = reader_u8(r)};
    change.week = reader_u8(r);
    change.weekday = reader_u8(r);
    change.minute_of_day = reader_u16(r);
    if (version == CLOCK_VERSION) {
        change.day = reader_u8(r);
        change.year = reader_u16(r);
    }
    return change;
}

static bool is_clock(int size, uint8_t version)
{
    return (size == CLOCK_SIZE && version == CLOCK_VERSION) ||
           (size == CLOCK_SIZE_RULES && version == CLOCK_VERSION_RULES);
}

/* Checked when it was written. The first version knew neither dates nor the limit. */
void keeping_restore_clock(struct clock *clock, const struct storage *storage)
{
    uint8_t octets[CLOCK_SIZE];
    uint8_t version;
    int size = journal_get(&storage->values, METER_VALUE_CLOCK, &version, octets, sizeof octets);
    if (!is_clock(size, version)) {
        return;
    }
    struct reader r = reader_over(octets, (size_t)size);
    struct clock_settings settings = {.offset_min = (int16_t)reader_u16(&r)};
    settings.dst_min = (int16_t)reader_u16(&r);
    settings.dst_enabled = reader_u8(&r) != 0;
    settings.dst_begin = take_change(&r, version);
    settings.dst_end = take_change(&r, version);
    settings.limit_s = version == CLOCK_VERSION ? reader_u16(&r) : clock->limit_s;
    clock_restore(clock, &settings);
}

int keeping_store_clock(const struct clock *clock, struct storage *storage)
{
    uint8_t octets[CLOCK_SIZE];
    struct clock_settings settings = clock_settings(clock);
    struct writer w = writer_over(octets, sizeof octets);
    writer_u16(&w, (uint16_t)settings.offset_min);
    writer_u16(&w, (uint16_t)settings.dst_min);
    writer_u8(&w, settings.dst_enabled);
    write_change(&w, &settings.dst_begin);
    write_change(&w, &settings.dst_end);
    writer_u16(&w, settings.limit_s);
    return journal_put(&storage->values, METER_VALUE_CLOCK, CLOCK_VERSION, octets, CLOCK_SIZE);
}
