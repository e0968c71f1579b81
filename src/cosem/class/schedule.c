#include "cosem/class/calendar_form.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"

#include <string.h>

/* 10 Schedule: entries by which scripts are executed. */

enum { WEEKDAYS = 7, BITS_MOST = 8 * SCHEDULE_SPECIAL_DAYS };

static struct schedule *schedule_of(const struct cosem_call *call)
{
    return call->context->schedule;
}

/* Bit 0 is the first of the bit string, the highest of its first octet. */
static uint32_t reversed(uint32_t bits, unsigned count)
{
    uint32_t found = 0;
    for (unsigned i = 0; i < count; i++) {
        found |= (bits >> i & 1) << (count - 1 - i);
    }
    return found;
}

static struct cosem_rows entries(const struct cosem_call *call)
{
    uint32_t count = schedule_of(call)->count;
    return (struct cosem_rows){.count = count, .elements = count, .result = COSEM_SUCCESS};
}

static void entry_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    if (number >= schedule_of(call)->count) {
        return;
    }
    const struct schedule_entry *entry = &schedule_of(call)->entries[number];
    cosem_put_structure(w, 10);
    cosem_put_u16(w, entry->index);
    cosem_put_boolean(w, entry->enabled);
    cosem_put_octet_string(w, entry->script.table, sizeof entry->script.table);
    cosem_put_u16(w, entry->script.selector);
    calendar_form_put_time(w, entry->hour, entry->minute, entry->second);
    cosem_put_u16(w, entry->window_min);
    cosem_put_bit_string(w, reversed(entry->weekdays, WEEKDAYS), WEEKDAYS);
    cosem_put_bit_string(w, reversed(entry->special_days, SCHEDULE_SPECIAL_DAYS),
                         SCHEDULE_SPECIAL_DAYS);
    calendar_form_put_date(w, &entry->from);
    calendar_form_put_date(w, &entry->to);
}

/* Any length; bits beyond `most` must not be set. */
static uint32_t take_bits(struct cosem_intake *in, unsigned most)
{
    size_t count;
    const uint8_t *octets = cosem_intake_string(in, COSEM_BIT_STRING, 0, BITS_MOST, &count);
    uint32_t bits = 0;
    for (unsigned i = 0; octets != NULL && i < count; i++) {
        bool set = (octets[i / 8] >> (7 - i % 8) & 1) != 0;
        if (set && i >= most) {
            cosem_intake_refuse(in);
            return 0;
        }
        bits |= (uint32_t)set << (i % most);
    }
    return bits;
}

static struct schedule_entry take_entry(const struct cosem_call *call, struct cosem_intake *in)
{
    struct schedule_entry entry = {0};
    cosem_intake_structure(in, 10);
    entry.index = cosem_intake_u16(in);
    entry.enabled = cosem_intake_integer(in, COSEM_BOOLEAN, 0, UINT8_MAX) != 0;
    cosem_intake_name(in, entry.script.table);
    entry.script.selector = cosem_intake_u16(in);
    calendar_form_take_open_time(in, &entry.hour, &entry.minute, &entry.second);
    entry.window_min = cosem_intake_u16(in);
    entry.weekdays = (uint8_t)take_bits(in, WEEKDAYS);
    entry.special_days = take_bits(in, SCHEDULE_SPECIAL_DAYS);
    entry.from = calendar_form_take_date(in);
    entry.to = calendar_form_take_date(in);
    bool known = script_known(call->context->scripts, &entry.script);
    if (in->result == COSEM_SUCCESS && !(known && schedule_entry_possible(&entry))) {
        cosem_intake_refuse(in);
    }
    return entry;
}

static enum cosem_result set_entries(const struct cosem_call *call, struct reader *value)
{
    struct schedule_entry taken[SCHEDULE_ENTRIES];
    struct cosem_intake in = cosem_intake_begin(value);
    size_t count = cosem_intake_array(&in, SCHEDULE_ENTRIES);
    for (size_t i = 0; i < count; i++) {
        taken[i] = take_entry(call, &in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS && schedule_set(schedule_of(call), taken, (uint8_t)count) != 0) {
        return COSEM_OTHER_REASON;
    }
    return result;
}

static uint16_t take_index(struct cosem_intake *in)
{
    return cosem_intake_u16(in);
}

/* Disables the first range and enables the second; a range whose end comes first is none. */
static enum cosem_result enable_disable(const struct cosem_call *call, struct reader *parameter,
                                        struct writer *returned)
{
    (void)returned;
    uint16_t ends[4];
    struct cosem_intake in = cosem_intake_begin(parameter);
    cosem_intake_structure(&in, 4);
    for (unsigned i = 0; i < 4; i++) {
        ends[i] = take_index(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        schedule_enable(schedule_of(call), ends[0], ends[1], false);
        schedule_enable(schedule_of(call), ends[2], ends[3], true);
    }
    return result;
}

static enum cosem_result insert(const struct cosem_call *call, struct reader *parameter,
                                struct writer *returned)
{
    (void)returned;
    struct cosem_intake in = cosem_intake_begin(parameter);
    struct schedule_entry entry = take_entry(call, &in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS && schedule_insert(schedule_of(call), &entry) != 0) {
        return COSEM_OTHER_REASON;
    }
    return result;
}

static enum cosem_result delete (const struct cosem_call *call, struct reader *parameter,
                                 struct writer *returned) {
    (void)returned; struct cosem_intake in = cosem_intake_begin(parameter);
    cosem_intake_structure(&in, 2); uint16_t first = take_index(&in);
    uint16_t last = take_index(&in); enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS &&
        schedule_delete(schedule_of(call), first, last) != 0){return COSEM_OTHER_REASON;}
return result;
}

static const struct cosem_table entries_table = {.freeze = entries, .row = entry_row};

static const struct cosem_attribute attributes[] = {
    {.table = &entries_table, .set = set_entries}, /* 2 entries */
};

static const struct cosem_method methods[] = {
    {enable_disable}, /* 1 */
    {insert},         /* 2 */
    {delete},         /* 3 */
};

const struct cosem_class class_schedule = {.id = 10,
                                           .version = 0,
                                           COSEM_CLASS_ATTRIBUTES(attributes),
                                           .tables = 1 << 2,
                                           COSEM_CLASS_METHODS(methods)};
