#include "legal/steps.h"

static const uint64_t frame_q32 = UINT64_C(1) << 32;

static uint32_t frame_of(uint64_t place)
{
    return (uint32_t)(place >> 32);
}

/* A running sum at a place in this frame's cell, of which it holds all; the cell is split evenly.
 */
static uint64_t sum_at(uint64_t sum, int64_t product, uint64_t place)
{
    int64_t right = (int64_t)(frame_q32 - (uint32_t)place) >> 16;
    return sum - (uint64_t)((product >> 16) * right);
}

static uint64_t uu_at(const struct legal_sampler *s, unsigned phase, uint64_t place)
{
    int64_t u = s->now.x[2 * phase];
    return sum_at(s->sum[phase][LEGAL_UU], u * u, place);
}

/* Periods end in the order in which they began: one that does not, because the frequency has just
 * leapt up, is left out. */
static void begin_cycle(struct legal_sampler *s, unsigned phase, uint64_t uu)
{
    struct legal_zeros *zeros = &s->zeros[phase];
    uint64_t to = zeros->next + 2 * s->pace.half_period;
    uint64_t last = zeros->cycle[(zeros->begun - 1) % LEGAL_HALVES].to;
    if (zeros->begun != zeros->ended && (int64_t)(to - last) <= (int64_t)frame_q32) {
        return;
    }
    zeros->cycle[zeros->begun % LEGAL_HALVES] =
        (struct legal_cycle){.from = zeros->next, .to = to, .uu = 0 - uu};
    zeros->begun++;
}

static void end_cycle(struct legal_sampler *s, unsigned phase)
{
    struct legal_zeros *zeros = &s->zeros[phase];
    struct legal_cycle *cycle = &zeros->cycle[zeros->ended % LEGAL_HALVES];
    cycle->uu += uu_at(s, phase, cycle->to);
    zeros->ended++;
}

/* The first ones are guesses: they do not count. */
void legal_zeros_init(struct legal_sampler *s)
{
    for (unsigned phase = 0; phase < s->phases; phase++) {
        s->zeros[phase].rhythm.count = 0u - LEGAL_RHYTHM_GUESSES;
    }
}

/* The least and the most of the half periods that end in a window. */
static void note(struct legal_rhythm *r, uint64_t zero, uint64_t uu)
{
    uint32_t half = (uint32_t)((zero - r->last) >> 16);
    uint32_t power = (uint32_t)((uu - r->uu) >> 24);
    bool first = r->count == 0;
    r->shortest = first || half < r->shortest ? half : r->shortest;
    r->longest = first || half > r->longest ? half : r->longest;
    r->weakest = first || power < r->weakest ? power : r->weakest;
    r->strongest = first || power > r->strongest ? power : r->strongest;
    r->first = r->count == LEGAL_RHYTHM_SKIPS ? zero : r->first;
    r->last = zero;
    r->uu = uu;
    r->count++;
}

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -x : x;
}

/* The angle whose tangent is y / x, |y| <= |x|; radians, Q20, to 0.01 and the more exactly the
 * smaller. */
static int64_t angle_q20(int64_t y, int64_t x)
{
    const int64_t bend = 225027; /* so that it ends at an eighth of a turn */
    int64_t tangent = x >> 20 == 0 ? 0 : y / (x >> 20);
    int64_t square = tangent * tangent >> 20;
    return tangent - (tangent * (square * bend >> 20) >> 20);
}

/* From a frame to the nearest zero of a wave that is `value` there and falls by `falling` per
 * radian; radians, Q20. */
static int64_t to_zero_q20(int64_t value, int64_t falling)
{
    const int64_t quarter = 1647099;
    if (magnitude(value) <= magnitude(falling)) {
        return angle_q20(value, falling);
    }
    bool ahead = (value < 0) == (falling < 0);
    return (ahead ? quarter : -quarter) - angle_q20(falling, value);
}

/* The zero near a frame that the fundamental a * cos + b * sin of the follower's phase has. */
static uint64_t zero_near(const struct legal_zero *here, int64_t a, int64_t b, int32_t radian)
{
    int64_t value = a * here->c + b * here->s;
    int64_t falling = a * here->s - b * here->c;
    return here->instant + (uint64_t)(to_zero_q20(value, falling) * radian >> 8);
}

static struct legal_zero zero_now(const struct legal_sampler *s, unsigned phase, uint64_t place)
{
    int64_t u = s->now.x[2 * phase];
    return (struct legal_zero){
        .instant = s->frame * frame_q32 + frame_q32 / 2,
        .c = s->now.c,
        .s = s->now.s,
        .uc = sum_at(s->sum[phase][LEGAL_UC], u * s->now.c, place),
        .us = sum_at(s->sum[phase][LEGAL_US], u * s->now.s, place),
    };
}

/* The fundamental of the period until now tells where the zero in its middle was, whatever the
 * follower's frequency; and, by that, where the next one will be. */
static void pass_zero(struct legal_sampler *s, unsigned phase)
{
    struct legal_zeros *zeros = &s->zeros[phase];
    uint64_t uu = uu_at(s, phase, zeros->next);
    if (s->pace.known) {
        begin_cycle(s, phase, uu);
    }
    struct legal_zero now = zero_now(s, phase, zeros->next);
    int64_t a = (int64_t)(now.uc - zeros->before[1].uc) >> 32;
    int64_t b = (int64_t)(now.us - zeros->before[1].us) >> 32;
    note(&zeros->rhythm, zero_near(&zeros->before[0], a, b, s->pace.radian), uu);
    zeros->next = zero_near(&now, a, b, s->pace.radian) + s->pace.half_period;
    zeros->before[1] = zeros->before[0];
    zeros->before[0] = now;
}

void legal_zeros_event(struct legal_sampler *s)
{
    for (unsigned phase = 0; phase < s->phases; phase++) {
        struct legal_zeros *zeros = &s->zeros[phase];
        bool open = zeros->ended != zeros->begun;
        if (open && s->frame == frame_of(zeros->cycle[zeros->ended % LEGAL_HALVES].to)) {
            end_cycle(s, phase);
        }
        if (s->frame == frame_of(zeros->next)) {
            pass_zero(s, phase);
        }
    }
}

static uint32_t earlier(uint32_t a, uint32_t b)
{
    return legal_ahead(a, b) < 0 ? b : a;
}

uint32_t legal_zeros_due(const struct legal_sampler *s, uint32_t due)
{
    for (unsigned phase = 0; phase < s->phases; phase++) {
        const struct legal_zeros *zeros = &s->zeros[phase];
        due = earlier(due, frame_of(zeros->next));
        if (zeros->ended != zeros->begun) {
            due = earlier(due, frame_of(zeros->cycle[zeros->ended % LEGAL_HALVES].to));
        }
    }
    return due;
}
