#include "legal/totals.h"

#include "base/reader.h"
#include "base/writer.h"
#include "legal/steps.h"

#include <string.h>

static size_t write_all(const struct legal *legal, uint8_t *octets)
{
    struct writer w = writer_over(octets, LEGAL_TOTALS_SIZE);
    writer_u8(&w, legal->config->phases);
    for (unsigned set = 0; set <= legal->config->phases; set++) {
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            writer_u64(&w, (uint64_t)legal->energy[set][energy].uws);
            writer_u16(&w, (uint16_t)legal->energy[set][energy].q12);
        }
    }
    return writer_kept(&w);
}

size_t legal_totals_write(const struct legal *legal, uint8_t octets[LEGAL_TOTALS_SIZE])
{
    size_t size;
    uint32_t writes;
    do {
        writes = legal_read_begin(legal);
        size = write_all(legal, octets);
    } while (legal_read_interrupted(legal, writes));
    return size;
}

static bool take_register(struct reader *r, struct legal_register *taken)
{
    uint64_t uws = reader_u64(r);
    uint16_t q12 = reader_u16(r);
    *taken = (struct legal_register){.uws = (int64_t)uws, .q12 = q12};
    return uws < (uint64_t)LEGAL_ENERGY_END_UWS && q12 >> LEGAL_FRACTION_BITS == 0;
}

int legal_totals_read(struct legal *legal, const uint8_t *octets, size_t size)
{
    struct legal_register taken[1 + LEGAL_PHASES][LEGAL_ENERGIES] = {0};
    struct reader r = reader_over(octets, size);
    bool sound = reader_u8(&r) == legal->config->phases;
    for (unsigned set = 0; set <= legal->config->phases; set++) {
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            sound = take_register(&r, &taken[set][energy]) && sound;
        }
    }
    if (!sound || !reader_done(&r)) {
        return -1;
    }
    memcpy(legal->energy, taken, sizeof taken);
    legal_pulse_align(legal);
    return 0;
}
