#include "cosem/class/profile_view.h"

#include "cosem/data.h"

struct profile *profile_view_profile(const struct cosem_call *call)
{
    const struct class_profile_config *config = call->object->config;
    return config->log == NULL ? &call->context->profiles[config->number] : NULL;
}

static struct profile_view view_of_profile(const struct profile *profile)
{
    const struct profile_settings *settings = &profile->settings;
    uint32_t capacity = profile_capacity(profile);
    return (struct profile_view){
        .profile = profile,
        .column_count = settings->column_count,
        .sort = settings->sort,
        .encoding = settings->encoding,
        .period_s = settings->period_s,
        .first = profile_first(profile),
        .next = profile_next(profile),
        .entries = settings->entries != 0 ? settings->entries : capacity,
        .ring = profile->ring,
    };
}

/* A log shows what is sure to be kept, and no more. */
static struct profile_view view_of_log(const struct event_book *events,
                                       const struct class_log_config *config)
{
    const struct record_ring *ring = event_log_ring(events, (enum event_log)config->log);
    uint32_t entries = ring != NULL ? record_capacity(ring) : 0;
    uint32_t next = ring != NULL ? record_next(ring) : 1;
    uint32_t first = ring != NULL ? record_first(ring) : 1;
    return (struct profile_view){
        .columns = config->columns,
        .column_count = config->column_count,
        .sort = PROFILE_FIFO,
        .first = next - first > entries ? next - entries : first,
        .next = next,
        .entries = entries,
        .ring = ring,
    };
}

struct profile_view profile_view_of(const struct cosem_call *call)
{
    const struct class_profile_config *config = call->object->config;
    return config->log != NULL ? view_of_log(call->context->events, config->log)
                               : view_of_profile(&call->context->profiles[config->number]);
}

struct profile_column profile_view_column(const struct profile_view *view, unsigned i)
{
    return view->profile != NULL ? profile_column_at(view->profile, i) : view->columns[i];
}

bool profile_view_is_clock(const struct profile_view *view, unsigned i)
{
    return view->profile != NULL ? profile_is_clock_at(view->profile, i)
                                 : profile_is_clock(&view->columns[i]);
}

static uint32_t columns_of_log(const struct profile_view *view, const struct profile_column *wanted)
{
    uint32_t columns = 0;
    for (unsigned i = 0; i < view->column_count; i++) {
        columns |= column_equal(&view->columns[i], wanted) ? UINT32_C(1) << i : 0;
    }
    return columns;
}

uint32_t profile_view_columns_like(const struct profile_view *view,
                                   const struct profile_column *wanted)
{
    return view->profile != NULL ? profile_columns_like(view->profile, wanted)
                                 : columns_of_log(view, wanted);
}

uint32_t profile_view_number(const struct profile_view *view, uint32_t numbered)
{
    return view->sort == PROFILE_LIFO ? ~numbered : numbered;
}

static void put_field(struct writer *w, uint8_t field, const struct event *event)
{
    switch (field) {
    case CLASS_LOG_CODE:
        cosem_put_u8(w, event->code);
        break;
    case CLASS_LOG_DURATION:
        cosem_put_u32(w, event->detail.duration_s);
        break;
    case CLASS_LOG_MAGNITUDE:
        cosem_put_integer(w, COSEM_I32, event->detail.magnitude);
        break;
    case CLASS_LOG_COUNT:
        cosem_put_u32(w, event->detail.count);
        break;
    default:
        break; /* the row's own time */
    }
}

static bool read_log(const struct event_book *events, const struct class_log_config *config,
                     uint32_t number, struct profile_row *row)
{
    struct event event;
    if (event_log_read(events, (enum event_log)config->log, number, &event) != STORAGE_DONE) {
        return false;
    }
    struct writer w = writer_over(row->octets, sizeof row->octets);
    for (uint8_t i = 0; i < config->column_count; i++) {
        put_field(&w, config->fields[i], &event);
    }
    row->stamp = event.stamp;
    row->size = (uint16_t)writer_kept(&w);
    return true;
}

bool profile_view_read(const struct cosem_call *call, uint32_t number, struct profile_row *row)
{
    const struct class_profile_config *config = call->object->config;
    if (config->log != NULL) {
        return read_log(call->context->events, config->log, number, row);
    }
    return profile_read(&call->context->profiles[config->number], number, row) == STORAGE_DONE;
}
