#include "test/function/profile_rig.h"

#include "base/reader.h"
#include "test/unit.h"

#include <stdlib.h>

enum { TAG_U32 = 6 };

static const struct profile_column columns[] = {
    {8, {0, 0, 1, 0, 0, 255}, 2, 0},
    {3, {1, 0, 1, 8, 0, 255}, 2, 0},
};

static const struct profile_plan plan = {
    .ring = BED_RING_PROFILE,
    .settings_value = BED_VALUE_PROFILE,
    .state_value = BED_VALUE_PROFILE_STATE,
    .period_s = 900,
    .column_count = 2,
    .columns = columns,
};

/* Column 1-0:1.8.0 counts; 0-0:96.x shows x octets; others have no value. */
static int value(void *owner, const struct profile_column *column, struct writer *w)
{
    const struct profile_rig *rig = owner;
    if (column->class_id == 1) {
        writer_u8(w, 9);
        uint8_t size = (uint8_t)(column->obis[3] + rig->longer);
        writer_u8(w, size);
        for (int i = 0; i < size; i++) {
            writer_u8(w, (uint8_t)i);
        }
        return 0;
    }
    if (column->class_id != 3 || column->obis[2] != 1) {
        return -1;
    }
    writer_u8(w, TAG_U32);
    writer_u32(w, rig->counter);
    return 0;
}

static void begin(struct profile_rig *rig)
{
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    rig->table = object_book_open(&rig->objects, rig->learns);
    column_pool_init(&rig->columns, &rig->table);
    rig->common = (struct profile_common){.source = {.value = value, .owner = rig},
                                          .clock = &rig->bed.clock,
                                          .events = &rig->book,
                                          .columns = &rig->columns};
    profile_init(&rig->profile, &plan, &rig->common);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
    profile_recover(&rig->profile, &rig->bed.storage);
}

struct profile_rig *profile_rig_open(void)
{
    struct profile_rig *rig = calloc(1, sizeof *rig);
    rig->learns = OBJECT_BOOK;
    bed_open(&rig->bed);
    begin(rig);
    return rig;
}

void profile_rig_close(struct profile_rig *rig)
{
    bed_close(&rig->bed);
    free(rig);
}

void profile_rig_run(struct profile_rig *rig, int64_t seconds)
{
    for (int64_t i = 0; i < seconds; i++) {
        rig->counter++;
        clock_advance(&rig->bed.clock, 1000);
        (void)profile_step(&rig->profile);
        (void)event_step(&rig->book);
        bed_settle(&rig->bed);
    }
}

void profile_rig_start(struct profile_rig *rig, int64_t utc_ms)
{
    bed_restart(&rig->bed);
    clock_init(&rig->bed.clock, &bed_zone);
    if (utc_ms >= 0) {
        clock_start(&rig->bed.clock, utc_ms);
    } else {
        clock_start_lost(&rig->bed.clock, 0);
    }
    begin(rig);
}

void profile_rig_cut(struct profile_rig *rig, int64_t seconds)
{
    profile_rig_start(rig, rig->bed.clock.utc_ms + seconds * 1000);
}

uint32_t profile_rig_counter(const struct profile_row *row)
{
    struct reader r = reader_over(row->octets, row->size);
    return reader_u8(&r) == TAG_U32 ? reader_u32(&r) : 0;
}
