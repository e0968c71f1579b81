#include "function/profile_settings.h"

#include "base/reader.h"

#include <string.h>

enum { HEAD = PROFILE_ROW_HEAD };

/* The settings and the state as values: docs/FLASH.md. */
enum { VERSION = 1, FIXED = 14, COLUMN = 11, SIZE_MAX_OF = FIXED + PROFILE_COLUMNS * COLUMN };

/* Room for a column that has no value at the moment: any number with its tag. */
enum { NUMBER_SIZE = 9 };

void profile_settings_default(struct profile *profile)
{
    const struct profile_plan *plan = profile->plan;
    profile->settings = (struct profile_settings){
        .period_s = plan->period_s,
        .sort = PROFILE_FIFO,
        .column_count = plan->column_count,
    };
    memcpy(profile->settings.columns, plan->columns, plan->column_count * sizeof *plan->columns);
    profile->next_s = INT64_MAX;
}

/* ---- As values ---- */

static uint16_t render(const struct profile_settings *settings, uint8_t octets[SIZE_MAX_OF])
{
    struct writer w = writer_over(octets, SIZE_MAX_OF);
    writer_u32(&w, settings->period_s);
    writer_u32(&w, settings->entries);
    writer_u8(&w, settings->sort);
    writer_u8(&w, settings->encoding);
    writer_u8(&w, settings->column_count);
    writer_u8(&w, settings->version);
    writer_u16(&w, settings->size);
    for (uint8_t i = 0; i < settings->column_count; i++) {
        const struct profile_column *column = &settings->columns[i];
        writer_u16(&w, column->class_id);
        writer_octets(&w, column->obis, sizeof column->obis);
        writer_u8(&w, (uint8_t)column->attribute);
        writer_u16(&w, column->data);
    }
    return (uint16_t)writer_kept(&w);
}

static struct profile_column take_column(struct reader *r)
{
    struct profile_column column = {.class_id = reader_u16(r)};
    const uint8_t *obis = reader_octets(r, sizeof column.obis);
    if (obis != NULL) {
        memcpy(column.obis, obis, sizeof column.obis);
    }
    column.attribute = (int8_t)reader_u8(r);
    column.data = reader_u16(r);
    return column;
}

static bool take(struct reader *r, struct profile_settings *settings)
{
    settings->period_s = reader_u32(r);
    settings->entries = reader_u32(r);
    settings->sort = reader_u8(r);
    settings->encoding = reader_u8(r);
    settings->column_count = reader_u8(r);
    settings->version = reader_u8(r);
    settings->size = reader_u16(r);
    if (settings->column_count > PROFILE_COLUMNS || settings->size > HEAD + PROFILE_ROW) {
        reader_fail(r);
    }
    for (uint8_t i = 0; i < settings->column_count && !r->fault; i++) {
        settings->columns[i] = take_column(r);
    }
    return reader_done(r);
}

static int store(struct profile *profile, const struct profile_settings *settings)
{
    uint8_t octets[SIZE_MAX_OF];
    uint16_t size = render(settings, octets);
    return journal_put(&profile->storage->values, profile->plan->settings_value, VERSION, octets,
                       size);
}

static bool restore(struct profile *profile)
{
    uint8_t octets[SIZE_MAX_OF];
    uint8_t version;
    struct profile_settings settings = {0};
    int size = journal_get(&profile->storage->values, profile->plan->settings_value, &version,
                           octets, sizeof octets);
    if (size <= 0 || size > SIZE_MAX_OF || version != VERSION) {
        return false;
    }
    struct reader r = reader_over(octets, (size_t)size);
    if (!take(&r, &settings)) {
        return false;
    }
    profile->settings = settings;
    return true;
}

/* ---- The rows' form ---- */

static size_t measure(const struct profile *profile, const struct profile_column *column)
{
    struct writer w = writer_measure();
    int result = profile->source->value(profile->source->owner, column, &w);
    return result == 0 ? w.tape : NUMBER_SIZE;
}

/* Octets of a row; more than there is room for when it is too long. */
static size_t measure_row(const struct profile *profile, const struct profile_settings *settings)
{
    size_t size = HEAD;
    for (uint8_t i = 0; i < settings->column_count; i++) {
        const struct profile_column *column = &settings->columns[i];
        size += profile_is_clock(column) ? 0 : measure(profile, column);
    }
    return size > HEAD ? size : HEAD + 1;
}

static size_t row_most(const struct profile *profile)
{
    size_t most = HEAD + PROFILE_ROW;
    size_t ring = profile->ring != NULL ? record_size_max(profile->ring) : most;
    return ring < most ? ring : most;
}

static bool has_form(const struct profile *profile)
{
    return record_version(profile->ring) == profile->settings.version &&
           record_size(profile->ring) == profile->settings.size;
}

/* Rows of another form are given up. */
/* Rows without settings would be given up at the next start: those come first. */
static void format(struct profile *profile)
{
    if (profile->settings_due) {
        profile->settings_due = store(profile, &profile->settings) != STORAGE_DONE;
    }
    if (profile->format_due && !profile->settings_due &&
        record_format(profile->ring, profile->settings.size, profile->settings.version) ==
            STORAGE_DONE) {
        profile->format_due = false;
    }
}

