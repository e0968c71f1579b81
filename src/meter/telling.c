#include "meter/telling.h"

#include "dlms/apdu.h"
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

struct dlms_protection telling_protection(const struct meter *meter)
{
    return (struct dlms_protection){
        .form = DLMS_FORM_GENERAL_GLO,
        .control = DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED | DLMS_SUITE_0,
        .title = meter->telling.title,
    };
}

int telling_seal(struct meter *meter, struct dlms_protection *by, struct dlms_envelope_tape *tape,
                 size_t size, struct dlms_source source)
{
    const struct p1_keys *keys = &meter->telling.keys;
    const struct dlms_material material = {
        .gcm = &meter->security.ring.gcm,
        .encryption = keys->encryption,
        .authentication = keys->authentication,
        .key_size = P1_KEY,
    };
    if (consuming_next_counter(meter, &by->counter) != 0) {
        return -1;
    }
    return dlms_envelope_tape_cipher(tape, by, &material, DLMS_DATA_NOTIFICATION, size, source);
}
