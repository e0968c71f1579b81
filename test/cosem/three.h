/* A model of three objects, enough to hold the engine to what it promises: a long constant, a
 * value that is another one each time it is looked at, a table; things to write and to call. */
#ifndef WATTHOUR_TEST_COSEM_THREE_H
#define WATTHOUR_TEST_COSEM_THREE_H

#include "cosem/model.h"

enum { THREE_TEXT_SIZE = 300, THREE_LONG_ROW = 500, THREE_NOTE_MOST = 3000, THREE_LEVEL_MOST = 99 };

/* What can be written and called. */
struct three_state {
    uint8_t level;
    uint32_t calls;
    size_t note_size;
    uint8_t note[THREE_NOTE_MOST];
};

struct cosem_context {
    uint32_t rows;     /* of the table */
    uint32_t *looks;   /* how often getters and rows were called */
    uint32_t long_row; /* a row of this number is far longer than the others */
    struct three_state *state;
};

extern const struct cosem_model three_model;

/* Column 0 sees the text, and of the counter the value alone; column 1 sees, writes and calls
 * everything. */
extern const struct cosem_name three_text;    /* class 1; 2 the text */
extern const struct cosem_name three_counter; /* class 3; 2 octet-string of COSEM_CARRY - 2 octets,
                                                 all of them the number of looks; 3 fails */
extern const struct cosem_name three_log;     /* class 7; 2 the table, selector 1: from row u32 on;
                                                 3 nobody reads; 4 the level, u8 0..99, written;
                                                 5 the note, octet-string, written.
                                                 Methods: 1 counts its calls; 2 fails; 3 gives its
                                                 parameter back; 4 is there and cannot be called */

#endif
