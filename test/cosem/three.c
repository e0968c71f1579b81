#include "test/cosem/three.h"

#include "cosem/data.h"

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

static enum cosem_result one_octet(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    cosem_put_u8(w, 7);
    return COSEM_SUCCESS;
}

static struct cosem_rows freeze(const struct cosem_call *call)
{
    uint32_t count = call->context->rows;
    return (struct cosem_rows){.first = 10, .count = count, .elements = count - count / 5};
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

static const struct cosem_table table = {freeze, row};
static const struct cosem_attribute text_attributes[] = {{.get = text}};
static const struct cosem_attribute counter_attributes[] = {{.get = counter}, {.get = fails}};
static const struct cosem_attribute log_attributes[] = {
    {.table = &table}, {NULL, NULL}, {.get = one_octet}};

static const struct cosem_class text_class = {.id = 1, COSEM_CLASS_ATTRIBUTES(text_attributes)};
static const struct cosem_class counter_class = {.id = 3,
                                                 COSEM_CLASS_ATTRIBUTES(counter_attributes)};
static const struct cosem_class log_class = {
    .id = 7, .version = 1, COSEM_CLASS_ATTRIBUTES(log_attributes)};

static const struct cosem_access both = {{COSEM_ALL, COSEM_ALL}};
static const struct cosem_access value_only = {{1u << 1, COSEM_ALL}};
static const struct cosem_access second = {{0, COSEM_ALL}};

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
