/* 7 Profile generic, version 1. Source: Blue Book. */
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/profile_view.h"
#include "cosem/give.h"
#include "cosem/intake.h"

#include <string.h>

static struct cosem_rows freeze_buffer(const struct cosem_call *call)
{
    const struct profile_view view = profile_view_of(call);
    const struct profile_part part = profile_part_of(call, &view);
    if (part.result != COSEM_SUCCESS) {
        return (struct cosem_rows){.result = part.result};
    }
    struct profile_rows rows = profile_part_rows(&view, &part);
    struct cosem_rows frozen = {
        .first = profile_view_number(&view, view.sort == PROFILE_LIFO ? rows.next - 1 : rows.first),
        .count = rows.count > 0 ? rows.next - rows.first : 0,
        .elements = rows.count,
    };
    if (view.encoding == PROFILE_COMPACT) {
        frozen.form = profile_compact_form(call, &view, &part, &rows, &frozen.octets);
    }
    return frozen;
}

/* The row before, where repetitions are left out and the client has got it. */
static bool read_before(const struct cosem_call *call, const struct profile_view *view,
                        const struct profile_part *part, uint32_t number, struct profile_row *row)
{
    uint32_t first = part->by_time ? view->first : profile_part_rows(view, part).first;
    return view->encoding == PROFILE_NULL_REPEATED && view->sort == PROFILE_FIFO &&
           number > first && profile_view_read(call, number - 1, row) &&
           profile_part_in_time(part, row);
}

static void put_row(const struct cosem_call *call, uint32_t numbered, struct writer *w)
{
    const struct profile_view view = profile_view_of(call);
    const struct profile_part part = profile_part_of(call, &view);
    uint32_t number = profile_view_number(&view, numbered);
    struct profile_row row;
    struct profile_row before;
    if (!profile_view_read(call, number, &row)) {
        if (profile_part_has(&view, &part, number)) {
            profile_row_put_lost(w, &view, part.columns);
        }
    } else if (profile_part_in_time(&part, &row)) {
        bool repeats = read_before(call, &view, &part, number, &before);
        profile_row_put(w, &view, part.columns, &row, repeats ? &before : NULL);
    }
}

static const struct cosem_table buffer = {
    .freeze = freeze_buffer, .row = put_row, .selectors = 1 << 1 | 1 << 2};

static struct cosem_rows freeze_columns(const struct cosem_call *call)
{
    const struct profile_view view = profile_view_of(call);
    return (struct cosem_rows){.count = view.column_count, .elements = view.column_count};
}

static void put_column(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    const struct profile_view view = profile_view_of(call);
    const struct profile_column column = number < view.column_count
                                             ? profile_view_column(&view, number)
                                             : (struct profile_column){0};
    profile_column_put(w, &column);
}

static const struct cosem_table capture_objects = {.freeze = freeze_columns, .row = put_column};

static enum cosem_result result_of(int done)
{
    return done == 0                    ? COSEM_SUCCESS
           : done == PROFILE_IMPOSSIBLE ? COSEM_OTHER_REASON
                                        : COSEM_TEMPORARY_FAILURE;
}

/* Classes whose values a row may hold: those that show who asks, and tables, are not among them. */
static bool is_capturable_class(uint16_t class_id)
{
    static const uint16_t classes[] = {1, 3, 4, 5, 6, 8, 20, 47, 63, 68, 70, 71, 72, 77, 151};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (classes[i] == class_id) {
            return true;
        }
    }
    return false;
}

/* A whole object, and parts of a captured profile, are not. */
bool profile_column_is_capturable(const struct cosem_call *call,
                                  const struct profile_column *column)
{
    enum { PARTS_OF_PROFILES = 0x1000 };
    enum cosem_result why;
    struct cosem_name name;
    memcpy(name.obis, column->obis, sizeof name.obis);
    const struct cosem_object *object =
        cosem_model_find(call->model, column->class_id, &name, call->column, &why);
    if (object == NULL || !is_capturable_class(column->class_id) ||
        column->data >= PARTS_OF_PROFILES) {
        return false;
    }
    return cosem_object_gettable(object, column->attribute) &&
           cosem_object_readable(object, column->attribute, call->column);
}

