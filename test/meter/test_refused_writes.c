/* Every attribute that Management may write, on every product: what is refused leaves the whole
 * meter as it was, what is accepted is what is read afterwards, and the old value can be written
 * again. What is tried stands beside the attribute's own value: every part of it with every other
 * type (which nobody takes), other lengths, the ends of its range. */
#include "cosem/data.h"
#include "test/meter/furnish.h"
#include "test/meter/warp.h"
#include "test/meter/writable.h"
#include "test/unit.h"

#include <string.h>

enum { DAY_S = 86400, OBJECT_ROOM = 1 << 16, TRIED_MOST = 1 << 16 };

static struct life *life;
static struct head head;
static struct warp warp;
static struct writable list[WRITABLE_MOST];
static uint8_t old[WARP_ROOM], now[WARP_ROOM], all_old[OBJECT_ROOM], all_now[OBJECT_ROOM];
static size_t old_size, all_size;
static bool was_refused[TRIED_MOST]; /* of the values beside one attribute's */
static unsigned refused, accepted;

/* What is read after a value was taken. */
enum law {
    LAW_SAME,   /* just that */
    LAW_CLEARS, /* what was there, without the bits that the value does not have */
    LAW_NORMAL, /* the same in the meter's own words: taken again, it is what is read */
};

static const struct {
    uint16_t class_id;
    uint8_t obis[5];
    int attribute;
    enum law law;
} laws[] = {
    {8, {0, 0, 1, 0, 0}, 2, LAW_NORMAL},    /* the day of the week follows from the date */
    {8, {0, 0, 1, 0, 0}, 5, LAW_NORMAL},    /* parts that a rule does not need are ignored */
    {8, {0, 0, 1, 0, 0}, 6, LAW_NORMAL},    /* likewise */
    {20, {0, 0, 13, 0, 0}, 10, LAW_NORMAL}, /* likewise */
    {11, {0, 0, 11, 0, 0}, 2, LAW_NORMAL},  /* in the order of their numbers */
    {10, {0, 0, 12, 0, 0}, 2, LAW_NORMAL},  /* hundredths that are not specified are 0 */
    {20, {0, 0, 13, 0, 0}, 7, LAW_NORMAL},  /* a season's time of day is ignored */
    {20, {0, 0, 13, 0, 0}, 9, LAW_NORMAL},  /* hundredths, as above */
    {22, {0, 0, 15, 0, 0}, 4, LAW_NORMAL},  /* likewise */
    {22, {0, 1, 15, 0, 4}, 4, LAW_NORMAL},
    {22, {0, 2, 15, 0, 4}, 4, LAW_NORMAL},
    {22, {0, 3, 15, 0, 4}, 4, LAW_NORMAL},
    {21, {0, 0, 16, 1, 0}, 4, LAW_NORMAL}, /* script 0: none, of whatever table */
    {21, {0, 0, 16, 1, 1}, 4, LAW_NORMAL},
    {21, {0, 0, 16, 1, 2}, 4, LAW_NORMAL},
    {1, {0, 0, 97, 97, 0}, 2, LAW_CLEARS},
    {1, {0, 0, 97, 98, 0}, 2, LAW_CLEARS},
    {1, {0, 0, 97, 98, 1}, 2, LAW_CLEARS},
    {1, {0, 0, 97, 98, 2}, 2, LAW_CLEARS},
    {1, {0, 0, 97, 98, 20}, 2, LAW_CLEARS},
    {1, {0, 0, 97, 98, 21}, 2, LAW_CLEARS},
    {1, {0, 0, 97, 98, 22}, 2, LAW_CLEARS},
};

static enum law law_of(const struct writable *writable)
{
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++) {
        if (laws[i].class_id == writable->one.object->ic->id &&
            memcmp(laws[i].obis, writable->one.name.obis, sizeof laws[i].obis) == 0 &&
            laws[i].attribute == writable->attribute) {
            return laws[i].law;
        }
    }
    return LAW_SAME;
}

static void remember(const struct writable *writable)
{
    old_size = writable_get(&head, writable, old, sizeof old);
    all_size = writable_get_object(&head, &writable->one, all_old, sizeof all_old);
}

static bool reads(const struct writable *writable, const uint8_t *octets, size_t size)
{
    return writable_get(&head, writable, now, sizeof now) == size && memcmp(now, octets, size) == 0;
}

/* Any octet but 0 is true. */
static void make_plain(struct reader *value, uint8_t plain[WARP_ROOM])
{
    memcpy(plain, value->data, value->size);
    struct reader r = *value;
    while (reader_left(&r) > 0) {
        struct cosem_value v = cosem_take_value(&r);
        if (v.tag == COSEM_BOOLEAN && v.integer != 0) {
            plain[r.at - 1] = 1;
        }
    }
    value->data = plain;
}

static int64_t integer_of(const uint8_t *octets, size_t size)
{
    struct reader r = reader_over(octets, size);
    return cosem_take_value(&r).integer;
}

