#include "legal/steps.h"

/* The frames around an edge of a window: u and i of one phase, the phasor, and u and i times the
 * weight with which a frame's products lie right of the edge. */
struct around {
    double u[3];
    double i[3];
    double c[3];
    double s[3];
    double weighted_u[3];
    double weighted_i[3];
};

/* How much of the sums lies right of an edge at x (0..1) of the middle frame's cell: all of the
 * frame after, and a part of the middle one, which also depends on its neighbours.
 *
 * The sum of cells is the integral of q less q'/24 at both ends, which cancels over whole periods.
 * So that it does so wherever the ends lie within their cells, a cell is not split by the parabola
 * through the three products itself but by its integral less q'/24. */
static void weigh(double x, double weight[3])
{
    double arc = x * (1 - x) / 4;
    double curve = (x - 0.5) * arc * (4.0 / 6);
    weight[0] = curve - arc;
    weight[1] = 1 - x - 2 * curve;
    weight[2] = 1 + curve + arc;
}

static void look_around(const struct legal_edge *edge, unsigned phase, const double weight[3],
                        struct around *around)
{
    for (unsigned place = 0; place < 3; place++) {
        const struct legal_sample *sample = &edge->around[place];
        around->u[place] = sample->x[2 * phase];
        around->i[place] = sample->x[2 * phase + 1];
        around->c[place] = sample->c;
        around->s[place] = sample->s;
        around->weighted_u[place] = weight[place] * around->u[place];
        around->weighted_i[place] = weight[place] * around->i[place];
    }
}

static double sum_of(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void right_of_edge(const struct around *a, double right[LEGAL_PRODUCTS])
{
    right[LEGAL_U] = a->weighted_u[0] + a->weighted_u[1] + a->weighted_u[2];
    right[LEGAL_I] = a->weighted_i[0] + a->weighted_i[1] + a->weighted_i[2];
    right[LEGAL_UU] = sum_of(a->weighted_u, a->u);
    right[LEGAL_II] = sum_of(a->weighted_i, a->i);
    right[LEGAL_UI] = sum_of(a->weighted_u, a->i);
    right[LEGAL_UC] = sum_of(a->weighted_u, a->c);
    right[LEGAL_US] = sum_of(a->weighted_u, a->s);
    right[LEGAL_IC] = sum_of(a->weighted_i, a->c);
    right[LEGAL_IS] = sum_of(a->weighted_i, a->s);
}

void legal_means(struct legal *legal, unsigned phase, double frames, double mean[LEGAL_PRODUCTS])
{
    struct legal_past *past = &legal->past[phase];
    double weight[3];
    double right[LEGAL_PRODUCTS];
    double share = 1 / frames;
    struct around around;
    weigh(legal->follower.end.fraction / 4294967296.0, weight);
    look_around(&legal->edge, phase, weight, &around);
    right_of_edge(&around, right);
    for (unsigned product = 0; product < LEGAL_PRODUCTS; product++) {
        uint64_t sum = legal->edge.sum[phase][product];
        double whole = (double)(int64_t)(sum - past->sum[product]);
        mean[product] = (whole - right[product] + past->right[product]) * share;
        past->sum[product] = sum;
        past->right[product] = right[product];
    }
}
