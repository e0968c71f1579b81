/* The meter reads, sets and calls objects of its own, for a push, its display or a script, without
 * an association: every member of every object stands that, and what depends on who asks is not
 * there. */
#include "cosem/class/classes.h"
#include "cosem/class/object_numbers.h"
#include "cosem/data.h"
#include "cosem/tape.h"
#include "test/product/rig.h"
#include "test/unit.h"

static struct rig rig;

static bool depends_on_who_asks(const struct cosem_object *object)
{
    static const uint16_t classes[] = {15, 17, 64}; /* association, its SAPs, its security */
    bool depends = false;
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        depends |= object->ic->id == classes[i];
    }
    return depends;
}

static struct cosem_call call_of(const struct cosem_instance *one, unsigned column)
{
    return (struct cosem_call){.object = one->object,
                               .member = one->member,
                               .model = &rig.product->model,
                               .context = &rig.context,
                               .column = (uint8_t)column};
}

static enum cosem_result read_all(const struct cosem_call *call, int attribute)
{
    static uint8_t piece[256 + COSEM_CARRY];
    struct cosem_tape tape;
    enum cosem_result result = cosem_tape_open(&tape, call, attribute);
    while (result == COSEM_SUCCESS && !cosem_tape_ended(&tape)) {
        (void)cosem_tape_read(&tape, piece, sizeof piece - COSEM_CARRY);
    }
    return result == COSEM_SUCCESS ? tape.result : result;
}

static struct reader null_data(void)
{
    static const uint8_t null[] = {COSEM_NULL};
    return reader_over(null, sizeof null);
}

static void check_attributes(const struct cosem_instance *one, unsigned column)
{
    const struct cosem_call call = call_of(one, column);
    assert_int_not_equal(read_all(&call, 1), COSEM_OBJECT_UNAVAILABLE); /* its name */
    for (int attribute = 2; attribute <= one->object->ic->attribute_count + 1; attribute++) {
        uint8_t octets[COSEM_CARRY];
        struct reader null = null_data();
        struct writer w = writer_over(octets, sizeof octets);
        enum cosem_result got = cosem_object_get(&call, attribute, &w);
        enum cosem_result read = read_all(&call, attribute);
        enum cosem_result set = cosem_object_set(&call, attribute, &null);
        if (depends_on_who_asks(one->object)) {
            assert_int_not_equal(got, COSEM_SUCCESS);
            assert_int_not_equal(read, COSEM_SUCCESS);
            assert_int_not_equal(set, COSEM_SUCCESS);
        } else {
            assert_int_not_equal(got, COSEM_OBJECT_UNAVAILABLE);
        }
    }
}

static void check_methods(const struct cosem_instance *one, unsigned column)
{
    const struct cosem_call call = call_of(one, column);
    for (int method = 1; method <= one->object->ic->method_count; method++) {
        uint8_t octets[COSEM_CARRY];
        struct reader null = null_data();
        struct writer returned = writer_over(octets, sizeof octets);
        enum cosem_result result = cosem_object_invoke(&call, method, &null, &returned);
        assert_false(depends_on_who_asks(one->object) && result == COSEM_SUCCESS);
    }
}

/* As a client of the column would find it. */
static void check_object(const struct cosem_instance *one, unsigned column)
{
    enum cosem_result why;
    if (cosem_model_find(&rig.product->model, one->object->ic->id, &one->name, column, &why) !=
        NULL) {
        check_attributes(one, column);
        check_methods(one, column);
    }
}

static void check_product(const struct product *product)
{
    for (uint8_t partner = 0; partner < product->partner_count; partner++) {
        rig_init(&rig, product);
        for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
            const struct cosem_instance one = cosem_model_object(&product->model, n);
            check_object(&one, product->partners[partner].column);
        }
    }
}

/* Lists keep numbers: the table has each object once, whoever may see it. */
static void every_object_has_a_number_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        const struct cosem_model *model = &product_all[i]->model;
        const struct object_table table = object_numbers(model);
        uint32_t count = cosem_model_count(model);
        assert_true(count < OBJECT_NONE);
        for (uint32_t n = 0; n < count; n++) {
            const struct cosem_instance one = cosem_model_object(model, n);
            struct object_name name = object_name(&table, (uint16_t)n);
            assert_int_equal(name.class_id, one.object->ic->id);
            assert_memory_equal(name.obis, one.name.obis, sizeof name.obis);
            assert_int_equal(object_number(&table, &name), n);
            name.class_id ^= 0x4000;
            assert_int_equal(object_number(&table, &name), OBJECT_NONE);
        }
        assert_int_equal(object_name(&table, (uint16_t)count).class_id, 0);
    }
}

static void every_member_of_every_object(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        check_product(product_all[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_of_every_object),
        cmocka_unit_test(every_object_has_a_number_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
