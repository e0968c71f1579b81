/* Buffers of class 7 as a client reads them: whole, in pieces, and in parts. */
#ifndef WATTHOUR_TEST_METER_BUFFER_H
#define WATTHOUR_TEST_METER_BUFFER_H

#include "cosem/class/profile_view.h"
#include "cosem/data.h"
#include "cosem/tape.h"
#include "test/meter/life.h"

enum { BUFFER = 2, BUFFER_ROOM = 60000 };

extern const int64_t buffer_begin_ms;                    /* 2026-11-21 00:00:00 UTC */
extern uint8_t buffer_octets[BUFFER_ROOM + COSEM_CARRY]; /* what was read last */
extern const struct cosem_name buffer_load_1;
extern const struct profile_column buffer_import;

/* A call of the Management client to an object of class 7. */
struct cosem_call buffer_call(struct life *life, const struct cosem_name *name);

/* Reads the buffer in pieces of `piece` octets. */
enum cosem_result buffer_read(struct cosem_call call, struct cosem_selection selection,
                              size_t piece, struct reader *value);

/* A part of it: rows of a range of time, of one column (NULL: of all); entries. */
struct buffer_part {
    uint8_t parameters[256];
    struct writer w;
};
struct cosem_selection buffer_selection(const struct buffer_part *part, uint8_t selector);
void buffer_range(struct buffer_part *part, int64_t from_ms, int64_t to_ms,
                  const struct profile_column *only);
void buffer_entries(struct buffer_part *part, uint32_t from, uint32_t to, uint16_t first,
                    uint16_t last);

/* The instant that a row shows, from its local time and deviation; elements of an array. */
int64_t buffer_take_time(struct reader *r);
uint32_t buffer_take_count(struct reader *r);

/* A life of some hours whose clock is set back at times. */
struct life *buffer_lived(void);

#endif
