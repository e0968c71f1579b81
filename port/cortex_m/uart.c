#include "port/cortex_m/uart.h"

#include "port/cortex_m/board.h"
#include "port/cortex_m/registers.h"

enum {
    TRANSMIT_FULL = 1 << 0, /* of STATE */
    RECEIVE_FULL = 1 << 1,
    TRANSMIT = 1 << 0, /* of CONTROL */
    RECEIVE = 1 << 1,
    TRANSMIT_INTERRUPT = 1 << 2,
    RECEIVE_INTERRUPT = 1 << 3,
    TRANSMITTED = 1 << 0, /* of INTERRUPT */
    RECEIVED = 1 << 1,
};

struct registers {
    volatile uint32_t data;
    volatile uint32_t state;
    volatile uint32_t control;
    volatile uint32_t interrupt;
    volatile uint32_t divider;
};

static const uintptr_t places[UARTS] = PLACE_UARTS;

static const enum board_interrupt interrupts[UARTS] = {BOARD_UART_0, BOARD_UART_1, BOARD_UART_2,
                                                       BOARD_UART_3, BOARD_UART_4};

static struct {
    struct uart_ring *in;  /* NULL: nobody listens */
    struct uart_ring *out; /* NULL: not open */
    volatile bool sending;
} lines[UARTS];

static struct registers *registers_of(enum uart uart)
{
    return (struct registers *)places[uart];
}

static bool is_empty(const struct uart_ring *ring)
{
    return ring->put == ring->taken;
}

static bool ring_put(struct uart_ring *ring, uint8_t octet)
{
    if (ring->put - ring->taken == UART_ROOM) {
        return false;
    }
    ring->octets[ring->put % UART_ROOM] = octet;
    ring->put++;
    return true;
}

static uint8_t ring_take(struct uart_ring *ring)
{
    uint8_t octet = ring->octets[ring->taken % UART_ROOM];
    ring->taken++;
    return octet;
}

/* ---- interrupts ---- */

static void receive(enum uart uart)
{
    struct registers *registers = registers_of(uart);
    registers->interrupt = RECEIVED;
    while ((registers->state & RECEIVE_FULL) != 0) {
        uint8_t octet = (uint8_t)registers->data;
        if (lines[uart].in != NULL) {
            (void)ring_put(lines[uart].in, octet);
        }
    }
}

static void send(enum uart uart)
{
    struct registers *registers = registers_of(uart);
    registers->interrupt = TRANSMITTED;
    if (is_empty(lines[uart].out)) {
        lines[uart].sending = false;
    } else {
        registers->data = ring_take(lines[uart].out);
    }
}

#define UART_HANDLERS(number)                                                                      \
    void uart_##number##_receive(void);                                                            \
    void uart_##number##_send(void);                                                               \
    void uart_##number##_receive(void)                                                             \
    {                                                                                              \
        receive((enum uart)(number));                                                              \
    }                                                                                              \
    void uart_##number##_send(void)                                                                \
    {                                                                                              \
        send((enum uart)(number));                                                                 \
    }

UART_HANDLERS(0)
UART_HANDLERS(1)
UART_HANDLERS(2)
UART_HANDLERS(3)
UART_HANDLERS(4)

/* ---- the main loop ---- */

void uart_set_baud(enum uart uart, uint32_t baud)
{
    registers_of(uart)->divider = BOARD_CLOCK_HZ / baud;
}

void uart_open(enum uart uart, struct uart_ring *in, struct uart_ring *out, uint32_t baud)
{
    lines[uart].in = in;
    lines[uart].out = out;
    uart_set_baud(uart, baud);
    registers_of(uart)->control = TRANSMIT | RECEIVE | TRANSMIT_INTERRUPT | RECEIVE_INTERRUPT;
    board_enable(interrupts[uart]);
    board_enable(interrupts[uart] + 1); /* of sending */
}

size_t uart_read(enum uart uart, uint8_t *octets, size_t room)
{
    size_t size = 0;
    while (size < room && lines[uart].in != NULL && !is_empty(lines[uart].in)) {
        octets[size++] = ring_take(lines[uart].in);
    }
    return size;
}

/* The interrupt takes what is put while it sends; when it has just stopped, the first octet sets
 * it going again. */
size_t uart_write(enum uart uart, const uint8_t *octets, size_t size)
{
    size_t taken = 0;
    if (lines[uart].out == NULL) {
        return size;
    }
    while (taken < size && ring_put(lines[uart].out, octets[taken])) {
        taken++;
    }
    if (!lines[uart].sending && !is_empty(lines[uart].out)) {
        lines[uart].sending = true;
        registers_of(uart)->data = ring_take(lines[uart].out);
    }
    return taken;
}

bool uart_is_quiet(enum uart uart)
{
    return lines[uart].out == NULL || (!lines[uart].sending && is_empty(lines[uart].out));
}
