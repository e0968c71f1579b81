#include "test/recordings/spectrum.h"

#include <math.h>
#include <stdlib.h>

#define TURN 6.28318530717958647693

static void swap_bits(double complex *x, size_t count)
{
    for (size_t n = 1, m = 0; n < count; n++) {
        size_t bit = count >> 1;
        for (; m & bit; bit >>= 1)
            m ^= bit;
        m ^= bit;
        if (n < m) {
            double complex other = x[n];
            x[n] = x[m];
            x[m] = other;
        }
    }
}

void spectrum_fft(double complex *x, size_t count, int sign)
{
    swap_bits(x, count);
    for (size_t width = 2; width <= count; width *= 2) {
        for (size_t k = 0; k < width / 2; k++) {
            double complex turn = cexp(sign * TURN * I * (double)k / (double)width);
            for (size_t n = k; n < count; n += width) {
                double complex far = turn * x[n + width / 2];
                x[n + width / 2] = x[n] - far;
                x[n] += far;
            }
        }
    }
}

/* exp(-j pi n^2 / count), the square taken modulo 2 count before it loses digits. */
static double complex chirp(size_t n, size_t count)
{
    size_t square = n * n % (2 * count);
    return cexp(-I * TURN / 2 * (double)square / (double)count);
}

void spectrum_lines(const double *samples, size_t count, double complex *line, size_t lines)
{
    size_t size = 1;
    while (size < 2 * count)
        size *= 2;
    double complex *a = calloc(size, sizeof *a);
    double complex *b = calloc(size, sizeof *b);
    for (size_t n = 0; n < count; n++) {
        a[n] = samples[n] * chirp(n, count);
        b[n] = conj(chirp(n, count));
        if (n > 0)
            b[size - n] = b[n];
    }
    spectrum_fft(a, size, -1);
    spectrum_fft(b, size, -1);
    for (size_t n = 0; n < size; n++)
        a[n] *= b[n];
    spectrum_fft(a, size, 1);
    for (size_t k = 0; k < lines; k++)
        line[k] = a[k] * chirp(k, count) / (double)size / (double)count;
    free(a);
    free(b);
}

void spectrum_signal(const double complex *line, size_t lines, double *signal, size_t points)
{
    double complex *x = calloc(points, sizeof *x);
    x[0] = line[0];
    for (size_t k = 1; k < lines; k++)
        x[k] = 2 * line[k];
    spectrum_fft(x, points, 1);
    for (size_t n = 0; n < points; n++)
        signal[n] = creal(x[n]);
    free(x);
}
