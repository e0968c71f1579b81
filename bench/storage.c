/* What storage costs: appends, lookups, recovery, octets programmed, life.
 *
 * `bench_storage image FILE` writes a full chip to a file instead: for the target's side, see
 * test/arm/bench_storage.sh. */
#include "bench/bench.h"
#include "bench/storage_chip.h"
#include "storage/item.h"
#include "storage/life.h"
#include "world/nor/dice.h"

#include <stdlib.h>
#include <string.h>

enum {
    RECORDS = 200000,
    RECORD = 24,
    PERIOD_S = 900,
    BEGIN_S = 1000000000,
    LOOKUPS = 100000,
    STARTS = 20,
    VALUES_A_MINUTE = 40,
    DAYS = 10,
};

/* ---- A ring as large as the chip ---- */

static const struct partition whole_chip = {"records", 0x7f10, BELT_RECORDS, 0, 2048, RECORD};

struct big_ring {
    struct nor nor;
    struct flash flash;
    struct record_ring ring;
};

static bool open_big_ring(struct big_ring *big)
{
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    config.program_min_us = config.program_max_us = 0;
    config.erase_min_us = config.erase_max_us = 0;
    if (nor_open(&big->nor, &config, NULL, error, sizeof error) != 0) {
        fprintf(stderr, "bench_storage: %s\n", error);
        return false;
    }
    big->flash = nor_port(&big->nor);
    record_init(&big->ring, &big->flash, &whole_chip);
    while (record_recover(&big->ring) > 0) {
    }
    while (record_step(&big->ring) > 0) {
    }
    return true;
}

/* The clock is set back by an hour `set_backs` times on the way. Seconds for each append. */
static double fill_big_ring(struct big_ring *big, uint32_t set_backs)
{
    uint8_t octets[RECORD] = {0};
    uint32_t now_s = BEGIN_S;
    uint32_t total = RECORDS * 21 / 20;
    double begin_s = bench_now_s();
    for (uint32_t i = 0; i < total; i++) {
        memcpy(octets, &i, sizeof i);
        if (set_backs > 0 && i % (total / set_backs) == total / set_backs / 2) {
            now_s -= 3600;
        }
        now_s += PERIOD_S;
        record_append(&big->ring, now_s, octets);
        while (record_step(&big->ring) > 0) {
        }
    }
    return (bench_now_s() - begin_s) / total;
}

static double lookup_time_us(const struct big_ring *big)
{
    uint64_t dice = 4;
    uint32_t found = 0;
    double begin_s = bench_now_s();
    for (uint32_t i = 0; i < LOOKUPS; i++) {
        struct record record;
        uint32_t from_s = BEGIN_S + dice_below(&dice, RECORDS) * PERIOD_S;
        found += record_find(&big->ring, 0, from_s, from_s + 86400, &record) == STORAGE_DONE;
    }
    double us = (bench_now_s() - begin_s) / LOOKUPS * 1e6;
    return found > LOOKUPS / 2 ? us : (double)INFINITY;
}

static double lookup_number_us(const struct big_ring *big)
{
    uint64_t dice = 4;
    uint32_t found = 0;
    uint32_t first = record_first(&big->ring);
    double begin_s = bench_now_s();
    for (uint32_t i = 0; i < LOOKUPS; i++) {
        struct record record;
        uint32_t number = first + dice_below(&dice, RECORDS);
        found += record_read(&big->ring, number, &record, NULL) == STORAGE_DONE;
    }
    double us = (bench_now_s() - begin_s) / LOOKUPS * 1e6;
    return found == LOOKUPS ? us : (double)INFINITY;
}

static void bench_lookups(struct bench *bench)
{
    static struct big_ring big;
    static const uint32_t set_backs[] = {0, 4, 32};
    for (unsigned i = 0; i < sizeof set_backs / sizeof *set_backs; i++) {
        char name[64];
        if (!open_big_ring(&big)) {
            return;
        }
        double append_s = fill_big_ring(&big, set_backs[i]);
        if (i == 0) {
            bench_higher(bench, "storage.append_per_s", 1 / append_s, "1/s", BENCH_NO_GOAL);
            bench_lower(bench, "storage.find_by_number_us", lookup_number_us(&big), "us",
                        BENCH_NO_GOAL);
        }
        snprintf(name, sizeof name, "storage.find_by_time_us_%u_set_backs", set_backs[i]);
        bench_lower(bench, name, lookup_time_us(&big), "us", 20);
        nor_close(&big.nor);
    }
}