static enum cosem_result set_capture_objects(const struct cosem_call *call, struct reader *value)
{
    struct profile *profile = profile_view_profile(call);
    struct profile_column columns[PROFILE_COLUMNS];
    if (profile == NULL) {
        return COSEM_READ_WRITE_DENIED;
    }
    struct cosem_intake in = cosem_intake_begin(value);
    size_t count = cosem_intake_array(&in, PROFILE_COLUMNS);
    for (size_t i = 0; i < count && in.result == COSEM_SUCCESS; i++) {
        columns[i] = profile_column_take(&in);
        if (in.result == COSEM_SUCCESS && !profile_column_is_capturable(call, &columns[i])) {
            cosem_intake_refuse(&in);
        }
    }
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS
               ? result_of(profile_set_columns(profile, columns, (unsigned)count))
               : result;
}

static enum cosem_result capture_period(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u32(w, profile_view_of(call).period_s);
}

static enum cosem_result set_capture_period(const struct cosem_call *call, struct reader *value)
{
    struct profile *profile = profile_view_profile(call);
    struct cosem_intake in = cosem_intake_begin(value);
    uint32_t period_s = (uint32_t)cosem_intake_integer(&in, COSEM_U32, 0, PROFILE_PERIOD_MOST);
    enum cosem_result result = cosem_intake_end(&in);
    if (profile == NULL) {
        return COSEM_READ_WRITE_DENIED;
    }
    return result == COSEM_SUCCESS ? result_of(profile_set_period(profile, period_s)) : result;
}

static enum cosem_result sort_method(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, profile_view_of(call).sort);
}

static enum cosem_result set_sort_method(const struct cosem_call *call, struct reader *value)
{
    struct profile *profile = profile_view_profile(call);
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t sort = cosem_intake_integer(&in, COSEM_ENUM, PROFILE_FIFO, PROFILE_LIFO);
    enum cosem_result result = cosem_intake_end(&in);
    if (profile == NULL) {
        return COSEM_READ_WRITE_DENIED;
    }
    return result == COSEM_SUCCESS ? result_of(profile_set_sort(profile, (enum profile_sort)sort))
                                   : result;
}

/* Rows come in the order of their capture: nothing is sorted by. */
static enum cosem_result sort_object(const struct cosem_call *call, struct writer *w)
{
    static const struct profile_column none;
    (void)call;
    profile_column_put(w, &none);
    return COSEM_SUCCESS;
}

static enum cosem_result entries_in_use(const struct cosem_call *call, struct writer *w)
{
    const struct profile_view view = profile_view_of(call);
    return cosem_give_u32(w, view.next - view.first);
}

static enum cosem_result profile_entries(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u32(w, profile_view_of(call).entries);
}

static enum cosem_result set_profile_entries(const struct cosem_call *call, struct reader *value)
{
    struct profile *profile = profile_view_profile(call);
    struct cosem_intake in = cosem_intake_begin(value);
    uint32_t entries = (uint32_t)cosem_intake_integer(&in, COSEM_U32, 1, UINT32_MAX);
    enum cosem_result result = cosem_intake_end(&in);
    if (profile == NULL) {
        return COSEM_READ_WRITE_DENIED;
    }
    return result == COSEM_SUCCESS ? result_of(profile_set_entries(profile, entries)) : result;
}

static enum cosem_result reset(const struct cosem_call *call, struct reader *parameter,
                               struct writer *returned)
{
    (void)returned;
    const struct class_profile_config *config = call->object->config;
    struct profile *profile = profile_view_profile(call);
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    return result_of(
        profile != NULL ? profile_clear(profile)
                        : event_log_clear(call->context->events, (enum event_log)config->log->log));
}

static enum cosem_result capture(const struct cosem_call *call, struct reader *parameter,
                                 struct writer *returned)
{
    (void)returned;
    struct profile *profile = profile_view_profile(call);
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    return profile != NULL ? result_of(profile_capture(profile)) : COSEM_READ_WRITE_DENIED;
}

static const struct cosem_attribute attributes[] = {
    {.table = &buffer},                                      /* 2 buffer */
    {.table = &capture_objects, .set = set_capture_objects}, /* 3 capture_objects */
    {.get = capture_period, .set = set_capture_period},      /* 4 capture_period */
    {.get = sort_method, .set = set_sort_method},            /* 5 sort_method */
    {.get = sort_object},                                    /* 6 sort_object */
    {.get = entries_in_use},                                 /* 7 entries_in_use */
    {.get = profile_entries, .set = set_profile_entries},    /* 8 profile_entries */
};

static const struct cosem_method methods[] = {
    {reset},   /* 1 */
    {capture}, /* 2 */
};

const struct cosem_class class_profile_generic = {.id = 7,
                                                  .version = 1,
                                                  COSEM_CLASS_ATTRIBUTES(attributes),
                                                  .tables = 1 << 2 | 1 << 3,
                                                  COSEM_CLASS_METHODS(methods)};
