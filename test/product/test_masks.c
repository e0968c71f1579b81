/* Register activation as clients change it: names of masks, and that selecting one counts energy
 * and demand for its rate. */
#include "cosem/data.h"
#include "test/product/rig.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, MASKS = 6, OCTETS = 512 };
enum { ASSIGNMENT = 2, LIST = 3, ACTIVE = 4, ADD_REGISTER = 1, ADD = 2, DELETE = 3 };

static const struct cosem_name name = COSEM_NAME(0, 0, 14, 0, 1);
static uint8_t value[RIG_VALUE_MOST];
static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("xs211"));
    rig_associate(&rig, SAP, 1024);
    return 0;
}

static struct reader read_attribute(int attribute)
{
    enum cosem_result result;
    size_t size = rig_read(&rig, SAP, MASKS, &name, attribute, value, &result);
    assert_int_equal(result, COSEM_SUCCESS);
    return reader_over(value, size);
}

static enum cosem_result act(int method, const uint8_t *octets, size_t size)
{
    struct dlms_target target = {MASKS, name, (int8_t)method};
    return rig_act(&rig, SAP, &target, reader_over(octets, size));
}

static enum cosem_result act_hex(int method, const char *hex)
{
    uint8_t octets[OCTETS];
    return act(method, octets, hex_read(hex, octets, sizeof octets));
}

static enum cosem_result choose(const char *mask)
{
    uint8_t octets[OCTETS];
    struct writer w = writer_over(octets, sizeof octets);
    struct dlms_target target = {MASKS, name, ACTIVE};
    cosem_put_octet_string(&w, mask, strlen(mask));
    return rig_set(&rig, SAP, &target, reader_over(octets, writer_kept(&w)));
}

static void assert_active(const char *mask)
{
    (void)tariff_step(&rig.tariff, &rig.clock);
    struct reader r = read_attribute(ACTIVE);
    struct cosem_value v = cosem_take_value(&r);
    assert_int_equal(v.count, strlen(mask));
    assert_memory_equal(v.octets, mask, v.count);
}

/* The registers of a mask, as the list has them; how many. */
static size_t registers_of(const char *mask, uint8_t indices[UINT8_MAX])
{
    struct reader r = read_attribute(LIST);
    size_t names = cosem_take_value(&r).count;
    size_t found = 0;
    for (size_t i = 0; i < names; i++) {
        (void)cosem_take_value(&r);
        struct cosem_value is = cosem_take_value(&r);
        size_t count = cosem_take_value(&r).count;
        bool wanted = is.count == strlen(mask) && memcmp(is.octets, mask, is.count) == 0;
        found = wanted ? count : found;
        for (size_t n = 0; n < count; n++) {
            uint8_t index = (uint8_t)cosem_take_value(&r).integer;
            indices[n] = wanted ? index : indices[n];
        }
    }
    assert_true(reader_done(&r));
    return found;
}

static enum cosem_result add(const char *mask, const uint8_t *indices, size_t count)
{
    uint8_t octets[1024];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_structure(&w, 2);
    cosem_put_octet_string(&w, mask, strlen(mask));
    cosem_put_array(&w, count);
    for (size_t i = 0; i < count; i++) {
        cosem_put_u8(&w, indices[i]);
    }
    return act(ADD, octets, writer_kept(&w));
}

static enum cosem_result delete_name(const char *mask)
{
    uint8_t octets[OCTETS];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_octet_string(&w, mask, strlen(mask));
    return act(DELETE, octets, writer_kept(&w));
}

