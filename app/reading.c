#include "app/reading.h"

#include "app/words.h"
#include "cosem/data.h"

enum { REGISTER = 3, EXTENDED_REGISTER = 4, CLOCK = 8, VALUE = 2, SCALER_UNIT = 3 };

static int take_scaler_unit(struct reading *reading, struct client *client, uint16_t class_id,
                            const struct cosem_name *name)
{
    int read = client_read(client, class_id, name, SCALER_UNIT, &reading->value, &reading->result);
    if (read != 0) {
        return read;
    }
    struct reader r = reading->value;
    cosem_take_value(&r);
    struct cosem_value scaler = cosem_take_value(&r);
    struct cosem_value unit = cosem_take_value(&r);
    if (reader_done(&r) && scaler.tag == COSEM_I8 && unit.tag == COSEM_ENUM) {
        reading->meaning.scaler = (int8_t)scaler.integer;
        reading->unit = words_unit((uint8_t)unit.integer);
    }
    return 0;
}

int reading_take(struct reading *reading, struct client *client, uint16_t class_id,
                 const struct cosem_name *name, int attribute)
{
    *reading = (struct reading){.unit = "", .meaning = {.date_time = class_id == CLOCK}};
    bool measured = (class_id == REGISTER || class_id == EXTENDED_REGISTER) && attribute == VALUE;
    if (measured && take_scaler_unit(reading, client, class_id, name) < 0) {
        return -1;
    }
    return client_read(client, class_id, name, attribute, &reading->value, &reading->result);
}
