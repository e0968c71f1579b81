/* Settings of push as flash might hold them: taken whole or not at all, and what was taken is
 * written as it was read; whatever they say, deciding what is due comes to an end. */
#include "function/push.h"
#include "test/function/object_book.h"

#include <stdlib.h>
#include <string.h>

static void check(bool right)
{
    if (!right)
        abort();
}

static void live(struct push *push)
{
    static const struct civil_zone utc;
    const struct push_state *state = &push->states[PUSH_ALARM];
    struct clock clock;
    clock_init(&clock, &utc);
    clock_start(&clock, INT64_C(1795262400000));
    push_trigger(push, PUSH_ALARM, &clock, 0);
    for (int attempt = 0; attempt < PUSH_DESTINATIONS * 256 && state->waiting; attempt++) {
        (void)push_due(push, &clock, state->due_ms);
        (void)push_wants_confirmation(push, PUSH_ALARM, &clock);
        (void)push_ended(push, PUSH_ALARM, PUSH_FAILED, &clock, 0);
        check(state->due_ms >= 0);
    }
    check(!state->waiting);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct push_plan delivered[PUSH_SETUPS] = {
        [PUSH_ALARM] = {.settings = {.retries = 77}}};
    static struct object_book book;
    const struct object_table objects = object_book_open(&book, OBJECT_BOOK);
    struct push push;
    uint8_t again[PUSH_SETTINGS];
    struct reader r = reader_over(data, size);
    push_init(&push, delivered, &objects, 1);
    if (!push_settings_read(&push, PUSH_ALARM, PUSH_VERSION, &r)) {
        check(push.settings[PUSH_ALARM].retries == 77 && push_object_count(&push, PUSH_ALARM) == 0);
        return 0;
    }
    struct writer w = writer_over(again, sizeof again);
    push_settings_write(&push, PUSH_ALARM, &w);
    check(!writer_overflow(&w) && writer_kept(&w) == size && memcmp(again, data, size) == 0);
    live(&push);
    return 0;
}
