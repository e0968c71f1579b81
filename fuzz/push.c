/* Settings of push as flash might hold them: taken whole or not at all, and what was taken is
 * written as it was read; whatever they say, deciding what is due comes to an end. */
#include "function/push.h"

#include <stdlib.h>
#include <string.h>

static void check(bool right)
{
    if (!right)
        abort();
}

static void live(const struct push_settings *settings)
{
    static const struct civil_zone utc;
    struct push_settings all[PUSH_SETUPS] = {{0}};
    struct clock clock;
    struct push push;
    all[PUSH_ALARM] = *settings;
    push_init(&push, all, 1);
    clock_init(&clock, &utc);
    clock_start(&clock, INT64_C(1795262400000));
    push_trigger(&push, PUSH_ALARM, &clock, 0);
    for (int attempt = 0; attempt < PUSH_DESTINATIONS * 256 && push.states[PUSH_ALARM].waiting;
         attempt++) {
        (void)push_due(&push, &clock, push.states[PUSH_ALARM].due_ms);
        (void)push_wants_confirmation(&push, PUSH_ALARM, &clock);
        (void)push_ended(&push, PUSH_ALARM, PUSH_FAILED, &clock, 0);
        check(push.states[PUSH_ALARM].due_ms >= 0);
    }
    check(!push.states[PUSH_ALARM].waiting);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct push_settings settings = {.retries = 77};
    uint8_t again[PUSH_SETTINGS];
    struct reader r = reader_over(data, size);
    if (!push_settings_read(&settings, PUSH_VERSION, &r)) {
        check(settings.retries == 77 && settings.object_count == 0);
        return 0;
    }
    struct writer w = writer_over(again, sizeof again);
    push_settings_write(&settings, &w);
    check(!writer_overflow(&w) && writer_kept(&w) == size && memcmp(again, data, size) == 0);
    live(&settings);
    return 0;
}
