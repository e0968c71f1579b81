/* The board's five UARTs (CMSDK), by interrupt. Each has room for octets that came and for octets
 * that are to go; what finds no room is lost, as it would be on a wire.
 *
 * Source: CMSDK Technical Reference Manual (DDI 0479), 4.3. */
#ifndef WATTHOUR_PORT_CORTEX_M_UART_H
#define WATTHOUR_PORT_CORTEX_M_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum uart { UART_OPTICAL, UART_CUSTOMER, UART_RS485, UART_MBUS, UART_MODEM, UARTS };

/* Opens one. Privileged only. */
void uart_open(enum uart uart, uint32_t baud);
void uart_set_baud(enum uart uart, uint32_t baud);

/* Octets that came, at most `room`. */
size_t uart_read(enum uart uart, uint8_t *octets, size_t room);

/* Takes octets to send, as many as there is room for. */
size_t uart_write(enum uart uart, const uint8_t *octets, size_t size);

/* Everything is sent. */
bool uart_is_quiet(enum uart uart);

#endif
