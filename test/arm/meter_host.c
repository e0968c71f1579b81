/* The host's side of what `make arm-test` compares with an image.
 *
 *   meter_host run PRODUCT FRAMES NOR   the product's meter measures a recording once, with its
 *                                       chip in the file NOR, until its supply fails at the end
 *   meter_host kept PRODUCT NOR         prints, in hexadecimal, the totals that the chip keeps
 *
 * FRAMES as for `measure`; NOR as world/nor keeps it. */
#include "meter/meter.h"
#include "storage/layout.h"
#include "world/nor/nor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { UTC_S = 1795255200 /* 2026-11-21T10:00:00Z */ };

static struct nor nor;
static struct flash chip;

static int open_chip(const char *path)
{
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    if (nor_open(&nor, &config, path, error, sizeof error) != 0) {
        fprintf(stderr, "%s\n", error);
        return -1;
    }
    chip = nor_port(&nor);
    return 0;
}

/* ---- run ---- */

static void step_until(struct meter *meter, int64_t *due_ms, int64_t now_ms)
{
    static int64_t chip_ms;
    if (now_ms < *due_ms) {
        return;
    }
    nor_advance(&nor, (uint64_t)(now_ms - chip_ms) * 1000);
    chip_ms = now_ms;
    *due_ms = meter_step(meter, now_ms);
}

static int measure(struct meter *meter, FILE *frames)
{
    int32_t frame[LEGAL_CHANNELS];
    size_t channels = 2 * (size_t)meter->config.phases;
    int64_t due_ms = 0;
    for (int64_t count = 1; fread(frame, sizeof *frame, channels, frames) == channels; count++) {
        meter_frames(meter, frame, 1);
        step_until(meter, &due_ms, count * 1000 / LEGAL_FRAME_HZ);
    }
    return meter_power_fail(meter);
}

static int run(const struct product *product, const char *path)
{
    static struct meter meter;
    static struct legal_part legal;
    const struct meter_setup setup = {
        .product = product, .legal = &legal, .flash = &chip, .utc_ms = UTC_S * INT64_C(1000)};
    FILE *frames = fopen(path, "rb");
    if (frames == NULL) {
        perror(path);
        return 1;
    }
    int result = meter_init(&meter, &setup);
    while (result == 0 && meter_recover(&meter) > 0) {
        nor_advance(&nor, 100);
    }
    result = result == 0 ? measure(&meter, frames) : result;
    fclose(frames);
    return result == 0 ? 0 : 1;
}

/* ---- kept ---- */

static int print_kept(const struct product *product)
{
    enum { TOTALS = 0, ROOM = 2048 };
    static const struct journal_use use = {.values = LEGAL_KEEP_VALUES};
    static uint16_t places[LEGAL_KEEP_VALUES];
    static uint8_t octets[ROOM];
    struct journal journal;
    uint8_t version = 0;
    journal_init(&journal, &chip, &layout_of(product->name)->energy, &use, places);
    while (journal_recover(&journal) > 0) {
    }
    int size = journal_get(&journal, TOTALS, &version, octets, sizeof octets);
    for (int i = 0; i < size; i++) {
        printf("%02x", octets[i]);
    }
    printf("\n");
    return size > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct product *product = argc > 2 ? product_find(argv[2]) : NULL;
    bool runs = argc == 5 && strcmp(argv[1], "run") == 0;
    bool tells = argc == 4 && strcmp(argv[1], "kept") == 0;
    if (product == NULL || (!runs && !tells)) {
        fprintf(stderr, "usage: meter_host run PRODUCT FRAMES NOR | kept PRODUCT NOR\n");
        return 2;
    }
    if (open_chip(argv[argc - 1]) != 0) {
        return 1;
    }
    int result = runs ? run(product, argv[3]) : print_kept(product);
    nor_close(&nor);
    return result;
}
