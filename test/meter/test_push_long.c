/* Messages longer than memory: in general blocks, ciphered as a whole, made anew for each attempt;
 * what is put together is what a client reads. */
#include "cosem/class/profile_view.h"
#include "cosem/tape.h"
#include "dlms/general_block.h"
#include "dlms/security_keys.h"
#include "meter/pushing_plain.h"
#include "test/meter/push_rig.h"
#include "test/unit.h"

#include <string.h>

enum { QUARTER = 900, ROWS = 100, ROOM = 1 << 16, PIECE = 500, BUFFER = 2 };

static const struct cosem_name load_1 = COSEM_NAME(1, 0, 99, 1, 0);
static uint8_t buffer[ROOM];

/* Time, the buffer of load profile 1, an element, and time again. */
static void tell_the_buffer(void)
{
    static const struct push_object clock = {
        .class_id = 8, .name = {0, 0, 1, 0, 0, 255}, .attribute = 2};
    static const struct push_object rows = {
        .class_id = 7, .name = {1, 0, 99, 1, 0, 255}, .attribute = BUFFER};
    static const struct push_object unit = {
        .class_id = 3, .name = {1, 0, 1, 8, 0, 255}, .attribute = 3, .data = 2};
    static const struct push_object none = {
        .class_id = 3, .name = {1, 0, 77, 8, 0, 255}, .attribute = 2};
    push_rig_configure(PUSH_INTERVAL_1);
    const struct push_object objects[] = {clock, rows, unit, none, clock};
    push_rig_list(PUSH_INTERVAL_1, objects, sizeof objects / sizeof objects[0]);
}

static size_t read_buffer(void)
{
    struct meter *meter = &push_rig_life->meter;
    struct cosem_call call = {
        .model = &meter->product->model, .context = &meter->context, .column = 2};
    struct cosem_tape tape;
    enum cosem_result why;
    size_t size = 0;
    call.object = cosem_model_find(call.model, 7, &load_1, call.column, &why);
    assert_int_equal(cosem_tape_open(&tape, &call, BUFFER), COSEM_SUCCESS);
    while (!cosem_tape_ended(&tape)) {
        assert_true(size + PIECE + COSEM_CARRY < sizeof buffer);
        size += cosem_tape_read(&tape, buffer + size, PIECE);
    }
    return size;
}

static void assert_tells_the_buffer(struct reader apdu)
{
    size_t size = read_buffer();
    struct reader r = dlms_notification_take(&apdu).content;
    assert_true(reader_done(&apdu));
    assert_int_equal(cosem_take_value(&r).count, 5);
    assert_int_equal(cosem_take_value(&r).count, 12);
    assert_memory_equal(reader_octets(&r, size), buffer, size);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_ENUM);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_NULL);
    assert_int_equal(cosem_take_value(&r).count, 12);
    assert_true(reader_done(&r));
}

static struct reader whole(void)
{
    assert_true(push_rig.ended_by_last);
    return reader_over(push_rig.whole, push_rig.whole_size);
}

static void send_rows(void)
{
    life_run(push_rig_life, (int64_t)ROWS * QUARTER);
    push_rig.begun = 0;
    tell_the_buffer();
    push_rig_trigger(PUSH_INTERVAL_1);
    life_run(push_rig_life, 20);
}

static void plain(void **state)
{
    (void)state;
    send_rows();
    assert_int_equal(push_rig.begun, 1);
    assert_true(push_rig.blocks > 3);
    assert_tells_the_buffer(whole());
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].delivered, 1);
    life_run(push_rig_life, 1000);
    assert_int_equal(push_rig.begun, 1);
}

static void pause(void *owner)
{
    (void)owner;
}

/* Where curves are computed in slices no block is made by a step: what it holds may need some. */
static void made_between_steps(void **state)
{
    (void)state;
    static struct crypto_ecc curves;
    curves.pause = pause;
    push_rig_life->meter.security.signing.ecc = &curves;
    send_rows();
    assert_int_equal(push_rig.begun, 0);
    unsigned turns = 0;
    for (; !push_rig.ended_by_last && turns < 1000; turns++) {
        unsigned blocks = push_rig.blocks;
        meter_compute(&push_rig_life->meter);
        assert_true(push_rig.blocks <= blocks + 1);
        blocks = push_rig.blocks;
        life_run(push_rig_life, 1);
        assert_int_equal(push_rig.blocks, blocks);
    }
    assert_true(turns > 3);
    assert_int_equal(push_rig.begun, 1);
    assert_tells_the_buffer(whole());
}

