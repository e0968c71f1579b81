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
    for (unsigned rate = 1; rate < LEGAL_RATES; rate++) {
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            writer_u64(&w, (uint64_t)legal->rate_uws[rate][energy]);
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

struct taken {
    struct legal_register energy[1 + LEGAL_PHASES][LEGAL_ENERGIES];
    int64_t rate_uws[LEGAL_RATES][LEGAL_ENERGIES];
};

/* Registers roll over by themselves: what the first rate has is what is left of the total modulo
 * their end. */
static bool take_rates(struct reader *r, struct taken *taken, uint8_t version)
{
    bool sound = true;
    for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
        taken->rate_uws[0][energy] = taken->energy[0][energy].uws;
    }
    for (unsigned rate = 1; rate < LEGAL_RATES && version != LEGAL_TOTALS_WITHOUT_RATES; rate++) {
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            uint64_t uws = reader_u64(r);
            bool fits = uws < (uint64_t)LEGAL_ENERGY_END_UWS;
            int64_t *first = &taken->rate_uws[0][energy];
            taken->rate_uws[rate][energy] = fits ? (int64_t)uws : 0;
            *first -= taken->rate_uws[rate][energy];
            *first += *first < 0 ? LEGAL_ENERGY_END_UWS : 0;
            sound = sound && fits;
        }
    }
    return sound;
}

int legal_totals_read(struct legal *legal, uint8_t version, const uint8_t *octets, size_t size)
{
    struct taken taken = {0};
    struct reader r = reader_over(octets, size);
    bool sound = version == LEGAL_TOTALS_VERSION || version == LEGAL_TOTALS_WITHOUT_RATES;
    sound = reader_u8(&r) == legal->config->phases && sound;
    for (unsigned set = 0; set <= legal->config->phases; set++) {
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            sound = take_register(&r, &taken.energy[set][energy]) && sound;
        }
    }
    sound = take_rates(&r, &taken, version) && sound;
    if (!sound || !reader_done(&r)) {
        return -1;
    }
    memcpy(legal->energy, taken.energy, sizeof taken.energy);
    memcpy(legal->rate_uws, taken.rate_uws, sizeof taken.rate_uws);
    legal_pulse_align(legal);
    return 0;
}
