/* measure PRODUCT FRAMES: the host's side of `make arm-test`. FRAMES holds the codes of each frame
 * as 32-bit integers in the order of legal_samples(). */
#include "test/arm/measure.h"

#include <stdio.h>

static void measure_file(struct measure *measure, FILE *file)
{
    int32_t frame[LEGAL_CHANNELS];
    size_t channels = 2 * (size_t)measure->config.phases;
    while (fread(frame, sizeof *frame, channels, file) == channels) {
        bool found;
        measure_count_pulses(measure, legal_samples(&measure->legal, frame));
        harmonics_take(&measure->harmonics, frame);
        if (legal_window_due(&measure->legal)) {
            legal_window(&measure->legal);
            measure_print_new(measure);
        }
        (void)measure_harmonics(measure, &found);
        if (found) {
            measure_print_harmonics(measure);
        }
    }
}

int main(int argc, char **argv)
{
    static struct measure measure;
    struct legal_config config;
    if (argc != 3 || !measure_config(argv[1], &config)) {
        fprintf(stderr, "usage: measure PRODUCT FRAMES\n");
        return 2;
    }
    FILE *file = fopen(argv[2], "rb");
    if (!file) {
        perror(argv[2]);
        return 1;
    }
    measure_init(&measure, &config);
    measure_file(&measure, file);
    fclose(file);
    measure_print_totals(&measure);
    return 0;
}