/* Each octet once under one counter, authenticated as a whole. */
static void ciphered(void **state)
{
    (void)state;
    static uint8_t scratch[ROOM];
    struct dlms_keyring ring;
    struct reader content;
    struct dlms_material material;
    dlms_keyring_init(&ring, DLMS_SUITE_0);
    assert_int_equal(dlms_keyring_put(&ring, DLMS_KEY_UNICAST, push_rig_keys.unicast, METER_KEY),
                     0);
    assert_int_equal(
        dlms_keyring_put(&ring, DLMS_KEY_AUTHENTICATION, push_rig_keys.authentication, METER_KEY),
        0);
    push_rig_life->meter.security.policy = DLMS_POLICY_CIPHERS;
    send_rows();
    struct reader r = whole();
    struct dlms_ciphered found = dlms_ciphered_take(&r);
    assert_true(reader_done(&r));
    assert_int_equal(found.tag, DLMS_GENERAL_GLO_CIPHERING);
    assert_int_equal(found.by.control, 0x30);
    assert_int_equal(dlms_keyring_material(&ring, NULL, NULL, &found.by, &material), 0);
    assert_int_equal(dlms_unprotect(&found, &material, scratch, sizeof scratch, &content), 0);
    assert_tells_the_buffer(content);
}

/* The destination goes away behind its second block: the attempt has failed, and the next has all.
 */
static void broken_off(void **state)
{
    (void)state;
    push_rig.blocks_most = 2;
    send_rows();
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].delivered, 0);
    assert_true(push_rig_push()->states[PUSH_INTERVAL_1].attempts > 0);
    push_rig.blocks_most = 0;
    life_run(push_rig_life, 100);
    assert_tells_the_buffer(whole());
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].delivered, 1);
}

/* It waits on flash as what it is, a message to be made, of its occasion. */
static void behind_an_outage(void **state)
{
    (void)state;
    push_rig.blocks_most = 1;
    send_rows();
    int64_t triggered_ms = push_rig_push()->states[PUSH_INTERVAL_1].triggered_ms;
    life_run(push_rig_life, 2);
    life_kill(push_rig_life, 5);
    push_rig.blocks_most = 0;
    life_run(push_rig_life, 60);
    assert_true(push_rig_push()->states[PUSH_INTERVAL_1].triggered_ms == triggered_ms);
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].delivered, 1);
    assert_true(push_rig.ended_by_last);
    struct reader r = whole();
    assert_non_null(dlms_notification_take(&r).time);
    assert_true(reader_done(&r));
}

/* Rows that come and go between measuring and the last block spoil the attempt, not the message. */
static void it_changes_under_way(void **state)
{
    (void)state;
    life_run(push_rig_life, (int64_t)ROWS * QUARTER);
    push_rig.begun = 0;
    tell_the_buffer();
    push_rig_trigger(PUSH_INTERVAL_1);
    while (push_rig.blocks < 2) {
        life_run(push_rig_life, 1);
    }
    assert_int_equal(profile_clear(&push_rig_life->meter.profiles[0]), 0);
    life_run(push_rig_life, 100);
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].delivered, 1);
    struct reader r = push_rig.blocks > 0 ? whole() : reader_over(push_rig.apdu, push_rig.size);
    assert_non_null(dlms_notification_take(&r).time);
    assert_true(reader_done(&r));
}

/* A set-up that is written while its message goes out: that attempt has failed, the next tells what
 * the list says by then. */
static void its_list_is_written_under_way(void **state)
{
    (void)state;
    life_run(push_rig_life, (int64_t)ROWS * QUARTER);
    tell_the_buffer();
    push_rig_trigger(PUSH_INTERVAL_1);
    while (push_rig.blocks < 2) {
        life_run(push_rig_life, 1);
    }
    const struct push_object first = push_object_at(push_rig_push(), PUSH_INTERVAL_1, 0);
    push_rig_list(PUSH_INTERVAL_1, &first, 1);
    life_run(push_rig_life, 2);
    assert_false(push_rig.ended_by_last);
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].attempts, 1);
    life_run(push_rig_life, 20);
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_1].delivered, 1);
    struct reader r = push_rig_arrived().content;
    assert_int_equal(cosem_take_value(&r).count, 1);
}

/* Other set-ups' texts may move what stands behind them: rows that are selected stay the same. */
static void texts_move_under_way(void **state)
{
    (void)state;
    static const uint8_t by_entry[] = {2, 2, 22, 2, 2, 2, 6, 0, 0, 0, 1, 6, 0, 0, 0, 0, 1, 0};
    static const uint8_t text[PUSH_DESTINATION] = {0};
    life_run(push_rig_life, (int64_t)ROWS * QUARTER);
    tell_the_buffer();
    struct push_object objects[5];
    for (unsigned i = 0; i < 5; i++) {
        objects[i] = push_object_at(push_rig_push(), PUSH_INTERVAL_1, i);
    }
    objects[1].part = by_entry;
    objects[1].part_size = sizeof by_entry;
    push_rig_list(PUSH_INTERVAL_1, objects, 5);
    push_rig_trigger(PUSH_INTERVAL_1);
    for (size_t size = 0; !push_rig.ended_by_last; size = size == 0 ? sizeof text : 0) {
        assert_int_equal(
            push_put_text(push_rig_push(), PUSH_CONNECTIVITY, PUSH_TEXT_WINDOWS, text, size), 0);
        life_run(push_rig_life, 1);
    }
    assert_true(push_rig.blocks > 3);
    assert_tells_the_buffer(whole());
}

/* ---- every element of every object ---- */

