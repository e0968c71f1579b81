#include "world/supply.h"

struct supply_config supply_default(void)
{
    return (struct supply_config){.least_share = 0.5, .reserve_ms = 300, .hold_up_ms = 20};
}

void supply_begin(struct supply *supply, const struct supply_config *config)
{
    *supply = (struct supply){.config = *config, .state = SUPPLY_ON};
}

/* Rounded up: a cut as long as the reserve is not noticed. */
static uint64_t frames_of(uint64_t ms)
{
    return (ms * WORLD_FRAME_HZ + 999) / 1000;
}

/* Frames without the mains after which the present state ends. */
static uint64_t endurance(const struct supply *supply)
{
    uint64_t reserve = frames_of(supply->config.reserve_ms);
    switch (supply->state) {
    case SUPPLY_ON:
        return reserve;
    case SUPPLY_FAILING:
        return reserve + frames_of(supply->config.hold_up_ms);
    case SUPPLY_OFF:
        break;
    }
    return UINT64_MAX;
}

static bool is_fed(const struct supply *supply, const double u_share[WORLD_PHASES])
{
    for (int p = 0; p < WORLD_PHASES; p++) {
        if (u_share[p] >= supply->config.least_share) {
            return true;
        }
    }
    return false;
}

enum supply_state supply_look(struct supply *supply, const double u_share[WORLD_PHASES])
{
    supply->fed = is_fed(supply, u_share);
    if (supply->fed) {
        supply->unfed_frames = 0;
        supply->state = SUPPLY_ON;
    } else if (supply->unfed_frames >= endurance(supply)) {
        supply->state = supply->state == SUPPLY_ON ? SUPPLY_FAILING : SUPPLY_OFF;
    }
    return supply->state;
}

uint64_t supply_steady(const struct supply *supply)
{
    uint64_t end = endurance(supply);
    if (supply->fed) {
        return UINT64_MAX;
    }
    return end > supply->unfed_frames ? end - supply->unfed_frames : 1;
}

void supply_pass(struct supply *supply, uint64_t frames)
{
    if (!supply->fed) {
        supply->unfed_frames += frames;
    }
}
