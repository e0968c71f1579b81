/* The board's five UARTs (CMSDK), by interrupt. One that is open has room for octets that came and
 * for octets that are to go; what finds no room is lost, as it would be on a wire.
 *
 * Source: CMSDK Technical Reference Manual (DDI 0479), 4.3. */
#ifndef WATTHOUR_PORT_CORTEX_M_UART_H
#define WATTHOUR_PORT_CORTEX_M_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum uart { UART_OPTICAL, UART_CUSTOMER, UART_RS485, UART_MBUS, UART_MODEM, UARTS };

enum { UART_ROOM = 256 /* octets each way; a power of two */ };

/* Counts go on for ever; one side writes one of them. */
struct uart_ring {
    uint8_t octets[UART_ROOM];
    volatile uint32_t put;
    volatile uint32_t taken;
};

/* Opens one with memory of the caller's, which stays, all zero at first; NULL: what comes is thrown
 * away. Those that are not open can be asked, and have nothing. Privileged only. */
void uart_open(enum uart uart, struct uart_ring *in, struct uart_ring *out, uint32_t baud);
void uart_set_baud(enum uart uart, uint32_t baud);

/* Octets that came, at most `room`. */
size_t uart_read(enum uart uart, uint8_t *octets, size_t room);

/* Takes octets to send, as many as there is room for. */
size_t uart_write(enum uart uart, const uint8_t *octets, size_t size);

/* Everything is sent. */
bool uart_is_quiet(enum uart uart);

#endif
