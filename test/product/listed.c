#include "test/product/listed.h"

#include "cosem/data.h"
#include "test/unit.h"

#include <string.h>

enum { ASSOCIATION_LN = 15, VERSION_WITH_BITS = 3 };

static size_t take_container(struct reader *r, enum cosem_tag tag)
{
    struct cosem_value v = cosem_take_value(r);
    assert_int_equal(v.tag, tag);
    return v.count;
}

/* Blue Book class 15: access modes of attributes 0 to 6, of methods 0 to 2. */
static struct listed_right of_enum(int64_t mode, bool attribute)
{
    int64_t most = attribute ? 6 : 2;
    int64_t plain = attribute ? 3 : 1;
    assert_true(mode >= 0 && mode <= most);
    struct listed_right right = {.listed = true};
    right.rights = (uint8_t)(mode > plain ? mode - plain : mode);
    right.protection = mode > plain ? COSEM_REQUEST_AUTHENTICATED : 0;
    return right;
}

static struct listed_right of_bits(int64_t mode)
{
    struct listed_right right = {.listed = true};
    right.rights = (uint8_t)(mode & 3);
    right.protection = (uint8_t)(mode & 0xFC);
    return right;
}

static void take_modes(struct reader *list, struct listed_right rights[LISTED_MEMBERS],
                       bool attributes, bool bits)
{
    size_t count = take_container(list, COSEM_ARRAY);
    for (size_t k = 0; k < count; k++) {
        take_container(list, COSEM_STRUCTURE);
        int64_t id = cosem_take_value(list).integer;
        int64_t mode = cosem_take_value(list).integer;
        if (attributes) {
            cosem_skip_value(list);
        }
        assert_true(id >= 1 && id < LISTED_MEMBERS);
        rights[id] = bits ? of_bits(mode) : of_enum(mode, attributes);
    }
}

struct head {
    int64_t class_id;
    int64_t version;
    struct cosem_value name;
};

static struct head take_head(struct reader *list)
{
    take_container(list, COSEM_STRUCTURE);
    struct head head = {.class_id = cosem_take_value(list).integer};
    head.version = cosem_take_value(list).integer;
    head.name = cosem_take_value(list);
    return head;
}

static bool has_bits(struct reader list)
{
    size_t objects = take_container(&list, COSEM_ARRAY);
    for (size_t i = 0; i < objects; i++) {
        struct head head = take_head(&list);
        if (head.class_id == ASSOCIATION_LN) {
            return head.version >= VERSION_WITH_BITS;
        }
        cosem_skip_value(&list);
    }
    fail_msg("no association in the list");
    return false;
}

struct listed listed_find(struct reader list, const struct cosem_instance *one)
{
    bool bits = has_bits(list);
    struct listed listed = {0};
    size_t objects = take_container(&list, COSEM_ARRAY);
    for (size_t i = 0; i < objects; i++) {
        struct head head = take_head(&list);
        struct listed passed = {0};
        bool same = head.class_id == one->object->ic->id &&
                    head.version == one->object->ic->version &&
                    memcmp(head.name.octets, one->name.obis, sizeof one->name.obis) == 0;
        struct listed *to = same ? &listed : &passed;
        take_container(&list, COSEM_STRUCTURE);
        take_modes(&list, to->attributes, true, bits);
        take_modes(&list, to->methods, false, bits);
    }
    assert_true(reader_done(&list));
    return listed;
}
