#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/guarded.h"
#include "port/cortex_m/registers.h"
#include "port/cortex_m/semihost.h"

#include <string.h>

enum { CHANGES = 32, TEXT = 1024 };

static const char *const names[PINS] = {
    [PIN_POWER_FAIL] = "power-fail",
    [PIN_SCROLL] = "scroll",
    [PIN_SERVICE] = "service",
    [PIN_REQUEST] = "request",
};

static struct {
    struct {
        uint32_t ms;
        uint8_t pin;
        bool level;
    } change[CHANGES];
    unsigned count;
    unsigned next;
} pins;

static GUARDED volatile bool levels[PINS];

/* A number, and what follows it without blanks. */
static const char *take_number(const char *text, uint32_t *number)
{
    *number = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        *number = 10 * *number + (uint32_t)(*text - '0');
    }
    return text + strspn(text, " ");
}

static const char *take_pin(const char *text, uint8_t *pin)
{
    size_t size = strcspn(text, " \n");
    for (*pin = 0; *pin < PINS; ++*pin) {
        if (strlen(names[*pin]) == size && memcmp(names[*pin], text, size) == 0) {
            return text + size + strspn(text + size, " ");
        }
    }
    return NULL;
}

static const char *take_line(const char *text)
{
    uint32_t level = 0;
    uint8_t pin;
    uint32_t ms;
    text = take_pin(take_number(text, &ms), &pin);
    if (text == NULL || pins.count == CHANGES) {
        return NULL;
    }
    text = take_number(text, &level);
    pins.change[pins.count].ms = ms;
    pins.change[pins.count].pin = pin;
    pins.change[pins.count].level = level != 0;
    pins.count++;
    return *text == '\n' ? text + 1 : NULL;
}

bool pins_open(const char *path)
{
    char text[TEXT] = {0};
    int file = path != NULL ? semihost_open(path, SEMIHOST_READ) : -1;
    if (file >= 0) {
        (void)semihost_read(file, text, sizeof text - 1);
        semihost_close(file);
    }
    levels[PIN_REQUEST] = true;
    const char *at = text;
    while (at != NULL && *at != '\0') {
        at = take_line(at);
    }
    return at != NULL && (path == NULL || file >= 0);
}

/* The emulator has no pins: their interrupts are set pending. */
void pins_tick(uint32_t ms)
{
    while (pins.next < pins.count && pins.change[pins.next].ms <= ms) {
        enum pin pin = (enum pin)pins.change[pins.next].pin;
        levels[pin] = pins.change[pins.next].level;
        pins.next++;
        uint32_t line = pin == PIN_POWER_FAIL ? BOARD_POWER_FAIL : BOARD_INPUTS;
        NVIC_PEND(line) = NVIC_BIT(line);
    }
}

bool pin_level(enum pin pin)
{
    return levels[pin];
}
