#include "test/meter/buffer.h"

#include "test/unit.h"

const int64_t buffer_begin_ms = INT64_C(1795219200000);
uint8_t buffer_octets[BUFFER_ROOM + COSEM_CARRY];

const struct cosem_name buffer_load_1 = COSEM_NAME(1, 0, 99, 1, 0);
static const struct profile_column clock_column = {8, {0, 0, 1, 0, 0, 255}, 2, 0};
const struct profile_column buffer_import = {3, {1, 0, 1, 8, 0, 255}, 2, 0};

struct cosem_call buffer_call(struct life *life, const struct cosem_name *name)
{
    enum cosem_result why;
    const struct product *product = life->meter.product;
    struct cosem_call call = {.model = &product->model, .context = &life->meter.context};
    for (int i = 0; i < product->partner_count; i++) {
        if (product->partners[i].sap == PRODUCT_SAP_MANAGEMENT) {
            call.column = product->partners[i].column;
        }
    }
    call.object = cosem_model_find(call.model, 7, name, call.column, &why);
    assert_non_null(call.object);
    return call;
}

/* Reads the buffer in pieces of `piece` buffer_octets into `octets`. */
enum cosem_result buffer_read(struct cosem_call call, struct cosem_selection selection,
                              size_t piece, struct reader *value)
{
    struct cosem_tape tape;
    size_t size = 0;
    call.selection = selection;
    enum cosem_result result = cosem_tape_open(&tape, &call, BUFFER);
    while (result == COSEM_SUCCESS && !cosem_tape_ended(&tape)) {
        size += cosem_tape_read(&tape, buffer_octets + size, piece);
        assert_true(size + piece < BUFFER_ROOM);
    }
    *value = reader_over(buffer_octets, size);
    return result;
}

struct cosem_selection buffer_selection(const struct buffer_part *part, uint8_t selector)
{
    return (struct cosem_selection){
        .selector = selector, .parameters = part->parameters, .size = writer_kept(&part->w)};
}

static void put_time(struct writer *w, int64_t utc_ms)
{
    struct civil c = civil_from_seconds(utc_ms / 1000);
    const uint8_t head[] = {9, 12};
    writer_octets(w, head, sizeof head);
    writer_u16(w, (uint16_t)c.year);
    writer_u8(w, c.month);
    writer_u8(w, c.day);
    writer_u8(w, 0xFF);
    writer_u8(w, c.hour);
    writer_u8(w, c.minute);
    writer_u8(w, c.second);
    writer_u8(w, 0);
    writer_u16(w, 0); /* deviation: this is UTC */
    writer_u8(w, 0);
}

void buffer_range(struct buffer_part *part, int64_t from_ms, int64_t to_ms,
                  const struct profile_column *only)
{
    part->w = writer_over(part->parameters, sizeof part->parameters);
    cosem_put_structure(&part->w, 4);
    profile_column_put(&part->w, &clock_column);
    put_time(&part->w, from_ms);
    put_time(&part->w, to_ms);
    cosem_put_array(&part->w, only != NULL);
    if (only != NULL) {
        profile_column_put(&part->w, only);
    }
}

void buffer_entries(struct buffer_part *part, uint32_t from, uint32_t to, uint16_t first,
                    uint16_t last)
{
    part->w = writer_over(part->parameters, sizeof part->parameters);
    cosem_put_structure(&part->w, 4);
    cosem_put_u32(&part->w, from);
    cosem_put_u32(&part->w, to);
    cosem_put_u16(&part->w, first);
    cosem_put_u16(&part->w, last);
}

int64_t buffer_take_time(struct reader *r)
{
    struct cosem_value v = cosem_take_value(r);
    assert_int_equal(v.tag, COSEM_OCTET_STRING);
    assert_int_equal(v.count, 12);
    struct reader t = reader_over(v.octets, 12);
    struct civil c = {.year = reader_u16(&t)};
    c.month = reader_u8(&t);
    c.day = reader_u8(&t);
    c.weekday = reader_u8(&t);
    c.hour = reader_u8(&t);
    c.minute = reader_u8(&t);
    c.second = reader_u8(&t);
    (void)reader_u8(&t);
    return civil_to_seconds(&c) + (int16_t)reader_u16(&t) * 60;
}

uint32_t buffer_take_count(struct reader *r)
{
    struct cosem_value array = cosem_take_value(r);
    assert_int_equal(array.tag, COSEM_ARRAY);
    return (uint32_t)array.count;
}

struct life *buffer_lived(void)
{
    struct life *life = life_begin("st402d", buffer_begin_ms);
    assert_int_equal(profile_set_period(&life->meter.profiles[0], 300), 0);
    life_run(life, 7200);
    clock_set(&life->meter.clock, buffer_begin_ms + 1800000);
    life_run(life, 3600);
    clock_set(&life->meter.clock, buffer_begin_ms + 36000000);
    life_run(life, 3600);
    clock_set(&life->meter.clock, buffer_begin_ms + 3600000);
    life_run(life, 3600);
    return life;
}
