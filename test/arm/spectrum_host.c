/* spectrum_host PRODUCT FRAMES PHASE WINDOW: the spectrum of a phase (from 1) in a window of a
 * recording, as an image has it in its memory, in hexadecimal digits. */
#include "harmonics/harmonics.h"
#include "product/product.h"

#include <stdio.h>
#include <stdlib.h>

static struct legal legal;
static struct harmonics harmonics;

/* The track is made ready for the window after the one under way. */
static bool look(unsigned phase, uint32_t window)
{
    struct legal_snapshot snapshot;
    legal_read(&legal, &snapshot);
    if (snapshot.window + 2 >= window) {
        (void)harmonics_step(&harmonics, &legal);
    }
    return harmonics.spectrum[phase - 1].window == window;
}

static bool find(FILE *file, unsigned phase, uint32_t window)
{
    int32_t frame[LEGAL_CHANNELS];
    size_t channels = 2 * (size_t)harmonics.phases;
    harmonics.phase = (uint8_t)((phase + harmonics.phases - 2) % harmonics.phases);
    while (fread(frame, sizeof *frame, channels, file) == channels) {
        legal_frames(&legal, frame, 1);
        harmonics_take(&harmonics, frame);
        if (look(phase, window)) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    static const struct legal_calibration ideal;
    const struct product *product = argc == 5 ? product_find(argv[1]) : NULL;
    FILE *file = product ? fopen(argv[2], "rb") : NULL;
    unsigned phase = file ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    if (phase < 1 || phase > product->legal->config.phases) {
        fprintf(stderr, "usage: spectrum_host PRODUCT FRAMES PHASE WINDOW\n");
        return 2;
    }
    legal_init(&legal, &product->legal->config, &ideal);
    harmonics_begin(&harmonics, &product->legal->config);
    bool found = find(file, phase, (uint32_t)strtoul(argv[4], NULL, 10));
    const uint8_t *octets = (const uint8_t *)&harmonics.spectrum[phase - 1];
    for (size_t i = 0; found && i < sizeof harmonics.spectrum[0]; i++) {
        printf("%02x", octets[i]);
    }
    printf("\n");
    fclose(file);
    return found ? 0 : 1;
}
