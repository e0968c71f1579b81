#include "test/world/made.h"

#include "test/world/surroundings.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>

enum { CHANNELS_MAX = 6 };

double made_volts(double turns)
{
    return sqrt(2) * (229 * sin(2 * PI * turns) + 6 * sin(2 * PI * (5 * turns + 0.4)) +
                      0.5 * sin(2 * PI * (49 * turns + 0.1)));
}

double made_amperes(double turns)
{
    return sqrt(2) * (8 * sin(2 * PI * (turns - 0.07)) + 2 * sin(2 * PI * (3 * turns + 0.2)));
}

double made_value(const struct made *made, unsigned channel, double sample)
{
    double turns = fmod(sample * (double)made->periods / (double)made->samples, 1);
    turns -= channel / 2 / 3.0;
    return channel % 2 == 0 ? made_volts(turns) : made_amperes(turns) * (1 + 0.1 * (channel / 2));
}

void made_csv(const struct made *made, const char *name)
{
    FILE *file = fopen(name, "w");
    fprintf(file, "# title: made up\n# sample_rate_hz: %.10g\n\n%s\r\n", made->rate_hz,
            made->phases == 3 ? "i1_A, u1_V,u2_V,u3_V,i2_A,i3_A" : "u1_V,i1_A");
    static const unsigned order[2][CHANNELS_MAX] = {{0, 1}, {1, 0, 2, 4, 3, 5}};
    for (size_t n = 0; n < made->length; n++) {
        for (unsigned c = 0; c < 2 * made->phases; c++)
            fprintf(file, "%s%.12g", c > 0 ? " ," : "",
                    made_value(made, order[made->phases == 3][c], (double)n));
        fprintf(file, "\r\n");
    }
    fclose(file);
}

void made_sound(const struct made *made, const char *name, int format, double u_scale,
                double i_scale, const char *comment)
{
    SF_INFO info = {
        .samplerate = (int)made->rate_hz, .channels = (int)(2 * made->phases), .format = format};
    SNDFILE *file = sf_open(name, SFM_WRITE, &info);
    assert_non_null(file);
    if (comment != NULL)
        sf_set_string(file, SF_STR_COMMENT, comment);
    for (size_t n = 0; n < made->length; n++) {
        double values[CHANNELS_MAX];
        for (unsigned c = 0; c < 2 * made->phases; c++)
            values[c] = made_value(made, c, (double)n) / (c % 2 == 0 ? u_scale : i_scale);
        assert_int_equal(sf_writef_double(file, values, 1), 1);
    }
    sf_close(file);
}
