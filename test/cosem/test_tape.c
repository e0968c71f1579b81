#include "cosem/data.h"
#include "cosem/tape.h"
#include "test/cosem/three.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { TAPE_MOST = 300000 };

static uint32_t looks;
static struct three_state three;
static struct cosem_context context;
static uint8_t whole[TAPE_MOST + COSEM_CARRY];
static uint8_t pieces[TAPE_MOST + COSEM_CARRY];

static void set_up(uint32_t rows, uint32_t long_row)
{
    looks = 0;
    context = (struct cosem_context){
        .rows = rows, .looks = &looks, .long_row = long_row, .state = &three};
}

static enum cosem_result open_tape(struct cosem_tape *tape, uint32_t object, int attribute,
                                   uint8_t column)
{
    struct cosem_call call = {.object = cosem_model_object(&three_model, object).object,
                              .model = &three_model,
                              .context = &context,
                              .column = column};
    return cosem_tape_open(tape, &call, attribute);
}

static size_t read_whole(uint32_t object, int attribute)
{
    struct cosem_tape tape;
    assert_int_equal(open_tape(&tape, object, attribute, 1), COSEM_SUCCESS);
    size_t size = cosem_tape_read(&tape, whole, TAPE_MOST);
    assert_true(cosem_tape_ended(&tape));
    return size;
}

/* Reads in pieces of `room`, each into a buffer of its own size, so that a write beyond the
 * promised octets is seen; every piece but the last is full. */
static size_t read_pieces(uint32_t object, int attribute, size_t room)
{
    struct cosem_tape tape;
    uint8_t *piece = malloc(room + COSEM_CARRY);
    size_t size = 0;
    assert_int_equal(open_tape(&tape, object, attribute, 1), COSEM_SUCCESS);
    while (!cosem_tape_ended(&tape)) {
        size_t part = cosem_tape_read(&tape, piece, room);
        assert_true(part == room || cosem_tape_ended(&tape));
        assert_true(part > 0);
        memcpy(pieces + size, piece, part);
        size += part;
    }
    free(piece);
    return size;
}

static void assert_same_in_pieces(uint32_t object, int attribute)
{
    size_t size = read_whole(object, attribute);
    for (size_t room = 1; room < size + 3 && room < 600; room++) {
        assert_int_equal(read_pieces(object, attribute, room), size);
        assert_memory_equal(pieces, whole, size);
    }
}

static void pieces_are_the_whole(void **state)
{
    (void)state;
    for (uint32_t rows = 0; rows < 40; rows += 3) {
        set_up(rows, UINT32_MAX);
        assert_same_in_pieces(2, 2);
        set_up(rows, rows / 2);
        assert_same_in_pieces(2, 2);
    }
    set_up(0, 0);
    assert_same_in_pieces(0, 2);
    assert_same_in_pieces(0, 1);
    assert_same_in_pieces(2, 4);
}

static void the_whole_is_well_formed(void **state)
{
    (void)state;
    set_up(37, 5);
    struct reader r = reader_over(whole, read_whole(2, 2));
    struct cosem_value head = cosem_take_value(&r);
    assert_int_equal(head.tag, COSEM_ARRAY);
    assert_int_equal(head.count, 37 - 7);
    for (size_t i = 0; i < head.count; i++) {
        cosem_skip_value(&r);
    }
    assert_true(reader_done(&r));
}

/* However small the pieces, a live value is of one instant: one look, the same octet all over. */
static void a_live_value_does_not_tear(void **state)
{
    (void)state;
    for (size_t room = 1; room <= COSEM_CARRY; room++) {
        set_up(0, 0);
        assert_int_equal(read_pieces(1, 2, room), COSEM_CARRY);
        assert_int_equal(looks, 1);
        for (size_t i = 2; i < COSEM_CARRY; i++) {
            assert_int_equal(pieces[i], 1);
        }
    }
}

/* Rows that fit the carry are rendered once, whatever the pieces: O(rows). */
/* The note, `before` octets long, becomes `after` octets long when half of it has been read: it
 * keeps its size, and what it said before. */
static void assert_keeps_its_size(size_t before, size_t after)
{
    enum { ROOM = 100, LOG = 2, NOTE = 5 };
    struct cosem_tape tape;
    uint8_t piece[ROOM + COSEM_CARRY];
    size_t size = 0;
    memset(three.note, 'a', sizeof three.note);
    three.note_size = before;
    size_t expected = read_whole(LOG, NOTE);
    assert_int_equal(open_tape(&tape, LOG, NOTE, 1), COSEM_SUCCESS);
    while (!cosem_tape_ended(&tape)) {
        three.note_size = size >= before / 2 ? after : before;
        size_t part = cosem_tape_read(&tape, piece, ROOM);
        memcpy(pieces + size, piece, part);
        size += part;
    }
    assert_int_equal(size, expected);
    assert_memory_equal(pieces, whole, before / 2);
    struct reader r = reader_over(pieces, size);
    cosem_skip_value(&r);
    assert_true(reader_done(&r));
}

static void a_text_that_is_changed_keeps_its_size(void **state)
{
    (void)state;
    set_up(0, UINT32_MAX);
    assert_keeps_its_size(1000, 1);
    assert_keeps_its_size(1000, 999);
    assert_keeps_its_size(1000, 3000);
    assert_keeps_its_size(1000, 1000);
}

