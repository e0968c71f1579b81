#include "function/profile_settings.h"

#include "base/reader.h"
#include "storage/layout.h"

enum { HEAD = PROFILE_ROW_HEAD };

/* The settings and the state as values: docs/FLASH.md. */
enum { VERSION = 1, FIXED = 14, SIZE_MAX_OF = FIXED + PROFILE_COLUMNS * COLUMN_SIZE };

_Static_assert((int)SIZE_MAX_OF <= (int)LAYOUT_VALUE, "all columns can be kept");

/* Room for a column that has no value at the moment: any number with its tag. */
enum { NUMBER_SIZE = 9 };

/* In the pool profiles are told apart by the value that has their settings. */
static uint8_t list_of(const struct profile *profile)
{
    return profile->plan->settings_value;
}

struct profile_column profile_column_at(const struct profile *profile, unsigned i)
{
    return profile->settings.chosen ? column_pool_at(profile->common->columns, list_of(profile), i)
                                    : profile->plan->columns[i];
}

/* With each row that is read the clock is looked for, which one column is as a rule; others by the
 * number of their object, where they have one. */
uint32_t profile_columns_like(const struct profile *profile, const struct profile_column *wanted)
{
    bool is_clock = profile_is_clock(wanted);
    uint32_t like = 0;
    if (profile->settings.chosen && !is_clock) {
        return column_pool_like(profile->common->columns, list_of(profile), wanted);
    }
    for (unsigned i = 0; i < profile->settings.column_count; i++) {
        if (profile_is_clock_at(profile, i) == is_clock) {
            const struct profile_column column = profile_column_at(profile, i);
            like |= column_equal(&column, wanted) ? UINT32_C(1) << i : 0;
        }
    }
    return like;
}

static uint32_t clock_at(const struct profile_column *column, unsigned i)
{
    return profile_is_clock(column) ? UINT32_C(1) << i : 0;
}

void profile_settings_default(struct profile *profile)
{
    const struct profile_plan *plan = profile->plan;
    profile->settings = (struct profile_settings){
        .period_s = plan->period_s,
        .sort = PROFILE_FIFO,
        .column_count = plan->column_count,
    };
    for (unsigned i = 0; i < plan->column_count; i++) {
        profile->settings.clocks |= clock_at(&plan->columns[i], i);
    }
    profile->next_s = INT64_MAX;
}

/* ---- Columns ---- */

/* Those that a change brings; NULL: it leaves them as they are. */
static struct profile_column wanted_at(const struct profile *profile,
                                       const struct profile_column *columns, unsigned i)
{
    return columns != NULL ? columns[i] : profile_column_at(profile, i);
}

/* As they stand in a record. */
static bool are_of_plan(const struct profile *profile, unsigned count, struct reader columns)
{
    const struct profile_plan *plan = profile->plan;
    bool equal = count == plan->column_count;
    for (unsigned i = 0; i < count && equal; i++) {
        const struct profile_column column = column_read(&columns);
        equal = column_equal(&column, &plan->columns[i]);
    }
    return equal;
}

static bool have_room(const struct profile *profile, unsigned count, struct reader columns)
{
    return are_of_plan(profile, count, columns) ||
           column_pool_fits(profile->common->columns, list_of(profile), count);
}

/* Of these settings, which become the profile's; there is room for them. */
static void take_columns(struct profile *profile, struct profile_settings *settings,
                         struct reader columns)
{
    struct column_pool *pool = profile->common->columns;
    settings->chosen = !are_of_plan(profile, settings->column_count, columns);
    settings->clocks = 0;
    column_pool_clear(pool, list_of(profile));
    for (unsigned i = 0; i < settings->column_count; i++) {
        const struct profile_column column = column_read(&columns);
        settings->clocks |= clock_at(&column, i);
        if (settings->chosen) {
            column_pool_add(pool, list_of(profile), &column);
        }
    }
}

/* ---- As values ---- */

/* The columns that a client chose stand in the record by their names, those also that this firmware
 * does not have: they stay there. */
static bool read_chosen(const struct profile *profile, uint8_t octets[SIZE_MAX_OF])
{
    uint8_t version = 0;
    bool kept = profile->settings.chosen && profile->storage != NULL;
    int size = kept ? journal_get(&profile->storage->values, profile->plan->settings_value,
                                  &version, octets, SIZE_MAX_OF)
                    : 0;
    return version == VERSION && size == FIXED + profile->settings.column_count * COLUMN_SIZE;
}

static uint16_t render(const struct profile *profile, const struct profile_settings *settings,
                       const struct profile_column *columns, uint8_t octets[SIZE_MAX_OF])
{
    bool read = columns == NULL && read_chosen(profile, octets);
    struct writer w = writer_over(octets, SIZE_MAX_OF);
    writer_u32(&w, settings->period_s);
    writer_u32(&w, settings->entries);
    writer_u8(&w, settings->sort);
    writer_u8(&w, settings->encoding);
    writer_u8(&w, settings->column_count);
    writer_u8(&w, settings->version);
    writer_u16(&w, settings->size);
    for (uint8_t i = 0; i < settings->column_count && !read; i++) {
        const struct profile_column column = wanted_at(profile, columns, i);
        column_write(&column, &w);
    }
    return (uint16_t)(FIXED + settings->column_count * COLUMN_SIZE);
}

