#include "app/object_list.h"

#include "cosem/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t take_container(struct reader *r, enum cosem_tag tag)
{
    struct cosem_value v = cosem_take_value(r);
    if (v.tag != tag) {
        reader_fail(r);
    }
    return r->fault ? 0 : v.count;
}

static void expect_structure(struct reader *r, size_t elements)
{
    if (take_container(r, COSEM_STRUCTURE) != elements) {
        reader_fail(r);
    }
}

static int64_t take_integer(struct reader *r)
{
    return cosem_take_value(r).integer;
}

static void take_name(struct reader *r, struct cosem_name *name)
{
    struct cosem_value v = cosem_take_value(r);
    if (v.tag != COSEM_OCTET_STRING || v.count != sizeof name->obis) {
        reader_fail(r);
        return;
    }
    memcpy(name->obis, v.octets, sizeof name->obis);
}

/* Attributes have a third element, their access selectors. */
static uint8_t take_rights(struct reader *r, struct object_right *rights, bool selectors)
{
    size_t count = take_container(r, COSEM_ARRAY);
    uint8_t kept = 0;
    for (size_t i = 0; i < count && !r->fault; i++) {
        expect_structure(r, selectors ? 3 : 2);
        struct object_right right = {.id = (int8_t)take_integer(r)};
        right.mode = (uint8_t)take_integer(r);
        if (selectors) {
            cosem_skip_value(r);
        }
        if (kept < OBJECT_RIGHTS_MOST) {
            rights[kept++] = right;
        }
    }
    return kept;
}

static void take_entry(struct reader *r, struct object_entry *entry)
{
    expect_structure(r, 4);
    entry->class_id = (uint16_t)take_integer(r);
    entry->version = (uint8_t)take_integer(r);
    take_name(r, &entry->name);
    expect_structure(r, 2);
    entry->attribute_count = take_rights(r, entry->attributes, true);
    entry->method_count = take_rights(r, entry->methods, false);
}

int object_list_take(struct object_list *list, struct reader value)
{
    enum { ENTRY_LEAST = 21 }; /* octets of an entry without attributes and methods */
    *list = (struct object_list){.entries = NULL};
    size_t count = take_container(&value, COSEM_ARRAY);
    if (count > reader_left(&value) / ENTRY_LEAST) {
        return -1;
    }
    list->entries = calloc(count + 1, sizeof list->entries[0]);
    for (; list->entries && list->count < count && !value.fault; list->count++) {
        take_entry(&value, &list->entries[list->count]);
    }
    if (!list->entries || !reader_done(&value)) {
        object_list_free(list);
        return -1;
    }
    return 0;
}

int object_list_read(struct object_list *list, struct client *client)
{
    static const struct cosem_name association = COSEM_NAME(0, 0, 40, 0, 0);
    enum { ASSOCIATION_LN = 15, OBJECT_LIST = 2 };
    struct reader value;
    enum cosem_result result;
    *list = (struct object_list){.entries = NULL};
    int read = client_read(client, ASSOCIATION_LN, &association, OBJECT_LIST, &value, &result);
    if (read < 0) {
        return -1;
    }
    const char *reason = "it is malformed";
    if (read > 0) {
        reason = client_result_text(result);
    } else if (object_list_take(list, value) == 0) {
        return 0;
    }
    fprintf(stderr, "watthour %s: %s: no object list: %s\n", client->options->command,
            client->options->url, reason);
    return -1;
}

void object_list_free(struct object_list *list)
{
    free(list->entries);
    *list = (struct object_list){.entries = NULL};
}

const struct object_entry *object_list_find(const struct object_list *list,
                                            const struct cosem_name *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (memcmp(list->entries[i].name.obis, name->obis, sizeof name->obis) == 0) {
            return &list->entries[i];
        }
    }
    return NULL;
}
