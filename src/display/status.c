#include "display/screen.h"

#include <stddef.h>

enum { MS_PER_S = 1000, PHASES_MAX = 3 };

static int64_t value_of(const struct display *display, enum quantity_kind kind, uint8_t phase)
{
    struct quantity_value value;
    struct quantity quantity = {.kind = (uint8_t)kind, .phase = phase};
    int result = quantity_read(display->source.quantities, quantity, &value);
    return result == 0 && value.valid ? value.value : 0;
}

static bool is_valid(const struct display *display, enum quantity_kind kind, uint8_t phase)
{
    struct quantity_value value;
    struct quantity quantity = {.kind = (uint8_t)kind, .phase = phase};
    return quantity_read(display->source.quantities, quantity, &value) == 0 && value.valid;
}

static void show_phases(const struct display *display, struct status *status)
{
    struct quantity_value value;
    for (uint8_t phase = 1; phase <= PHASES_MAX; phase++) {
        struct quantity u = {.kind = QUANTITY_U, .phase = phase};
        if (quantity_read(display->source.quantities, u, &value) != 0) {
            return;
        }
        uint8_t bit = (uint8_t)(1U << (phase - 1));
        status->phases = phase;
        status->alive |= is_valid(display, QUANTITY_ANGLE_UU, phase) ? bit : 0;
        status->exporting |= value_of(display, QUANTITY_P, phase) < 0 ? bit : 0;
    }
}

/* U of L2 lags that of L1 by a third of a period; in the wrong sequence by two thirds. */
static bool is_reversed(const struct display *display, const struct status *status)
{
    enum { L2 = 2, ALL = 7, HALF_TURN_DEG = 180 };
    const struct quantity_row *row = quantity_row(QUANTITY_ANGLE_UU);
    struct quantity_value half = {.value = HALF_TURN_DEG, .scaler = 0};
    return status->alive == ALL &&
           value_of(display, QUANTITY_ANGLE_UU, L2) > quantity_scaled(&half, row->fine);
}

static uint8_t quadrant_of(int64_t p, int64_t q)
{
    if (p == 0 && q == 0) {
        return 0;
    }
    if (p >= 0) {
        return q >= 0 ? 1 : 4;
    }
    return q >= 0 ? 2 : 3;
}

/* Limits of RSRP as the data sheet gives them. */
static uint8_t bars_of(const struct display_marks *marks)
{
    static const int16_t limits_dbm[] = {-134, -120, -105};
    uint8_t bars = 0;
    while (marks->modem && bars < 3 && marks->rsrp_dbm >= limits_dbm[bars]) {
        bars++;
    }
    return bars;
}

void status_compose(const struct display *display, struct status *status)
{
    const struct display_source *source = &display->source;
    int64_t p = value_of(display, QUANTITY_P, 0);
    *status = (struct status){
        .on = display->now_ms / MS_PER_S % 2 == 0,
        .bars = bars_of(source->marks),
        .clock_invalid = !source->clock->valid,
        .message = source->message && source->message->text_size > 0,
        .marks = source->marks,
    };
    show_phases(display, status);
    status->reversed = is_reversed(display, status);
    if (status->alive != 0) {
        status->flow = p < 0 ? STATUS_EXPORT : STATUS_IMPORT;
        status->quadrant = quadrant_of(p, value_of(display, QUANTITY_Q, 0));
    }
}
