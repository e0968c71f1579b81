/* What holds for every object of every product. */
#include "cosem/class/classes.h"
#include "cosem/data.h"
#include "cosem/tape.h"
#include "test/product/listed.h"
#include "test/product/rig.h"
#include "test/unit.h"

#include <string.h>

enum { ASSOCIATION_LN = 15, OBJECT_LIST = 2 };

static const struct cosem_name current_association = COSEM_NAME(0, 0, 40, 0, 0);
static uint8_t whole[RIG_VALUE_MOST];
static uint8_t blocks[RIG_VALUE_MOST];
static struct rig rig;

static void for_every_product(void (*test)(const struct product *))
{
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        rig_init(&rig, product_all[i]);
        test(product_all[i]);
    }
}

static void assert_same_in_blocks(const struct cosem_instance *one, int attribute, uint16_t pdu)
{
    enum cosem_result result;
    enum cosem_result result_of_blocks;
    rig_associate(&rig, PRODUCT_SAP_READING, UINT16_MAX);
    size_t size = rig_read(&rig, PRODUCT_SAP_READING, one->object->ic->id, &one->name, attribute,
                           whole, &result);
    rig_associate(&rig, PRODUCT_SAP_READING, pdu);
    size_t size_of_blocks = rig_read(&rig, PRODUCT_SAP_READING, one->object->ic->id, &one->name,
                                     attribute, blocks, &result_of_blocks);
    assert_int_equal(result, result_of_blocks);
    assert_int_equal(size, size_of_blocks);
    assert_memory_equal(whole, blocks, size);
    if (result == COSEM_SUCCESS) {
        struct reader r = reader_over(whole, size);
        cosem_skip_value(&r);
        assert_true(reader_done(&r));
    }
}

/* xDLMS_context_info tells the size of the association's own APDUs: that one does differ. */
static bool tells_the_pdu_size(const struct cosem_object *object, int attribute)
{
    return object->ic->id == ASSOCIATION_LN && attribute == 5;
}

static void every_attribute_of(const struct product *product)
{
    static const uint16_t pdus[] = {64,  65,  77,  100, 136, 137, 138,  139, 140,
                                    200, 265, 266, 267, 268, 512, 1000, 4096};
    for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
        const struct cosem_instance one = cosem_model_object(&product->model, n);
        for (int attribute = 1; attribute <= one.object->ic->attribute_count + 1; attribute++) {
            for (size_t i = 0; i < sizeof pdus / sizeof pdus[0]; i++) {
                if (!tells_the_pdu_size(one.object, attribute)) {
                    assert_same_in_blocks(&one, attribute, pdus[i]);
                }
            }
        }
    }
}

static void every_attribute_is_the_same_whole_and_in_blocks(void **state)
{
    (void)state;
    for_every_product(every_attribute_of);
}

static void list_in_blocks_of(const struct product *product)
{
    uint32_t n = 0;
    struct cosem_instance one = cosem_model_object(&product->model, n);
    while (one.object->ic->id != ASSOCIATION_LN) {
        one = cosem_model_object(&product->model, ++n);
    }
    for (uint16_t pdu = 64; pdu < 700; pdu++) {
        assert_same_in_blocks(&one, OBJECT_LIST, pdu);
    }
}

static void the_object_list_in_blocks_of_every_size(void **state)
{
    (void)state;
    for_every_product(list_in_blocks_of);
}

/* A value that is rendered again for a second block could tear; none needs to be, but for the text
 * that a client writes, and what never changes. */
static bool may_be_longer(const struct cosem_object *object, int attribute)
{
    return object->ic == &class_message || (object->ic == &class_register_table && attribute == 3);
}

static void values_fit_the_carry_of(const struct product *product)
{
    for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
        const struct cosem_instance one = cosem_model_object(&product->model, n);
        for (int attribute = 2; attribute <= one.object->ic->attribute_count + 1; attribute++) {
            const struct cosem_attribute *row = cosem_object_attribute(one.object, attribute);
            struct writer w = writer_measure();
            struct cosem_call call = {.object = one.object,
                                      .member = one.member,
                                      .model = &product->model,
                                      .context = &rig.context,
                                      .association = rig_association(&rig, PRODUCT_SAP_READING),
                                      .column = product->partners[1].column};
            if (cosem_object_gettable(one.object, attribute)) {
                row->get(&call, &w);
            }
            assert_true(w.tape <= COSEM_CARRY || may_be_longer(one.object, attribute));
        }
    }
}

static void no_live_value_is_rendered_twice(void **state)
{
    (void)state;
    for_every_product(values_fit_the_carry_of);
}

/* A plain request: listed with the right and without protection, it is done, or refused for what
 * was given; listed with protection, it is out of scope; listed without the right, it is denied.
 * Not listed: as if there were none. */
