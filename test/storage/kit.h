/* A chip for tests of single parts: sectors of 1 kB, pages of 256, every program 3 ms, every erase
 * 400 ms: the slowest there is. */
#ifndef WATTHOUR_TEST_STORAGE_KIT_H
#define WATTHOUR_TEST_STORAGE_KIT_H

#include "storage/journal.h"
#include "world/nor/nor.h"

enum { KIT_SECTOR = 1024, KIT_ROOM = KIT_SECTOR - BELT_DATA };

struct kit {
    struct nor nor;
    struct flash flash;
};

/* Opens the chip in `kit`, which stays where it is: the flash port points to it. */
void kit_open(struct kit *kit, uint32_t sectors);
void kit_close(struct kit *kit);

/* The supply fails at the n-th operation from now (1: the next), of which so many octets, or so
 * many permille of an erase, are done; kit_power_on() afterwards. */
void kit_plan_cut(struct kit *kit, uint64_t operation, uint32_t octets, uint16_t erased);
void kit_power_on(struct kit *kit);

/* Whether some octets are anywhere on the chip. */
bool kit_finds(const struct nor *nor, const uint8_t *octets, uint32_t size);

/* Steps until nothing is left to do. */
void kit_settle_journal(struct kit *kit, struct journal *journal);

/* A port to the same chip on whose bus a bit flips once, in the n-th read from now; polling it lets
 * time pass. `read` is 0 when that has happened. */
struct kit_noise {
    struct flash flash;
    struct kit *kit;
    uint64_t read;
};

void kit_noise_open(struct kit_noise *noise, struct kit *kit, uint64_t read);

#endif
