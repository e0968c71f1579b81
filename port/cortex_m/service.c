#include "port/cortex_m/firmware.h"
#include "port/cortex_m/text.h"
#include "port/cortex_m/uart.h"

enum { LINE = 160 };

/* The modem's UART, until a modem is at it. */
void service_say(const char *what, const char *more)
{
    char line[LINE];
    struct text text = text_begin(line, sizeof line);
    text_add(&text, "watthour ");
    text_add(&text, firmware_product.product->name);
    text_add(&text, ": ");
    text_add(&text, what);
    text_add(&text, more);
    text_add(&text, "\r\n");
    size_t sent = 0;
    while (sent < text.size) {
        sent += uart_write(UART_MODEM, (const uint8_t *)line + sent, text.size - sent);
    }
}
