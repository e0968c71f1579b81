#include "world/loop.h"

#include <math.h>
#include <stdlib.h>

/* The mains frequencies that are looked for. */
#define FREQUENCY_MIN_HZ 40.0
#define FREQUENCY_MAX_HZ 72.0

static double mean_of(const double *u, size_t samples)
{
    double sum = 0;
    for (size_t n = 0; n < samples; n++) {
        sum += u[n];
    }
    return sum / (double)samples;
}

static double rms_of(const double *u, size_t samples, double mean)
{
    double sum = 0;
    for (size_t n = 0; n < samples; n++) {
        sum += (u[n] - mean) * (u[n] - mean);
    }
    return sqrt(sum / (double)samples);
}

/* The places of the zero crossings that rise (direction 1) or fall (-1). Noise around zero counts
 * once: between two crossings the voltage must have been well below zero, and after each it must
 * get well above. */
static size_t crossings(const double *u, size_t samples, double direction, double *place)
{
    double mean = mean_of(u, samples);
    double enough = 0.3 * rms_of(u, samples, mean);
    double latest = -1;
    size_t count = 0;
    bool below = true;
    for (size_t n = 1; n < samples && enough > 0; n++) {
        double last = direction * (u[n - 1] - mean);
        double now = direction * (u[n] - mean);
        if (last <= 0 && now > 0) {
            latest = (double)n - now / (now - last);
        }
        if (now < -enough) {
            below = true;
        }
        if (now > enough && below) {
            below = false;
            if (latest >= 0) {
                place[count++] = latest;
            }
        }
    }
    return count;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The mean of the intervals that are like most; an event may spoil some. */
static double typical_interval(double *interval, size_t count)
{
    qsort(interval, count, sizeof *interval, by_size);
    double median = interval[count / 2];
    double sum = 0;
    size_t good = 0;
    for (size_t n = 0; n < count; n++) {
        if (fabs(interval[n] - median) < 0.1 * median) {
            sum += interval[n];
            good++;
        }
    }
    return sum / (double)good;
}

/* Samples of a period of this voltage; 0 when it is none of the mains. */
static double period_of(const double *u, size_t samples, double rate_hz, double *work)
{
    size_t count = crossings(u, samples, 1, work);
    if (count < 2) {
        count = crossings(u, samples, -1, work);
    }
    if (count < 2) {
        return 0;
    }
    for (size_t n = 0; n + 1 < count; n++) {
        work[n] = work[n + 1] - work[n];
    }
    double period = typical_interval(work, count - 1);
    bool mains = rate_hz / period > FREQUENCY_MIN_HZ && rate_hz / period < FREQUENCY_MAX_HZ;
    return mains ? period : 0;
}

/* By how much the recording's beginning and what follows `shift` samples later differ. */
static double mismatch(const double *u, size_t shift, size_t width)
{
    double sum = 0;
    for (size_t n = 0; n < width; n++) {
        sum += (u[n] - u[n + shift]) * (u[n] - u[n + shift]);
    }
    return sum;
}

/* The join is looked for in the last fifth, over no more than twenty periods, by comparing half a
 * period. Where many places are about as good as the best, the last of them keeps the most. */
static size_t best_join(const double *u, size_t samples, double period)
{
    size_t width = (size_t)(period / 2);
    size_t last = samples - width;
    double reach = fmin(fmax((double)samples / 5, 1.5 * period), 20 * period);
    size_t first = (size_t)fmax((double)last - reach, 0.75 * period);
    double least = INFINITY;
    for (size_t shift = first; shift <= last; shift++) {
        least = fmin(least, mismatch(u, shift, width));
    }
    size_t best = last;
    while (best > first && mismatch(u, best, width) > 2 * least) {
        best--;
    }
    return best;
}

int loop_find(struct loop *loop, const struct recording *recording,
              const struct recording_error *error)
{
    double *work = calloc(recording->samples, sizeof *work);
    if (work == NULL) {
        return recording_refuse(error, "out of memory");
    }
    double period = 0;
    unsigned phase = 0;
    for (; phase < recording->channels / 2 && !(period > 0); phase++) {
        period =
            period_of(recording->channel[2 * phase], recording->samples, recording->rate_hz, work);
    }
    free(work);
    double longest = 2 * recording->rate_hz / FREQUENCY_MIN_HZ;
    if ((double)recording->samples < (period > 0 ? 2 * period : longest)) {
        return recording_refuse(error, "is shorter than two periods of the mains; record more");
    }
    if (!(period > 0)) {
        return recording_refuse(error,
                                "shows no mains voltage of %g to %g Hz; check its columns "
                                "and its rate",
                                FREQUENCY_MIN_HZ, FREQUENCY_MAX_HZ);
    }
    *loop = (struct loop){.phase = phase - 1};
    loop->samples = best_join(recording->channel[2 * loop->phase], recording->samples, period);
    loop->periods = (size_t)floor((double)loop->samples / period + 0.5);
    return 0;
}
