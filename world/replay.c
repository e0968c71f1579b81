#include "world/replay.h"

#include "world/frontend.h"
#include "world/line.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- what is worth a remark ---- */

static void note(const struct world_options *options, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void note(const struct world_options *options, const char *format, ...)
{
    if (options->notice == NULL) {
        return;
    }
    char what[192];
    char line[WORLD_ERROR_SIZE];
    va_list arguments;
    va_start(arguments, format);
    line_write(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(line, sizeof line, "%s: %s", options->recording->path, what);
    options->notice(options->notice_context, line);
}

/* The converters' inputs hold what is beyond full scale; before the interpolation, over whose width
 * a single wild sample would spread. */
static void hold_at_full_scale(struct recording *recording, const struct world_options *options)
{
    const struct world_frontend *frontend = options->frontend;
    size_t held = 0;
    for (unsigned c = 0; c < recording->channels; c++) {
        double limit = 1e9;
        if (frontend != NULL) {
            limit = (c % 2 == 0 ? frontend->u_full_scale_mv : frontend->i_full_scale_ma) / 1000.0;
        }
        for (size_t n = 0; n < recording->samples; n++) {
            double *value = &recording->channel[c][n];
            held += fabs(*value) > limit;
            *value = fmax(-limit, fmin(limit, *value));
        }
    }
    if (held > 0) {
        note(options, "%zu values are beyond full scale and are clipped; scale the recording down",
             held);
    }
}

static void note_phases(const struct recording *recording, unsigned phases,
                        const struct world_options *options)
{
    unsigned recorded = recording->channels / 2;
    if (recorded == 1 && phases == 3) {
        note(options, "single-phase: L2 and L3 get it a third and two thirds of a period later");
    }
    if (recorded == 3 && phases == 1) {
        note(options, "three-phase: only its first phase is played");
    }
}

/* ---- opening ---- */

/* Surrounds each channel's loop with as much of itself as an interpolation reaches. */
static int wrap_around(struct replay *replay, const struct recording_error *error)
{
    size_t turn = replay->loop.samples;
    size_t margin = replay->resample.half;
    size_t from = turn - margin % turn;
    for (unsigned c = 0; c < replay->recording.channels; c++) {
        double **channel = &replay->recording.channel[c];
        double *wrapped = malloc((turn + 2 * margin) * sizeof *wrapped);
        if (wrapped == NULL) {
            return recording_refuse(error, "out of memory");
        }
        for (size_t n = 0; n < turn + 2 * margin; n++) {
            wrapped[n] = (*channel)[(from + n) % turn];
        }
        free(*channel);
        *channel = wrapped;
    }
    return 0;
}

/* How late each channel is: by its front end, and on L2 and L3 of a single-phase recording. */
static void set_late(struct replay *replay, const struct world_options *options)
{
    double third = (double)replay->loop.samples / (double)replay->loop.periods / 3;
    for (unsigned c = 0; c < replay->channels; c++) {
        unsigned phase = c / 2;
        const struct world_channel *channel =
            c % 2 == 0 ? &options->frontend->u[phase] : &options->frontend->i[phase];
        replay->late[c] =
            frontend_lag_s(channel, options->frontend->temperature_k) * replay->recording.rate_hz;
        if (replay->recording.channels == 2) {
            replay->late[c] += phase * third;
        }
    }
}

static int open_player(struct replay *replay, const struct world_options *options,
                       const struct recording_error *error)
{
    double rate_hz = replay->recording.rate_hz;
    bool sinc3 = options->frontend->sampling == WORLD_SAMPLING_SINC3;
    if (resample_open(&replay->resample, rate_hz, sinc3) != 0) {
        return recording_refuse(error, "out of memory");
    }
    replay->step = rate_hz / WORLD_FRAME_HZ;
    replay->place = replay->step / 2;
    set_late(replay, options);
    return wrap_around(replay, error);
}

int replay_open(struct replay *replay, const struct world_options *options, char *text, size_t size)
{
    const struct recording_error error = {options->recording->path, text, size};
    *replay = (struct replay){.channels = 2 * options->phases};
    if (recording_open(&replay->recording, options->recording, &error) != 0) {
        return -1;
    }
    note_phases(&replay->recording, options->phases, options);
    hold_at_full_scale(&replay->recording, options);
    int result = loop_find(&replay->loop, &replay->recording, &error);
    if (result == 0) {
        replay->average = replay_average(replay);
    }
    if (result == 0 && options->frontend != NULL) {
        result = open_player(replay, options, &error);
    }
    if (result != 0) {
        replay_close(replay);
    }
    return result;
}

void replay_close(struct replay *replay)
{
    recording_close(&replay->recording);
    resample_close(&replay->resample);
}

/* ---- playing ---- */

static double value_at(struct replay *replay, unsigned channel, double place, double *last)
{
    double turn = (double)replay->loop.samples;
    place -= turn * floor(place / turn);
    double whole = fmin(floor(place), turn - 1);
    if (place < *last || place > *last) {
        resample_row(&replay->resample, place - whole);
    }
    *last = place;
    const double *samples = replay->recording.channel[channel % replay->recording.channels];
    return resample_value(&replay->resample, &samples[(size_t)whole + 1]);
}

static void step_on(struct replay *replay, double frames)
{
    double turn = (double)replay->loop.samples;
    replay->place += frames * replay->step;
    replay->place -= turn * floor(replay->place / turn);
}

void replay_values(struct replay *replay, size_t at, size_t count, double values[][SYNTH_RUN])
{
    for (size_t k = at; k < at + count; k++) {
        double last = -1;
        for (unsigned c = 0; c < replay->channels; c++) {
            values[c][k] = value_at(replay, c, replay->place - replay->late[c], &last);
        }
        step_on(replay, 1);
    }
}

void replay_skip(struct replay *replay, size_t count)
{
    step_on(replay, (double)count);
}
