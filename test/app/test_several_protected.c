/* --protected: whatever --by says, nothing is asked directly; what is refused is refused for all of
 * a request. The meter is one that counts what it is asked for. */
#include "app/protected.h"
#include "app/several.h"

#include "base/writer.h"
#include "cosem/data.h"
#include "test/unit.h"

#include <string.h>

enum { TARGETS = 40, REGISTER = 3, DATA = 1, SCALER_UNIT = 3, VALUE = 2 };

static struct {
    unsigned reads, writes, calls;
    size_t objects; /* of the last */
    enum cosem_result refuses;
    bool dead;
} meter;

static struct {
    unsigned count;
    unsigned refused;
    int64_t values[TARGETS];
    const char *unit;
} told;

static uint8_t answer[2048];

/* ---- what several.c asks ---- */

int client_read(struct client *client, uint16_t class_id, const struct cosem_name *name,
                int attribute, struct reader *value, enum cosem_result *result)
{
    (void)client, (void)class_id, (void)name, (void)attribute, (void)value, (void)result;
    fail();
    return -1;
}

static int outcome(enum cosem_result *result)
{
    *result = meter.refuses;
    return meter.dead ? -1 : meter.refuses != COSEM_SUCCESS;
}

/* The last group of the name is the value. */
int protected_read(struct client *client, const struct dlms_target *targets, size_t count,
                   struct reader *values, enum cosem_result *result)
{
    struct writer w = writer_over(answer, sizeof answer);
    (void)client;
    meter.reads++;
    meter.objects = count;
    for (size_t i = 0; i < count; i++) {
        if (targets[i].member == SCALER_UNIT) {
            cosem_put_structure(&w, 2);
            cosem_put_i8(&w, 0);
            cosem_put_enum(&w, 30);
        } else {
            cosem_put_u8(&w, targets[i].name.obis[4]);
        }
    }
    *values = reader_over(answer, writer_kept(&w));
    return outcome(result);
}

int protected_write(struct client *client, const struct dlms_target *targets,
                    const struct reader *values, size_t count, enum cosem_result *result)
{
    (void)client;
    meter.writes++;
    meter.objects = count;
    for (size_t i = 0; i < count; i++) {
        struct reader value = values[i];
        assert_int_equal(cosem_take_value(&value).integer, targets[i].name.obis[4]);
    }
    return outcome(result);
}

int protected_call(struct client *client, const struct dlms_target *target, struct reader value,
                   struct reader *returned, enum cosem_result *result)
{
    (void)client;
    meter.calls++;
    assert_int_equal(cosem_take_value(&value).integer, target->name.obis[4]);
    *returned = reader_over(answer, 0);
    return outcome(result);
}

/* ---- what is told ---- */

static int take_reading(void *owner, int index, const struct reading *reading)
{
    (void)owner;
    assert_int_equal(index, told.count);
    told.count++;
    told.refused += reading->result != COSEM_SUCCESS;
    if (reading->result == COSEM_SUCCESS) {
        struct reader value = reading->value;
        told.values[index] = cosem_take_value(&value).integer;
        told.unit = reading->unit;
    }
    return reading->result != COSEM_SUCCESS;
}

static int take_outcome(void *owner, int index, const struct dlms_order_outcome *order_outcome)
{
    (void)owner;
    assert_int_equal(index, told.count);
    told.count++;
    told.refused += order_outcome->result != COSEM_SUCCESS;
    return order_outcome->result != COSEM_SUCCESS;
}

static int begin(void **state)
{
    (void)state;
    memset(&meter, 0, sizeof meter);
    memset(&told, 0, sizeof told);
    return 0;
}

static struct client_options options_by(enum client_by by)
{
    return (struct client_options){.by = by, .layers = {1, {DLMS_LAYER_BOTH}, 0}};
}

static struct words_target target_of(uint16_t class_id, uint8_t number)
{
    return (struct words_target){class_id, {{1, 0, 1, 8, number, 255}}, VALUE};
}

static int read_targets(enum client_by by, uint16_t class_id, int count)
{
    const struct client_options options = options_by(by);
    struct client client = {.options = &options};
    struct words_target targets[TARGETS];
    for (int i = 0; i < count; i++) {
        targets[i] = target_of(class_id, (uint8_t)i);
    }
    begin(NULL);
    return several_read(&client, targets, count, take_reading, NULL);
}