/* A mask with the registers of rate 3 selects it: the register that counts is one of them. */
static void a_name_selects_its_registers(void **state)
{
    (void)state;
    uint8_t indices[UINT8_MAX];
    size_t count = registers_of("3", indices);
    assert_true(count > 10);
    assert_int_equal(choose("peak"), COSEM_OTHER_REASON);
    assert_int_equal(add("peak", indices, count), COSEM_SUCCESS);
    assert_int_equal(choose("peak"), COSEM_SUCCESS);
    assert_active("peak");
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 3);
    assert_int_equal(choose("3"), COSEM_SUCCESS);
    assert_active("3");
    assert_int_equal(choose("peak"), COSEM_SUCCESS);
    assert_int_equal(choose("1"), COSEM_SUCCESS);
    assert_active("1");
    tariff_select(&rig.tariff, TARIFF_ENERGY, 3, rig.clock.utc_ms); /* by a script: its first */
    assert_active("3");
    uint8_t again[UINT8_MAX];
    assert_int_equal(registers_of("peak", again), count);
    assert_memory_equal(again, indices, count);
}

static void what_is_no_rate_is_refused(void **state)
{
    (void)state;
    uint8_t indices[UINT8_MAX];
    size_t count = registers_of("2", indices);
    assert_int_equal(add("x", indices, count - 1), COSEM_OTHER_REASON);
    assert_int_equal(add("x", indices, 0), COSEM_OTHER_REASON);
    assert_int_equal(add("", indices, count), COSEM_OTHER_REASON);
    assert_int_equal(add("ninechars", indices, count), COSEM_OTHER_REASON);
    uint8_t first = indices[0];
    indices[0] = indices[1];
    assert_int_equal(add("x", indices, count), COSEM_OTHER_REASON); /* one twice */
    indices[0] = (uint8_t)(first + 1);
    assert_int_equal(add("x", indices, count), COSEM_OTHER_REASON); /* one of another rate */
    indices[0] = first;
    assert_int_equal(act_hex(ADD, "0202 090178 0101 12 0001"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(act_hex(ADD, "0201 090178"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(registers_of("x", indices), 0);
    assert_int_equal(add("x", indices, count), COSEM_SUCCESS);
}

static void names_are_deleted_but_the_last_of_a_rate(void **state)
{
    (void)state;
    uint8_t indices[UINT8_MAX];
    size_t count = registers_of("5", indices);
    assert_int_equal(delete_name("5"), COSEM_OTHER_REASON);
    assert_int_equal(delete_name("night"), COSEM_OTHER_REASON);
    assert_int_equal(add("night", indices, count), COSEM_SUCCESS);
    assert_int_equal(delete_name("5"), COSEM_SUCCESS);
    assert_int_equal(choose("5"), COSEM_OTHER_REASON);
    tariff_select(&rig.tariff, TARIFF_ENERGY, 5, rig.clock.utc_ms);
    assert_active("night");
    assert_int_equal(delete_name("night"), COSEM_OTHER_REASON);
    assert_int_equal(registers_of("5", indices), 0);
}

/* A register that has a rate is assigned already, and no other can be. */
static void registers_are_assigned(void **state)
{
    (void)state;
    assert_int_equal(act_hex(ADD_REGISTER, "0202 120003 0906 0100010802FF"), COSEM_SUCCESS);
    assert_int_equal(act_hex(ADD_REGISTER, "0202 120003 0906 0100010800FF"), COSEM_OTHER_REASON);
    assert_int_equal(act_hex(ADD_REGISTER, "0202 120003 0906 01000108C8FF"), COSEM_OTHER_REASON);
    assert_int_equal(act_hex(ADD_REGISTER, "0201 120003"), COSEM_TYPE_UNMATCHED);
    struct reader r = read_attribute(ASSIGNMENT);
    assert_int_equal(cosem_take_value(&r).count % LEGAL_RATES, 0);
}

/* ---- the book by itself, against a plain list ---- */

struct plain {
    char names[MASK_NAMES][MASK_NAME + 1];
    uint8_t rates[MASK_NAMES];
    int count;
};

static int plain_find(const struct plain *plain, const char *text)
{
    for (int i = 0; i < plain->count; i++) {
        if (strcmp(plain->names[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

static int plain_names(const struct plain *plain, uint8_t rate)
{
    int names = 0;
    for (int i = 0; i < plain->count; i++) {
        names += plain->rates[i] == rate;
    }
    return names;
}

static int plain_add(struct plain *plain, const char *text, uint8_t rate)
{
    int at = plain_find(plain, text);
    bool takes = at >= 0 && plain->rates[at] != rate && plain_names(plain, plain->rates[at]) == 1;
    if (takes || (at < 0 && plain->count == MASK_NAMES)) {
        return -1;
    }
    at = at < 0 ? plain->count++ : at;
    strcpy(plain->names[at], text);
    plain->rates[at] = rate;
    return 0;
}

static int plain_delete(struct plain *plain, const char *text)
{
    int at = plain_find(plain, text);
    if (at < 0 || plain_names(plain, plain->rates[at]) == 1) {
        return -1;
    }
    for (int i = at; i + 1 < plain->count; i++) {
        strcpy(plain->names[i], plain->names[i + 1]);
        plain->rates[i] = plain->rates[i + 1];
    }
    plain->count--;
    return 0;
}

static void assert_alike(const struct mask_book *book, const struct plain *plain)
{
    assert_int_equal(book->count, plain->count);
    for (int i = 0; i < plain->count; i++) {
        assert_int_equal(book->names[i].rate, plain->rates[i]);
        assert_int_equal(book->names[i].size, strlen(plain->names[i]));
        assert_memory_equal(book->names[i].octets, plain->names[i], book->names[i].size);
    }
}

/* What is kept is the same book; with anything missing it is refused. */
static void assert_kept(const struct mask_book *book)
{
    uint8_t octets[MASK_ROOM];
    struct mask_book other;
    struct writer w = writer_over(octets, sizeof octets);
    mask_write(book, &w);
    size_t size = writer_kept(&w);
    mask_init(&other, book->rates);
    struct reader r = reader_over(octets, size - 1);
    assert_int_equal(mask_read(&other, &r), -1);
    assert_int_equal(other.count, book->rates);
    r = reader_over(octets, size);
    assert_int_equal(mask_read(&other, &r), 0);
    assert_int_equal(other.count, book->count);
    assert_memory_equal(other.names, book->names, book->count * sizeof book->names[0]);
}

static void random_names_agree_with_a_plain_list(void **state)
{
    (void)state;
    srand(6);
    struct mask_book book;
    struct plain plain = {.count = 8};
    mask_init(&book, 8);
    for (uint8_t i = 0; i < 8; i++) {
        (void)snprintf(plain.names[i], sizeof plain.names[i], "%u", i + 1U);
        plain.rates[i] = (uint8_t)(i + 1);
    }
    for (int step = 0; step < 5000; step++) {
        char text[MASK_NAME + 1];
        (void)snprintf(text, sizeof text, "%d", 1 + rand() % 24);
        struct mask_name mask = {.size = (uint8_t)strlen(text), .rate = (uint8_t)(1 + rand() % 8)};
        memcpy(mask.octets, text, mask.size);
        if (rand() % 2 == 0) {
            assert_int_equal(mask_add(&book, &mask), plain_add(&plain, text, mask.rate));
        } else {
            assert_int_equal(mask_delete(&book, mask.octets, mask.size),
                             plain_delete(&plain, text));
        }
        assert_alike(&book, &plain);
        assert_int_equal(mask_of_rate(&book, mask.rate)->rate, mask.rate);
        if (step % 50 == 0) {
            assert_kept(&book);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_name_selects_its_registers, set_up),
        cmocka_unit_test_setup(what_is_no_rate_is_refused, set_up),
        cmocka_unit_test_setup(names_are_deleted_but_the_last_of_a_rate, set_up),
        cmocka_unit_test_setup(registers_are_assigned, set_up),
        cmocka_unit_test(random_names_agree_with_a_plain_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
