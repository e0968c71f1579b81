#include "app/words.h"

#include "product/product.h"
#include "test/unit.h"

#include <string.h>

static void assert_finds(const char *word, uint16_t class_id, const char *obis, int attribute)
{
    struct words_target target;
    char text[WORDS_OBIS_ROOM];
    assert_int_equal(words_find(word, &target), 0);
    words_obis(&target.name, text);
    assert_string_equal(text, obis);
    assert_int_equal(target.class_id, class_id);
    assert_int_equal(target.attribute, attribute);
}

static void words_of_people(void **state)
{
    (void)state;
    assert_finds("clock", 8, "0-0:1.0.0", 2);
    assert_finds("clock:3", 8, "0-0:1.0.0", 3);
    assert_finds("name", 1, "0-0:42.0.0", 2);
    assert_finds("association:2", 15, "0-0:40.0.0", 2);
    assert_finds("u1", 3, "1-0:32.7.0", 2);
    assert_finds("u.1", 3, "1-0:32.7.0", 2);
    assert_finds("u", 3, "1-0:32.7.0", 2);
    assert_finds("u3:3", 3, "1-0:72.7.0", 3);
    assert_finds("i", 3, "1-0:90.7.0", 2);
    assert_finds("i2", 3, "1-0:51.7.0", 2);
    assert_finds("p", 3, "1-0:16.7.0", 2);
    assert_finds("p1", 3, "1-0:128.7.0", 2);
    assert_finds("p1.2", 3, "1-0:168.7.0", 2);
    assert_finds("a+", 3, "1-0:1.8.0", 2);
    assert_finds("a-.3", 3, "1-0:62.8.0", 2);
    assert_finds("f", 3, "1-0:14.7.0", 2);
    assert_finds("a+.t1", 3, "1-0:1.8.1", 2);
    assert_finds("riv.t8", 3, "1-0:8.8.8", 2);
    assert_finds("thd-u.2", 3, "1-0:52.7.124", 2);
    assert_finds("harmonics-i.3", 61, "1-0:98.10.71", 2);
}

/* An OBIS code in the forms that people know; what has too little or too much is none. */
static void dotted_codes(void **state)
{
    (void)state;
    static const char *const none[] = {"1.0.99.1.0",      "1.0.99.1.0.255.1", "1.0.99.1.0.256",
                                       "1.0.99.1..255",   "1-0:99.1",         "1-0:99.1.0.255.3",
                                       "1.0.99.1.0.255x", "1-0.99.1.0.255",   "1.0:99.1.0.255"};
    struct words_target target;
    assert_finds("1-0:99.1.0", 0, "1-0:99.1.0", 2);
    assert_finds("1.0.99.1.0.255", 0, "1-0:99.1.0", 2);
    assert_finds("7:1.0.99.1.0.255:3", 7, "1-0:99.1.0", 3);
    assert_finds("1-0:99.1.0.255", 0, "1-0:99.1.0", 2);
    assert_finds("1-0:99.1.0*255", 0, "1-0:99.1.0", 2);
    assert_finds("1-0:1.8.0.101", 0, "1-0:1.8.0.101", 2);
    assert_finds("1.0.1.8.0.101", 0, "1-0:1.8.0.101", 2);
    assert_finds("99.1.0", 0, "1-0:99.1.0", 2);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        if (words_find(none[i], &target) == 0) {
            fail_msg("\"%s\" is taken", none[i]);
        }
    }
}

/* The word that an object is listed with is the word that it is read by. */
static void every_label_leads_back(void **state)
{
    (void)state;
    unsigned labels = 0;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        const struct cosem_model *model = &product_all[i]->model;
        for (uint32_t n = 0; n < cosem_model_count(model); n++) {
            const struct cosem_instance one = cosem_model_object(model, n);
            struct words_target target;
            char label[WORDS_LABEL_ROOM];
            words_label(&one.name, label);
            if (label[0] == '\0') {
                continue;
            }
            assert_int_equal(words_find(label, &target), 0);
            assert_memory_equal(&target.name, &one.name, sizeof target.name);
            assert_int_equal(target.class_id, one.object->ic->id);
            labels++;
        }
    }
    assert_true(labels > 400);
}

static void obis_codes(void **state)
{
    (void)state;
    assert_finds("1-0:32.7.0", 0, "1-0:32.7.0", 2);
    assert_finds("1-0:32.7.0:3", 0, "1-0:32.7.0", 3);
    assert_finds("1-0:32.7.0.255", 0, "1-0:32.7.0", 2);
    assert_finds("1-0:1.8.0.101", 0, "1-0:1.8.0.101", 2);
    assert_finds("1-0:1.8.0*101:3", 0, "1-0:1.8.0.101", 3);
    assert_finds("1.8.0", 0, "1-0:1.8.0", 2);
    assert_finds("1.8.0:3", 0, "1-0:1.8.0", 3);
    assert_finds("3:1-0:1.8.0", 3, "1-0:1.8.0", 2);
    assert_finds("3:1.8.0:3", 3, "1-0:1.8.0", 3);
    assert_finds("8:0-0:1.0.0.255:2", 8, "0-0:1.0.0", 2);
    assert_finds("65535:1.8.0", 65535, "1-0:1.8.0", 2);
}

static void what_is_neither(void **state)
{
    (void)state;
    static const char *const words[] = {
        "",
        "foo",
        "u4",
        "1.8",
        "1-0:1.8",
        "1-0:256.8.0",
        "1.8.0.",
        "1.8.0x",
        "1.8.0:",
        "1.8.0:x",
        "1.8.0:0",
        "1.8.0:128",
        "clock:0",
        "clock:-1",
        "1-0:1.8.0.1.2",
        ":2",
        "-",
        "1-0:a.8.0",
        "0:1.8.0",
        "65536:1.8.0",
        "99999999999999999999:1.8.0",
        ":1.8.0",
        "3:clock",
        "3:3:1.8.0",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct words_target target;
        assert_int_equal(words_find(words[i], &target), -1);
    }
}

static void labels_are_the_words(void **state)
{
    (void)state;
    static const char *const words[] = {"clock", "name", "u.1", "p", "a+.2", "angle-ui.3", "vah"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct words_target target;
        char label[WORDS_LABEL_ROOM];
        assert_int_equal(words_find(words[i], &target), 0);
        words_label(&target.name, label);
        assert_string_equal(label, words[i]);
    }
    static const struct cosem_name unknown = COSEM_NAME(9, 9, 9, 9, 9);
    char label[WORDS_LABEL_ROOM];
    words_label(&unknown, label);
    assert_string_equal(label, "");
}

static void classes_and_units(void **state)
{
    (void)state;
    char text[WORDS_CLASS_ROOM];
    words_class(3, text);
    assert_string_equal(text, "Register");
    words_class(65535, text);
    assert_string_equal(text, "class 65535");
    assert_string_equal(words_unit(35), "V");
    assert_string_equal(words_unit(0), "");
    assert_string_equal(words_unit(255), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dotted_codes),           cmocka_unit_test(words_of_people),
        cmocka_unit_test(every_label_leads_back), cmocka_unit_test(obis_codes),
        cmocka_unit_test(what_is_neither),        cmocka_unit_test(labels_are_the_words),
        cmocka_unit_test(classes_and_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
