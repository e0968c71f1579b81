#include "test/cosem/three.h"

#include "cosem/data.h"
#include "cosem/intake.h"

#include <string.h>

static enum cosem_result text(const struct cosem_call *call, struct writer *w)
{
    char octets[THREE_TEXT_SIZE];
    for (size_t i = 0; i < sizeof octets; i++) {
        octets[i] = (char)('a' + i % 26);
    }
    ++*call->context->looks;
    cosem_put_octet_string(w, octets, sizeof octets);
    return COSEM_SUCCESS;
}

static enum cosem_result counter(const struct cosem_call *call, struct writer *w)
{
    uint8_t octets[COSEM_CARRY - 2];
    memset(octets, (int)++*call->context->looks, sizeof octets);
    cosem_put_octet_string(w, octets, sizeof octets);
    return COSEM_SUCCESS;
}

static enum cosem_result fails(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    cosem_put_u32(w, 0);
    return COSEM_HARDWARE_FAULT;
}

static enum cosem_result level(const struct cosem_call *call, struct writer *w)
{
    cosem_put_u8(w, call->context->state->level);
    return COSEM_SUCCESS;
}

static enum cosem_result set_level(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t level = cosem_intake_integer(&in, COSEM_U8, 0, THREE_LEVEL_MOST);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        call->context->state->level = (uint8_t)level;
    }
    return result;
}

static enum cosem_result note(const struct cosem_call *call, struct writer *w)
{
    const struct three_state *state = call->context->state;
    cosem_put_octet_string(w, state->note, state->note_size);
    return COSEM_SUCCESS;
}

static enum cosem_result set_note(const struct cosem_call *call, struct reader *value)
{
    struct three_state *state = call->context->state;
    size_t size;
    struct cosem_intake in = cosem_intake_begin(value);
    const uint8_t *octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 0, THREE_NOTE_MOST, &size);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        memcpy(state->note, octets, size);
        state->note_size = size;
    }
    return result;
}

static enum cosem_result count_call(const struct cosem_call *call, struct reader *parameter,
                                    struct writer *returned)
{
    (void)parameter;
    (void)returned;
    call->context->state->calls++;
    return COSEM_SUCCESS;
}

static enum cosem_result fail_call(const struct cosem_call *call, struct reader *parameter,
                                   struct writer *returned)
{
    (void)call;
    (void)parameter;
    cosem_put_u8(returned, 1);
    return COSEM_HARDWARE_FAULT;
}

static enum cosem_result give_back(const struct cosem_call *call, struct reader *parameter,
                                   struct writer *returned)
{
    call->context->state->calls++;
    size_t size = reader_left(parameter);
    writer_octets(returned, reader_octets(parameter, size), size);
    return COSEM_SUCCESS;
}

static struct cosem_rows freeze(const struct cosem_call *call)
{
    uint32_t count = call->context->rows;
    struct cosem_rows rows = {.first = 10, .count = count, .elements = count - count / 5};
    if (call->selection.selector == 1) {
        struct reader r = reader_over(call->selection.parameters, call->selection.size);
        struct cosem_intake in = cosem_intake_begin(&r);
        uint32_t from = (uint32_t)cosem_intake_integer(&in, COSEM_U32, 0, count);
        rows.result = cosem_intake_end(&in);
        rows.first += from;
        rows.count -= from;
        rows.elements -= from - from / 5;
    }
    return rows;
}

/* Of five rows the last writes nothing; the others are of different sizes. */
static void row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    uint32_t index = number - 10;
    ++*call->context->looks;
    if (index % 5 == 4) {
        return;
    }
    static const uint8_t zeros[THREE_LONG_ROW];
    size_t size = index == call->context->long_row ? sizeof zeros : index % 23;
    cosem_put_structure(w, 2);
    cosem_put_u32(w, index);
    cosem_put_octet_string(w, zeros, size);
}

static const struct cosem_table table = {.freeze = freeze, .row = row, .selectors = 1 << 1};
static const struct cosem_attribute text_attributes[] = {{.get = text}};
static const struct cosem_attribute counter_attributes[] = {{.get = counter}, {.get = fails}};
static const struct cosem_attribute log_attributes[] = {
    {.table = &table},
    {.get = NULL},
    {.get = level, .set = set_level},
    {.get = note, .set = set_note},
};
static const struct cosem_method log_methods[] = {{count_call}, {fail_call}, {give_back}, {NULL}};

static const struct cosem_class text_class = {.id = 1, COSEM_CLASS_ATTRIBUTES(text_attributes)};
static const struct cosem_class counter_class = {.id = 3,
                                                 COSEM_CLASS_ATTRIBUTES(counter_attributes)};
static const struct cosem_class log_class = {.id = 7,
                                             .version = 1,
                                             COSEM_CLASS_ATTRIBUTES(log_attributes),
                                             .tables = 1 << 2,
                                             COSEM_CLASS_METHODS(log_methods)};

static const struct cosem_access both = {.read = {COSEM_ALL, COSEM_ALL}};
static const struct cosem_access value_only = {.read = {1u << 1, COSEM_ALL}};
static const struct cosem_access second = {
    .read = {0, COSEM_ALL}, .write = {0, COSEM_ALL}, .call = {0, COSEM_ALL}};

const struct cosem_name three_text = COSEM_NAME(0, 0, 42, 0, 0);
const struct cosem_name three_counter = COSEM_NAME(1, 0, 1, 8, 0);
const struct cosem_name three_log = COSEM_NAME(1, 0, 99, 1, 0);

static const struct cosem_object first_rows[] = {
    {&text_class, COSEM_NAME(0, 0, 42, 0, 0), &both, NULL},
};
static const struct cosem_object second_rows[] = {
    {&counter_class, COSEM_NAME(1, 0, 1, 8, 0), &value_only, NULL},
    {&log_class, COSEM_NAME(1, 0, 99, 1, 0), &second, NULL},
};
static const struct cosem_group first_group = COSEM_GROUP(first_rows);
static const struct cosem_group second_group = COSEM_GROUP(second_rows);
static const struct cosem_group *const groups[] = {&first_group, &second_group};

const struct cosem_model three_model = {.groups = groups, .group_count = 2};
