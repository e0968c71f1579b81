#include "test/meter/writable.h"

#include "base/crc32.h"
#include "cosem/data.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>

enum { MANAGEMENT = 2 /* column of the access rows */ };

size_t writable_list(const struct product *product, struct writable list[WRITABLE_MOST])
{
    size_t count = 0;
    for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
        const struct cosem_instance one = cosem_model_object(&product->model, n);
        for (int attribute = 2; attribute <= one.object->ic->attribute_count + 1; attribute++) {
            if (cosem_object_writable(one.object, attribute, MANAGEMENT)) {
                assert_true(count < WRITABLE_MOST);
                list[count++] = (struct writable){one, attribute};
            }
        }
    }
    return count;
}

static struct cosem_call call_of(struct head *head, const struct cosem_instance *one)
{
    struct meter *meter = &head->life->meter;
    return (struct cosem_call){.object = one->object,
                               .member = one->member,
                               .model = &meter->product->model,
                               .context = &meter->context,
                               .association = &head->association,
                               .column = MANAGEMENT};
}

static void get_table(const struct cosem_call *call, const struct cosem_table *table,
                      struct writer *w)
{
    struct cosem_rows rows = table->freeze(call);
    if (rows.result != COSEM_SUCCESS) {
        return;
    }
    cosem_put_array(w, rows.elements);
    for (uint32_t n = 0; n < rows.count; n++) {
        table->row(call, rows.first + n, w);
    }
}

size_t writable_get(struct head *head, const struct writable *writable, uint8_t *octets,
                    size_t room)
{
    const struct cosem_attribute *row =
        cosem_object_attribute(writable->one.object, writable->attribute);
    struct cosem_call call = call_of(head, &writable->one);
    struct writer w = writer_over(octets, room);
    const struct cosem_table *table = cosem_object_table(call.object, writable->attribute);
    if (table != NULL) {
        get_table(&call, table, &w);
    } else if (row->get == NULL || row->get(&call, &w) != COSEM_SUCCESS) {
        return 0;
    }
    assert_false(writer_overflow(&w));
    return writer_kept(&w);
}

size_t writable_get_object(struct head *head, const struct cosem_instance *one, uint8_t *octets,
                           size_t room)
{
    size_t size = 0;
    for (int attribute = 2; attribute <= one->object->ic->attribute_count + 1; attribute++) {
        const struct writable writable = {*one, attribute};
        if (one->object->ic->id != 15 || attribute != 2) { /* the object list is const */
            size += writable_get(head, &writable, octets + size, room - size);
        }
    }
    return size;
}

enum cosem_result writable_set(struct head *head, const struct writable *writable,
                               struct reader value)
{
    struct cosem_call call = call_of(head, &writable->one);
    return cosem_object_set(&call, writable->attribute, &value);
}

static uint32_t digest_object(struct head *head, const struct cosem_instance *one, uint32_t crc)
{
    uint8_t octets[WRITABLE_ROOM];
    struct cosem_call call = call_of(head, one);
    for (int attribute = 2; attribute <= one->object->ic->attribute_count + 1; attribute++) {
        struct writer w = writer_over(octets, sizeof octets);
        if (cosem_object_gettable(one->object, attribute) &&
            cosem_object_attribute(one->object, attribute)->get(&call, &w) == COSEM_SUCCESS) {
            crc = crc32(crc, octets, writer_kept(&w));
        }
    }
    return crc;
}

uint32_t writable_digest(struct head *head)
{
    const struct cosem_model *model = &head->life->meter.product->model;
    uint32_t crc = 0;
    for (uint32_t n = 0; n < cosem_model_count(model); n++) {
        const struct cosem_instance one = cosem_model_object(model, n);
        crc = digest_object(head, &one, crc);
    }
    return crc;
}

void writable_values_take(struct head *head, const struct writable *list, size_t count,
                          struct writable_values *values)
{
    values->begin[0] = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = values->begin[i];
        values->begin[i + 1] =
            at + writable_get(head, &list[i], values->octets + at, sizeof values->octets - at);
    }
}

bool writable_values_same(const struct writable_values *a, const struct writable_values *b,
                          size_t i)
{
    size_t size = a->begin[i + 1] - a->begin[i];
    return size == b->begin[i + 1] - b->begin[i] &&
           memcmp(a->octets + a->begin[i], b->octets + b->begin[i], size) == 0;
}

bool writable_passes(const struct writable *writable)
{
    const uint8_t *o = writable->one.name.obis;
    bool alarms = o[2] == 97 && o[3] == 98;
    return writable->one.object->ic->id == 8 || (alarms && writable->one.object->ic->id == 1);
}

bool writable_follows(const struct writable *writable)
{
    return writable->one.object->ic->id == 7 && writable->attribute == 8;
}

const char *writable_name(const struct writable *writable)
{
    static char name[48];
    const uint8_t *o = writable->one.name.obis;
    (void)snprintf(name, sizeof name, "%u %u-%u:%u.%u.%u.%d", writable->one.object->ic->id, o[0],
                   o[1], o[2], o[3], o[4], writable->attribute);
    return name;
}
