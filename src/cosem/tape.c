#include "cosem/tape.h"

#include "cosem/data.h"

#include <string.h>

static bool selectable(const struct cosem_table *table, uint8_t selector)
{
    return selector == 0 || (selector < 8 && table != NULL && (table->selectors >> selector & 1));
}

enum cosem_result cosem_tape_open(struct cosem_tape *tape, const struct cosem_call *call,
                                  int attribute)
{
    const struct cosem_attribute *row = cosem_object_attribute(call->object, attribute);
    const struct cosem_table *table = cosem_object_table(call->object, attribute);
    if (attribute != 1 && row == NULL) {
        return COSEM_OBJECT_UNDEFINED;
    }
    if (!cosem_object_readable(call->object, attribute, call->column)) {
        return COSEM_READ_WRITE_DENIED;
    }
    uint8_t protection = cosem_object_attribute_protection(call->object, attribute);
    if (!selectable(table, call->selection.selector) ||
        cosem_call_demand(call, protection) != COSEM_SUCCESS) {
        return COSEM_SCOPE_OF_ACCESS_VIOLATED;
    }
    if (row != NULL && !cosem_call_is_possible(call)) {
        return COSEM_OBJECT_UNAVAILABLE;
    }
    tape->call = *call;
    tape->attribute = row;
    tape->rows = (struct cosem_rows){0};
    tape->is_table = table != NULL;
    if (tape->is_table) {
        tape->rows = table->freeze(call);
    }
    tape->owed = 1;
    tape->step = 0;
    tape->skip = 0;
    tape->carried = 0;
    tape->result = COSEM_SUCCESS;
    return tape->rows.result;
}

/* A row that is an element of its own, and gone since the table was frozen, is null-data: the head
 * of the array has said how many there are. */
static void render_row(const struct cosem_tape *tape, struct writer *w)
{
    const struct cosem_rows *rows = &tape->rows;
    uint32_t number = rows->first + tape->step - 1;
    if (rows->form != NULL) {
        rows->form->row(&tape->call, rows, number, w);
        return;
    }
    tape->attribute->table->row(&tape->call, number, w);
    if (w->tape == 0 && rows->elements == rows->count) {
        cosem_put_null(w);
    }
}

static void missing_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    (void)call;
    (void)number;
    cosem_put_null(w);
}

/* Heads of a nested table that has changed have said what no longer comes. */
static void notice_change(struct cosem_tape *tape)
{
    static const struct cosem_table missing = {.row = missing_row};
    static const struct cosem_attribute of_missing = {.table = &missing};
    uint16_t stamp = tape->rows.stamp;
    if (stamp != 0 && tape->attribute->table->freeze(&tape->call).stamp != stamp) {
        tape->attribute = &of_missing;
        tape->rows = (struct cosem_rows){.count = tape->step + tape->owed - 1};
    }
}

/* Each value is one that was promised, and promises its elements. */
static void count_owed(struct cosem_tape *tape, const uint8_t *octets, size_t size)
{
    struct reader r = reader_over(octets, size);
    while (reader_left(&r) > 0) {
        uint8_t tag = reader_peek(&r);
        tape->owed--;
        if (tag == COSEM_ARRAY || tag == COSEM_STRUCTURE) { /* whose elements need not be here */
            reader_u8(&r);
            tape->owed = (uint16_t)(tape->owed + cosem_take_length(&r));
        } else {
            cosem_take_value(&r);
        }
    }
}

static void render_step(struct cosem_tape *tape, struct writer *w)
{
    const struct cosem_attribute *attribute = tape->attribute;
    if (tape->step > 0) {
        render_row(tape, w);
    } else if (attribute == NULL) {
        struct cosem_name name = cosem_object_name(tape->call.object, tape->call.member);
        cosem_put_octet_string(w, name.obis, sizeof name.obis);
    } else if (tape->rows.form != NULL) {
        tape->rows.form->head(&tape->call, &tape->rows, w);
    } else if (tape->is_table) {
        cosem_put_array(w, tape->rows.elements);
    } else {
        tape->result = attribute->get(&tape->call, w);
    }
}

/* A step that is rendered again is as long as it was the first time. */
static void keep_size(struct cosem_tape *tape, struct writer *w)
{
    if (tape->skip == 0) {
        tape->whole = w->tape;
    }
    while (w->tape < tape->whole) {
        writer_u8(w, 0);
    }
    w->tape = tape->whole;
}

static size_t take_carried(struct cosem_tape *tape, uint8_t *piece, size_t room)
{
    size_t taken = tape->carried < room ? tape->carried : room;
    memcpy(piece, tape->carry, taken);
    tape->carried = (uint8_t)(tape->carried - taken);
    memmove(tape->carry, tape->carry + taken, tape->carried);
    return taken;
}

static bool steps_left(const struct cosem_tape *tape)
{
    return tape->step <= tape->rows.count && tape->result == COSEM_SUCCESS;
}

/* Steps are rendered behind each other until one reaches beyond the piece. That one is carried
 * when its rest fits behind the piece, and otherwise rendered again for the next, from there on.
 * The condition tries one step more on a piece that is exactly full, so that rows that write
 * nothing do not ask for a piece of their own. */
size_t cosem_tape_read(struct cosem_tape *tape, uint8_t *piece, size_t room)
{
    size_t filled = tape->carried > 0 ? take_carried(tape, piece, room) : 0;
    if (tape->carried > 0) {
        return filled;
    }
    notice_change(tape);
    while (filled <= room && steps_left(tape)) {
        struct writer w = writer_window(piece + filled, room + COSEM_CARRY - filled, tape->skip);
        render_step(tape, &w);
        keep_size(tape, &w);
        if (writer_overflow(&w)) {
            tape->skip += room - filled;
            return room;
        }
        if (tape->rows.stamp != 0) {
            count_owed(tape, piece + filled, writer_kept(&w));
        }
        filled += writer_kept(&w);
        tape->skip = 0;
        tape->step++;
    }
    if (filled > room) {
        tape->carried = (uint8_t)(filled - room);
        memcpy(tape->carry, piece + room, tape->carried);
        filled = room;
    }
    return filled;
}

bool cosem_tape_ended(const struct cosem_tape *tape)
{
    return tape->carried == 0 && !steps_left(tape);
}
