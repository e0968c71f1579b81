/* The class that an OBIS code usually has: of every object of ours, and of those that the Dutch
 * standards have meters of others hold. */
#include "app/obis_class.h"

#include "app/words.h"
#include "product/product.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>

/* No code has two classes: else what is guessed depends on which product is asked first. */
static void every_object_of_ours(void **state)
{
    (void)state;
    unsigned objects = 0;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        const struct cosem_model *model = &product_all[i]->model;
        for (uint32_t n = 0; n < cosem_model_count(model); n++) {
            const struct cosem_instance one = cosem_model_object(model, n);
            assert_int_equal(obis_class(&one.name), one.object->ic->id);
            objects++;
        }
    }
    assert_true(objects > 1000);
}

static uint16_t guess(const char *word)
{
    struct words_target target;
    assert_int_equal(words_find(word, &target), 0);
    return obis_class(&target.name);
}

/* None of these is an object of ours. */
static void groups_of_others(void **state)
{
    (void)state;
    assert_int_equal(guess("0-1:24.2.1"), 4);
    assert_int_equal(guess("0-4:24.1.0"), 72);
    assert_int_equal(guess("0-2:24.3.0"), 7);
    assert_int_equal(guess("0-1:24.4.0"), 70);
    assert_int_equal(guess("0-0:25.10.0"), 100);
    assert_int_equal(guess("1-0:9.24.0"), 3);
    assert_int_equal(guess("1-0:32.24.0"), 3);
    assert_int_equal(guess("1-0:92.5.0"), 5);
    assert_int_equal(guess("0-0:96.99.99"), 1);
    assert_int_equal(guess("1-0:99.200.0"), 7);
    assert_int_equal(guess("0-7:96.3.10"), 70);
}

static void what_nobody_can_say(void **state)
{
    (void)state;
    assert_int_equal(guess("0-0:200.0.0"), 0);
    assert_int_equal(guess("6-0:1.8.0"), 0);
    assert_int_equal(guess("1-0:199.99.0"), 0);
}

/* One line of the table: what it says of a code, "x" being any channel. */
static bool is_guessed(char *line)
{
    char code[WORDS_OBIS_ROOM];
    unsigned g[6];
    unsigned class_id;
    char *at = strchr(line, ',');
    assert_non_null(at);
    char *x = strchr(at, 'x');
    if (x != NULL && x < at + 5) {
        *x = '1';
    }
    assert_int_equal(
        sscanf(at, ",%u.%u.%u.%u.%u.%u,%u", &g[0], &g[1], &g[2], &g[3], &g[4], &g[5], &class_id),
        7);
    snprintf(code, sizeof code, "%u-%u:%u.%u.%u", g[0], g[1], g[2], g[3], g[4]);
    return guess(code) == class_id;
}

static void objects_of_the_dutch_standards(void **state)
{
    (void)state;
    static char line[64 * 1024];
    unsigned rows = 0;
    unsigned guessed = 0;
    static const char path[] = WATTHOUR_SHARED "/facts/dsmr-smr-objects.csv";
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_message("%s is not here; its objects are not tried\n", path);
        skip();
    }
    bool header = fgets(line, sizeof line, file) != NULL;
    while (header && fgets(line, sizeof line, file)) {
        rows++;
        guessed += is_guessed(line);
    }
    fclose(file);
    print_message("%u of %u rows\n", guessed, rows);
    assert_true(rows > 200);
    assert_true(guessed * 100 >= rows * 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_object_of_ours),
        cmocka_unit_test(groups_of_others),
        cmocka_unit_test(what_nobody_can_say),
        cmocka_unit_test(objects_of_the_dutch_standards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
