#include "port/cortex_m/conformance.h"

#include "meter/meter.h"
#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/uart.h"

#include <string.h>

enum {
    SAMPLES = 800,    /* a tenth of a second, about */
    LOOKS = 20000000, /* where no time passes at all */
    PATIENCE_S = 2,
    PIECE = 16,
};

static volatile uint32_t samples;
static volatile uint32_t windows;

void conformance_on_sample(void)
{
    samples++;
    if (samples % SAMPLES == 0) {
        board_request_window();
    }
}

void conformance_on_window(void)
{
    windows++;
}

/* Something that comes by itself: false when it did not within PATIENCE_S. */
static bool comes(bool (*it)(const void *context), const void *context)
{
    uint32_t begin = board_cycles();
    for (int i = 0; i < LOOKS && board_cycles() - begin < PATIENCE_S * BOARD_CLOCK_HZ; i++) {
        if (it(context)) {
            return true;
        }
    }
    return false;
}

/* ---- time ---- */

/* Cycles go on, and a thousand ticks are a second of them. */
static bool have_gone_on(const void *begin)
{
    return board_cycles() - *(const uint32_t *)begin > 1000;
}

static bool counts_cycles(void)
{
    uint32_t begin = board_cycles();
    return comes(have_gone_on, &begin);
}

static bool is_reached(const void *ms)
{
    return board_ms() >= *(const int64_t *)ms;
}

static uint32_t cycles_of(int64_t ms)
{
    int64_t end_ms = board_ms() + ms;
    uint32_t begin = board_cycles();
    return comes(is_reached, &end_ms) ? board_cycles() - begin : 0;
}

static bool ticks_each_millisecond(void)
{
    enum { MS = 50 };
    uint32_t right = BOARD_CLOCK_HZ / 1000 * MS;
    (void)cycles_of(1); /* to the beginning of one */
    uint32_t cycles = cycles_of(MS);
    return cycles > right - right / 20 && cycles < right + right / 20;
}

static bool have_come(const void *begin)
{
    return samples - *(const uint32_t *)begin >= SAMPLES;
}

static bool locks_out_the_tick_but_no_samples(void)
{
    board_lock();
    int64_t begin_ms = board_ms();
    uint32_t begin = samples;
    bool came = comes(have_come, &begin);
    bool stood = board_ms() - begin_ms <= 1;
    board_unlock();
    return stood && came && cycles_of(2) > 0;
}

/* ---- samples ---- */

static bool samples_come_in_time(void)
{
    enum { MS = 100 };
    uint32_t begin = samples;
    if (cycles_of(MS) == 0) {
        return false;
    }
    uint32_t right = LEGAL_FRAME_HZ * MS / 1000;
    return samples - begin > right * 19 / 20 && samples - begin < right * 21 / 20;
}

static bool have_followed(const void *begin)
{
    return windows - *(const uint32_t *)begin >= 2;
}

static bool windows_follow(void)
{
    uint32_t begin = windows;
    return comes(have_followed, &begin);
}

/* ---- the NOR chip ---- */

static uint32_t last_sector(void)
{
    return nor_chip.size - nor_chip.sector;
}

static bool is_ready(const void *context)
{
    (void)context;
    return nor_chip.state(nor_chip.context) == FLASH_READY;
}

static bool becomes_ready(void)
{
    return comes(is_ready, NULL);
}

static bool holds(uint32_t at, uint8_t value)
{
    uint8_t octets[PIECE];
    if (nor_chip.read(nor_chip.context, at, octets, PIECE) != 0) {
        return false;
    }
    for (int i = 0; i < PIECE; i++) {
        if (octets[i] != value) {
            return false;
        }
    }
    return true;
}

static bool program(uint32_t at, uint8_t value)
{
    uint8_t octets[PIECE];
    memset(octets, value, PIECE);
    return nor_chip.program(nor_chip.context, at, octets, PIECE) == 0 && becomes_ready();
}

static bool erases(void)
{
    return nor_chip.erase(nor_chip.context, last_sector()) == 0 && becomes_ready() &&
           holds(last_sector(), 0xff) && holds(nor_chip.size - PIECE, 0xff);
}

static bool programs_zeros_only(void)
{
    return program(last_sector(), 0xf0) && holds(last_sector(), 0xf0) &&
           program(last_sector(), 0x0f) && holds(last_sector(), 0x00) &&
           holds(last_sector() + PIECE, 0xff);
}

static bool erases_in_the_background(void)
{
    bool begun = nor_chip.erase(nor_chip.context, last_sector()) == 0;
    return begun && nor_chip.state(nor_chip.context) == FLASH_ERASING && becomes_ready();
}

