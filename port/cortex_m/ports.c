#include "meter/customer.h"
#include "meter/optical.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/firmware.h"
#include "port/cortex_m/uart.h"

enum { CUSTOMER_BAUD = 115200, RS485_BAUD = 9600, SERVICE_BAUD = 115200, CHUNK = 64 };

static struct meter_optical optical;
static struct meter_customer customer;

static struct {
    size_t optical; /* octets on their way out */
    size_t rs485;
    size_t told; /* of the telegram */
    uint32_t baud;
} going;

void ports_open(void)
{
    static struct uart_ring optical_in;
    static struct uart_ring optical_out;
    static struct uart_ring customer_out;
    static struct uart_ring service_out;
    struct firmware_line *rs485 = firmware_product.rs485;
    uart_open(UART_OPTICAL, &optical_in, &optical_out, RS485_BAUD);
    uart_open(UART_CUSTOMER, NULL, &customer_out, CUSTOMER_BAUD);
    uart_open(UART_MODEM, NULL, &service_out, SERVICE_BAUD);
    if (rs485 != NULL) {
        uart_open(UART_RS485, &rs485->in, &rs485->out, RS485_BAUD);
    }
}

void ports_begin(struct meter *meter, int64_t now_ms)
{
    meter_optical_open(meter, &optical, now_ms);
    meter_customer_open(meter, &customer, firmware_product.telegram,
                        firmware_product.telegram_room);
    struct firmware_line *rs485 = firmware_product.rs485;
    if (rs485 != NULL) {
        meter_line_open(meter, &rs485->line, rs485->places, METER_LINE_CLIENTS,
                        &meter->links.lines[LINK_RS485], now_ms);
        meter_line_is(&rs485->line, LINK_RS485);
    }
}

/* What comes while the meter has the turn (a probe's reflection, say) is not listened to: that it
 * has none any more is seen before. */
static size_t hear(enum uart uart, uint8_t octets[CHUNK])
{
    return uart_read(uart, octets, CHUNK);
}

static void step_optical(int64_t now_ms)
{
    if (going.optical > 0 && uart_is_quiet(UART_OPTICAL)) {
        meter_optical_sent(&optical, going.optical, now_ms);
        going.optical = 0;
    }
    uint8_t octets[CHUNK];
    size_t size = hear(UART_OPTICAL, octets);
    if (size > 0 && going.optical == 0) {
        meter_optical_receive(&optical, octets, size, now_ms);
    }
    meter_optical_step(&optical, now_ms);
    if (going.optical == 0) {
        struct iec21_form form = meter_optical_form(&optical);
        if (form.baud != going.baud) {
            going.baud = form.baud;
            uart_set_baud(UART_OPTICAL, form.baud);
        }
        const uint8_t *out;
        size = meter_optical_output(&optical, &out, now_ms);
        going.optical = uart_write(UART_OPTICAL, out, size);
    }
}

static void step_rs485(int64_t now_ms)
{
    struct hdlc_station *station = &firmware_product.rs485->line.station;
    if (going.rs485 > 0 && uart_is_quiet(UART_RS485)) {
        hdlc_sent(station, going.rs485, now_ms);
        going.rs485 = 0;
    }
    uint8_t octets[CHUNK];
    size_t size = hear(UART_RS485, octets);
    if (size > 0 && going.rs485 == 0) {
        (void)hdlc_receive(station, octets, size, now_ms);
    }
    meter_line_step(&firmware_product.rs485->line, now_ms);
    if (going.rs485 == 0) {
        const uint8_t *out;
        size = hdlc_output(station, &out, now_ms);
        going.rs485 = uart_write(UART_RS485, out, size);
    }
}

/* A telegram goes out while the next is made a second later. */
static void step_customer(void)
{
    static uint32_t computations;
    if (firmware_curves.computations != computations) {
        computations = firmware_curves.computations;
        meter_customer_forget(&customer);
    }
    meter_customer_request(&customer, pin_level(PIN_REQUEST));
    if (meter_customer_step(&customer)) {
        going.told = 0;
    }
    if (going.told < customer.size) {
        going.told +=
            uart_write(UART_CUSTOMER, customer.octets + going.told, customer.size - going.told);
    }
}

void ports_step_buttons(struct meter *meter, int64_t now_ms)
{
    static const enum pin pins[DISPLAY_BUTTONS] = {PIN_SCROLL, PIN_SERVICE};
    static bool down[DISPLAY_BUTTONS];
    for (unsigned i = 0; i < DISPLAY_BUTTONS; i++) {
        if (pin_level(pins[i]) != down[i]) {
            down[i] = !down[i];
            display_button(&meter->display, (enum display_button)i, down[i], now_ms);
        }
    }
}

void ports_step(struct meter *meter, int64_t now_ms)
{
    step_optical(now_ms);
    if (firmware_product.rs485 != NULL) {
        step_rs485(now_ms);
    }
    step_customer();
    ports_step_buttons(meter, now_ms);
}
