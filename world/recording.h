/* A recording of voltages and currents, whole in memory. */
#ifndef WATTHOUR_WORLD_RECORDING_H
#define WATTHOUR_WORLD_RECORDING_H

#include "world/world.h"

enum {
    RECORDING_CHANNELS = 2 * WORLD_PHASES,
    RECORDING_SAMPLES_MAX = 1 << 24,
    RECORDING_RATE_MIN = 400, /* Hz */
    RECORDING_RATE_MAX = 200000,
};

struct recording {
    double rate_hz;
    unsigned channels; /* 2 or 6: u1, i1, u2, i2, u3, i3 */
    size_t samples;
    double *channel[RECORDING_CHANNELS]; /* volts and amperes; freed by recording_close() */
};

/* Where a reader of a file puts its one line. */
struct recording_error {
    const char *path;
    char *text;
    size_t size;
};

/* Keeps "path: " and what the format says; gives -1. */
int recording_refuse(const struct recording_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads WAV, FLAC or CSV, which the content tells apart, and applies the factors. Returns 0, or -1
 * with one line. Every sample is finite, the rate within bounds. */
int recording_open(struct recording *recording, const struct world_recording *from,
                   const struct recording_error *error);
void recording_close(struct recording *recording);

/* Room for `samples` of each channel. Returns 0, or -1 with one line. */
int recording_allocate(struct recording *recording, size_t samples,
                       const struct recording_error *error);

/* CSV as docs/WORLD.md has it. A zero octet stands behind the text. */
int recording_csv(struct recording *recording, const char *text,
                  const struct recording_error *error);

/* WAV and FLAC. */
int recording_sound(struct recording *recording, const struct world_recording *from,
                    const struct recording_error *error);

#endif
