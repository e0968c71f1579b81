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

/* ---- nested tables, whose heads say how much follows ---- */

enum {
    NAMES = 7 /* of masks, beside the first */,
    DAYS = 24,
    SWITCHES = 5,
    PDU_MOST = 104,
    PDU_STEP = 8
};

static const struct dlms_target masks = {6, COSEM_NAME(0, 0, 14, 0, 1), 3};
static const struct dlms_target days = {20, COSEM_NAME(0, 0, 13, 0, 0), 9};
static const struct dlms_target active_days = {20, COSEM_NAME(0, 0, 13, 0, 0), 5};
static unsigned gap; /* between two blocks, from 0 on */
static unsigned changed_gap;
static void (*change_once)(void);

static void act(const struct dlms_target *object, int8_t method, struct writer *w)
{
    const struct dlms_target target = {object->class_id, object->name, method};
    assert_false(writer_overflow(w));
    if (head_act(&writer, &target, reader_over(w->window, writer_kept(w))) != COSEM_SUCCESS) {
        fail_msg("method %d of class %u is refused", method, object->class_id);
    }
}

static void name_mask(char name)
{
    static const uint8_t registers_at = 3; /* behind array, count, structure */
    uint8_t list_octets[WARP_ROOM];
    uint8_t octets[256];
    struct writer w = writer_over(octets, sizeof octets);
    assert_int_equal(head_get(&writer, &masks), COSEM_SUCCESS);
    struct reader first = dlms_client_value(&writer.client);
    size_t size = reader_left(&first);
    assert_true(size <= sizeof list_octets);
    memcpy(list_octets, reader_octets(&first, size), size);
    struct reader r = reader_over(list_octets, size);
    cosem_take_value(&r);
    cosem_take_value(&r);
    assert_int_equal(r.at, registers_at + 1);
    cosem_take_value(&r);
    size_t begin = r.at;
    cosem_skip_value(&r);
    cosem_put_structure(&w, 2);
    cosem_put_octet_string(&w, &name, sizeof name);
    writer_octets(&w, list_octets + begin, r.at - begin);
    act(&masks, 2, &w);
}

static void forget_mask(char name)
{
    uint8_t octets[8];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_octet_string(&w, &name, sizeof name);
    act(&masks, 3, &w);
}

static void forget_one(void)
{
    forget_mask('a');
}

static void forget_all(void)
{
    for (char name = 'a'; name < 'a' + NAMES; name++) {
        forget_mask(name);
    }
}

static void name_one(void)
{
    name_mask('z');
}

/* `count` days, the first of `switches` and each behind it of one less, down to none. */
static void put_days(unsigned count, unsigned switches)
{
    static const uint8_t script[] = {0, 0, 10, 0, 100, 255};
    uint8_t octets[2048];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_array(&w, count);
    for (unsigned i = 0; i < count; i++) {
        unsigned its = switches > i ? switches - i : 0;
        cosem_put_structure(&w, 2);
        cosem_put_u8(&w, (uint8_t)(i + 1));
        cosem_put_array(&w, its);
        for (unsigned k = 0; k < its; k++) {
            const uint8_t time[] = {(uint8_t)k, 0, 0, 0};
            cosem_put_structure(&w, 3);
            cosem_put_octet_string(&w, time, sizeof time);
            cosem_put_octet_string(&w, script, sizeof script);
            cosem_put_u16(&w, 1);
        }
    }
    assert_int_equal(head_set(&writer, &days, reader_over(octets, writer_kept(&w))), COSEM_SUCCESS);
}

static void empty_days(void)
{
    put_days(0, 0);
}
static void fewer_days(void)
{
    put_days(2, 3);
}
static void more_days(void)
{
    put_days(DAYS, SWITCHES + 2);
}
static void bare_days(void)
{
    put_days(DAYS, 0);
}
static void many_days(void)
{
    put_days(DAYS, SWITCHES);
}

static void activate_days(void)
{
    uint8_t octets[2];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_i8(&w, 0);
    act(&days, 1, &w);
}

static void in_that_gap(void)
{
    if (gap++ == changed_gap) {
        change_once();
    }
}

/* Every gap between two blocks in turn; what arrives is whole. How many gaps there are. */
static unsigned read_over_gaps(const struct dlms_target *target, void (*prepare)(void),
                               void (*once)(void))
{
    reader.meanwhile = in_that_gap;
    change_once = once;
    for (changed_gap = 0;; changed_gap++) {
        prepare();
        gap = 0;
        assert_int_equal(head_get(&reader, target), COSEM_SUCCESS);
        struct reader value = dlms_client_value(&reader.client);
        cosem_skip_value(&value);
        if (!reader_done(&value)) {
            fail_msg("class %u attribute %d, changed in gap %u, is no whole value",
                     target->class_id, target->member, changed_gap);
        }
        if (gap <= changed_gap) {
            break;
        }
    }
    reader.meanwhile = NULL;
    return changed_gap;
}

static void name_masks(void)
{
    for (char name = 'a'; name < 'a' + NAMES; name++) {
        name_mask(name);
    }
}

static void prepare_active(void)
{
    many_days();
    activate_days();
    fewer_days();
}

static void nested_tables(void **state)
{
    static const struct {
        const struct dlms_target *target;
        void (*prepare)(void);
        void (*once)(void);
    } cases[] = {
        {&masks, name_masks, forget_one},
        {&masks, name_masks, forget_all},
        {&masks, name_masks, name_one},
        {&days, many_days, empty_days},
        {&days, many_days, fewer_days},
        {&days, many_days, more_days},
        {&days, many_days, bare_days},
        {&days, bare_days, many_days},
        {&active_days, prepare_active, activate_days},
    };
    (void)state;
    life = life_begin("st402c", life_utc_ms(2026, 11, 20, 20, 0, 0));
    head_admit(life);
    head_open(&writer, life, UINT16_MAX);
    furnish(&writer);
    for (unsigned pdu = PDU_LEAST; pdu <= PDU_MOST; pdu += PDU_STEP) {
        head_open(&reader, life, (uint16_t)pdu);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            assert_true(read_over_gaps(cases[i].target, cases[i].prepare, cases[i].once) > 0);
        }
        head_close(&reader);
    }
    head_close(&writer);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_products),
                                       cmocka_unit_test(nested_tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
