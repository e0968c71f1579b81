/* Data protection of the rows of a profile that has lived: those between two instants, those from
 * entry to entry, in any combination, deciphered, are what selective access gives of the buffer. */
#include "cosem/data.h"
#include "dlms/security_data.h"
#include "port/posix/entropy.h"
#include "test/dice.h"
#include "test/dlms/test_security_kit.h"
#include "test/meter/buffer.h"
#include "test/meter/head.h"
#include "test/unit.h"

#include <string.h>

enum {
    OBJECTS = 3,
    PARAMETERS = 4,
    PERIOD_S = 300,
    HOURS = 3,
    ROWS = HOURS * 3600 / PERIOD_S,
    TURNS = 80,
    ROOM = 2048,
    BY_DATE = 1,
    BY_ENTRY = 2,
};

static const struct cosem_name protection_name = COSEM_NAME(0, 0, 43, 2, 0);
static const int64_t from_ms = INT64_C(1795219200000); /* 2026-11-21 00:00:00 UTC */

static struct life *life;
static struct head head;
static struct kit_side client;
static struct meter_keys keys;
static uint64_t dice;
static unsigned rows_seen;

/* The keys of the kit. */
static int set_up(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < METER_KEY; i++) {
        keys.unicast[i] = i;
        keys.authentication[i] = (uint8_t)(0xD0 + i);
    }
    life = life_begin("st402d", from_ms);
    life->setup.keys = &keys;
    life->setup.entropy = &posix_entropy;
    head_admit(life);
    assert_int_equal(profile_set_period(&life->meter.profiles[0], PERIOD_S), 0);
    life_run(life, HOURS * 3600);
    head_open(&head, life, UINT16_MAX);
    kit_side_init(&client, kit_client, life->meter.security.title);
    dice = 5;
    rows_seen = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    head_close(&head);
    life_end(life);
    return 0;
}

/* ---- what is written to the object ---- */

static enum cosem_result put(int8_t attribute, const struct writer *w)
{
    const struct dlms_target target = {30, protection_name, attribute};
    return head_set(&head, &target, reader_over(w->window, writer_kept(w)));
}

/* Authenticated and encrypted by the unicast key. */
static void put_layer(struct writer *w)
{
    cosem_put_array(w, 1);
    cosem_put_structure(w, 2);
    cosem_put_enum(w, 2);
    cosem_put_structure(w, 5);
    cosem_put_octet_string(w, "12345678", 8);
    cosem_put_octet_string(w, kit_client, DLMS_TITLE_SIZE);
    cosem_put_octet_string(w, life->meter.security.title, DLMS_TITLE_SIZE);
    cosem_put_octet_string(w, "", 0);
    cosem_put_structure(w, 2);
    cosem_put_enum(w, 0);
    cosem_put_enum(w, 0);
}

static void put_time(struct writer *w, int64_t utc_ms)
{
    struct civil c = civil_from_seconds(utc_ms / 1000);
    const uint8_t octets[] = {(uint8_t)(c.year >> 8),
                              (uint8_t)c.year,
                              c.month,
                              c.day,
                              0xFF,
                              c.hour,
                              c.minute,
                              c.second,
                              0,
                              0,
                              0,
                              0};
    cosem_put_octet_string(w, octets, sizeof octets);
}

/* The buffer of load profile 1, in part. */
static void put_object(struct writer *w, uint8_t restriction)
{
    cosem_put_array(w, 1);
    cosem_put_structure(w, 5);
    cosem_put_u16(w, 7);
    cosem_put_octet_string(w, buffer_load_1.obis, sizeof buffer_load_1.obis);
    cosem_put_i8(w, BUFFER);
    cosem_put_u16(w, 0);
    cosem_put_structure(w, 2);
    cosem_put_enum(w, restriction);
    cosem_put_structure(w, 2);
}

/* ---- what is read of it ---- */