static bool reads_while_an_erase_is_suspended(void)
{
    bool suspended = nor_chip.erase(nor_chip.context, last_sector()) == 0 &&
                     nor_chip.suspend(nor_chip.context) == 0;
    enum flash_state state = nor_chip.state(nor_chip.context);
    uint8_t octet;
    bool read = nor_chip.read(nor_chip.context, 0, &octet, 1) == 0;
    bool resumed = nor_chip.resume(nor_chip.context) == 0 && becomes_ready();
    return suspended && state != FLASH_ERASING && read && resumed && holds(last_sector(), 0xff);
}

static bool refuses_what_lies_behind_the_end(void)
{
    uint8_t octet = 0;
    return nor_chip.size > 0 && nor_chip.read(nor_chip.context, 0, &octet, 1) == 0 &&
           nor_chip.read(nor_chip.context, nor_chip.size, &octet, 1) != 0 &&
           nor_chip.program(nor_chip.context, nor_chip.size - 1, "xy", 2) != 0;
}

/* ---- clock, chance, lines, stacks ---- */

static bool tells_the_time(void)
{
    struct rtc_reading first = {.utc_ms = 0};
    struct rtc_reading then = {.utc_ms = 0};
    bool read = clock_chip.read(clock_chip.context, &first) == 0;
    (void)cycles_of(20);
    read = clock_chip.read(clock_chip.context, &then) == 0 && read;
    return read && then.utc_ms - first.utc_ms >= 19 && then.utc_ms - first.utc_ms <= 1100;
}

static bool takes_the_time(void)
{
    enum { ANY_S = 1800000000 };
    struct rtc_reading now = {.utc_ms = 0};
    return clock_chip.set(clock_chip.context, ANY_S * INT64_C(1000)) == 0 &&
           clock_chip.read(clock_chip.context, &now) == 0 && now.kept &&
           now.utc_ms / 1000 - ANY_S <= 1;
}

static bool gives_chance(void)
{
    uint8_t first[PIECE] = {0};
    uint8_t then[PIECE] = {0};
    return host_entropy.read(host_entropy.port, first, PIECE) == 0 &&
           host_entropy.read(host_entropy.port, then, PIECE) == 0 &&
           memcmp(first, then, PIECE) != 0;
}

static bool is_quiet(const void *uart)
{
    return uart_is_quiet(*(const enum uart *)uart);
}

static bool sends(enum uart uart)
{
    static const uint8_t text[] = "conformance\r\n";
    static struct uart_ring in[UARTS];
    static struct uart_ring out[UARTS];
    uart_open(uart, &in[uart], &out[uart], 9600);
    if (uart_write(uart, text, sizeof text - 1) != sizeof text - 1) {
        return false;
    }
    return comes(is_quiet, &uart);
}

static bool sends_on_every_line(void)
{
    bool good = true;
    for (int uart = 0; uart < UARTS; uart++) {
        good = sends((enum uart)uart) && good;
    }
    return good;
}

static bool paints_its_stacks(void)
{
    return board_main_stack_used() >= 64 && board_handler_stack_used() > 0 &&
           board_main_stack_used() < 1 << 20;
}

/* ---- the lines ---- */

static const struct {
    bool (*holds)(void);
    const char *what;
} lines[] = {
    {counts_cycles, "board_cycles() counts the processor's cycles"},
    {ticks_each_millisecond, "the tick comes a thousand times a second of BOARD_CLOCK_HZ"},
    {samples_come_in_time, "the sample interrupt comes 8192 times a second"},
    {windows_follow, "the window task runs after board_request_window()"},
    {locks_out_the_tick_but_no_samples, "board_lock() holds the tick back, and no samples"},
    {erases, "the NOR chip erases a sector to ones"},
    {programs_zeros_only, "the NOR chip programs zeros, and only those asked for"},
    {erases_in_the_background, "the NOR chip says that it erases, and goes on meanwhile"},
    {reads_while_an_erase_is_suspended, "the NOR chip reads while an erase is suspended"},
    {refuses_what_lies_behind_the_end, "the NOR chip refuses what lies behind its end"},
    {tells_the_time, "the clock chip goes on"},
    {takes_the_time, "the clock chip can be set"},
    {gives_chance, "entropy gives other octets each time"},
    {sends_on_every_line, "every UART sends"},
    {paints_its_stacks, "stacks are painted, and what is used of them is known"},
};

int conformance_run(conformance_line *line)
{
    int missing = 0;
    board_start_clock();
    clock_chip_open(0);
    board_start_samples(LEGAL_FRAME_HZ);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        bool good = lines[i].holds();
        line(good, lines[i].what);
        missing += good ? 0 : 1;
    }
    board_stop_samples();
    return missing;
}
