#include "dlms/patience.h"

#include <stddef.h>

static int64_t wait_s(const struct dlms_patience *patience, uint32_t failures)
{
    if (failures <= patience->free) {
        return 0;
    }
    int64_t wait = patience->first_s;
    for (uint32_t i = patience->free + 1U; i < failures && wait < patience->most_s; i++) {
        wait *= 2;
    }
    return wait < patience->most_s ? wait : patience->most_s;
}

void dlms_attempts_fail(struct dlms_attempts *attempts, const struct dlms_patience *patience,
                        int64_t now_ms)
{
    attempts->failures += attempts->failures < UINT32_MAX;
    if (patience != NULL) {
        attempts->until_ms = now_ms + wait_s(patience, attempts->failures) * 1000;
    }
}

void dlms_attempts_succeed(struct dlms_attempts *attempts)
{
    *attempts = (struct dlms_attempts){0};
}

bool dlms_attempts_wait(const struct dlms_attempts *attempts, int64_t now_ms)
{
    return now_ms < attempts->until_ms;
}