/* ---- Recovery of a full chip ---- */

static void bench_recovery(struct bench *bench)
{
    static struct chip chip;
    if (chip_open(&chip, layout_of("st402d")) != 0) {
        return;
    }
    chip_fill(&chip);
    double begin_s = bench_now_s();
    for (unsigned i = 0; i < STARTS; i++) {
        chip_start(&chip);
    }
    bench_lower(bench, "storage.recovery_ms", (bench_now_s() - begin_s) / STARTS * 1e3, "ms", 200);
    struct nor_counts before = chip.nor.counts;
    unsigned steps = chip_start(&chip);
    uint64_t octets = chip.nor.counts.read_octets - before.read_octets;
    uint64_t reads = chip.nor.counts.reads - before.reads;
    bench_lower(bench, "storage.recovery_read_octets", (double)octets, "octets", BENCH_NO_GOAL);
    bench_lower(bench, "storage.recovery_reads", (double)reads, "reads", BENCH_NO_GOAL);
    bench_lower(bench, "storage.recovery_steps", steps, "steps", BENCH_NO_GOAL);
    chip_close(&chip);
}

/* ---- Wear ---- */

/* Octets of what one write of everything frames. */
static uint64_t framed_octets(const struct chip *chip)
{
    uint64_t octets = CHIP_ENERGY + ITEM_DESCRIPTOR + VALUES_A_MINUTE * (16u + ITEM_DESCRIPTOR);
    for (unsigned i = 0; i < chip->layout->rings_count; i++) {
        octets += record_size(&chip->storage.rings[i]) + (uint64_t)RECORD_FRAME;
    }
    return octets;
}

static void bench_wear(struct bench *bench)
{
    static struct chip chip;
    if (chip_open(&chip, layout_of("st402d")) != 0) {
        return;
    }
    chip_fill(&chip);
    uint64_t before = chip.nor.counts.programmed_octets;
    uint32_t minutes = DAYS * 24 * 60;
    double begin_s = bench_now_s();
    for (uint32_t i = 0; i < minutes; i++) {
        chip_write_everything(&chip, i, VALUES_A_MINUTE);
    }
    double us = (bench_now_s() - begin_s) / minutes * 1e6;
    uint64_t programmed = chip.nor.counts.programmed_octets - before;
    bench_lower(bench, "storage.write_everything_us", us, "us", BENCH_NO_GOAL);
    bench_lower(bench, "storage.programmed_to_framed",
                (double)programmed / ((double)framed_octets(&chip) * minutes), "", 1.3);
    chip_close(&chip);
}

static void shorten(uint32_t *shortest, const struct partition *partition)
{
    uint32_t years = life_years(partition, LAYOUT_SECTOR, layout_use(partition));
    *shortest = years < *shortest ? years : *shortest;
}

/* The shortest life among the partitions of all products, at one write a minute of everything. */
static uint32_t shortest_life(void)
{
    static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
    uint32_t shortest = UINT32_MAX;
    for (unsigned p = 0; p < sizeof products / sizeof *products; p++) {
        const struct storage_layout *layout = layout_of(products[p]);
        shorten(&shortest, &layout->energy);
        shorten(&shortest, &layout->values);
        shorten(&shortest, &layout->secrets);
        shorten(&shortest, &layout->stage);
        for (unsigned i = 0; i < layout->rings_count; i++) {
            shorten(&shortest, &layout->rings[i]);
        }
    }
    return shortest;
}

static int write_image(const char *path)
{
    static struct chip chip;
    FILE *file = fopen(path, "wb");
    if (!file || chip_open(&chip, layout_of("st402d")) != 0) {
        perror(path);
        return 1;
    }
    chip_fill(&chip);
    for (uint32_t at = 0; at < chip.nor.config.size; at++) {
        putc(nor_peek(&chip.nor, at), file);
    }
    chip_close(&chip);
    return fclose(file) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "image") == 0) {
        return write_image(argv[2]);
    }
    struct bench bench = bench_begin("storage");
    bench_lookups(&bench);
    bench_recovery(&bench);
    bench_wear(&bench);
    bench_higher(&bench, "storage.life_years", shortest_life(), "years", 100);
    bench_lower(&bench, "storage.ram_octets", (double)sizeof(struct storage), "octets", 2048 + 256);
    return bench_end(&bench);
}