static void each_row_is_rendered_once(void **state)
{
    (void)state;
    enum { ROWS = 10000 };
    for (size_t room = 40; room < 2000; room = room * 3 + 1) {
        set_up(ROWS, UINT32_MAX);
        read_pieces(2, 2, room);
        assert_int_equal(looks, ROWS);
    }
}

/* What was appended after the beginning is not read, and the head stays true. */
static void the_range_is_frozen(void **state)
{
    (void)state;
    set_up(20, UINT32_MAX);
    size_t size = read_whole(2, 2);
    struct cosem_tape tape;
    assert_int_equal(open_tape(&tape, 2, 2, 1), COSEM_SUCCESS);
    size_t read = cosem_tape_read(&tape, pieces, 50);
    context.rows = 1000;
    read += cosem_tape_read(&tape, pieces + read, TAPE_MOST);
    assert_true(cosem_tape_ended(&tape));
    assert_int_equal(read, size);
    assert_memory_equal(pieces, whole, size);
}

static void rights_are_enforced(void **state)
{
    (void)state;
    struct cosem_tape tape;
    set_up(1, 0);
    assert_int_equal(open_tape(&tape, 1, 2, 0), COSEM_SUCCESS);
    assert_int_equal(open_tape(&tape, 1, 3, 0), COSEM_READ_WRITE_DENIED);
    assert_int_equal(open_tape(&tape, 2, 3, 1), COSEM_READ_WRITE_DENIED);
    assert_int_equal(open_tape(&tape, 2, 6, 1), COSEM_OBJECT_UNDEFINED);
    assert_int_equal(open_tape(&tape, 2, 0, 1), COSEM_OBJECT_UNDEFINED);
    assert_int_equal(open_tape(&tape, 2, -128, 1), COSEM_OBJECT_UNDEFINED);
}

static void a_getter_that_fails_is_told(void **state)
{
    (void)state;
    struct cosem_tape tape;
    set_up(1, 0);
    assert_int_equal(open_tape(&tape, 1, 3, 1), COSEM_SUCCESS);
    cosem_tape_read(&tape, pieces, 100);
    assert_int_equal(tape.result, COSEM_HARDWARE_FAULT);
    assert_true(cosem_tape_ended(&tape));
}

/* ---- a nested table that changes: one element of three values, a row for each ---- */

enum { NESTED = 3, NESTED_SIZE = 2 + 2 + 2 * NESTED };
static uint16_t nested_stamp;

static struct cosem_rows freeze_nested(const struct cosem_call *call)
{
    (void)call;
    return (struct cosem_rows){.count = 1 + NESTED, .elements = 1, .stamp = nested_stamp};
}

static void nested_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    (void)call;
    if (number == 0) {
        cosem_put_structure(w, NESTED);
    } else {
        cosem_put_u8(w, (uint8_t)number);
    }
}

/* Changed when `told` octets have been read: none of it, whole and partial elements, all of it. */
static size_t read_changed(const struct cosem_call *call, size_t told)
{
    struct cosem_tape tape;
    nested_stamp = 1;
    assert_int_equal(cosem_tape_open(&tape, call, 2), COSEM_SUCCESS);
    size_t size = told > 0 ? cosem_tape_read(&tape, whole, told) : 0;
    assert_int_equal(size, told);
    nested_stamp = 3;
    size += cosem_tape_read(&tape, whole + size, TAPE_MOST);
    assert_true(cosem_tape_ended(&tape));
    struct reader value = reader_over(whole, size);
    cosem_skip_value(&value);
    assert_true(reader_done(&value));
    return size;
}

static void what_is_missing_of_a_nested_table_is_null(void **state)
{
    (void)state;
    static const struct cosem_table table = {.freeze = freeze_nested, .row = nested_row};
    static const struct cosem_attribute attributes[] = {{.table = &table}};
    static const struct cosem_class nested = {
        .id = 1, .tables = 1 << 2, COSEM_CLASS_ATTRIBUTES(attributes)};
    static const struct cosem_access access = {.read = {COSEM_ALL}};
    static const struct cosem_object object = {.ic = &nested, .access = &access};
    const struct cosem_call call = {.object = &object};
    assert_int_equal(read_changed(&call, 0), 2);
    assert_int_equal(whole[1], 0);                                /* an array without elements */
    assert_int_equal(read_changed(&call, 4), 4 + 2 + NESTED - 1); /* the first is carried */
    for (size_t told = 1; told <= NESTED_SIZE; told++) {
        assert_true(read_changed(&call, told) <= NESTED_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_the_whole),
        cmocka_unit_test(the_whole_is_well_formed),
        cmocka_unit_test(a_live_value_does_not_tear),
        cmocka_unit_test(each_row_is_rendered_once),
        cmocka_unit_test(a_text_that_is_changed_keeps_its_size),
        cmocka_unit_test(the_range_is_frozen),
        cmocka_unit_test(rights_are_enforced),
        cmocka_unit_test(a_getter_that_fails_is_told),
        cmocka_unit_test(what_is_missing_of_a_nested_table_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
