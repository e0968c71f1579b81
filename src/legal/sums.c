#include "legal/elementary.h"
#include "legal/steps.h"

static void products(const struct legal_sample *sample, unsigned phase, int64_t q[LEGAL_PRODUCTS])
{
    int64_t u = sample->x[2 * phase];
    int64_t i = sample->x[2 * phase + 1];
    q[LEGAL_U] = u;
    q[LEGAL_I] = i;
    q[LEGAL_UU] = u * u;
    q[LEGAL_II] = i * i;
    q[LEGAL_UI] = u * i;
    q[LEGAL_UC] = u * sample->c;
    q[LEGAL_US] = u * sample->s;
    q[LEGAL_IC] = i * sample->c;
    q[LEGAL_IS] = i * sample->s;
}

/* How much of the three products around an edge lies right of it in the middle one's cell, for an
 * edge at x (0..1) of that cell.
 *
 * The sum of cells is the integral of q less q'/24 at both ends, which cancels over whole periods.
 * So that it does so wherever the ends lie within their cells, the cell is not split by the
 * parabola through the products itself but by its integral less q'/24. */
static void split(double x, double weight[3])
{
    double arc = x * (1 - x);
    double curve = (x - 0.5) * arc / 6;
    weight[0] = curve - arc / 4;
    weight[1] = 1 - x - 2 * curve;
    weight[2] = curve + arc / 4;
}

void legal_sums(struct legal *legal, unsigned phase, double integral[LEGAL_PRODUCTS])
{
    struct legal_past *past = &legal->past[phase];
    int64_t q[3][LEGAL_PRODUCTS];
    for (unsigned place = 0; place < 3; place++) {
        products(&legal->edge.around[place], phase, q[place]);
    }
    double weight[3];
    split(legal->follower.end.fraction / 4294967296.0, weight);
    for (unsigned product = 0; product < LEGAL_PRODUCTS; product++) {
        uint64_t sum = legal->edge.sum[phase][product] - (uint64_t)q[2][product];
        double right = weight[0] * legal_double(q[0][product]) +
                       weight[1] * legal_double(q[1][product]) +
                       weight[2] * legal_double(q[2][product]);
        double whole = legal_double((int64_t)(sum - past->sum[product]));
        integral[product] = whole - right + past->right[product];
        past->sum[product] = sum;
        past->right[product] = right;
    }
}
