#include "function/push.h"

#include "base/need.h"

#include <string.h>

enum {
    SECOND_MS = 1000,
    DAY_S = 86400,
    ANY = 0xFF,
    UNSPECIFIED_YEAR = 0xFFFF,
    RETRY_MOST_S = 86400
};

int push_deliver(struct push *push, enum push_setup setup)
{
    const struct push_plan *plan = &push->plans[setup];
    size_t size = plan->destination != NULL ? strlen(plan->destination) : 0;
    push_clear(push, setup);
    push->settings[setup] = plan->settings;
    bool fits = push_set_objects(push, setup, plan->objects, plan->object_count) == 0 &&
                push_put_text(push, setup, PUSH_TEXT_DESTINATION,
                              (const uint8_t *)plan->destination, size) == 0;
    if (!fits) {
        push_clear(push, setup);
    }
    return fits ? 0 : -1;
}

void push_init(struct push *push, const struct push_plan plans[PUSH_SETUPS],
               const struct object_table *objects, uint32_t seed)
{
    *push = (struct push){.plans = plans, .objects = objects, .seed = seed};
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        need(push_deliver(push, (enum push_setup)setup) == 0);
    }
}

/* ---- windows ---- */

static int32_t second_of_day(const uint8_t *t)
{
    return (t[5] != ANY ? t[5] : 0) * 3600 + (t[6] != ANY ? t[6] : 0) * 60 +
           (t[7] != ANY ? t[7] : 0);
}

static unsigned year_of(const uint8_t *t)
{
    return (unsigned)t[0] << 8 | t[1];
}

static bool is_daily(const uint8_t *t)
{
    return year_of(t) == UNSPECIFIED_YEAR && t[2] == ANY && t[3] == ANY && t[4] == ANY &&
           t[5] != ANY;
}

static bool is_instant(const uint8_t *t)
{
    return year_of(t) != UNSPECIFIED_YEAR && t[2] >= 1 && t[2] <= 12 && t[3] >= 1 && t[3] <= 31 &&
           t[5] <= 23;
}

bool push_window_valid(const struct push_window *window)
{
    return (is_daily(window->begin) && is_daily(window->end)) ||
           (is_instant(window->begin) && is_instant(window->end));
}

/* Seconds of local time. */
static int64_t instant_of(const uint8_t *t)
{
    return civil_days_from_date((int32_t)year_of(t), t[2], t[3]) * DAY_S + second_of_day(t);
}

static int64_t local_s(const struct clock *clock)
{
    struct clock_reading now = clock_read(clock);
    return civil_to_seconds(&now.local);
}

/* A window whose end is not behind its begin goes over midnight. */
static bool is_open(const struct push_window *window, int64_t now_s)
{
    if (!is_daily(window->begin)) {
        return now_s >= instant_of(window->begin) && now_s < instant_of(window->end);
    }
    int32_t begin_s = second_of_day(window->begin);
    int32_t end_s = second_of_day(window->end);
    int32_t at_s = (int32_t)(((now_s % DAY_S) + DAY_S) % DAY_S);
    return begin_s < end_s ? at_s >= begin_s && at_s < end_s : at_s >= begin_s || at_s < end_s;
}

static bool may_send(const struct push *push, enum push_setup setup, int64_t now_s)
{
    uint8_t count = push_window_count(push, setup);
    bool open = count == 0;
    for (uint8_t i = 0; i < count; i++) {
        const struct push_window window = push_window_at(push, setup, i);
        open = open || is_open(&window, now_s);
    }
    return open;
}

/* ---- destinations ---- */

/* Octets of the one that begins here. */
static uint8_t size_at(const uint8_t *octets, uint8_t size)
{
    uint8_t at = 0;
    while (at < size && octets[at] != ',') {
        at++;
    }
    return at;
}

bool push_destinations_valid(const uint8_t *octets, uint8_t size)
{
    unsigned count = 0;
    for (uint8_t at = 0; at < size; count++) {
        uint8_t one = size_at(octets + at, (uint8_t)(size - at));
        at = (uint8_t)(at + one + 1);
        if (one == 0 || at == size) {
            return false;
        }
    }
    return count <= PUSH_DESTINATIONS;
}

/* The first that is neither told nor known to be out of reach; false: there is none. */
static bool find_destination(const struct push *push, enum push_setup setup, unsigned *number,
                             const uint8_t **octets, uint8_t *size)
{
    const struct reader all = push_text(push, setup, PUSH_TEXT_DESTINATION);
    const struct push_state *state = &push->states[setup];
    unsigned done = state->arrived | state->failed;
    uint8_t at = 0;
    for (*number = 0; at < all.size; (*number)++) {
        *octets = all.data + at;
        *size = size_at(*octets, (uint8_t)(all.size - at));
        if ((done >> *number & 1) == 0) {
            return true;
        }
        at = (uint8_t)(at + *size + 1);
    }
    return false;
}

unsigned push_destination(const struct push *push, enum push_setup setup, const uint8_t **octets,
                          uint8_t *size)
{
    unsigned number;
    if (!find_destination(push, setup, &number, octets, size)) {
        *octets = NULL;
        *size = 0;
    }
    return number;
}

/* ---- when ---- */

/* Every meter draws another delay, and the same again for the same occasion. */
static uint32_t draw(const struct push *push, enum push_setup setup, int64_t at_ms)
{
    uint64_t x =
        push->seed * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)setup * 0x632BE5ABu + (uint64_t)at_ms;
    x ^= x >> 31;
    x *= UINT64_C(0xBF58476D1CE4E5B9);
    x ^= x >> 27;
    x *= UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(x >> 32);
}

