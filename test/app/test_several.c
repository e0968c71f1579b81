/* Which reads it takes to find out the class of what is named by OBIS code alone. The meter is one
 * of a few objects; what is read of it is counted. */
#include "app/protected.h"
#include "app/several.h"

#include "base/writer.h"
#include "cosem/data.h"
#include "test/unit.h"

#include <string.h>

enum { CLOCK = 8, REGISTER = 3, EXTENDED = 4, DEMAND = 5, ASSOCIATION = 15 };

struct meter {
    struct {
        uint16_t class_id;
        struct cosem_name name;
    } objects[8];
    unsigned count;
    unsigned names_read; /* attribute 1 */
    unsigned lists_read; /* attribute 2 of the association */
    bool names_refused;
    bool lists_refused;
    bool dead; /* the connection ends at the next read */
};

static struct meter meter;
static uint8_t answer[1024];

static int answers(struct reader *value, const struct writer *w)
{
    *value = reader_over(answer, writer_kept(w));
    return 0;
}

static void put_name(struct writer *w, const struct cosem_name *name)
{
    cosem_put_octet_string(w, name->obis, sizeof name->obis);
}

/* Without attributes and methods, which nobody asks for here. */
static int tell_list(struct reader *value)
{
    struct writer w = writer_over(answer, sizeof answer);
    meter.lists_read++;
    cosem_put_array(&w, meter.count);
    for (unsigned i = 0; i < meter.count; i++) {
        cosem_put_structure(&w, 4);
        cosem_put_u16(&w, meter.objects[i].class_id);
        cosem_put_u8(&w, 0);
        put_name(&w, &meter.objects[i].name);
        cosem_put_structure(&w, 2);
        cosem_put_array(&w, 0);
        cosem_put_array(&w, 0);
    }
    return answers(value, &w);
}

static int tell_name(uint16_t class_id, const struct cosem_name *name, struct reader *value)
{
    meter.names_read++;
    for (unsigned i = 0; i < meter.count && !meter.names_refused; i++) {
        if (meter.objects[i].class_id == class_id &&
            memcmp(&meter.objects[i].name, name, sizeof *name) == 0) {
            struct writer w = writer_over(answer, sizeof answer);
            put_name(&w, name);
            return answers(value, &w);
        }
    }
    return 1;
}

int client_read(struct client *client, uint16_t class_id, const struct cosem_name *name,
                int attribute, struct reader *value, enum cosem_result *result)
{
    (void)client;
    *result = COSEM_OBJECT_UNDEFINED;
    if (meter.dead) {
        return -1;
    }
    if (attribute == 1) {
        return tell_name(class_id, name, value);
    }
    assert_int_equal(class_id, ASSOCIATION);
    return meter.lists_refused ? 1 : tell_list(value);
}

/* What the rest of several.c wants; nothing of it is called here. */
int protected_read(struct client *client, const struct dlms_target *targets, size_t count,
                   struct reader *values, enum cosem_result *result)
{
    (void)count;
    return client_write(client, targets, *values, values, result);
}

int protected_write(struct client *client, const struct dlms_target *targets,
                    const struct reader *values, size_t count, enum cosem_result *result)
{
    (void)count;
    return client_write(client, targets, *values, NULL, result);
}

int protected_call(struct client *client, const struct dlms_target *target, struct reader value,
                   struct reader *returned, enum cosem_result *result)
{
    return client_write(client, target, value, returned, result);
}

static void has(uint16_t class_id, const char *word)
{
    struct words_target target;
    assert_int_equal(words_find(word, &target), 0);
    meter.objects[meter.count].class_id = class_id;
    meter.objects[meter.count++].name = target.name;
}

static int a_meter(void **state)
{
    (void)state;
    meter = (struct meter){.count = 0};
    has(CLOCK, "0-0:1.0.0");
    has(REGISTER, "1-0:1.8.0");
    has(EXTENDED, "1-0:1.4.0"); /* ours is a demand register */
    return 0;
}

