/* The data directory of a virtual meter: its flash chip as a file. */
#ifndef WATTHOUR_APP_DATA_H
#define WATTHOUR_APP_DATA_H

#include "product/product.h"
#include "world/nor/nor.h"

#include <stddef.h>

enum { DATA_PATH = 4096 };

struct data {
    struct nor nor;
    struct flash flash;
    char fault_path[DATA_PATH]; /* DIR/fault: where a run that ends by a bug says so */
};

/* Opens DIR/flash.nor, making both when they are not there, and holds it: one meter at a time.
 * Refuses the chip of another product. 0, or -1 with one line in `error`. */
int data_open(struct data *data, const char *directory, const struct product *product, char *error,
              size_t error_size);
void data_close(struct data *data);

#endif
