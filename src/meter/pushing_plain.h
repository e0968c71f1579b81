/* The plain message of a push set-up: a DataNotification with a structure of the values in the
 * order of its list. What cannot be read is null-data. Private to this room. */
#ifndef WATTHOUR_METER_PUSHING_PLAIN_H
#define WATTHOUR_METER_PUSHING_PLAIN_H

#include "base/writer.h"
#include "meter/meter.h"

/* The head of the message, up to the first value, of METER_PUSH_HEAD octets at most; its number is
 * the next. */
void pushing_plain_put_head(struct meter *meter, enum push_setup setup, struct writer *w);

/* At the beginning of the message with that head. */
void pushing_plain_open(struct meter *meter, enum push_setup setup, const struct writer *head);

/* The next octets, `room` of them while the message lasts; `piece` holds COSEM_CARRY octets more.
 * For struct dlms_source: the context is the meter. Fewer also when the set-up has been changed
 * meanwhile: then it is no message any more. */
size_t pushing_plain_read(void *context, uint8_t *piece, size_t room);
bool pushing_plain_ended(const struct meter *meter);

/* All of the message as it fits into `room` octets, which hold COSEM_CARRY more: values that do not
 * fit are null-data. Its size. */
size_t pushing_plain_squeeze(struct meter *meter, uint8_t *octets, size_t room);

#endif
