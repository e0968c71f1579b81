#include "app/panel_watch.h"

#include <math.h>
#include <string.h>

enum { FRAMES_PER_MINUTE = 60 * WORLD_FRAME_HZ, UWH_PER_WH = 1000000, MINUTES_PER_HOUR = 60 };

/* Waves are given in units of full scale / 32767. */
enum { WAVE_MOST = 32767, WAVE_SHIFT = 8 };

static void take_frames(void *context, const int32_t *frames, size_t count)
{
    struct panel_watch *watch = context;
    for (size_t i = 0; i < count; i++) {
        memcpy(&watch->ring[watch->frames % WATCH_FRAMES * watch->channels],
               &frames[i * watch->channels], watch->channels * sizeof *frames);
        watch->frames++;
    }
}

static void take_pulses(void *context, uint64_t frame, unsigned outputs)
{
    struct panel_watch *watch = context;
    watch->pulses[watch->pulse_count++ % WATCH_PULSES] =
        (struct watch_pulse){.frame = frame, .outputs = (uint8_t)outputs};
}

static int64_t energy_uwh(const struct panel_watch *watch, enum quantity_kind kind, uint8_t rate)
{
    struct quantity_value value;
    struct quantity quantity = {.kind = (uint8_t)kind, .e = rate};
    int result = quantity_read(&watch->simulation->meter.source, quantity, &value);
    return result == 0 ? value.value : 0;
}

static void begin_minute(struct panel_watch *watch, uint64_t minute)
{
    watch->minute = minute;
    watch->minute_lit = watch->simulation->on;
    watch->minute_uwh = energy_uwh(watch, QUANTITY_A_NET, 0);
}

static int32_t local_day(const struct panel_watch *watch)
{
    struct clock clock = simulation_clock(watch->simulation);
    struct civil local = clock_read(&clock).local;
    return (int32_t)civil_days_from_date(local.year, local.month, local.day);
}

static void begin_day(struct panel_watch *watch, int32_t day)
{
    watch->day = day;
    for (uint8_t rate = 0; rate <= LEGAL_RATES; rate++) {
        watch->day_uwh[0][rate] = energy_uwh(watch, QUANTITY_A_IMPORT, rate);
        watch->day_uwh[1][rate] = energy_uwh(watch, QUANTITY_A_EXPORT, rate);
    }
}

void panel_watch_open(struct panel_watch *watch, struct simulation *simulation)
{
    *watch = (struct panel_watch){
        .watcher = {.frames = take_frames, .pulses = take_pulses, .context = watch},
        .simulation = simulation,
        .channels = 2U * simulation->meter.config.phases,
    };
    simulation->watcher = &watch->watcher;
    begin_minute(watch, 0);
    begin_day(watch, local_day(watch));
}

void panel_watch_close(struct panel_watch *watch)
{
    watch->simulation->watcher = NULL;
}

/* A meter that runs very fast passes several minutes in one step: they share what they had. */
static void end_minutes(struct panel_watch *watch, uint64_t now)
{
    int64_t uwh = energy_uwh(watch, QUANTITY_A_NET, 0) - watch->minute_uwh;
    uint64_t count = now - watch->minute;
    double power_w = (double)uwh / UWH_PER_WH * MINUTES_PER_HOUR / (double)count;
    for (uint64_t i = 0; i < count && i < WATCH_MINUTES; i++) {
        watch->minutes_w[watch->minute_count++ % WATCH_MINUTES] =
            watch->minute_lit ? (float)power_w : NAN;
    }
    begin_minute(watch, now);
}

void panel_watch_step(struct panel_watch *watch)
{
    uint64_t minute = watch->simulation->frames / FRAMES_PER_MINUTE;
    watch->minute_lit = watch->minute_lit && watch->simulation->on;
    if (minute != watch->minute) {
        end_minutes(watch, minute);
    }
    int32_t day = local_day(watch);
    if (day != watch->day && watch->simulation->on) {
        begin_day(watch, day);
    }
}

static int32_t code_at(const struct panel_watch *watch, uint64_t frame, unsigned channel)
{
    return watch->ring[frame % WATCH_FRAMES * watch->channels + channel];
}

/* The frame behind the last rising zero crossing of the voltage of L1 that has enough behind it;
 * 0: there is none. */
static uint64_t find_crossing(const struct panel_watch *watch, uint64_t points)
{
    uint64_t oldest = watch->frames - WATCH_FRAMES + 1;
    for (uint64_t frame = watch->frames - points; frame > oldest; frame--) {
        if (code_at(watch, frame, 0) >= 0 && code_at(watch, frame - 1, 0) < 0) {
            return frame;
        }
    }
    return 0;
}

bool panel_watch_wave(const struct panel_watch *watch, int16_t wave[][WATCH_POINTS])
{
    unsigned hz = watch->simulation->meter.config.nominal_hz;
    double step = 2.0 * WORLD_FRAME_HZ / hz / WATCH_POINTS;
    uint64_t span = (uint64_t)ceil(step * WATCH_POINTS) + 2;
    if (watch->frames < WATCH_FRAMES || !watch->simulation->on) {
        return false;
    }
    uint64_t begin = find_crossing(watch, span);
    begin = begin != 0 ? begin : watch->frames - span;
    for (unsigned channel = 0; channel < watch->channels; channel++) {
        for (int i = 0; i < WATCH_POINTS; i++) {
            double at = i * step;
            uint64_t frame = begin + (uint64_t)at;
            double part = at - floor(at);
            double code = (1 - part) * code_at(watch, frame, channel) +
                          part * code_at(watch, frame + 1, channel);
            wave[channel][i] = (int16_t)lround(code / (1 << WAVE_SHIFT) * WAVE_MOST /
                                               (double)(LEGAL_CODE_MAX >> WAVE_SHIFT));
        }
    }
    return true;
}

double panel_watch_today_wh(const struct panel_watch *watch, enum quantity_kind kind, uint8_t rate)
{
    int64_t begin_uwh = watch->day_uwh[kind == QUANTITY_A_EXPORT][rate];
    return (double)(energy_uwh(watch, kind, rate) - begin_uwh) / UWH_PER_WH;
}
