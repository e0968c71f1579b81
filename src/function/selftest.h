/* The meter tests itself: at its start, and again and again, a slice in each step. What has failed
 * is told; measuring goes on. A part that is right again in a later round counts as right.
 *
 * How a part is tested is its owner's business: rows of functions. The rounds are ours. */
#ifndef WATTHOUR_FUNCTION_SELFTEST_H
#define WATTHOUR_FUNCTION_SELFTEST_H

#include <stdbool.h>
#include <stdint.h>

enum selftest_part {
    SELFTEST_PROGRAM, /* checksum of the application */
    SELFTEST_LEGAL,   /* checksum of the legally relevant part */
    SELFTEST_RAM,
    SELFTEST_MEMORY, /* the flash chip */
    SELFTEST_CLOCK,
    SELFTEST_MEASUREMENT, /* whether what is measured is plausible */
    SELFTEST_PARTS
};

enum selftest_verdict {
    SELFTEST_WRONG = -1,
    SELFTEST_RIGHT = 0,
    SELFTEST_MORE = 1, /* one slice of it was right; call again */
};

/* Why the last run ended, when it did not lose its supply. */
enum selftest_cause {
    SELFTEST_CAUSE_NONE,
    SELFTEST_CAUSE_NEED,      /* need() failed, a bug of ours */
    SELFTEST_CAUSE_EXCEPTION, /* the processor refused an access or an instruction */
    SELFTEST_CAUSE_WATCHDOG,  /* the main loop stood */
};

enum { SELFTEST_PLACE = 48 };

struct selftest_fault {
    enum selftest_cause cause;
    char place[SELFTEST_PLACE]; /* file and line, as need() knew them; addresses; ends with 0 */
};

/* One slice of the test of a part, a millisecond or so; from the beginning when `first`. */
typedef enum selftest_verdict selftest_slice(void *context, bool first);

struct selftest_row {
    selftest_slice *slice; /* NULL: this meter cannot test that part */
    void *context;
    uint32_t every_s; /* from the end of a test to the next */
};

struct selftest {
    struct selftest_row rows[SELFTEST_PARTS];
    int64_t due_ms[SELFTEST_PARTS];
    bool running[SELFTEST_PARTS];
    uint8_t failed;  /* bit: enum selftest_part */
    uint8_t tested;  /* to the end, once at least */
    uint8_t turn;    /* the part whose slice is next */
    uint32_t rounds; /* tests that came to their end */
};

/* Everything is due at once. */
void selftest_init(struct selftest *test, const struct selftest_row rows[SELFTEST_PARTS]);

/* At most one slice of each part's test that is due at `now_ms`, one part a call. */
void selftest_step(struct selftest *test, int64_t now_ms);

bool selftest_has_failed(const struct selftest *test, enum selftest_part part);

/* Every part that can be tested was. */
bool selftest_is_complete(const struct selftest *test);

#endif