/* As the command does, with the words `words` of the command line. */
static int find(const char *const *words, int count, struct words_target *targets)
{
    struct client_options options = {.command = "test", .url = "tcp://nowhere"};
    struct client client = {.options = &options};
    for (int i = 0; i < count; i++) {
        assert_int_equal(words_find(words[i], &targets[i]), 0);
    }
    return several_find_classes(&client, targets, count);
}

static uint16_t class_of(const char *word)
{
    struct words_target target;
    assert_int_equal(find(&word, 1, &target), 0);
    return target.class_id;
}

static void assert_reads(unsigned names, unsigned lists)
{
    assert_int_equal(meter.names_read, names);
    assert_int_equal(meter.lists_read, lists);
}

static void the_usual_class_is_confirmed(void **state)
{
    (void)state;
    assert_int_equal(class_of("1-0:1.8.0"), REGISTER);
    assert_reads(1, 0);
}

static void a_class_that_is_said_is_not_asked_for(void **state)
{
    (void)state;
    assert_int_equal(class_of("5:1-0:1.8.0"), DEMAND);
    assert_int_equal(class_of("clock"), CLOCK);
    assert_reads(0, 0);
}

static void another_class_is_found_in_the_list(void **state)
{
    (void)state;
    assert_int_equal(class_of("1-0:1.4.0"), EXTENDED);
    assert_reads(1, 1);
}

static void what_the_meter_has_not_stays_without_class(void **state)
{
    (void)state;
    assert_int_equal(class_of("1-0:2.8.0"), 0);
    assert_reads(1, 1);
    assert_int_equal(class_of("0-0:200.0.0"), 0); /* nobody can guess that */
    assert_reads(1, 2);
}

static void a_meter_that_tells_no_names_tells_its_list(void **state)
{
    (void)state;
    meter.names_refused = true;
    assert_int_equal(class_of("1-0:1.8.0"), REGISTER);
    assert_reads(1, 1);
}

/* An object is asked for once, however often it is named, and the list is read once. */
static void nothing_is_asked_twice(void **state)
{
    (void)state;
    static const char *const words[] = {"1-0:1.8.0:2", "1-0:1.8.0:3", "1-0:1.4.0:2",
                                        "1-0:1.4.0:3", "1-0:2.8.0",   "1-0:1.8.0:1"};
    static const uint16_t classes[] = {REGISTER, REGISTER, EXTENDED, EXTENDED, 0, REGISTER};
    struct words_target targets[6];
    assert_int_equal(find(words, 6, targets), 0);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(targets[i].class_id, classes[i]);
    }
    assert_reads(3, 1);
}

static void a_connection_that_ends_is_no_answer(void **state)
{
    (void)state;
    struct words_target target;
    const char *word = "1-0:1.8.0";
    meter.dead = true;
    assert_int_equal(find(&word, 1, &target), -1);
    meter.dead = false;
    meter.lists_refused = true;
    word = "1-0:1.4.0";
    assert_int_equal(find(&word, 1, &target), -1);
}

/* Blue Book: registers, extended registers, demand registers; nothing else is measured. */
static void what_has_scaler_and_unit(void **state)
{
    (void)state;
    for (int class_id = 0; class_id < 200; class_id++) {
        for (int attribute = 1; attribute < 20; attribute++) {
            bool value = (class_id == REGISTER || class_id == EXTENDED) && attribute == 2;
            bool average = class_id == DEMAND && (attribute == 2 || attribute == 3);
            int wanted = value ? 3 : average ? 4 : 0;
            assert_int_equal(reading_scaler_unit((uint16_t)class_id, attribute), wanted);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_usual_class_is_confirmed, a_meter),
        cmocka_unit_test_setup(a_class_that_is_said_is_not_asked_for, a_meter),
        cmocka_unit_test_setup(another_class_is_found_in_the_list, a_meter),
        cmocka_unit_test_setup(what_the_meter_has_not_stays_without_class, a_meter),
        cmocka_unit_test_setup(a_meter_that_tells_no_names_tells_its_list, a_meter),
        cmocka_unit_test_setup(nothing_is_asked_twice, a_meter),
        cmocka_unit_test_setup(a_connection_that_ends_is_no_answer, a_meter),
        cmocka_unit_test(what_has_scaler_and_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