/* What is left in the reader are the columns: as many as it says, and there is room for them. */
static bool take(const struct profile *profile, struct reader *r, struct profile_settings *settings)
{
    settings->period_s = reader_u32(r);
    settings->entries = reader_u32(r);
    settings->sort = reader_u8(r);
    settings->encoding = reader_u8(r);
    settings->column_count = reader_u8(r);
    settings->version = reader_u8(r);
    settings->size = reader_u16(r);
    return !r->fault && settings->column_count <= PROFILE_COLUMNS &&
           settings->size <= HEAD + PROFILE_ROW &&
           reader_left(r) == settings->column_count * (size_t)COLUMN_SIZE &&
           have_room(profile, settings->column_count, *r);
}

static int put(const struct profile *profile, const uint8_t *octets, uint16_t size)
{
    return journal_put(&profile->storage->values, profile->plan->settings_value, VERSION, octets,
                       size);
}

static int store(const struct profile *profile)
{
    uint8_t octets[SIZE_MAX_OF];
    return put(profile, octets, render(profile, &profile->settings, NULL, octets));
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
    if (!take(profile, &r, &settings)) {
        return false;
    }
    take_columns(profile, &settings, r);
    profile->settings = settings;
    return true;
}

/* ---- The rows' form ---- */

static size_t measure(const struct profile *profile, const struct profile_column *column)
{
    struct writer w = writer_measure();
    const struct profile_source *source = &profile->common->source;
    int result = source->value(source->owner, column, &w);
    return result == 0 ? w.tape : NUMBER_SIZE;
}

/* Octets of a row; more than there is room for when it is too long. */
static size_t measure_row(const struct profile *profile, unsigned count,
                          const struct profile_column *columns)
{
    size_t size = HEAD;
    for (unsigned i = 0; i < count; i++) {
        const struct profile_column column = wanted_at(profile, columns, i);
        size += profile_is_clock(&column) ? 0 : measure(profile, &column);
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
        profile->settings_due = store(profile) != STORAGE_DONE;
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
    size_t size = measure_row(profile, profile->settings.column_count, NULL);
    profile->settings.size = (uint16_t)(size < row_most(profile) ? size : row_most(profile));
    profile->settings.version = (uint8_t)(record_version(profile->ring) + 1);
    profile->settings_due = store(profile) != STORAGE_DONE;
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
    profile->clock_seen = profile->common->clock->changed;
    profile->format_due = !has_form(profile) || profile->settings_due;
    format(profile);
}

/* ---- Changing ---- */

/* Keeps other settings, and takes them over as a start would. */
static int change(struct profile *profile, struct profile_settings *wanted,
                  const struct profile_column *columns)
{
    uint8_t octets[SIZE_MAX_OF];
    uint16_t size = render(profile, wanted, columns, octets);
    const struct reader kept = reader_over(octets + FIXED, size - (size_t)FIXED);
    if (columns != NULL && !have_room(profile, wanted->column_count, kept)) {
        return PROFILE_IMPOSSIBLE;
    }
    if (profile->storage != NULL && put(profile, octets, size) != STORAGE_DONE) {
        return -1;
    }
    if (columns != NULL) {
        take_columns(profile, wanted, kept);
    }
    profile->settings = *wanted;
    return 0;
}

/* Other rows: what there is goes, and the period under way is cut. */
static int change_rows(struct profile *profile, struct profile_settings *wanted,
                       const struct profile_column *columns)
{
    size_t size = measure_row(profile, wanted->column_count, columns);
    if (size > row_most(profile)) {
        return PROFILE_IMPOSSIBLE;
    }
    wanted->size = (uint16_t)size;
    wanted->version = (uint8_t)(profile->settings.version + 1);
    int result = change(profile, wanted, columns);
    if (result == 0 && profile->ring != NULL) {
        profile->format_due = true;
        format(profile);
        profile_flag(profile, profile_begin(profile) ? 0 : PROFILE_DNV);
    }
    return result;
}

int profile_set_columns(struct profile *profile, const struct profile_column *columns,
                        unsigned count)
{
    struct profile_settings wanted = profile->settings;
    wanted.column_count = (uint8_t)count;
    wanted.entries = 0;
    bool possible = count > 0 && count <= PROFILE_COLUMNS;
    return possible ? change_rows(profile, &wanted, columns) : PROFILE_IMPOSSIBLE;
}

int profile_set_period(struct profile *profile, uint32_t period_s)
{
    struct profile_settings wanted = profile->settings;
    wanted.period_s = period_s;
    return profile_period_is_possible(period_s) ? change_rows(profile, &wanted, NULL)
                                                : PROFILE_IMPOSSIBLE;
}

int profile_set_entries(struct profile *profile, uint32_t entries)
{
    struct profile_settings wanted = profile->settings;
    wanted.entries = entries;
    bool possible = entries > 0 && entries <= profile_capacity(profile);
    return possible ? change_rows(profile, &wanted, NULL) : PROFILE_IMPOSSIBLE;
}

int profile_set_sort(struct profile *profile, enum profile_sort sort)
{
    struct profile_settings wanted = profile->settings;
    wanted.sort = (uint8_t)sort;
    bool possible = sort == PROFILE_FIFO || sort == PROFILE_LIFO;
    return possible ? change(profile, &wanted, NULL) : PROFILE_IMPOSSIBLE;
}

int profile_set_encoding(struct profile *profile, enum profile_encoding encoding)
{
    struct profile_settings wanted = profile->settings;
    wanted.encoding = (uint8_t)encoding;
    return encoding <= PROFILE_COMPACT ? change(profile, &wanted, NULL) : PROFILE_IMPOSSIBLE;
}

int profile_clear(struct profile *profile)
{
    if (profile->ring == NULL || profile->format_due ||
        record_clear(profile->ring) != STORAGE_DONE) {
        return -1;
    }
    event_record(profile->common->events, EVENT_PROFILE_CLEARED);
    return 0;
}
