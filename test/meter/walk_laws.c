/* What holds after every step. */
#include "test/meter/walk.h"
#include "test/unit.h"

#include <inttypes.h>
#include <string.h>

/* Energies are kept each minute; the minute may have begun just before. */
enum { KEPT_MS = 2 * 60 * 1000 };

static int64_t energy(const struct walk *walk, unsigned phase, int kind)
{
    return legal_energy_uws(walk->life->meter.legal, phase, (enum legal_energy)kind);
}

static unsigned phases(const struct walk *walk)
{
    return walk->life->meter.product->legal->config.phases;
}

/* ---- energies ---- */

static void look_at_energies(struct walk *walk)
{
    for (unsigned phase = 0; phase <= phases(walk); phase++) {
        for (int kind = 0; kind < LEGAL_ENERGIES; kind++) {
            walk->seen.energy_uws[phase][kind] = energy(walk, phase, kind);
        }
    }
}

/* Never fall; after a cut without a warning not below what was kept. */
static void assert_none_fell(const struct walk *walk)
{
    const struct walk_seen *least = walk->may_fall ? &walk->kept : &walk->seen;
    for (unsigned phase = 0; phase <= phases(walk); phase++) {
        for (int kind = 0; kind < LEGAL_ENERGIES; kind++) {
            if (energy(walk, phase, kind) < least->energy_uws[phase][kind]) {
                fail_msg("step %u: energy %d of phase %u fell from %" PRId64 " to %" PRId64,
                         walk->steps, kind, phase, least->energy_uws[phase][kind],
                         energy(walk, phase, kind));
            }
        }
    }
}

static void assert_rates_add_up(const struct walk *walk)
{
    for (int kind = 0; kind < LEGAL_ENERGIES; kind++) {
        int64_t sum = 0;
        for (unsigned rate = 1; rate <= LEGAL_RATES; rate++) {
            sum += legal_rate_energy_uws(walk->life->meter.legal, rate, (enum legal_energy)kind);
        }
        if (sum != energy(walk, 0, kind)) {
            fail_msg("step %u: rates of energy %d are %" PRId64 " in all, the total %" PRId64,
                     walk->steps, kind, sum, energy(walk, 0, kind));
        }
    }
}

/* ---- logs ---- */

static void look_at_logs(struct walk *walk)
{
    const struct event_book *events = &walk->life->meter.events;
    for (int log = 0; log < EVENT_LOGS; log++) {
        walk->seen.entries[log] = event_log_count(events, (enum event_log)log);
    }
    memcpy(walk->seen.causes, events->causes, sizeof walk->seen.causes);
}

static bool bit(const uint8_t *bits, uint8_t n)
{
    return (bits[n / 8] >> n % 8 & 1) != 0;
}

/* A cause begins where it is there and was not. A cut without a warning may forget that it was. */
static void count_causes(struct walk *walk)
{
    const uint8_t *causes = walk->life->meter.events.causes;
    for (unsigned code = 0; code < 8 * EVENT_CAUSES; code++) {
        bool there = bit(causes, (uint8_t)code);
        bool new = !bit(walk->seen.causes, (uint8_t)code) || walk->may_fall;
        if (there && new) {
            walk->causes[code]++;
        }
    }
}

void walk_count_causes(struct walk *walk)
{
    count_causes(walk);
    memcpy(walk->seen.causes, walk->life->meter.events.causes, sizeof walk->seen.causes);
}

/* What has a cause is told once for each time that it begins, in each log. */
static void assert_not_told_again(struct walk *walk, int log, const struct event *event)
{
    uint16_t causes = walk->causes[event->code];
    uint16_t told = ++walk->told[log][event->code];
    if (causes > 0 && told > causes) {
        fail_msg("step %u: log %d has event %u for the %uth time, but its cause began %u times",
                 walk->steps, log, event->code, told, causes);
    }
}

/* The meter is sound: none of its own checks may find a fault. */
static void assert_no_fault(const struct walk *walk, const struct event *event)
{
    if (event->code >= EVENT_PROGRAM_MEMORY_ERROR && event->code <= EVENT_MEASUREMENT_ERROR) {
        fail_msg("step %u: fault event %u", walk->steps, event->code);
    }
}

