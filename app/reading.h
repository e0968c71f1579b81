/* One attribute read, with what is needed to understand it. */
#ifndef WATTHOUR_APP_READING_H
#define WATTHOUR_APP_READING_H

#include "app/client.h"
#include "app/value.h"

struct reading {
    struct reader value; /* stands until the client reads again */
    struct value_meaning meaning;
    const char *unit; /* "" when it has none */
    enum cosem_result result;
};

/* Reads the attribute, and of a register's value the scaler and the unit before it. 0; 1: refused,
 * for the reason in `result`; -1: the connection is of no more use. */
int reading_take(struct reading *reading, struct client *client, uint16_t class_id,
                 const struct cosem_name *name, int attribute);

/* The same by who reads for himself: the attribute with the scaler and unit of that attribute, 0
 * when it has none; what is known of an object of the class; what scaler and unit say, if anything.
 */
int reading_scaler_unit(uint16_t class_id, int attribute);
struct reading reading_begin(uint16_t class_id);
void reading_take_scaler_unit(struct reading *reading, struct reader value);

#endif
