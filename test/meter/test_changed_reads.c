/* Every attribute of every product that is read in blocks while what its object shows is written:
 * emptied, made shorter and longer, changed, between any two blocks. Whatever it shows of that,
 * what arrives is one value, whole and well formed, or is refused; and nothing of it stays in the
 * way of the next who reads. */
#include "cosem/data.h"
#include "test/meter/furnish.h"
#include "test/meter/warp.h"
#include "test/meter/writable.h"
#include "test/unit.h"

#include <string.h>

enum { PDU_LEAST = 64, HOUR_S = 3600, TRIALS = 4, TRIED_MOST = 40 };

static struct life *life;
static struct head writer, reader;
static struct warp warp;
static struct writable list[WRITABLE_MOST];
static const struct writable *changed; /* that one, while it is read */
static uint8_t old[WARP_ROOM];
static size_t old_size;
static bool empties; /* it is emptied first */
static unsigned writes, reads;
static uint64_t dice;

static uint32_t roll(uint32_t sides)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(dice >> 33) % sides;
}

static bool put(struct reader value)
{
    bool taken = writable_set(&writer, changed, value) == COSEM_SUCCESS;
    writes += taken;
    life_rest(life);
    return taken;
}

/* One of the values beside that of the beginning. */
static void write_another(void)
{
    struct reader beside;
    warp_begin(&warp, old, old_size);
    for (unsigned tried = roll(TRIED_MOST); warp_next(&warp, &beside);) {
        if (warp.kind != WARP_TYPE && tried-- == 0) {
            (void)put(beside);
            return;
        }
    }
}

static void change(void)
{
    static const uint8_t empty[] = {COSEM_ARRAY, 0};
    bool array = old[0] == COSEM_ARRAY;
    if (!empties || !array || !put(reader_over(empty, sizeof empty))) {
        write_another();
    }
    empties = false;
}

static void assert_whole(const struct dlms_target *target)
{
    const struct writable read = {changed->one, target->member};
    struct reader value = dlms_client_value(&reader.client);
    cosem_skip_value(&value);
    if (!reader_done(&value)) {
        fail_msg("%s, read while attribute %d was written, is no whole value", writable_name(&read),
                 changed->attribute);
    }
}

static void read_while_changed(int8_t attribute, unsigned trial)
{
    const struct dlms_target target = {changed->one.object->ic->id, changed->one.name, attribute};
    empties = trial == 0;
    reader.meanwhile = change;
    if (head_get(&reader, &target) == COSEM_SUCCESS) {
        assert_whole(&target);
        reads++;
    }
    reader.meanwhile = NULL;
    (void)put(reader_over(old, old_size));
    if (head_get(&reader, &target) == COSEM_SUCCESS) {
        assert_whole(&target);
    }
}

static void read_object_while_changed(const struct writable *writable)
{
    changed = writable;
    old_size = writable_get(&writer, writable, old, sizeof old);
    for (int8_t i = 2; i <= writable->one.object->ic->attribute_count + 1 && old_size > 0; i++) {
        for (unsigned trial = 0; trial < TRIALS; trial++) {
            read_while_changed(i, trial);
        }
    }
}

/* ---- long tables, which have rows to lose ---- */

/* The elements of a table as often as it takes them. */
static void fatten(const struct writable *writable)
{
    static uint8_t octets[WARP_ROOM];
    static uint8_t fat[WARP_ROOM];
    struct reader r = reader_over(octets, writable_get(&writer, writable, octets, sizeof octets));
    struct cosem_value head = cosem_take_value(&r);
    size_t begin = r.at;
    changed = writable;
    for (size_t times = 16; head.tag == COSEM_ARRAY && head.count > 0 && times > 1; times--) {
        struct writer w = writer_over(fat, sizeof fat);
        cosem_put_array(&w, head.count * times);
        for (size_t i = 0; i < times; i++) {
            writer_octets(&w, octets + begin, r.size - begin);
        }
        if (!writer_overflow(&w) && put(reader_over(fat, writer_kept(&w)))) {
            return;
        }
    }
}

/* Each has a number of its own. */
static void put_many_special_days(void)
{
    static const struct dlms_target target = {11, COSEM_NAME(0, 0, 11, 0, 0), 2};
    enum { DAYS = 15 };
    uint8_t octets[DAYS * 16];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_array(&w, DAYS);
    for (uint16_t i = 1; i <= DAYS; i++) {
        const uint8_t date[] = {0xFF, 0xFF, 3, (uint8_t)i, 0xFF};
        cosem_put_structure(&w, 3);
        cosem_put_u16(&w, i);
        cosem_put_octet_string(&w, date, sizeof date);
        cosem_put_u8(&w, 1);
    }
    assert_int_equal(head_set(&writer, &target, reader_over(octets, writer_kept(&w))),
                     COSEM_SUCCESS);
    life_rest(life);
}

static void every_object_of(const struct product *product)
{
    life = life_begin(product->name, life_utc_ms(2026, 11, 20, 20, 0, 0));
    head_admit(life);
    head_open(&writer, life, UINT16_MAX);
    furnish(&writer);
    life_run(life, HOUR_S);
    head_open(&reader, life, PDU_LEAST);
    writes = 0;
    reads = 0;
    size_t count = writable_list(product, list);
    put_many_special_days();
    for (size_t i = 0; i < count; i++) {
        fatten(&list[i]);
        if (list[i].one.object->ic->id != 15) { /* passwords: nobody reads them */
            read_object_while_changed(&list[i]);
        }
    }
    assert_true(writes > count && reads > count);
    head_close(&reader);
    head_close(&writer);
    assert_true(life_is_intact(life));
    life_end(life);
}

static void all_products(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        dice = (uint64_t)i;
        every_object_of(product_all[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_products)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
