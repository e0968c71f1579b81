#include "world/phasor.h"

#include <math.h>

struct phasor phasor_polar(double amount, double angle)
{
    return (struct phasor){.re = amount * cos(angle), .im = amount * sin(angle)};
}

struct phasor phasor_product(struct phasor a, struct phasor b)
{
    return (struct phasor){.re = a.re * b.re - a.im * b.im, .im = a.re * b.im + a.im * b.re};
}

double phasor_active(struct phasor a, struct phasor b)
{
    return a.re * b.re + a.im * b.im;
}

double phasor_reactive(struct phasor a, struct phasor b)
{
    return a.im * b.re - a.re * b.im;
}

double phasor_lag_deg(struct phasor power)
{
    double angle = atan2(power.im, power.re) / DEGREES;
    if (angle < 0) {
        angle += 360;
    }
    return angle < 360 ? angle : 0;
}

void phasor_add(struct phasor *sum, double factor, struct phasor x)
{
    sum->re += factor * x.re;
    sum->im += factor * x.im;
}
