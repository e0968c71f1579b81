/* Made-up recordings: 229 V and 8 A with harmonics, whose period is exactly `samples` / `periods`
 * samples, so that their loop is known. */
#ifndef WATTHOUR_TEST_WORLD_MADE_H
#define WATTHOUR_TEST_WORLD_MADE_H

#include <stddef.h>

struct made {
    double rate_hz;
    size_t samples; /* of a turn */
    size_t periods;
    size_t length; /* of the file */
    unsigned phases;
};

/* The waveforms, in periods. */
double made_volts(double turns);
double made_amperes(double turns);

/* Channel 2p is the voltage of phase p, 2p + 1 its current. */
double made_value(const struct made *made, unsigned channel, double sample);

void made_csv(const struct made *made, const char *name);

/* `format` as libsndfile has it; the scales are volts and amperes at full scale. */
void made_sound(const struct made *made, const char *name, int format, double u_scale,
                double i_scale, const char *comment);

#endif
