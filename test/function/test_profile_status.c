/* What becomes of a period in every case: which rows there are, and their status. Each case is a
 * life in short; what is counted between two rows is what was counted, always. */
#include "test/function/profile_rig.h"
#include "test/unit.h"

enum { ERR = PROFILE_ERR, CIV = PROFILE_CIV, DNV = PROFILE_DNV, DST = PROFILE_DST };
enum { CAD = PROFILE_CAD, PDN = PROFILE_PDN };

enum what { END, RUN, CUT, SET, ZONE, PERIOD, LOSE, ERROR, CLEAR };

struct deed {
    enum what what;
    int64_t number; /* seconds; SET: minutes from the beginning; ZONE: offset in minutes */
};

struct expected {
    int minute; /* from the beginning, by the clock */
    uint8_t status;
};

struct life_case {
    const char *name;
    unsigned month, day, hour, minute; /* UTC, 2026 */
    struct deed deeds[8];
    struct expected rows[8]; /* those behind the first, until minute 0 */
};

#define M(minutes) ((minutes)*60)

/* Each begins with a whole period of 15 minutes, whose row is minute 0 here. */
static const struct life_case cases[] = {
    {"nothing happens", 11, 21, 0, 0, {{RUN, M(45)}}, {{15, 0}, {30, 0}, {45, 0}}},
    {"summer", 7, 1, 0, 0, {{RUN, M(30)}}, {{15, DST}, {30, DST}}},

    {"a short cut within",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {CUT, 60}, {RUN, M(24)}},
     {{15, PDN}, {30, 0}}},
    {"two cuts within",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {CUT, 60}, {RUN, 60}, {CUT, 60}, {RUN, M(7)}},
     {{15, PDN}}},
    {"a cut over one end: no row for it",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {CUT, M(15)}, {RUN, M(25)}},
     {{30, PDN}, {45, 0}}},
    {"a cut of days", 11, 21, 0, 0, {{RUN, M(5)}, {CUT, M(2880)}, {RUN, M(10)}}, {{2895, PDN}}},
    {"a cut that ends at an end",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {CUT, M(10)}, {RUN, M(15)}},
     {{30, PDN}}},
    {"a cut that begins at an end",
     11,
     21,
     0,
     0,
     {{RUN, M(15)}, {CUT, 60}, {RUN, M(14)}},
     {{15, 0}, {30, PDN}}},

    {"set forward within",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {SET, 10}, {RUN, M(20)}},
     {{15, CAD | DNV}, {30, 0}}},
    {"set back within",
     11,
     21,
     0,
     0,
     {{RUN, M(10)}, {SET, 5}, {RUN, M(25)}},
     {{15, CAD | DNV}, {30, 0}}},
    {"set forward over two ends",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {SET, 35}, {RUN, M(25)}},
     {{45, CAD | DNV}, {60, 0}}},
    {"set forward to an end",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {SET, 30}, {RUN, M(15)}},
     {{45, CAD | DNV}}},
    {"set back over an end: its rows come again",
     11,
     21,
     0,
     0,
     {{RUN, M(20)}, {SET, 5}, {RUN, M(25)}},
     {{15, 0}, {15, CAD | DNV}, {30, 0}}},
    {"set back by a day",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {SET, -1435}, {RUN, M(10)}},
     {{-1425, CAD | DNV}}},
    {"set twice",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {SET, 7}, {SET, 12}, {RUN, M(18)}},
     {{15, CAD | DNV}, {30, 0}}},
    {"set, then a cut",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {SET, 7}, {RUN, 1}, {CUT, 59}, {RUN, M(7)}},
     {{15, CAD | DNV | PDN}}},

    {"spring: 02:00 becomes 03:00",
     3,
     29,
     0,
     15,
     {{RUN, M(60)}},
     {{15, 0}, {30, 0}, {45, DST}, {60, DST}}},
    {"autumn: 03:00 becomes 02:00",
     10,
     25,
     0,
     15,
     {{RUN, M(60)}},
     {{15, DST}, {30, DST}, {45, 0}, {60, 0}}},
    {"a cut over spring",
     3,
     29,
     0,
     45,
     {{RUN, M(5)}, {CUT, M(20)}, {RUN, M(20)}},
     {{30, PDN | DST}, {45, DST}}},

    {"another zone, by whole periods",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {ZONE, 120}, {RUN, M(25)}},
     {{15, 0}, {30, 0}}},
    {"another zone, by parts of periods",
     11,
     21,
     0,
     0,
     {{RUN, M(2)}, {ZONE, 65}, {RUN, M(23)}},
     {{10, CAD | DNV}, {25, 0}}},

    {"another period: the first is not whole",
     11,
     21,
     0,
     0,
     {{RUN, M(7)}, {PERIOD, 300}, {RUN, M(8)}},
     {{10, DNV}, {15, 0}}},
    {"hours", 11, 21, 0, 0, {{PERIOD, 3600}, {RUN, M(125)}}, {{60, 0}, {120, 0}}},
    {"by nothing", 11, 21, 0, 0, {{PERIOD, 0}, {RUN, M(105)}}, {{0, 0}}},
    {"cleared", 11, 21, 0, 0, {{RUN, M(20)}, {CLEAR, 0}, {RUN, M(10)}}, {{30, 0}}},

    {"the clock is lost, and set",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {LOSE, 0}, {RUN, M(10)}, {SET, 20}, {RUN, M(25)}},
     {{30, CIV | CAD | DNV | PDN}, {45, 0}}},
    {"a critical error",
     11,
     21,
     0,
     0,
     {{RUN, M(5)}, {ERROR, 1}, {RUN, M(25)}, {ERROR, 0}, {RUN, M(15)}},
     {{15, ERR | DNV}, {30, ERR | DNV}, {45, 0}}},
};