static void assert_logs(struct walk *walk)
{
    const struct event_book *events = &walk->life->meter.events;
    count_causes(walk);
    for (int log = 0; log < EVENT_LOGS; log++) {
        uint32_t count = event_log_count(events, (enum event_log)log);
        if (count < walk->seen.entries[log]) {
            fail_msg("step %u: log %d has lost entries", walk->steps, log);
        }
        for (uint32_t n = walk->seen.entries[log]; n < count; n++) {
            struct event event;
            if (event_log_read(events, (enum event_log)log, n, &event) == STORAGE_DONE) {
                assert_not_told_again(walk, log, &event);
                assert_no_fault(walk, &event);
            }
        }
    }
    assert_true(events->lost == 0 || walk->life->nor.dead);
}

/* ---- profiles ---- */

static bool has_profile(const struct walk *walk, int place)
{
    return walk->life->meter.product->profiles[place] != NULL;
}

static void look_at_profile(struct walk *walk, int place)
{
    const struct profile *profile = &walk->life->meter.profiles[place];
    struct profile_row row;
    uint32_t next = profile_next(profile);
    walk->seen.rows[place] = next;
    walk->seen.row_s[place] = 0;
    if (next > profile_first(profile) && profile_read(profile, next - 1, &row) == STORAGE_DONE) {
        walk->seen.row_s[place] = row.stamp.utc_s;
    }
}

/* Somebody set the clock: the next row may be older than the one before. */
static void note_moved_time(struct walk *walk)
{
    for (int place = 0; place < PRODUCT_PROFILES; place++) {
        walk->moved[place] = walk->moved[place] || walk->time_moved;
    }
}

/* New rows are not older than those before, and not of the future. */
static void assert_rows(struct walk *walk, int place)
{
    const struct profile *profile = &walk->life->meter.profiles[place];
    uint32_t before_s = walk->seen.row_s[place];
    int64_t now_s = walk->life->meter.clock.utc_ms / 1000;
    if (profile_next(profile) < walk->seen.rows[place]) {
        fail_msg("step %u: profile %d has lost rows", walk->steps, place);
    }
    for (uint32_t n = walk->seen.rows[place]; n < profile_next(profile); n++) {
        struct profile_row row;
        if (n < profile_first(profile) || profile_read(profile, n, &row) != STORAGE_DONE) {
            continue;
        }
        bool ordered = walk->moved[place] || row.stamp.utc_s >= before_s;
        if (!ordered || (!walk->time_moved && row.stamp.utc_s > now_s)) {
            fail_msg(
                "step %u: row %u of profile %d is of %u, the one before of %u; now is %" PRId64,
                walk->steps, n, place, row.stamp.utc_s, before_s, now_s);
        }
        before_s = row.stamp.utc_s;
        walk->moved[place] = walk->time_moved;
    }
}

static void assert_profiles(struct walk *walk)
{
    note_moved_time(walk);
    for (int place = 0; place < PRODUCT_PROFILES; place++) {
        if (has_profile(walk, place)) {
            assert_rows(walk, place);
        }
    }
}

/* ---- all ---- */

void walk_look(struct walk *walk)
{
    look_at_energies(walk);
    look_at_logs(walk);
    for (int place = 0; place < PRODUCT_PROFILES; place++) {
        if (has_profile(walk, place)) {
            look_at_profile(walk, place);
        }
    }
}

/* What is certainly kept: what was there so long ago. After a start it is what came back. */
static void look_at_kept(struct walk *walk)
{
    int64_t now_ms = walk->life->meter.now_ms;
    bool begun = now_ms < walk->older_ms || walk->may_fall;
    if (begun || now_ms - walk->older_ms >= KEPT_MS) {
        walk->kept = begun ? walk->seen : walk->older;
        walk->older = walk->seen;
        walk->older_ms = now_ms;
    }
}

void walk_assert_laws(struct walk *walk)
{
    assert_true(life_is_intact(walk->life));
    assert_none_fell(walk);
    assert_rates_add_up(walk);
    assert_logs(walk);
    assert_profiles(walk);
    walk_look(walk);
    look_at_kept(walk);
    walk->may_fall = false;
    walk->time_moved = false;
}