static void assert_right(struct listed_right right, unsigned wanted, enum cosem_result result,
                         enum cosem_result other)
{
    if (!right.listed) {
        assert_int_equal(result, COSEM_OBJECT_UNDEFINED);
    } else if ((right.rights & wanted) == 0) {
        assert_int_equal(result, COSEM_READ_WRITE_DENIED);
    } else if (right.protection != 0) {
        assert_int_equal(result, COSEM_SCOPE_OF_ACCESS_VIOLATED);
    } else {
        assert_true(result == COSEM_SUCCESS || result == other);
    }
}

/* Everything is read, written with a value of no type that anything has, and called with one. */
static int try_object(uint16_t sap, const struct cosem_instance *one, const struct listed *listed)
{
    static const uint8_t bcd[] = {COSEM_BCD, 0};
    static const struct listed_right none;
    int granted = 0;
    for (int i = -1; i < LISTED_MEMBERS; i++) {
        struct dlms_target target = {one->object->ic->id, one->name, (int8_t)i};
        struct listed_right attribute = i < 1 ? none : listed->attributes[i];
        struct listed_right method = i < 1 ? none : listed->methods[i];
        enum cosem_result result;
        rig_read(&rig, sap, one->object->ic->id, &one->name, i, blocks, &result);
        assert_right(attribute, LISTED_READ, result, COSEM_TEMPORARY_FAILURE);
        result = rig_set(&rig, sap, &target, reader_over(bcd, sizeof bcd));
        assert_right(attribute, LISTED_WRITE, result, COSEM_TYPE_UNMATCHED);
        result = rig_act(&rig, sap, &target, reader_over(bcd, sizeof bcd));
        assert_right(method, LISTED_CALL, result, COSEM_TYPE_UNMATCHED);
        granted += (attribute.rights > 0) + (method.rights > 0);
    }
    return granted;
}

static void list_and_rights_of(const struct product *product, uint16_t sap)
{
    enum cosem_result result;
    rig_associate(&rig, sap, UINT16_MAX);
    size_t size =
        rig_read(&rig, sap, ASSOCIATION_LN, &current_association, OBJECT_LIST, whole, &result);
    assert_int_equal(result, COSEM_SUCCESS);
    int granted = 0;
    for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
        const struct cosem_instance one = cosem_model_object(&product->model, n);
        struct listed listed = listed_find(reader_over(whole, size), &one);
        granted += try_object(sap, &one, &listed);
    }
    assert_true(granted > 20);
}

static void lists_and_rights(const struct product *product)
{
    for (int i = 0; i < product->partner_count; i++) {
        if (!product->partners[i].established) {
            list_and_rights_of(product, product->partners[i].sap);
        }
    }
}

static void what_is_listed_is_what_is_enforced(void **state)
{
    (void)state;
    for_every_product(lists_and_rights);
}

/* The public client: who the meter is, and its clock; nothing that is measured. */
static void public_of(const struct product *product)
{
    static const struct cosem_name seen[] = {
        COSEM_NAME(0, 0, 1, 0, 0),  COSEM_NAME(0, 0, 40, 0, 0), COSEM_NAME(0, 0, 41, 0, 0),
        COSEM_NAME(0, 0, 42, 0, 0), COSEM_NAME(0, 0, 43, 1, 0), COSEM_NAME(0, 0, 96, 1, 0),
        COSEM_NAME(1, 0, 0, 2, 0),  COSEM_NAME(1, 0, 0, 2, 8),  COSEM_NAME(1, 1, 0, 2, 0),
        COSEM_NAME(1, 1, 0, 2, 8),
    };
    uint8_t column = product->partners[0].column;
    uint32_t count = 0;
    assert_int_equal(product->partners[0].sap, PRODUCT_SAP_PUBLIC);
    for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
        count += cosem_object_visible(cosem_model_object(&product->model, n).object, column);
    }
    assert_int_equal(count, sizeof seen / sizeof seen[0]);
    for (size_t i = 0; i < count; i++) {
        enum cosem_result why;
        uint16_t classes[] = {1, 8, 15, 17};
        bool found = false;
        for (size_t k = 0; k < 4; k++) {
            found |= cosem_model_find(&product->model, classes[k], &seen[i], column, &why) != NULL;
        }
        assert_true(found);
    }
}

static void the_public_client_sees_no_measurement(void **state)
{
    (void)state;
    for_every_product(public_of);
}

/* A register table shows all harmonics of a quantity, a register just one quantity. */
static bool shows(const struct cosem_instance *one, struct quantity quantity)
{
    struct quantity shown;
    bool is_harmonic =
        quantity.e != 0 && quantity.e <= QUANTITY_ORDERS && !quantity_row(quantity.kind)->energy;
    if (is_harmonic && one->object->ic == &class_register_table) {
        shown = *(const struct quantity *)one->object->config;
        quantity.e = 0;
    } else if (is_harmonic || !product_quantity(one, &shown)) {
        return false;
    }
    return shown.kind == quantity.kind && shown.phase == quantity.phase && shown.e == quantity.e;
}

