#include "world/recording.h"

#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1024 };

/* What full scale of a channel means. */
struct scale {
    double u_v;
    double i_a;
};

/* The number behind "key=" in a file's comment; 0: none. */
static double comment_number(const char *comment, const char *key)
{
    const char *found = strstr(comment, key);
    double value = found != NULL ? strtod(found + strlen(key), NULL) : 0;
    return isfinite(value) && value > 0 ? value : 0;
}

static struct scale scale_of(SNDFILE *file, const struct world_recording *from)
{
    const char *comment = sf_get_string(file, SF_STR_COMMENT);
    if (comment == NULL) {
        comment = "";
    }
    return (struct scale){
        .u_v = from->u_full_scale_v > 0 ? from->u_full_scale_v
                                        : comment_number(comment, "u_full_scale_v="),
        .i_a = from->i_full_scale_a > 0 ? from->i_full_scale_a
                                        : comment_number(comment, "i_full_scale_a="),
    };
}

static int check_shape(const SF_INFO *info, struct scale scale, const struct recording_error *error)
{
    if (info->channels != 2 && info->channels != RECORDING_CHANNELS) {
        return recording_refuse(error, "has %d channel%s; give 2 (u1,i1) or 6 (u1,i1,u2,i2,u3,i3)",
                                info->channels, info->channels == 1 ? "" : "s");
    }
    if (info->frames > RECORDING_SAMPLES_MAX) {
        return recording_refuse(error, "has more than %d samples; cut it shorter",
                                RECORDING_SAMPLES_MAX);
    }
    if (!(scale.u_v > 0 && scale.i_a > 0)) {
        return recording_refuse(error, "does not say its scale; give volts and amperes at "
                                       "full scale (--volts, --amps)");
    }
    return 0;
}

/* One chunk of interleaved samples into the channels. */
static int take(struct recording *recording, struct scale scale, const double *chunk, size_t count,
                const struct recording_error *error)
{
    for (size_t k = 0; k < count * recording->channels; k++) {
        unsigned c = (unsigned)(k % recording->channels);
        size_t at = recording->samples + k / recording->channels;
        if (!isfinite(chunk[k])) {
            return recording_refuse(error, "sample %zu is not a finite number; correct it", at);
        }
        recording->channel[c][at] = chunk[k] * (c % 2 == 0 ? scale.u_v : scale.i_a);
    }
    recording->samples += count;
    return 0;
}

static int read_samples(struct recording *recording, SNDFILE *file, size_t frames,
                        struct scale scale, const struct recording_error *error)
{
    double chunk[CHUNK * RECORDING_CHANNELS];
    while (recording->samples < frames) {
        size_t left = frames - recording->samples;
        sf_count_t count = sf_readf_double(file, chunk, left < CHUNK ? (sf_count_t)left : CHUNK);
        if (count <= 0) {
            return recording_refuse(error, "ends after %zu of %zu samples; copy it again",
                                    recording->samples, frames);
        }
        if (take(recording, scale, chunk, (size_t)count, error) != 0) {
            return -1;
        }
    }
    return 0;
}

int recording_sound(struct recording *recording, const struct world_recording *from,
                    const struct recording_error *error)
{
    SF_INFO info = {0};
    SNDFILE *file = sf_open(error->path, SFM_READ, &info);
    if (file == NULL) {
        return recording_refuse(error, "%s", sf_strerror(NULL));
    }
    struct scale scale = scale_of(file, from);
    int result = check_shape(&info, scale, error);
    if (result == 0) {
        recording->rate_hz = info.samplerate;
        recording->channels = (unsigned)info.channels;
        result = recording_allocate(recording, (size_t)info.frames, error);
    }
    if (result == 0) {
        result = read_samples(recording, file, (size_t)info.frames, scale, error);
    }
    sf_close(file);
    return result;
}
