/* What a start of storage costs on the target: argument FILE, a full chip of 8 MiB as it is read;
 * then what the first start on a new chip costs, until its sectors are prepared.
 *
 * Prints "recovery STEPS INSTRUCTIONS MOST" and "prepare ...": of all steps, the mean and the
 * longest; "reads READS OCTETS" of the chip by the recovery, whose time depends on the bus. The
 * copying of what is read counts among the instructions. */
#include "port/cortex_m/board.h"
#include "port/cortex_m/semihost.h"
#include "storage/layout.h"
#include "test/arm/cost.h"

#include <stdio.h>
#include <string.h>

/* The board's pseudo-static RAM holds the chip. */
static uint8_t *const cells = (uint8_t *)(uintptr_t)0x21000000;

static struct storage storage;
static struct journal energy;
static uint16_t energy_place;
static struct cost cost;
static uint32_t reads;
static uint32_t read_octets;
static bool is_new; /* the chip */

void board_on_sample(void)
{
}

void board_on_window(void)
{
}

static int chip_read(void *context, uint32_t at, void *octets, uint32_t size)
{
    (void)context;
    reads++;
    read_octets += size;
    memcpy(octets, cells + at, size);
    return 0;
}

/* A start of an unharmed chip writes nothing: both are refused. A new one takes it at once. */
static int chip_program(void *context, uint32_t at, const void *octets, uint32_t size)
{
    (void)context;
    if (!is_new) {
        return -1;
    }
    memcpy(cells + at, octets, size);
    return 0;
}

static int chip_erase(void *context, uint32_t at)
{
    (void)context;
    (void)at;
    return is_new ? 0 : -1;
}

static enum flash_state chip_state(void *context)
{
    (void)context;
    return FLASH_READY;
}

static int chip_suspend(void *context)
{
    (void)context;
    return 0;
}

static const struct flash flash = {
    .size = LAYOUT_CHIP,
    .sector = LAYOUT_SECTOR,
    .page = LAYOUT_PAGE,
    .read = chip_read,
    .program = chip_program,
    .erase = chip_erase,
    .state = chip_state,
    .suspend = chip_suspend,
    .resume = chip_suspend,
};

static bool load(void)
{
    char path[256];
    if (semihost_command_line(path, sizeof path) != 0) {
        return false;
    }
    /* The first word is the image's name. */
    char *file_name = strchr(path, ' ');
    int file = file_name ? semihost_open(file_name + 1, SEMIHOST_READ) : -1;
    if (file < 0) {
        return false;
    }
    size_t size = semihost_read(file, cells, LAYOUT_CHIP);
    semihost_close(file);
    return size == LAYOUT_CHIP;
}

/* One step of both; whether there is more to do. */
static bool step(void)
{
    uint32_t begin = board_ticks();
    int more = journal_recover(&energy);
    if (more == 0) {
        more = storage_recover(&storage);
    }
    cost_add(&cost, board_ticks_between(begin, board_ticks()));
    return more > 0;
}

static bool prepare(void)
{
    uint32_t begin = board_ticks();
    int more = storage_step(&storage);
    more = journal_step(&energy) > 0 || more > 0;
    cost_add(&cost, board_ticks_between(begin, board_ticks()));
    return more > 0;
}

static void start_on_new_chip(const struct storage_layout *layout)
{
    static const struct journal_use energy_use = {.values = 1};
    memset(cells, 0xff, LAYOUT_CHIP);
    memset(&cost, 0, sizeof cost);
    is_new = true;
    journal_init(&energy, &flash, &layout->energy, &energy_use, &energy_place);
    storage_init(&storage, &flash, layout);
    while (step()) {
    }
    memset(&cost, 0, sizeof cost);
    while (prepare()) {
    }
    cost_print("prepare", &cost);
}

int main(void)
{
    static const struct journal_use energy_use = {.values = 1};
    const struct storage_layout *layout = layout_of("st402d");
    if (!load()) {
        printf("recovery: no chip of 8 MiB in the file given\n");
        return 1;
    }
    board_start_ticks();
    journal_init(&energy, &flash, &layout->energy, &energy_use, &energy_place);
    storage_init(&storage, &flash, layout);
    while (step()) {
    }
    if (storage_losses(&storage).sectors > 0 || record_next(&storage.rings[0]) < 1000 ||
        journal_get(&energy, 0, NULL, NULL, 0) <= 0) {
        printf("recovery: the chip was not understood\n");
        return 1;
    }
    cost_print("recovery", &cost);
    printf("reads %lu %lu\n", (unsigned long)reads, (unsigned long)read_octets);
    start_on_new_chip(layout);
    return 0;
}