static int registers_of(const struct product *product, struct quantity quantity,
                        struct cosem_instance *found)
{
    int count = 0;
    for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
        const struct cosem_instance one = cosem_model_object(&product->model, n);
        if (shows(&one, quantity)) {
            *found = one;
            count++;
        }
    }
    return count;
}

/* Every quantity that the meter has is in one register, with the code that the quantity itself
 * gives, or where the standard has none in the manufacturers' range of group C. */
static void assert_register(const struct product *product, struct quantity quantity)
{
    struct quantity_value value;
    struct cosem_name code;
    struct cosem_instance found = {.object = NULL};
    bool has = quantity_read(&rig.source, quantity, &value) == 0;
    assert_int_equal(registers_of(product, quantity, &found), has);
    if (has && found.object->ic == &class_register_table) {
        const struct cosem_name table = COSEM_NAME(1, 0, 98, 10, 0);
        assert_memory_equal(found.name.obis, table.obis, 4);
        assert_int_equal(quantity_obis(quantity, code.obis), 0);
        assert_int_equal(found.name.obis[4], code.obis[2]);
    } else if (has && quantity_obis(quantity, code.obis) == 0) {
        assert_memory_equal(found.name.obis, code.obis, sizeof code.obis);
    } else if (has) {
        assert_true(found.name.obis[2] >= 128 && found.name.obis[2] <= 199);
        assert_int_equal(found.name.obis[4], quantity.e);
    }
}

static void registers_and_quantities_of(const struct product *product)
{
    for (uint8_t kind = 0; kind < QUANTITY_KINDS; kind++) {
        for (uint8_t phase = 0; phase <= LEGAL_PHASES; phase++) {
            for (uint8_t e = 0; e <= QUANTITY_ORDERS + 1; e++) {
                assert_register(product, (struct quantity){kind, phase, e});
            }
        }
    }
}

static void every_quantity_has_its_register(void **state)
{
    (void)state;
    for_every_product(registers_and_quantities_of);
}

/* Look-up is a bisection: groups must ascend. And no object is there twice. */
static void order_of(const struct product *product)
{
    for (uint16_t g = 0; g < product->model.group_count; g++) {
        const struct cosem_group *group = product->model.groups[g];
        for (uint16_t i = 1; i < group->count; i++) {
            struct cosem_name last = cosem_object_name(&group->objects[i - 1], group->more);
            int order = memcmp(last.obis, group->objects[i].name.obis, sizeof last.obis);
            assert_true(group->more > 0 ? order < 0 : order <= 0);
        }
    }
    for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
        const struct cosem_instance one = cosem_model_object(&product->model, n);
        enum cosem_result why;
        assert_ptr_equal(cosem_model_find(&product->model, one.object->ic->id, &one.name,
                                          product->partners[1].column, &why),
                         one.object);
        assert_int_equal(cosem_object_member(one.object, &one.name), one.member);
    }
}

/* Where a look-up begins does not matter for what it finds, or says of what it does not find: not
 * on a walk to and fro of any stride, for every class there is and one that there is not. */
static void places_of(const struct product *product)
{
    static const uint32_t strides[] = {1, 2, 7, 31, 97};
    const struct cosem_model *model = &product->model;
    uint32_t count = cosem_model_count(model);
    struct cosem_place place = {.group = 0};
    uint32_t n = 0;
    for (size_t s = 0; s < sizeof strides / sizeof strides[0]; s++) {
        for (uint32_t i = 0; i < 2 * count; i++) {
            n = (n + (i < count ? strides[s] : count - strides[s])) % count;
            const struct cosem_instance one = cosem_model_object(model, n);
            uint16_t class_id = i % 5 == 4 ? 9999 : one.object->ic->id;
            unsigned column = i % 3;
            enum cosem_result why;
            enum cosem_result expected;
            assert_ptr_equal(
                cosem_model_find_near(model, &place, class_id, &one.name, column, &why),
                cosem_model_find(model, class_id, &one.name, column, &expected));
            assert_true(why == expected || place.object == one.object);
        }
    }
}

static void a_look_up_begins_anywhere(void **state)
{
    (void)state;
    for_every_product(places_of);
}

static void groups_ascend_and_every_object_is_found(void **state)
{
    (void)state;
    for_every_product(order_of);
}

static void products_are_found_by_name(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        assert_ptr_equal(product_find(product_all[i]->name), product_all[i]);
        assert_true(product_all[i]->partner_count <= DLMS_PARTNERS);
    }
    assert_null(product_find("xs212"));
    assert_null(product_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_attribute_is_the_same_whole_and_in_blocks),
        cmocka_unit_test(the_object_list_in_blocks_of_every_size),
        cmocka_unit_test(no_live_value_is_rendered_twice),
        cmocka_unit_test(what_is_listed_is_what_is_enforced),
        cmocka_unit_test(the_public_client_sees_no_measurement),
        cmocka_unit_test(every_quantity_has_its_register),
        cmocka_unit_test(groups_ascend_and_every_object_is_found),
        cmocka_unit_test(a_look_up_begins_anywhere),
        cmocka_unit_test(products_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