bool profile_settings_settle(struct profile *profile)
{
    format(profile);
    return !profile->format_due;
}

bool profile_settings_keep(struct profile *profile)
{
    if (profile->state_due && journal_put(&profile->storage->values, profile->plan->state_value,
                                          VERSION, &profile->flags, 1) == STORAGE_DONE) {
        profile->state_due = false;
    }
    return !profile->state_due;
}

/* ---- A start ---- */

/* A chip on which there are no settings. */
static void begin_new(struct profile *profile)
{
    size_t size = measure_row(profile, &profile->settings);
    profile->settings.size = (uint16_t)(size < row_most(profile) ? size : row_most(profile));
    profile->settings.version = (uint8_t)(record_version(profile->ring) + 1);
    profile->settings_due = store(profile, &profile->settings) != STORAGE_DONE;
}

static void begin_again(struct profile *profile)
{
    uint8_t version;
    uint8_t flags = 0;
    int size = journal_get(&profile->storage->values, profile->plan->state_value, &version, &flags,
                           sizeof flags);
    profile->flags = size == 1 && version == VERSION ? flags : 0;
    profile_flag(profile, PROFILE_PDN);
}

void profile_recover(struct profile *profile, struct storage *storage)
{
    profile->storage = storage;
    profile->ring = &storage->rings[profile->plan->ring];
    bool whole = profile_begin(profile);
    if (restore(profile)) {
        begin_again(profile);
        (void)profile_begin(profile);
    } else {
        begin_new(profile);
        profile_flag(profile, whole ? 0 : PROFILE_DNV);
    }
    profile->clock_seen = profile->clock->changed;
    profile->format_due = !has_form(profile) || profile->settings_due;
    format(profile);
}

/* ---- Changing ---- */

/* Other rows: what there is goes, and the period under way is cut. */
static int change_rows(struct profile *profile, struct profile_settings *wanted)
{
    size_t size = measure_row(profile, wanted);
    if (size > row_most(profile)) {
        return PROFILE_IMPOSSIBLE;
    }
    wanted->size = (uint16_t)size;
    wanted->version = (uint8_t)(profile->settings.version + 1);
    if (profile->storage != NULL && store(profile, wanted) != STORAGE_DONE) {
        return -1;
    }
    profile->settings = *wanted;
    if (profile->ring != NULL) {
        profile->format_due = true;
        format(profile);
        profile_flag(profile, profile_begin(profile) ? 0 : PROFILE_DNV);
    }
    return 0;
}

static int change_view(struct profile *profile, const struct profile_settings *wanted)
{
    if (profile->storage != NULL && store(profile, wanted) != STORAGE_DONE) {
        return -1;
    }
    profile->settings = *wanted;
    return 0;
}

int profile_set_columns(struct profile *profile, const struct profile_column *columns,
                        unsigned count)
{
    struct profile_settings wanted = profile->settings;
    if (count == 0 || count > PROFILE_COLUMNS) {
        return PROFILE_IMPOSSIBLE;
    }
    wanted.column_count = (uint8_t)count;
    wanted.entries = 0;
    memset(wanted.columns, 0, sizeof wanted.columns);
    memcpy(wanted.columns, columns, count * sizeof *columns);
    return change_rows(profile, &wanted);
}

int profile_set_period(struct profile *profile, uint32_t period_s)
{
    struct profile_settings wanted = profile->settings;
    wanted.period_s = period_s;
    return profile_period_is_possible(period_s) ? change_rows(profile, &wanted)
                                                : PROFILE_IMPOSSIBLE;
}

int profile_set_entries(struct profile *profile, uint32_t entries)
{
    struct profile_settings wanted = profile->settings;
    wanted.entries = entries;
    bool possible = entries > 0 && entries <= profile_capacity(profile);
    return possible ? change_rows(profile, &wanted) : PROFILE_IMPOSSIBLE;
}

int profile_set_sort(struct profile *profile, enum profile_sort sort)
{
    struct profile_settings wanted = profile->settings;
    wanted.sort = (uint8_t)sort;
    bool possible = sort == PROFILE_FIFO || sort == PROFILE_LIFO;
    return possible ? change_view(profile, &wanted) : PROFILE_IMPOSSIBLE;
}

int profile_set_encoding(struct profile *profile, enum profile_encoding encoding)
{
    struct profile_settings wanted = profile->settings;
    wanted.encoding = (uint8_t)encoding;
    return encoding <= PROFILE_COMPACT ? change_view(profile, &wanted) : PROFILE_IMPOSSIBLE;
}

int profile_clear(struct profile *profile)
{
    if (profile->ring == NULL || profile->format_due ||
        record_clear(profile->ring) != STORAGE_DONE) {
        return -1;
    }
    event_record(profile->events, EVENT_PROFILE_CLEARED);
    return 0;
}