/* Its octets without their protection. */
static struct reader unprotected(void)
{
    static uint8_t room[DLMS_DATA_HEAD + ROOM];
    const struct dlms_target target = {30, protection_name, BUFFER};
    uint8_t octets[128];
    struct writer w = writer_over(octets, sizeof octets);
    struct dlms_layers layers;
    put_layer(&w);
    struct reader written = reader_over(octets, writer_kept(&w));
    struct cosem_intake in = cosem_intake_begin(&written);
    dlms_layers_take(&in, &layers);
    dlms_layers_answer(&layers, life->meter.security.title, kit_client);
    assert_int_equal(head_get(&head, &target), COSEM_SUCCESS);
    struct reader r = dlms_client_value(&head.client);
    struct cosem_value string = cosem_take_value(&r);
    assert_true(reader_done(&r) && string.count <= ROOM);
    struct dlms_data data = {room, sizeof room, DLMS_DATA_HEAD, string.count};
    memcpy(room + DLMS_DATA_HEAD, string.octets, string.count);
    assert_int_equal(dlms_data_unprotect(&client.context, &layers, &data), 0);
    return reader_over(room + data.at, data.size);
}

/* A structure of the one value, which is what selective access gives. */
static void assert_same_rows(const struct buffer_part *part, uint8_t selector)
{
    struct reader rows;
    assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1),
                                 buffer_selection(part, selector), ROOM, &rows),
                     COSEM_SUCCESS);
    struct reader found = unprotected();
    struct cosem_value list = cosem_take_value(&found);
    assert_int_equal(list.tag, COSEM_STRUCTURE);
    assert_int_equal(list.count, 1);
    assert_int_equal(reader_left(&found), rows.size);
    assert_memory_equal(reader_octets(&found, rows.size), rows.data, rows.size);
    rows_seen += buffer_take_count(&rows);
}

static struct writer begin_list(uint8_t octets[128], uint8_t restriction)
{
    struct writer w = writer_over(octets, 128);
    put_object(&w, restriction);
    return w;
}

static void set_parameters(void)
{
    uint8_t octets[128];
    struct writer w = writer_over(octets, sizeof octets);
    put_layer(&w);
    assert_int_equal(put(PARAMETERS, &w), COSEM_SUCCESS);
}

/* ---- the rules ---- */

/* Both ends belong to it; before the first row, behind the last, and the wrong way round there is
 * nothing. */
static void rows_between_two_instants(void **state)
{
    (void)state;
    set_parameters();
    for (int turn = 0; turn < TURNS; turn++) {
        uint8_t octets[128];
        struct buffer_part part;
        int64_t begin_ms = from_ms + (dice_roll(&dice, HOURS * 3600) - INT64_C(600)) * 1000;
        int64_t end_ms = begin_ms + (dice_roll(&dice, 3600) - INT64_C(300)) * 1000;
        if (turn % 3 == 0) { /* instants of rows themselves */
            begin_ms = from_ms + dice_roll(&dice, ROWS) * INT64_C(1000) * PERIOD_S;
            end_ms = begin_ms + dice_roll(&dice, 10) * INT64_C(1000) * PERIOD_S;
        }
        struct writer w = begin_list(octets, BY_DATE);
        put_time(&w, begin_ms);
        put_time(&w, end_ms);
        assert_int_equal(put(OBJECTS, &w), COSEM_SUCCESS);
        buffer_range(&part, begin_ms, end_ms, NULL);
        assert_same_rows(&part, 1);
    }
    assert_true(rows_seen > TURNS);
}

static void rows_from_entry_to_entry(void **state)
{
    (void)state;
    set_parameters();
    for (int turn = 0; turn < TURNS; turn++) {
        uint8_t octets[128];
        struct buffer_part part;
        uint32_t first = 1 + dice_roll(&dice, ROWS + 3);
        uint32_t last = first + dice_roll(&dice, 15);
        if (turn % 5 == 0) { /* to the end */
            first = ROWS - dice_roll(&dice, 10);
            last = 0;
        }
        struct writer w = begin_list(octets, BY_ENTRY);
        cosem_put_u32(&w, first);
        cosem_put_u32(&w, last);
        assert_int_equal(put(OBJECTS, &w), COSEM_SUCCESS);
        buffer_entries(&part, first, last, 1, 0);
        assert_same_rows(&part, 2);
    }
    assert_true(rows_seen > TURNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_between_two_instants, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_from_entry_to_entry, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