/* Values in their order, a register's with its unit; few enough objects in a request. */
static void reads_come_in_their_order(void **state)
{
    (void)state;
    for (int by = CLIENT_SINGLE; by <= CLIENT_ACCESS; by++) {
        for (int count = 1; count <= TARGETS; count++) {
            assert_int_equal(read_targets((enum client_by)by, REGISTER, count), 0);
            assert_int_equal(told.count, count);
            assert_int_equal(meter.reads, (count + 7) / 8);
            assert_string_equal(told.unit, "Wh");
            for (int i = 0; i < count; i++) {
                assert_int_equal(told.values[i], i);
            }
        }
        assert_int_equal(read_targets((enum client_by)by, DATA, TARGETS), 0);
        assert_int_equal(meter.reads, 3);
        assert_string_equal(told.unit, "");
    }
}

static void what_is_refused_is_refused_for_all(void **state)
{
    (void)state;
    const struct client_options options = options_by(CLIENT_SINGLE);
    struct client client = {.options = &options};
    struct words_target targets[3] = {target_of(REGISTER, 0), target_of(REGISTER, 1),
                                      target_of(REGISTER, 2)};
    meter.refuses = COSEM_READ_WRITE_DENIED;
    assert_int_equal(several_read(&client, targets, 3, take_reading, NULL), 1);
    assert_int_equal(told.count, 3);
    assert_int_equal(told.refused, 3);
    begin(NULL);
    meter.dead = true;
    assert_int_equal(several_read(&client, targets, 3, take_reading, NULL), -1);
    assert_int_equal(told.count, 0);
}

static int do_orders(enum dlms_access_choice what, enum cosem_result refuses, bool dead)
{
    static const uint8_t values[][2] = {{COSEM_U8, 0}, {COSEM_U8, 1}, {COSEM_U8, 2}};
    const struct client_options options = options_by(CLIENT_LIST);
    struct client client = {.options = &options};
    struct dlms_order orders[3];
    for (uint8_t i = 0; i < 3; i++) {
        struct words_target target = target_of(DATA, i);
        orders[i] = (struct dlms_order){.what = what,
                                        .target = {DATA, target.name, VALUE},
                                        .value = reader_over(values[i], sizeof values[i])};
    }
    begin(NULL);
    meter.refuses = refuses;
    meter.dead = dead;
    return several_do(&client, orders, 3, take_outcome, NULL);
}

/* Attributes are written by one request, methods called one by one, until one is refused. */
static void writes_are_one_request(void **state)
{
    (void)state;
    assert_int_equal(do_orders(DLMS_ACCESS_SET, COSEM_SUCCESS, false), 0);
    assert_int_equal(meter.writes, 1);
    assert_int_equal(meter.objects, 3);
    assert_int_equal(told.count, 3);
    assert_int_equal(do_orders(DLMS_ACCESS_SET, COSEM_OTHER_REASON, false), 1);
    assert_int_equal(told.refused, 3);
    assert_int_equal(do_orders(DLMS_ACCESS_SET, COSEM_SUCCESS, true), -1);
    assert_int_equal(told.count, 0);
    assert_int_equal(meter.calls, 0);
}

static void methods_are_called_one_by_one(void **state)
{
    (void)state;
    assert_int_equal(do_orders(DLMS_ACCESS_ACTION, COSEM_SUCCESS, false), 0);
    assert_int_equal(meter.calls, 3);
    assert_int_equal(told.count, 3);
    assert_int_equal(do_orders(DLMS_ACCESS_ACTION, COSEM_OTHER_REASON, false), 1);
    assert_int_equal(meter.calls, 1);
    assert_int_equal(told.refused, 1);
    assert_int_equal(do_orders(DLMS_ACCESS_ACTION, COSEM_SUCCESS, true), -1);
    assert_int_equal(meter.writes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_come_in_their_order, begin),
        cmocka_unit_test_setup(what_is_refused_is_refused_for_all, begin),
        cmocka_unit_test_setup(writes_are_one_request, begin),
        cmocka_unit_test_setup(methods_are_called_one_by_one, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
