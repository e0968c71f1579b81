/* The drivers of YOUR BOARD, to be filled in. Each function's contract is in the header that
 * declares it; each says here what the conformance test looks for. Split the file as it grows:
 * board.c, uart.c, nor_chip.c and so on in port/cortex_m are what it may come to. */
#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/uart.h"

/* ---- board.h: levels, time, stacks ---- */

/* Give the interrupt BOARD_PRIORITY_APPLICATION and let it come. */
void board_enable(enum board_interrupt interrupt)
{
    (void)interrupt;
}

/* A timer, or the front end's data-ready line, at BOARD_PRIORITY_SAMPLE; its handler calls
 * board_on_sample(). */
void board_start_samples(uint32_t rate_hz)
{
    (void)rate_hz;
}

void board_stop_samples(void)
{
}

/* Set PendSV pending. */
void board_request_window(void)
{
}

/* WFI. */
void board_wait(void)
{
}

/* BASEPRI at BOARD_PRIORITY_APPLICATION, and back: the tick waits, samples do not. */
void board_lock(void)
{
}

void board_unlock(void)
{
}

/* A counter that runs with the clock, as DWT CYCCNT. */
uint32_t board_cycles(void)
{
    return 0;
}

/* SysTick, a thousand times a second; board_on_tick() calls board_count_ms(). */
void board_start_clock(void)
{
}

void board_count_ms(void)
{
}

int64_t board_ms(void)
{
    return 0;
}

/* What the start-up painted and nobody has written since is not counted. */
size_t board_handler_stack_used(void)
{
    return 0;
}

size_t board_main_stack_used(void)
{
    return 0;
}

/* ---- uart.h ---- */

/* Interrupts of receiving and sending on; two rings. */
void uart_open(enum uart uart, struct uart_ring *in, struct uart_ring *out, uint32_t baud)
{
    (void)in;
    (void)out;
    uart_set_baud(uart, baud);
}

void uart_set_baud(enum uart uart, uint32_t baud)
{
    (void)uart;
    (void)baud;
}

size_t uart_read(enum uart uart, uint8_t *octets, size_t room)
{
    (void)uart;
    (void)octets;
    (void)room;
    return 0;
}

size_t uart_write(enum uart uart, const uint8_t *octets, size_t size)
{
    (void)uart;
    (void)octets;
    (void)size;
    return 0;
}

bool uart_is_quiet(enum uart uart)
{
    (void)uart;
    return false;
}

/* ---- the NOR chip: storage/flash.h; commands 03h, 02h, 20h, 75h, 7Ah, 05h of a serial chip ----
 */

static int chip_read(void *context, uint32_t at, void *octets, uint32_t size)
{
    (void)context;
    (void)at;
    (void)octets;
    (void)size;
    return -1;
}

static int chip_program(void *context, uint32_t at, const void *octets, uint32_t size)
{
    (void)context;
    (void)at;
    (void)octets;
    (void)size;
    return -1;
}

static int chip_erase(void *context, uint32_t at)
{
    (void)context;
    (void)at;
    return -1;
}

static enum flash_state chip_state(void *context)
{
    (void)context;
    return FLASH_READY;
}

static int chip_suspend_or_resume(void *context)
{
    (void)context;
    return -1;
}

const struct flash nor_chip = {
    .size = 8 << 20,
    .sector = 4096,
    .page = 256,
    .read = chip_read,
    .program = chip_program,
    .erase = chip_erase,
    .state = chip_state,
    .suspend = chip_suspend_or_resume,
    .resume = chip_suspend_or_resume,
};

/* ---- the clock chip: function/rtc.h ---- */

void clock_chip_open(int64_t utc_ms)
{
    (void)utc_ms;
}

static int clock_read(void *context, struct rtc_reading *reading)
{
    (void)context;
    (void)reading;
    return -1;
}

static int clock_set(void *context, int64_t utc_ms)
{
    (void)context;
    (void)utc_ms;
    return -1;
}

static int clock_trim(void *context, int32_t ppb)
{
    (void)context;
    (void)ppb;
    return -1;
}

const struct rtc clock_chip = {.read = clock_read, .set = clock_set, .trim = clock_trim};

/* ---- a hardware generator of random octets: crypto/random.h ---- */

static int chance_read(void *port, uint8_t *octets, size_t size)
{
    (void)port;
    (void)octets;
    (void)size;
    return -1;
}

const struct crypto_entropy host_entropy = {.read = chance_read};
