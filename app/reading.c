#include "app/reading.h"

#include "app/words.h"
#include "cosem/data.h"

enum { REGISTER = 3, EXTENDED_REGISTER = 4, DEMAND_REGISTER = 5, CLOCK = 8 };

int reading_scaler_unit(uint16_t class_id, int attribute)
{
    switch (class_id) {
    case REGISTER:
    case EXTENDED_REGISTER:
        return attribute == 2 ? 3 : 0; /* value */
    case DEMAND_REGISTER:
        return attribute == 2 || attribute == 3 ? 4 : 0; /* current and last average */
    default:
        return 0;
    }
}

struct reading reading_begin(uint16_t class_id)
{
    return (struct reading){.unit = "", .meaning = {.date_time = class_id == CLOCK}};
}

void reading_take_scaler_unit(struct reading *reading, struct reader value)
{
    cosem_take_value(&value);
    struct cosem_value scaler = cosem_take_value(&value);
    struct cosem_value unit = cosem_take_value(&value);
    if (reader_done(&value) && scaler.tag == COSEM_I8 && unit.tag == COSEM_ENUM) {
        reading->meaning.scaler = (int8_t)scaler.integer;
        reading->unit = words_unit((uint8_t)unit.integer);
    }
}

int reading_take(struct reading *reading, struct client *client, uint16_t class_id,
                 const struct cosem_name *name, int attribute)
{
    *reading = reading_begin(class_id);
    int scaler_unit = reading_scaler_unit(class_id, attribute);
    if (scaler_unit != 0) {
        int read =
            client_read(client, class_id, name, scaler_unit, &reading->value, &reading->result);
        if (read < 0) {
            return -1;
        }
        if (read == 0) {
            reading_take_scaler_unit(reading, reading->value);
        }
    }
    return client_read(client, class_id, name, attribute, &reading->value, &reading->result);
}