static void schedule(struct push *push, enum push_setup setup, const struct clock *clock,
                     int64_t now_ms)
{
    uint32_t most_s = push->settings[setup].randomisation_s;
    struct push_state *state = &push->states[setup];
    state->due_ms = now_ms;
    if (most_s > 0) {
        state->due_ms += draw(push, setup, clock->utc_ms) % (most_s * SECOND_MS + 1);
    }
}

bool push_goes_anywhere(const struct push *push, enum push_setup setup)
{
    return push->text_sizes[setup][PUSH_TEXT_DESTINATION] > 0;
}

void push_trigger(struct push *push, enum push_setup setup, const struct clock *clock,
                  int64_t now_ms)
{
    struct push_state *state = &push->states[setup];
    if (!push_goes_anywhere(push, setup)) {
        return;
    }
    if (state->waiting) {
        state->again = true;
        return;
    }
    state->waiting = true;
    state->made = false;
    state->attempts = 0;
    state->arrived = 0;
    state->failed = 0;
    state->triggered_ms = clock->utc_ms;
    schedule(push, setup, clock, now_ms);
}

void push_resume(struct push *push, enum push_setup setup, const struct push_kept *kept,
                 const struct clock *clock, int64_t now_ms)
{
    struct push_state *state = &push->states[setup];
    *state = (struct push_state){.waiting = true,
                                 .made = true,
                                 .attempts = kept->attempts,
                                 .arrived = kept->arrived,
                                 .triggered_ms = kept->triggered_ms};
    schedule(push, setup, clock, now_ms);
}

int push_due(const struct push *push, const struct clock *clock, int64_t now_ms)
{
    int found = -1;
    int64_t now_s = local_s(clock);
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        const struct push_state *state = &push->states[setup];
        bool due = state->waiting && state->due_ms <= now_ms;
        if (due && may_send(push, (enum push_setup)setup, now_s) &&
            (found < 0 || state->due_ms < push->states[found].due_ms)) {
            found = setup;
        }
    }
    return found;
}

int64_t push_deadline_ms(const struct push *push, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        const struct push_state *state = &push->states[setup];
        int64_t at_ms = state->due_ms > now_ms ? state->due_ms : now_ms + SECOND_MS;
        if (state->waiting && at_ms < next_ms) {
            next_ms = at_ms;
        }
    }
    return next_ms;
}

bool push_wants_confirmation(const struct push *push, enum push_setup setup,
                             const struct clock *clock)
{
    const struct push_settings *settings = &push->settings[setup];
    if (settings->method == PUSH_CONFIRMED) {
        return true;
    }
    if (settings->confirm_every_s == 0 || (is_instant(settings->confirm_from) &&
                                           local_s(clock) < instant_of(settings->confirm_from))) {
        return false;
    }
    int64_t since_s = clock->utc_ms / SECOND_MS - push->states[setup].confirmed_s;
    return since_s >= settings->confirm_every_s;
}

/* Before the next attempt: the delay grows with each that failed. */
static int64_t delay_ms(const struct push_settings *settings, uint8_t attempts)
{
    uint64_t most_s = settings->delay_most_s > 0 ? settings->delay_most_s : RETRY_MOST_S;
    uint64_t delay_s = settings->delay_s;
    for (uint8_t n = 1; n < attempts && delay_s < most_s; n++) {
        delay_s = delay_s * settings->delay_percent / 100;
    }
    return (int64_t)(delay_s < most_s ? delay_s : most_s) * SECOND_MS;
}

static void follow_up(struct push *push, enum push_setup setup, const struct clock *clock,
                      int64_t now_ms)
{
    struct push_state *state = &push->states[setup];
    bool again = state->again;
    state->waiting = false;
    state->again = false;
    if (again) {
        push_trigger(push, setup, clock, now_ms);
    }
}

/* All have been tried: true, the message is given up. */
static bool end_round(struct push *push, enum push_setup setup, const struct clock *clock,
                      int64_t now_ms)
{
    struct push_state *state = &push->states[setup];
    const struct push_settings *settings = &push->settings[setup];
    bool missed = state->failed != 0;
    state->failed = 0;
    if (missed && state->attempts < settings->retries) {
        state->attempts++;
        state->due_ms = now_ms + delay_ms(settings, state->attempts);
        return false;
    }
    state->given_up = (uint16_t)(state->given_up + missed);
    state->delivered = (uint16_t)(state->delivered + !missed);
    follow_up(push, setup, clock, now_ms);
    return missed;
}

bool push_ended(struct push *push, enum push_setup setup, enum push_end end,
                const struct clock *clock, int64_t now_ms)
{
    struct push_state *state = &push->states[setup];
    const uint8_t *octets;
    uint8_t size;
    unsigned number = push_destination(push, setup, &octets, &size);
    uint8_t bit = (uint8_t)(1U << (number < PUSH_DESTINATIONS ? number : 0));
    if (end == PUSH_WAS_CONFIRMED) {
        state->confirmed_s = (uint32_t)(clock->utc_ms / SECOND_MS);
    }
    state->arrived |= end != PUSH_FAILED ? bit : 0;
    state->failed |= end == PUSH_FAILED ? bit : 0;
    if (find_destination(push, setup, &number, &octets, &size)) {
        state->due_ms = now_ms;
        return false;
    }
    return end_round(push, setup, clock, now_ms);
}

void push_reset(struct push *push, enum push_setup setup)
{
    struct push_state *state = &push->states[setup];
    state->waiting = false;
    state->again = false;
}