static size_t plain_message(enum push_setup setup, uint8_t *octets, size_t piece)
{
    struct meter *meter = &push_rig_life->meter;
    uint8_t room[METER_PUSH_HEAD];
    struct writer head = writer_over(room, sizeof room);
    size_t size = 0;
    pushing_plain_put_head(meter, setup, &head);
    pushing_plain_open(meter, setup, &head);
    while (!pushing_plain_ended(meter)) {
        assert_true(size + piece + COSEM_CARRY <= ROOM);
        size += pushing_plain_read(meter, octets + size, piece);
    }
    return size;
}

static size_t read_attribute(const struct cosem_instance *one, int attribute)
{
    struct meter *meter = &push_rig_life->meter;
    struct cosem_call call = {.object = one->object,
                              .member = one->member,
                              .model = &meter->product->model,
                              .context = &meter->context,
                              .column = 2};
    struct cosem_tape tape;
    size_t size = 0;
    if (cosem_tape_open(&tape, &call, attribute) != COSEM_SUCCESS) {
        return 0;
    }
    while (!cosem_tape_ended(&tape)) {
        size += cosem_tape_read(&tape, buffer + size, PIECE);
    }
    return tape.result == COSEM_SUCCESS ? size : 0;
}

/* What a walk through the whole finds; null-data if there is none. */
static struct reader element_of(const struct cosem_instance *one, int attribute, uint16_t number)
{
    static const uint8_t null_data[] = {COSEM_NULL};
    size_t size = read_attribute(one, attribute);
    struct reader r = reader_over(size > 0 ? buffer : null_data, size > 0 ? size : 1);
    if (number == 0) {
        return r;
    }
    struct cosem_value head = cosem_take_value(&r);
    bool container = head.tag == COSEM_ARRAY || head.tag == COSEM_STRUCTURE;
    for (uint16_t before = 1; before < number && before < head.count; before++) {
        cosem_skip_value(&r);
    }
    bool there = container && number <= head.count;
    return there ? cosem_take_part(&r) : reader_over(null_data, 1);
}

static void assert_told(const struct cosem_instance *one, int8_t attribute, uint16_t number)
{
    static const size_t pieces[] = {20, 333, METER_PUSH};
    static uint8_t message[ROOM];
    struct push_object told = {
        .class_id = one->object->ic->id, .attribute = attribute, .data = number};
    memcpy(told.name, one->name.obis, sizeof told.name);
    push_rig_list(PUSH_INTERVAL_1, &told, 1);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t size = plain_message(PUSH_INTERVAL_1, message, pieces[i]);
        struct reader r = reader_over(message, size);
        struct reader content = dlms_notification_take(&r).content;
        assert_true(reader_done(&r));
        assert_int_equal(cosem_take_value(&content).count, 1);
        if (attribute == 0) {
            assert_int_equal(cosem_take_value(&content).count,
                             one->object->ic->attribute_count + 1);
        }
        int8_t last = attribute == 0 ? (int8_t)(one->object->ic->attribute_count + 1) : attribute;
        for (int8_t a = attribute == 0 ? 1 : attribute; a <= last; a++) {
            struct reader expected = element_of(one, a, number);
            size_t octets = reader_left(&expected);
            assert_memory_equal(reader_octets(&content, octets), reader_octets(&expected, octets),
                                octets);
        }
        assert_true(reader_done(&content));
    }
}

static void every_element_of_every_object(void **state)
{
    (void)state;
    const struct cosem_model *model = &push_rig_life->meter.product->model;
    life_run(push_rig_life, 3 * QUARTER);
    push_rig_configure(PUSH_INTERVAL_1);
    for (uint32_t i = 0; i < cosem_model_count(model); i++) {
        const struct cosem_instance one = cosem_model_object(model, i);
        if (one.object->ic->of_association || one.object->access->read[2] == 0) {
            continue;
        }
        assert_told(&one, 0, 0);
        for (int8_t attribute = 1; attribute <= one.object->ic->attribute_count + 1; attribute++) {
            for (uint16_t number = 0; number < 5; number++) {
                assert_told(&one, attribute, number);
            }
        }
    }
}

/* What carries one APDU only: what does not fit is null-data. */
static void what_needs_one_apdu(void **state)
{
    (void)state;
    push_rig_life->meter.pushing.port = &push_rig_single;
    send_rows();
    struct reader r = reader_over(push_rig.apdu, push_rig.size);
    struct reader content = dlms_notification_take(&r).content;
    assert_true(reader_done(&r));
    assert_int_equal(cosem_take_value(&content).count, 5);
    cosem_skip_value(&content);
    assert_int_equal(cosem_take_value(&content).tag, COSEM_NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, push_rig_set_up, push_rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(plain),
        TEST(made_between_steps),
        TEST(ciphered),
        TEST(broken_off),
        TEST(behind_an_outage),
        TEST(it_changes_under_way),
        TEST(its_list_is_written_under_way),
        TEST(texts_move_under_way),
        TEST(every_element_of_every_object),
        TEST(what_needs_one_apdu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
