#include "meter/scheduling.h"

#include "meter/keeping.h"

static const struct keeping_value kept_entries = {METER_VALUE_SCHEDULE, SCHEDULE_VERSION,
                                                  SCHEDULE_ROOM};

static struct keeping_value kept_action(int action)
{
    return (struct keeping_value){(uint16_t)(METER_VALUE_ACTIONS + action), SINGLE_ACTION_VERSION,
                                  SINGLE_ACTION_ROOM};
}

void scheduling_init(struct meter *meter)
{
    schedule_init(&meter->schedule, &meter->tariff.specials, &meter->clock);
    meter->schedule_changes = 0;
    meter->action_due_s = INT64_MIN;
    for (int i = 0; i < PRODUCT_SCHEDULES; i++) {
        single_action_init(&meter->actions[i], &meter->product->schedules[i], &meter->clock);
        meter->action_changes[i] = 0;
    }
}

void scheduling_recover(struct meter *meter)
{
    uint8_t octets[SCHEDULE_ROOM];
    struct reader r;
    scheduling_init(meter);
    if (keeping_load(&meter->storage, kept_entries, octets, &r) &&
        schedule_read(&meter->schedule, &r) == 0) {
        meter->schedule_changes = meter->schedule.changes;
    }
    for (int i = 0; i < PRODUCT_SCHEDULES; i++) {
        uint8_t action[SINGLE_ACTION_ROOM];
        if (keeping_load(&meter->storage, kept_action(i), action, &r)) {
            (void)single_action_read(&meter->actions[i], &r);
        }
    }
}

/* What a script cannot do now it will not do later: its time has passed. */
static int64_t step_action(struct meter *meter, struct single_action *action)
{
    int64_t due_s = single_action_due(action, &meter->clock);
    if (due_s != INT64_MIN) {
        meter->action_due_s = due_s;
        (void)script_execute(&meter->scripts, &action->plan.script);
        meter->action_due_s = INT64_MIN;
        single_action_done(action, due_s);
    }
    return single_action_wait_ms(action, &meter->clock);
}

int64_t scheduling_due_ms(const struct meter *meter)
{
    int64_t due_s = meter->schedule.executing_s != INT64_MIN ? meter->schedule.executing_s
                                                             : meter->action_due_s;
    return due_s != INT64_MIN ? due_s * 1000 - 1 : meter->clock.utc_ms;
}

int64_t scheduling_step(struct meter *meter)
{
    int64_t wait_ms = schedule_step(&meter->schedule, &meter->clock, &meter->scripts);
    for (int i = 0; i < PRODUCT_SCHEDULES; i++) {
        int64_t action_ms = step_action(meter, &meter->actions[i]);
        wait_ms = action_ms < wait_ms ? action_ms : wait_ms;
    }
    return wait_ms;
}

static bool keep_entries(struct meter *meter)
{
    uint8_t octets[SCHEDULE_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    uint32_t changes = meter->schedule.changes;
    if (changes == meter->schedule_changes) {
        return false;
    }
    schedule_write(&meter->schedule, &w);
    if (keeping_save(&meter->storage, kept_entries, &w)) {
        meter->schedule_changes = changes;
    }
    return true;
}

static bool keep_action(struct meter *meter, int i)
{
    uint8_t octets[SINGLE_ACTION_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    uint32_t changes = meter->actions[i].changes;
    if (changes == meter->action_changes[i]) {
        return false;
    }
    single_action_write(&meter->actions[i], &w);
    if (keeping_save(&meter->storage, kept_action(i), &w)) {
        meter->action_changes[i] = changes;
    }
    return true;
}

bool scheduling_keep(struct meter *meter)
{
    bool busy = keep_entries(meter);
    for (int i = 0; i < PRODUCT_SCHEDULES; i++) {
        busy = keep_action(meter, i) || busy;
    }
    return busy;
}
