#include "test/cosem/three.h"
#include "test/unit.h"

static const struct cosem_object *find(uint16_t class_id, const struct cosem_name *name,
                                       unsigned column, enum cosem_result *why)
{
    return cosem_model_find(&three_model, class_id, name, column, why);
}

static void finds_every_object_by_class_and_name(void **state)
{
    (void)state;
    assert_int_equal(cosem_model_count(&three_model), 3);
    for (uint32_t i = 0; i < 3; i++) {
        enum cosem_result why;
        const struct cosem_object *object = cosem_model_object(&three_model, i);
        assert_ptr_equal(find(object->ic->id, &object->name, 1, &why), object);
    }
    assert_null(cosem_model_object(&three_model, 3));
}

/* A number does not ask who may see. */
static void a_number_and_back(void **state)
{
    (void)state;
    static const struct cosem_name nowhere = COSEM_NAME(9, 9, 9, 9, 9);
    for (uint32_t i = 0; i < 3; i++) {
        const struct cosem_object *object = cosem_model_object(&three_model, i);
        assert_int_equal(cosem_model_number(&three_model, object->ic->id, &object->name), i);
    }
    assert_int_equal(cosem_model_number(&three_model, 3, &three_text), -1);
    assert_int_equal(cosem_model_number(&three_model, 1, &nowhere), -1);
}

static void says_why_not(void **state)
{
    (void)state;
    static const struct cosem_name before = COSEM_NAME(0, 0, 0, 0, 0);
    static const struct cosem_name between = COSEM_NAME(1, 0, 2, 0, 0);
    static const struct cosem_name behind = COSEM_NAME(9, 9, 9, 9, 9);
    const struct cosem_name *nowhere[] = {&before, &between, &behind};
    enum cosem_result why;
    for (int i = 0; i < 3; i++) {
        assert_null(find(1, nowhere[i], 1, &why));
        assert_int_equal(why, COSEM_OBJECT_UNDEFINED);
    }
    assert_null(find(3, &three_text, 1, &why));
    assert_int_equal(why, COSEM_OBJECT_CLASS_INCONSISTENT);
}

/* What a client cannot see is to it as if it were not there, under whatever class it asks. */
static void the_invisible_is_undefined(void **state)
{
    (void)state;
    enum cosem_result why;
    assert_null(find(7, &three_log, 0, &why));
    assert_int_equal(why, COSEM_OBJECT_UNDEFINED);
    assert_null(find(1, &three_log, 0, &why));
    assert_int_equal(why, COSEM_OBJECT_UNDEFINED);
    assert_non_null(find(7, &three_log, 1, &why));
}

static void rights_are_masks_of_attributes_that_have_a_value(void **state)
{
    (void)state;
    const struct cosem_object *counter = cosem_model_object(&three_model, 1);
    const struct cosem_object *log = cosem_model_object(&three_model, 2);
    assert_true(cosem_object_readable(counter, 1, 0));
    assert_true(cosem_object_readable(counter, 2, 0));
    assert_false(cosem_object_readable(counter, 3, 0));
    assert_true(cosem_object_readable(counter, 3, 1));
    assert_false(cosem_object_readable(counter, 4, 1));
    assert_false(cosem_object_readable(counter, 0, 1));
    assert_false(cosem_object_readable(counter, -1, 1));
    assert_false(cosem_object_readable(counter, 127, 1));
    assert_false(cosem_object_readable(log, 3, 1));
    assert_false(cosem_object_readable(log, 1, 0));
    assert_false(cosem_object_visible(log, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_object_by_class_and_name),
        cmocka_unit_test(a_number_and_back),
        cmocka_unit_test(says_why_not),
        cmocka_unit_test(the_invisible_is_undefined),
        cmocka_unit_test(rights_are_masks_of_attributes_that_have_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
