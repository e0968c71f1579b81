#include "meter/telling.h"

#include "meter/consuming.h"
#include "meter/line.h"

static bool has_display(const struct meter *meter)
{
    const struct meter_line *line = meter->lines;
    while (line != NULL && line->number != LINK_DISPLAY) {
        line = line->next;
    }
    return line != NULL;
}

/* A message that could not go yet has the values of the moment when it does: one is enough. */
static void tell(struct meter *meter)
{
    struct push *push = &meter->pushing.push;
    if (!push->states[PUSH_CONSUMER].waiting) {
        push_trigger(push, PUSH_CONSUMER, &meter->clock, meter->now_ms);
    }
}

int64_t telling_step(struct meter *meter)
{
    struct meter_telling *telling = &meter->telling;
    int64_t period_ms = meter->consumer.told_every_s * INT64_C(1000);
    if (period_ms == 0 || !has_display(meter)) {
        telling->begun = false;
        return INT64_MAX / 2;
    }
    if (!telling->begun || telling->due_ms > meter->now_ms + period_ms) {
        telling->begun = true;
        telling->due_ms = meter->now_ms;
    }
    if (meter->now_ms >= telling->due_ms) {
        tell(meter);
        int64_t late_ms = (meter->now_ms - telling->due_ms) % period_ms;
        telling->due_ms = meter->now_ms - late_ms + period_ms;
    }
    return telling->due_ms - meter->now_ms;
}

size_t telling_seal(struct meter *meter, const uint8_t *plain, size_t size, const uint8_t **apdu)
{
    struct meter_telling *telling = &meter->telling;
    uint8_t title[P1_TITLE];
    uint32_t counter;
    if (size == 0 || size + P1_ENVELOPE > sizeof telling->sealed ||
        consuming_next_counter(meter, &counter) != 0) {
        return 0;
    }
    consuming_title(meter, title);
    *apdu = telling->sealed;
    return p1_seal(&telling->keys, title, counter, plain, size, telling->sealed);
}
