/* Class 7 under any octets: selective access to the buffer of a profile that has lived, and what is
 * written to a profile's attributes. Parameters and values lie in buffers of exactly their size.
 *
 * Input: what is done (bits 0..2: selectors 1 and 2, or an attribute to write; bit 3: selected as
 * in a list of objects), the size of a piece
 * that is read, then the Data. What is written is read back; what is refused has changed nothing.
 */
#include "cosem/data.h"
#include "cosem/tape.h"
#include "meter/meter.h"
#include "world/nor/nor.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BUFFER = 2, ROWS = 40, ROOM = 1 << 16, PIECE_LEAST = 8, QUARTER_MS = 900000, LISTED = 8 };

static struct meter lived;
static struct meter fresh;
static struct nor nor;
static uint8_t octets[ROOM + COSEM_CARRY];

static void need_true(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void live(void)
{
    static struct flash flash;
    static struct legal_part legal;
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    config.program_min_us = config.program_max_us = 0;
    config.erase_min_us = config.erase_max_us = 0;
    need_true(nor_open(&nor, &config, NULL, error, sizeof error) == 0);
    flash = nor_port(&nor);
    const struct meter_setup setup = {.product = product_find("st402d"),
                                      .utc_ms = INT64_C(1800000000000),
                                      .flash = &flash,
                                      .legal = &legal};
    need_true(meter_init(&lived, &setup) == 0);
    while (meter_recover(&lived) > 0) {
    }
    for (int i = 0; i < ROWS; i++) {
        (void)meter_step(&lived, lived.now_ms + QUARTER_MS);
        while (storage_step(&lived.storage) > 0) {
        }
        clock_shift(&lived.clock, i % 7 == 0 ? -2 * 3600 : 0);
    }
}

static struct cosem_call call_of(struct meter *meter)
{
    static const struct cosem_name name = COSEM_NAME(1, 0, 99, 1, 0);
    enum cosem_result why;
    struct cosem_call call = {.model = &meter->product->model, .context = &meter->context};
    for (uint8_t i = 0; i < meter->product->partner_count; i++) {
        if (meter->product->partners[i].sap == PRODUCT_SAP_MANAGEMENT) {
            call.column = meter->product->partners[i].column;
        }
    }
    call.object = cosem_model_find(call.model, 7, &name, call.column, &why);
    need_true(call.object != NULL);
    return call;
}

/* Whatever is selected: what comes is one complete Data, the same in other pieces. */
static size_t read_all(const struct cosem_call *call, int attribute, size_t piece)
{
    struct cosem_tape tape;
    size_t size = 0;
    if (cosem_tape_open(&tape, call, attribute) != COSEM_SUCCESS) {
        return 0;
    }
    while (!cosem_tape_ended(&tape)) {
        need_true(size + piece <= ROOM);
        size += cosem_tape_read(&tape, octets + size, piece);
    }
    struct reader r = reader_over(octets, size);
    cosem_skip_value(&r);
    need_true(reader_done(&r));
    return size;
}

static void select_rows(uint8_t selector, bool listed, size_t piece, const uint8_t *data,
                        size_t size)
{
    struct cosem_call call = call_of(&lived);
    call.selection = (struct cosem_selection){
        .selector = selector, .listed = listed, .parameters = data, .size = size};
    size_t whole = read_all(&call, BUFFER, ROOM);
    need_true(read_all(&call, BUFFER, piece) == whole);
}

static void write_attribute(int attribute, const uint8_t *data, size_t size)
{
    struct reader check = reader_over(data, size);
    cosem_skip_value(&check);
    if (!reader_done(&check)) {
        return; /* the server refuses it before */
    }
    static struct legal_part legal;
    const struct meter_setup setup = {.product = product_find("xs211"), .legal = &legal};
    memset(&fresh, 0, sizeof fresh);
    need_true(meter_init(&fresh, &setup) == 0);
    const struct profile_settings before = fresh.profiles[0].settings;
    struct cosem_call call = call_of(&fresh);
    struct reader value = reader_over(data, size);
    enum cosem_result result = cosem_object_set(&call, attribute, &value);
    if (result != COSEM_SUCCESS) {
        need_true(memcmp(&before, &fresh.profiles[0].settings, sizeof before) == 0);
    }
    need_true(read_all(&call, attribute, ROOM) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (lived.product == NULL) {
        live();
    }
    if (size < 2) {
        return 0;
    }
    uint8_t what = data[0] & 7;
    size_t piece = PIECE_LEAST + data[1];
    uint8_t *copy = malloc(size - 2 > 0 ? size - 2 : 1);
    memcpy(copy, data + 2, size - 2);
    if (what < 3) {
        select_rows(what, (data[0] & LISTED) != 0, piece, copy, size - 2);
    } else {
        write_attribute(what, copy, size - 2);
    }
    free(copy);
    return 0;
}
