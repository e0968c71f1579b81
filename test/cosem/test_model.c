#include "test/cosem/three.h"
#include "test/unit.h"

#include <string.h>

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
        struct cosem_instance one = cosem_model_object(&three_model, i);
        assert_ptr_equal(find(one.object->ic->id, &one.name, 1, &why), one.object);
    }
    assert_null(cosem_model_object(&three_model, 3).object);
}

/* A number does not ask who may see. */
static void a_number_and_back(void **state)
{
    (void)state;
    static const struct cosem_name nowhere = COSEM_NAME(9, 9, 9, 9, 9);
    for (uint32_t i = 0; i < 3; i++) {
        const struct cosem_instance one = cosem_model_object(&three_model, i);
        assert_int_equal(cosem_model_number(&three_model, one.object->ic->id, &one.name), i);
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
    const struct cosem_object *counter = cosem_model_object(&three_model, 1).object;
    const struct cosem_object *log = cosem_model_object(&three_model, 2).object;
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

/* ---- series ---- */

enum { RATES = 4, PERIODS = 5, FIRST_PERIOD = 101 };

/* The rates of two registers, among whose names there are those of their periods. */
static const struct cosem_attribute value_only[] = {{.set = NULL}};
static const struct cosem_class of_rates = {.id = 3, COSEM_CLASS_ATTRIBUTES(value_only)};
static const struct cosem_class of_periods = {.id = 4, COSEM_CLASS_ATTRIBUTES(value_only)};
static const struct cosem_access by_client_1 = {.read = {[1] = COSEM_ALL}};
static const struct cosem_object rate_rows[] = {
    {&of_rates, COSEM_NAME(1, 0, 1, 8, 1), &by_client_1, NULL},
    {&of_rates, COSEM_NAME(1, 0, 2, 8, 1), &by_client_1, NULL},
};
static const struct cosem_object period_rows[] = {
    {&of_periods, {{1, 0, 1, 8, 0, FIRST_PERIOD}}, &by_client_1, NULL},
    {&of_periods, {{1, 0, 1, 8, 3, FIRST_PERIOD}}, &by_client_1, NULL},
    {&of_rates, {{1, 0, 2, 8, 3, FIRST_PERIOD}}, &by_client_1, NULL},
};
static const struct cosem_group rate_group = COSEM_GROUP_OF_SERIES(rate_rows, RATES);
static const struct cosem_group period_group = COSEM_GROUP_OF_SERIES(period_rows, PERIODS);
static const struct cosem_group *const series_groups[] = {&rate_group, &period_group};
static const struct cosem_model series = {series_groups, 2};

/* The number of the object with that class and name, looked for one by one; -1. */
static int number_of(uint16_t class_id, const struct cosem_name *name)
{
    for (uint32_t n = 0; n < cosem_model_count(&series); n++) {
        struct cosem_instance one = cosem_model_object(&series, n);
        if (one.object->ic->id == class_id && memcmp(&one.name, name, sizeof *name) == 0) {
            return (int)n;
        }
    }
    return -1;
}

static void assert_found(struct cosem_call *call, uint16_t class_id, const struct cosem_name *name)
{
    enum cosem_result why;
    int number = number_of(class_id, name);
    assert_int_equal(cosem_model_number(&series, class_id, name), number);
    bool found = cosem_call_turn(call, class_id, name->obis, &why);
    assert_int_equal(found, number >= 0);
    if (found) {
        struct cosem_instance one = cosem_model_object(&series, (uint32_t)number);
        struct cosem_name shown = cosem_object_name(call->object, call->member);
        assert_ptr_equal(call->object, one.object);
        assert_int_equal(call->member, one.member);
        assert_memory_equal(&shown, name, sizeof shown);
    } else {
        bool other = number_of(3, name) >= 0 || number_of(4, name) >= 0;
        assert_null(call->object);
        assert_int_equal(why, other ? COSEM_OBJECT_CLASS_INCONSISTENT : COSEM_OBJECT_UNDEFINED);
    }
}

static void a_row_of_a_series_is_as_many_objects(void **state)
{
    (void)state;
    assert_int_equal(cosem_model_count(&series), 2 * RATES + 3 * PERIODS);
    assert_null(cosem_model_object(&series, 2 * RATES + 3 * PERIODS).object);
    for (uint32_t n = 0; n < 2 * RATES; n++) {
        const struct cosem_name name =
            COSEM_NAME(1, 0, (uint8_t)(1 + n / RATES), 8, (uint8_t)(1 + n % RATES));
        struct cosem_instance one = cosem_model_object(&series, n);
        assert_memory_equal(&one.name, &name, sizeof name);
        assert_int_equal(one.member, n % RATES);
    }
}

/* Whatever is asked for, before, in, between and behind the series, and wherever the search before
 * has ended. */
static void names_around_a_series_are_told_apart(void **state)
{
    (void)state;
    static const uint8_t periods[] = {0, 100, 101, 103, 105, 106, 254, 255};
    struct cosem_place place = {.group = 0};
    for (unsigned c = 0; c <= 3; c++) {
        for (unsigned e = 0; e <= RATES + 2; e++) {
            for (size_t f = 0; f < sizeof periods; f++) {
                for (uint16_t class_id = 2; class_id <= 4; class_id++) {
                    const struct cosem_name name = {{1, 0, (uint8_t)c, 8, (uint8_t)e, periods[f]}};
                    struct cosem_call call = {.model = &series, .column = 1};
                    enum cosem_result why;
                    assert_found(&call, class_id, &name);
                    assert_ptr_equal(
                        cosem_model_find_near(&series, &place, class_id, &name, 1, &why),
                        call.object);
                }
            }
        }
    }
}

/* Nobody takes the one for the other: they share their place in the row. */
static void an_attribute_has_a_getter_or_a_table_or_neither(void **state)
{
    (void)state;
    enum { TABLE = 2, NOTHING = 3, LEVEL = 4, NOTE = 5, BEYOND = 6 };
    const struct cosem_object *log = cosem_model_object(&three_model, 2).object;
    struct writer w = writer_measure();
    struct cosem_call call = {.object = log, .model = &three_model, .column = 1};
    for (int attribute = -1; attribute <= BEYOND; attribute++) {
        bool gettable = attribute == LEVEL || attribute == NOTE;
        assert_int_equal(cosem_object_gettable(log, attribute), gettable);
        assert_int_equal(cosem_object_table(log, attribute) != NULL, attribute == TABLE);
        if (!gettable) {
            assert_int_equal(cosem_object_get(&call, attribute, &w), COSEM_OBJECT_UNDEFINED);
        }
    }
    assert_int_equal(cosem_object_table(log, TABLE)->selectors, 1 << 1);
    assert_int_equal(w.tape, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_object_by_class_and_name),
        cmocka_unit_test(a_number_and_back),
        cmocka_unit_test(says_why_not),
        cmocka_unit_test(the_invisible_is_undefined),
        cmocka_unit_test(rights_are_masks_of_attributes_that_have_a_value),
        cmocka_unit_test(a_row_of_a_series_is_as_many_objects),
        cmocka_unit_test(names_around_a_series_are_told_apart),
        cmocka_unit_test(an_attribute_has_a_getter_or_a_table_or_neither),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