static bool holds(enum law law, const struct writable *writable, struct reader taken)
{
    static uint8_t plain[WARP_ROOM], again[WARP_ROOM];
    if (law == LAW_CLEARS) {
        (void)writable_get(&head, writable, now, sizeof now);
        return integer_of(now, taken.size) ==
               (integer_of(old, old_size) & integer_of(taken.data, taken.size));
    }
    if (law == LAW_NORMAL) {
        size_t size = writable_get(&head, writable, again, sizeof again);
        return writable_set(&head, writable, reader_over(again, size)) == COSEM_SUCCESS &&
               reads(writable, again, size);
    }
    make_plain(&taken, plain);
    return reads(writable, taken.data, taken.size);
}

static void assert_unchanged(const struct writable *writable, enum cosem_result result)
{
    size_t size = writable_get_object(&head, &writable->one, all_now, sizeof all_now);
    if (size != all_size || memcmp(all_now, all_old, all_size) != 0) {
        fail_msg("%s: part %zu, change %u refused by %d, and yet the object is another",
                 writable_name(writable), warp.part, warp.change, result);
    }
    refused++;
}

/* Dates and times come as octet strings or in types of their own. */
static bool is_time(void)
{
    const uint8_t *was = old + warp.parts[warp.part].begin;
    uint8_t tag = warp.octets[warp.parts[warp.part].begin];
    return was[0] == COSEM_OCTET_STRING &&
           ((was[1] == 12 && tag == COSEM_DATE_TIME) || (was[1] == 5 && tag == COSEM_DATE) ||
            (was[1] == 4 && tag == COSEM_TIME));
}

static void assert_accepted(const struct writable *writable, struct reader beside)
{
    enum law law = warp.kind == WARP_TYPE ? LAW_NORMAL : law_of(writable);
    if (warp.kind == WARP_TYPE && !is_time()) {
        fail_msg("%s: part %zu is taken with type %u", writable_name(writable), warp.part,
                 warp.octets[warp.parts[warp.part].begin]);
    }
    if (!holds(law, writable, beside)) {
        fail_msg("%s: part %zu, change %u accepted, but another value is read",
                 writable_name(writable), warp.part, warp.change);
    }
    life_rest(life);
    bool back = writable_set(&head, writable, reader_over(old, old_size)) == COSEM_SUCCESS &&
                reads(writable, old, old_size);
    life_rest(life);
    if (!back && law != LAW_CLEARS) {
        fail_msg("%s: part %zu, change %u: the old value cannot be written again",
                 writable_name(writable), warp.part, warp.change);
    }
    accepted++;
}

/* What is there can be written again; but for what a network would have to take, and the buffer of
 * data protection, which takes what is protected. */
static void assert_own_value(const struct writable *writable)
{
    enum { DATA_PROTECTION = 30, TCP_SETUP = 41 };
    uint16_t class_id = writable->one.object->ic->id;
    if (old_size == 0 || class_id == DATA_PROTECTION || class_id == TCP_SETUP) {
        return;
    }
    if (writable_set(&head, writable, reader_over(old, old_size)) != COSEM_SUCCESS) {
        fail_msg("%s: the value that is there is refused", writable_name(writable));
    }
    life_rest(life);
    remember(writable);
}

static void try_beside(const struct writable *writable)
{
    struct reader beside;
    unsigned tried = 0;
    remember(writable);
    assert_own_value(writable);
    warp_begin(&warp, old, old_size);
    for (; warp_next(&warp, &beside); tried++) {
        enum cosem_result result = writable_set(&head, writable, beside);
        assert_true(tried < TRIED_MOST);
        was_refused[tried] = result != COSEM_SUCCESS;
        if (was_refused[tried]) {
            assert_unchanged(writable, result);
        } else {
            assert_accepted(writable, beside);
            remember(writable);
        }
    }
}

/* What is refused changes nothing of other objects either. */
static void try_refused_again(const struct writable *writable)
{
    struct reader beside;
    uint32_t digest = writable_digest(&head);
    warp_begin(&warp, old, old_size);
    for (unsigned tried = 0; warp_next(&warp, &beside); tried++) {
        if (was_refused[tried]) {
            assert_int_not_equal(writable_set(&head, writable, beside), COSEM_SUCCESS);
        }
    }
    if (writable_digest(&head) != digest) {
        fail_msg("%s: what was refused has changed something else", writable_name(writable));
    }
}

static void every_writable_of(const char *name)
{
    life = life_begin(name, life_utc_ms(2026, 11, 20, 20, 0, 0));
    head_admit(life);
    life_run(life, DAY_S / 8);
    head_open(&head, life, UINT16_MAX);
    furnish(&head);
    size_t count = writable_list(life->meter.product, list);
    refused = accepted = 0;
    for (size_t i = 0; i < count; i++) {
        try_beside(&list[i]);
        try_refused_again(&list[i]);
    }
    assert_true(refused > 30 * count && accepted > 5 * count);
    head_close(&head);
    life_end(life);
}

static void xs211(void **state)
{
    (void)state;
    every_writable_of("xs211");
}

static void sm402d(void **state)
{
    (void)state;
    every_writable_of("sm402d");
}

static void st402d(void **state)
{
    (void)state;
    every_writable_of("st402d");
}

static void st402c(void **state)
{
    (void)state;
    every_writable_of("st402c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xs211),
        cmocka_unit_test(sm402d),
        cmocka_unit_test(st402d),
        cmocka_unit_test(st402c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
