/* Sags and swells from the mains of a world through the whole meter, to the lines of telegrams and
 * the objects that clients read: through samples, and by phasors. What is to be found is counted
 * from the disturbances themselves. */
#include "cosem/data.h"
#include "meter/customer.h"
#include "test/app/scenario_rig.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PHASES = 3, TEXT = 4096, DATA = 1, COLUMN_OF_READING = 2 };

/* One disturbance of one phase, long before the next one there. */
struct row {
    unsigned phase;
    unsigned at_s;
    unsigned seconds;
    unsigned percent;
};

static const struct row rows[] = {
    {1, 10, 70, 70},   /* a sag */
    {2, 15, 40, 60},   /* too short for one */
    {3, 20, 75, 115},  /* a swell */
    {2, 90, 68, 88},   /* just a sag */
    {3, 130, 66, 91},  /* not low enough */
    {1, 120, 70, 5},   /* an interruption of the phase, no sag */
    {1, 230, 80, 112}, /* a swell */
    {2, 200, 90, 109}, /* not high enough */
};
enum { ROWS = sizeof rows / sizeof rows[0], END_S = 330 };

struct counts {
    unsigned sags[PHASES];
    unsigned swells[PHASES];
};

/* By EN 50160's limits, and the minute that the meters' pages say. */
static struct counts expected_counts(void)
{
    struct counts counts = {.sags = {0}};
    for (unsigned i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        bool lasts = row->seconds > 62;
        counts.sags[row->phase - 1] += lasts && row->percent >= 50 && row->percent < 90;
        counts.swells[row->phase - 1] += lasts && row->percent > 110;
    }
    return counts;
}

/* The disturbances as a world. */
static struct simulation *open_meter(enum run_source source)
{
    char text[TEXT];
    int at = snprintf(text, sizeof text,
                      "{\"title\": \"sags\", \"mains\": {\"voltage_v\": 230,"
                      " \"frequency_hz\": 50, \"disturbances\": [");
    for (unsigned i = 0; i < ROWS; i++) {
        at += snprintf(text + at, sizeof text - (size_t)at,
                       "%s{\"phase\": %u, \"at_s\": [%u], \"seconds\": %u,"
                       " \"voltage_percent\": %u}",
                       i > 0 ? ", " : "", rows[i].phase, rows[i].at_s, rows[i].seconds,
                       rows[i].percent);
    }
    (void)snprintf(text + at, sizeof text - (size_t)at, "]}, \"loads\": []}");
    return rig_open("st402d", source, text);
}

static unsigned long read_object(struct simulation *simulation, uint8_t c, uint8_t d)
{
    const struct cosem_name name = COSEM_NAME(1, 0, c, d, 0);
    struct cosem_call call = {.model = &simulation->meter.product->model,
                              .context = &simulation->meter.context,
                              .column = COLUMN_OF_READING};
    uint8_t octets[16];
    struct writer w = writer_over(octets, sizeof octets);
    enum cosem_result why;
    call.object = cosem_model_find(call.model, DATA, &name, call.column, &why);
    assert_non_null(call.object);
    assert_int_equal(cosem_object_attribute(call.object, 2)->get(&call, &w), COSEM_SUCCESS);
    struct reader r = reader_over(octets, writer_kept(&w));
    struct cosem_value value = cosem_take_value(&r);
    assert_int_equal(value.tag, COSEM_U16);
    return (unsigned long)value.integer;
}

/* The number that the telegram of now has in the line. */
static unsigned long read_line(struct simulation *simulation, uint8_t c, uint8_t d)
{
    static struct meter_customer customer;
    static uint8_t telegram[METER_CUSTOMER_ROOM + 1];
    static char text[TEXT + 1];
    char code[16];
    snprintf(code, sizeof code, "\n1-0:%u.%u.0(", c, d);
    meter_customer_open(&simulation->meter, &customer, telegram, METER_CUSTOMER_ROOM);
    meter_customer_request(&customer, true);
    assert_true(meter_customer_step(&customer));
    assert_true(customer.size <= TEXT);
    memcpy(text, customer.octets, customer.size);
    text[customer.size] = '\0';
    const char *at = strstr(text, code);
    assert_non_null(at);
    at += strlen(code);
    assert_int_equal(strspn(at, "0123456789"), 5); /* F5(0,0) */
    return strtoul(at, NULL, 10);
}

/* What both say, which is the same. */
static struct counts read_counts(struct simulation *simulation)
{
    struct counts counts = {.sags = {0}};
    for (uint8_t phase = 0; phase < PHASES; phase++) {
        uint8_t c = (uint8_t)(32 + 20 * phase);
        counts.sags[phase] = (unsigned)read_object(simulation, c, 32);
        counts.swells[phase] = (unsigned)read_object(simulation, c, 36);
        assert_int_equal(read_line(simulation, c, 32), counts.sags[phase]);
        assert_int_equal(read_line(simulation, c, 36), counts.swells[phase]);
    }
    return counts;
}

/* Entries of the power quality log with the code. */
static unsigned logged(struct simulation *simulation, unsigned code)
{
    const struct event_book *book = &simulation->meter.events;
    unsigned found = 0;
    for (uint32_t n = 1; n <= event_log_count(book, EVENT_LOG_QUALITY); n++) {
        struct event event;
        found += event_log_read(book, EVENT_LOG_QUALITY, n, &event) == STORAGE_DONE &&
                 event.code == code;
    }
    return found;
}

static void found_is_what_was_there(enum run_source source)
{
    struct simulation *simulation = open_meter(source);
    const struct counts expected = expected_counts();
    struct counts before = {.sags = {0}};
    for (unsigned s = 5; s <= END_S; s += 5) {
        rig_live_until(simulation, s);
        struct counts now = read_counts(simulation);
        for (unsigned phase = 0; phase < PHASES; phase++) {
            assert_in_range(now.sags[phase], before.sags[phase], expected.sags[phase]);
            assert_in_range(now.swells[phase], before.swells[phase], expected.swells[phase]);
        }
        before = now;
    }
    assert_memory_equal(&before, &expected, sizeof expected);
    for (unsigned phase = 0; phase < PHASES; phase++) {
        assert_int_equal(logged(simulation, EVENT_UNDERVOLTAGE_L1 + phase), expected.sags[phase]);
        assert_int_equal(logged(simulation, EVENT_OVERVOLTAGE_L1 + phase), expected.swells[phase]);
    }
    assert_int_equal(logged(simulation, EVENT_VOLTAGE_MISSING_L1), 1);
    rig_close(simulation);
}

static void through_samples(void **state)
{
    (void)state;
    found_is_what_was_there(RUN_SOURCE_SAMPLES);
}

static void by_phasors(void **state)
{
    (void)state;
    found_is_what_was_there(RUN_SOURCE_PHASORS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_phasors),
        cmocka_unit_test(through_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
