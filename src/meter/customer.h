/* The customer port P1 of the meter: a telegram at every full second of its clock (or every ten,
 * by the profile) while the port is enabled and somebody requests it.
 *
 * Source: DSMR 5.0.2 P1 5.7.1 (Data Request), 6.1 (every second). */
#ifndef WATTHOUR_METER_CUSTOMER_H
#define WATTHOUR_METER_CUSTOMER_H

#include "meter/meter.h"
#include "p1/envelope.h"
#include "p1/telegram.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the caller's memory. */
struct meter_customer {
    struct meter *meter;
    bool requested;
    bool due_now;   /* the request has just come */
    int64_t last_s; /* UTC second of the last telegram */
    size_t size;    /* of what is to be sent */
    uint8_t *octets;
    size_t room;
};

/* Octets for whatever telegram a product may have, encrypted or not. */
enum { METER_CUSTOMER_ROOM = P1_TELEGRAM_MAX + P1_ENVELOPE };

/* Opens the port; nobody requests it yet. Telegrams are made in `octets`, of which there are more
 * than P1_ENVELOPE; one that finds no room there is not sent. */
void meter_customer_open(struct meter *meter, struct meter_customer *customer, uint8_t *octets,
                         size_t room);

/* Its octets are gone: what is left of the telegram is not sent. */
void meter_customer_forget(struct meter_customer *customer);

/* The Data Request line. When it rises the next step has a telegram; the second to come has it,
 * when this one had one. */
void meter_customer_request(struct meter_customer *customer, bool requested);

/* The telegram of this moment, not encrypted, for somebody who only looks: whether the port is on
 * and requested does not matter, and no counter is used. Its size; 0: it needs more than `room`. */
size_t meter_customer_telegram(const struct meter *meter, uint8_t *octets, size_t room);

/* To be called every few milliseconds. True: there is a new telegram in `octets`, encrypted when
 * the meter has keys for it. */
bool meter_customer_step(struct meter_customer *customer);

#endif
