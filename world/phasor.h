/* Complex rms values. A signal of orders h is sqrt(2) * sum of Im(X[h] * exp(j * h * angle)): a
 * voltage phasor that is real and positive crosses zero, rising, at angle 0. */
#ifndef WATTHOUR_WORLD_PHASOR_H
#define WATTHOUR_WORLD_PHASOR_H

#define PI      3.14159265358979323846
#define TWO_PI  6.28318530717958647693
#define SQRT_2  1.41421356237309504880
#define DEGREES (PI / 180.0)

struct phasor {
    double re;
    double im;
};

/* Orders that a current or voltage may have: to 12.75 kHz at 50 Hz, across the first band that
 * folds onto the meter's. */
enum { PHASOR_ORDERS = 256 };

/* `amount` turned by `angle` radians ahead. */
struct phasor phasor_polar(double amount, double angle);

struct phasor phasor_product(struct phasor a, struct phasor b);

/* Re of a times the conjugate of b: active power of voltage a and current b. */
double phasor_active(struct phasor a, struct phasor b);

/* Im of the same: reactive power, positive when b lags a. */
double phasor_reactive(struct phasor a, struct phasor b);

/* The angle of P + j Q, by which the current lags: 0 <= angle < 360. */
double phasor_lag_deg(struct phasor power);

/* sum += factor * x */
void phasor_add(struct phasor *sum, double factor, struct phasor x);

#endif
