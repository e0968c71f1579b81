/* The image of a meter: what its parts share. An image is this with one of product/. */
#ifndef WATTHOUR_PORT_CORTEX_M_FIRMWARE_H
#define WATTHOUR_PORT_CORTEX_M_FIRMWARE_H

#include "meter/line.h"
#include "meter/meter.h"
#include "port/cortex_m/uart.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- which meter it is ---- */

/* Memory of a line with several meters on it. */
struct firmware_line {
    struct uart_ring in;
    struct uart_ring out;
    struct meter_line line;
    struct meter_line_place places[METER_LINE_CLIENTS];
};

struct firmware_product {
    const struct product *product;
    struct firmware_line *rs485;      /* NULL: there is none */
    struct harmonics *harmonics;      /* NULL: it measures none */
    struct calendar_switch *switches; /* of its calendars */
    uint8_t *telegram;                /* memory of the customer port's */
    size_t telegram_room;
    size_t switch_count;
};

extern const struct firmware_product firmware_product;

/* ---- factory.c: what the factory wrote ---- */

/* Privileged only. */
void factory_open(void);

/* The keys of the suite, in `keys`, which are all zeros; NULL: there are none. */
const struct meter_keys *factory_keys(struct meter_keys *keys);

/* The authority that the meter trusts; NULL: none. */
struct factory_authority {
    const uint8_t *certificate;
    size_t size;
};
struct factory_authority factory_authority(void);

/* What curves are computed with. Telegrams of the customer port may be in its room: while it
 * computes the ports have not their turn, and the one that was under way is cut. */
extern struct crypto_ecc firmware_curves;

/* ---- ports.c: lines between the UARTs and the meter ---- */

/* Opens the UARTs. Privileged only. */
void ports_open(void);

/* Gives them to the meter, once it has recovered. */
void ports_begin(struct meter *meter, int64_t now_ms);
void ports_step(struct meter *meter, int64_t now_ms);

/* The buttons alone; the rest does it too. */
void ports_step_buttons(struct meter *meter, int64_t now_ms);

/* ---- service.c: the service line ---- */

/* One line for those who stand beside the meter; it takes what time it needs. */
void service_say(const char *what, const char *more);

/* ---- health.c: what the self-test asks, and what the run before left ---- */

enum { IMAGE_NAME = 16 };

/* The application's first octets; tools/seal-image.py fills in size and checksum. */
struct image_header {
    uint32_t mark;
    uint32_t size;                            /* octets behind the header */
    uint8_t checksum[IDENTITY_CHECKSUM_SIZE]; /* SHA-256 of them */
    char product[IMAGE_NAME];
};

/* The image is of another product than the board. */
void health_is_foreign(void);

/* The watchdog bites when no step of the meter ends for so long. */
enum { HEALTH_WATCHDOG_S = 16 };
void health_start_watchdog(void);

struct selftest_fault health_last_fault(void);

extern const struct meter_port health_port;

#endif
