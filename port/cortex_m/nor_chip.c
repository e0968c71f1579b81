/* The chip as world/nor keeps it in a file: its cells, inverted, then the erases of each sector as
 * 32-bit numbers. The cells are also in the board's pseudo-static RAM, for reading. Privileged code
 * alone drives it. */
#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/guarded.h"
#include "port/cortex_m/semihost.h"
#include "storage/layout.h"

#include <string.h>

/* What a chip takes: a page 0.5 ms, a sector 50 ms. */
enum { PROGRAM_CYCLES = BOARD_CLOCK_HZ / 2000, ERASE_CYCLES = BOARD_CLOCK_HZ / 20 };

static uint8_t *const cells = (uint8_t *)(uintptr_t)PLACE_NOR;

static GUARDED struct {
    bool there;
    int file;
    enum flash_state state;
    uint32_t began; /* what is under way, by board_cycles() */
    uint32_t takes;
    bool suspended; /* an erase is, */
    uint32_t left;  /* and would take so long */
} chip;

/* What the file of a new chip lacks, in words: octet by octet, as memset() does it, 8 MiB are 42
 * million instructions. */
static void clear_from(size_t size)
{
    volatile uint64_t *const words = (volatile uint64_t *)(uintptr_t)PLACE_NOR;
    size_t first = (size + sizeof *words - 1) / sizeof *words;
    memset(cells + size, 0, first * sizeof *words - size);
    for (size_t i = first; i < LAYOUT_CHIP / sizeof *words; i++) {
        words[i] = 0;
    }
}

bool nor_chip_open(const char *path)
{
    chip.file = path != NULL ? semihost_open(path, SEMIHOST_CHANGE) : -1;
    semihost_reserve(chip.file);
    chip.there = chip.file >= 0;
    chip.state = FLASH_READY;
    chip.suspended = false;
    if (chip.there) {
        size_t size = semihost_read(chip.file, cells, LAYOUT_CHIP);
        clear_from(size);
    }
    return chip.there;
}

static bool is_over(void)
{
    return board_cycles() - chip.began >= chip.takes;
}

static enum flash_state state(void *context)
{
    (void)context;
    bool working = chip.state == FLASH_PROGRAMMING || chip.state == FLASH_ERASING;
    if (working && is_over()) {
        chip.state = chip.suspended ? FLASH_SUSPENDED : FLASH_READY;
    }
    return chip.state;
}

static bool is_idle(void)
{
    enum flash_state now = state(NULL);
    return now == FLASH_READY || now == FLASH_SUSPENDED;
}

static bool is_within(uint32_t at, uint32_t size)
{
    return chip.there && size <= LAYOUT_CHIP && at <= LAYOUT_CHIP - size;
}

static int chip_read(void *context, uint32_t at, void *octets, uint32_t size)
{
    (void)context;
    if (!is_within(at, size) || !is_idle()) {
        return -1;
    }
    uint8_t *to = octets;
    for (uint32_t i = 0; i < size; i++) {
        to[i] = (uint8_t)~cells[at + i];
    }
    return 0;
}

static int keep(uint32_t at, const void *octets, uint32_t size)
{
    return semihost_seek(chip.file, at) == 0 ? semihost_write(chip.file, octets, size) : -1;
}

static void begin(enum flash_state what, uint32_t cycles)
{
    chip.state = what;
    chip.began = board_cycles();
    chip.takes = cycles;
}

static int program(void *context, uint32_t at, const void *octets, uint32_t size)
{
    (void)context;
    if (!is_within(at, size) || !is_idle() || at / LAYOUT_PAGE != (at + size - 1) / LAYOUT_PAGE) {
        return -1;
    }
    const uint8_t *from = octets;
    for (uint32_t i = 0; i < size; i++) {
        cells[at + i] |= (uint8_t)~from[i];
    }
    begin(FLASH_PROGRAMMING, PROGRAM_CYCLES);
    return keep(at, cells + at, size);
}

static int count_erase(uint32_t sector)
{
    uint32_t at = LAYOUT_CHIP + sector * (uint32_t)sizeof(uint32_t);
    uint32_t erases = 0;
    if (semihost_seek(chip.file, at) != 0) {
        return -1;
    }
    (void)semihost_read(chip.file, &erases, sizeof erases);
    erases++;
    return keep(at, &erases, sizeof erases);
}

static int erase(void *context, uint32_t at)
{
    at = at / LAYOUT_SECTOR * LAYOUT_SECTOR;
    if (!is_within(at, LAYOUT_SECTOR) || state(context) != FLASH_READY) {
        return -1;
    }
    memset(cells + at, 0, LAYOUT_SECTOR);
    begin(FLASH_ERASING, ERASE_CYCLES);
    int kept = keep(at, cells + at, LAYOUT_SECTOR);
    return count_erase(at / LAYOUT_SECTOR) == 0 ? kept : -1;
}

static int suspend(void *context)
{
    if (state(context) == FLASH_ERASING) {
        chip.left = chip.takes - (board_cycles() - chip.began);
        chip.suspended = true;
        chip.state = FLASH_SUSPENDED;
    }
    return chip.there ? 0 : -1;
}

static int resume(void *context)
{
    if (state(context) == FLASH_SUSPENDED) {
        chip.suspended = false;
        begin(FLASH_ERASING, chip.left);
    }
    return chip.there ? 0 : -1;
}

const struct flash nor_chip = {
    .size = LAYOUT_CHIP,
    .sector = LAYOUT_SECTOR,
    .page = LAYOUT_PAGE,
    .read = chip_read,
    .program = program,
    .erase = erase,
    .state = state,
    .suspend = suspend,
    .resume = resume,
};