static void do_deed(struct profile_rig *rig, const struct deed *deed, int64_t zero_ms)
{
    switch (deed->what) {
    case RUN:
        profile_rig_run(rig, deed->number);
        break;
    case CUT:
        profile_rig_cut(rig, deed->number);
        break;
    case SET:
        clock_set(&rig->bed.clock, zero_ms + deed->number * 60000);
        break;
    case ZONE:
        clock_set_offset(&rig->bed.clock, (int16_t)deed->number);
        break;
    case PERIOD:
        assert_int_equal(profile_set_period(&rig->profile, (uint32_t)deed->number), 0);
        break;
    case LOSE:
        profile_rig_start(rig, -1);
        break;
    case ERROR:
        event_follow(&rig->book, EVENT_MEASUREMENT_ERROR, deed->number != 0);
        break;
    default:
        bed_settle(&rig->bed);
        assert_int_equal(profile_clear(&rig->profile), 0);
        break;
    }
}

/* The status of a row is that of the profile when it was captured: it is looked at with each. */
struct watch {
    uint32_t next;
    uint8_t status[16];
};

static void do_case(struct profile_rig *rig, const struct life_case *one, int64_t zero_ms,
                    struct watch *watch)
{
    for (const struct deed *deed = one->deeds; deed->what != END; deed++) {
        int64_t times = deed->what == RUN ? deed->number : 1;
        const struct deed step = {deed->what, deed->what == RUN ? 1 : deed->number};
        for (int64_t i = 0; i < times; i++) {
            do_deed(rig, &step, zero_ms);
            if (profile_next(&rig->profile) != watch->next) {
                watch->status[watch->next++ % 16] = rig->profile.status;
            }
        }
    }
}

static void assert_rows(struct profile_rig *rig, const struct life_case *one, int64_t zero_ms,
                        uint32_t first, const struct watch *watch)
{
    uint32_t number = first;
    for (const struct expected *row = one->rows; row->minute != 0; row++, number++) {
        struct profile_row got;
        if (profile_read(&rig->profile, number, &got) != STORAGE_DONE) {
            fail_msg("%s: no row of minute %d", one->name, row->minute);
        }
        int64_t minute = (got.stamp.utc_s - zero_ms / 1000) / 60;
        if (minute != row->minute || watch->status[number % 16] != row->status) {
            fail_msg("%s: minute %d, status %02X instead of minute %d, status %02X", one->name,
                     (int)minute, watch->status[number % 16], row->minute, row->status);
        }
    }
    if (profile_next(&rig->profile) != number) {
        fail_msg("%s: more rows", one->name);
    }
}

static void run_case(const struct life_case *one)
{
    struct profile_rig *rig = profile_rig_open();
    int64_t zero_ms = bed_utc_ms(2026, one->month, one->day, (int)one->hour, (int)one->minute, 0);
    clock_set(&rig->bed.clock, zero_ms - M(20) * 1000);
    profile_rig_run(rig, M(20));
    uint32_t next = profile_next(&rig->profile);
    struct watch watch = {.next = next};
    do_case(rig, one, zero_ms, &watch);
    uint32_t first = profile_first(&rig->profile);
    assert_rows(rig, one, zero_ms, first > next ? first : next, &watch);
    profile_rig_close(rig);
}

static void every_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run_case(&cases[i]);
    }
}

/* A random life: rows add up to what was counted, and never fall. */
static void rows_add_up(void **state)
{
    (void)state;
    uint64_t random = 11;
    struct profile_rig *rig = profile_rig_open();
    for (int i = 0; i < 300; i++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        int64_t number = (int64_t)(random >> 40) % 4000;
        static const enum what whats[] = {RUN, RUN, RUN, CUT, SET, LOSE};
        const struct deed deed = {whats[(random >> 33) % 6], number};
        do_deed(rig, &deed, bed_utc_ms(2026, 11, 21, 0, 0, 0));
    }
    clock_set(&rig->bed.clock, bed_utc_ms(2027, 1, 1, 0, 0, 0));
    profile_rig_run(rig, 900);
    uint32_t before = 0;
    for (uint32_t n = profile_first(&rig->profile); n < profile_next(&rig->profile); n++) {
        struct profile_row row;
        assert_int_equal(profile_read(&rig->profile, n, &row), STORAGE_DONE);
        assert_true(profile_rig_counter(&row) >= before);
        assert_int_equal(row.stamp.utc_s % 900, 0);
        before = profile_rig_counter(&row);
    }
    assert_int_equal(before, rig->counter);
    profile_rig_close(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case),
        cmocka_unit_test(rows_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
