#include "function/selftest.h"

#include <stddef.h>

void selftest_init(struct selftest *test, const struct selftest_row rows[SELFTEST_PARTS])
{
    *test = (struct selftest){.turn = 0};
    for (int part = 0; part < SELFTEST_PARTS; part++) {
        test->rows[part] = rows[part];
    }
}

static void end(struct selftest *test, unsigned part, bool right, int64_t now_ms)
{
    uint8_t bit = (uint8_t)(1U << part);
    test->failed = (uint8_t)(right ? test->failed & ~bit : test->failed | bit);
    test->tested |= bit;
    test->running[part] = false;
    test->due_ms[part] = now_ms + test->rows[part].every_s * INT64_C(1000);
    test->rounds++;
}

static void run_slice(struct selftest *test, unsigned part, int64_t now_ms)
{
    const struct selftest_row *row = &test->rows[part];
    enum selftest_verdict verdict = row->slice(row->context, !test->running[part]);
    test->running[part] = true;
    if (verdict != SELFTEST_MORE) {
        end(test, part, verdict == SELFTEST_RIGHT, now_ms);
    }
}

void selftest_step(struct selftest *test, int64_t now_ms)
{
    for (int looked = 0; looked < SELFTEST_PARTS; looked++) {
        unsigned part = test->turn;
        test->turn = (uint8_t)((part + 1) % SELFTEST_PARTS);
        if (test->rows[part].slice != NULL && now_ms >= test->due_ms[part]) {
            run_slice(test, part, now_ms);
            return;
        }
    }
}

bool selftest_has_failed(const struct selftest *test, enum selftest_part part)
{
    return (test->failed >> part & 1) != 0;
}

bool selftest_is_complete(const struct selftest *test)
{
    for (unsigned part = 0; part < SELFTEST_PARTS; part++) {
        if (test->rows[part].slice != NULL && (test->tested >> part & 1) == 0) {
            return false;
        }
    }
    return true;
}
