/* A model of three objects, enough to hold the engine to what it promises: a long constant, a
 * value that is another one each time it is looked at, a table. */
#ifndef WATTHOUR_TEST_COSEM_THREE_H
#define WATTHOUR_TEST_COSEM_THREE_H

#include "cosem/model.h"

struct cosem_context {
    uint32_t rows;     /* of the table */
    uint32_t *looks;   /* how often getters and rows were called */
    uint32_t long_row; /* a row of this number is far longer than the others */
};

enum { THREE_TEXT_SIZE = 300, THREE_LONG_ROW = 500 };

extern const struct cosem_model three_model;

/* Column 0 sees the text, and of the counter the value alone; column 1 sees everything. */
extern const struct cosem_name three_text;    /* class 1; 2 the text */
extern const struct cosem_name three_counter; /* class 3; 2 octet-string of COSEM_CARRY - 2 octets,
                                                 all of them the number of looks; 3 fails */
extern const struct cosem_name three_log;     /* class 7; 2 the table; 3 nobody reads; 4 a u8 */

#endif
