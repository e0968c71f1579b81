#include "world/recording.h"

#include "world/file.h"
#include "world/line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CSV_FILE_MAX = 1 << 30 };

int recording_refuse(const struct recording_error *error, const char *format, ...)
{
    char what[192];
    va_list arguments;
    va_start(arguments, format);
    line_write(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(error->text, error->size, "%s: %s", error->path, what);
    return -1;
}

int recording_allocate(struct recording *recording, size_t samples,
                       const struct recording_error *error)
{
    if (samples > RECORDING_SAMPLES_MAX) {
        return recording_refuse(error, "has more than %d samples; cut it shorter",
                                RECORDING_SAMPLES_MAX);
    }
    for (unsigned c = 0; c < recording->channels; c++) {
        recording->channel[c] = calloc(samples > 0 ? samples : 1, sizeof(double));
        if (recording->channel[c] == NULL) {
            return recording_refuse(error, "out of memory for %zu samples", samples);
        }
    }
    return 0;
}

void recording_close(struct recording *recording)
{
    for (unsigned c = 0; c < recording->channels; c++) {
        free(recording->channel[c]);
    }
    *recording = (struct recording){0};
}

/* The first octets of the containers that libsndfile is asked for. */
static bool is_sound(const char *magic)
{
    static const char *const known[] = {"RIFF", "RF64", "RIFX", "fLaC"};
    for (size_t n = 0; n < sizeof known / sizeof *known; n++) {
        if (memcmp(magic, known[n], 4) == 0) {
            return true;
        }
    }
    return false;
}

static int read_magic(char magic[4], const struct recording_error *error)
{
    FILE *file = fopen(error->path, "rb");
    if (file == NULL) {
        return recording_refuse(error, "%s", strerror(errno));
    }
    size_t size = fread(magic, 1, 4, file);
    bool failed = ferror(file);
    int reason = errno;
    fclose(file);
    if (failed) {
        return recording_refuse(error, "%s", strerror(reason));
    }
    if (size == 0) {
        return recording_refuse(error, "is empty");
    }
    memset(magic + size, 0, 4 - size);
    return 0;
}

static int read_csv(struct recording *recording, const struct recording_error *error)
{
    char *text = NULL;
    size_t size = 0;
    if (file_read(error->path, CSV_FILE_MAX, &text, &size, error->text, error->size) != 0) {
        return -1;
    }
    int result = memchr(text, '\0', size) == NULL
                     ? recording_csv(recording, text, error)
                     : recording_refuse(error, "neither WAV nor FLAC nor text; give a recording");
    free(text);
    return result;
}

static void apply_factors(struct recording *recording, const struct world_recording *from)
{
    for (unsigned c = 0; c < recording->channels; c++) {
        double factor = c % 2 == 0 ? from->u_factor : from->i_factor;
        for (size_t n = 0; n < recording->samples && (factor < 0 || factor > 0); n++) {
            recording->channel[c][n] *= factor;
        }
    }
}

int recording_open(struct recording *recording, const struct world_recording *from,
                   const struct recording_error *error)
{
    char magic[4];
    *recording = (struct recording){0};
    if (read_magic(magic, error) != 0) {
        return -1;
    }
    int result =
        is_sound(magic) ? recording_sound(recording, from, error) : read_csv(recording, error);
    double rate = recording->rate_hz;
    if (result == 0 && !(rate >= RECORDING_RATE_MIN && rate <= RECORDING_RATE_MAX)) {
        result = recording_refuse(error, "sample rate %g Hz; %d to %d Hz can be played", rate,
                                  RECORDING_RATE_MIN, RECORDING_RATE_MAX);
    }
    if (result == 0 && recording->samples == 0) {
        result = recording_refuse(error, "holds no samples");
    }
    if (result == 0) {
        apply_factors(recording, from);
    } else {
        recording_close(recording);
    }
    return result;
}
