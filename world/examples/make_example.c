/* make_example OUT.flac: writes the recording that the project brings along. */
#include "world/examples/example.h"

#include <sndfile.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    static int32_t frames[EXAMPLE_FRAMES * EXAMPLE_CHANNELS];
    if (argc != 2) {
        fputs("usage: make_example OUT.flac\n", stderr);
        return 2;
    }
    if (example_make(frames) != 0) {
        fputs("make_example: the household scenario does not open\n", stderr);
        return 1;
    }
    SF_INFO info = {.samplerate = EXAMPLE_RATE_HZ,
                    .channels = EXAMPLE_CHANNELS,
                    .format = SF_FORMAT_FLAC | SF_FORMAT_PCM_24};
    SNDFILE *file = sf_open(argv[1], SFM_WRITE, &info);
    if (file == NULL) {
        fprintf(stderr, "make_example: %s: %s\n", argv[1], sf_strerror(NULL));
        return 1;
    }
    char scale[64];
    snprintf(scale, sizeof scale, "u_full_scale_v=%d i_full_scale_a=%d", EXAMPLE_U_FULL_SCALE_V,
             EXAMPLE_I_FULL_SCALE_A);
    sf_set_string(file, SF_STR_TITLE, "An evening in a household (made by watthour)");
    sf_set_string(file, SF_STR_COMMENT, scale);
    /* libsndfile takes 24-bit samples in the upper part of 32 bits. */
    for (int n = 0; n < EXAMPLE_FRAMES * EXAMPLE_CHANNELS; n++) {
        frames[n] *= 256;
    }
    sf_count_t written = sf_writef_int(file, frames, EXAMPLE_FRAMES);
    if (sf_close(file) != 0 || written != EXAMPLE_FRAMES) {
        fprintf(stderr, "make_example: %s: cannot be written\n", argv[1]);
        return 1;
    }
    return 0;
}
