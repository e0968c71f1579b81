/* Several clients of one meter at once, each at its own pace: they connect, associate, read and
 * write settings whole and in blocks, give up in between, leave, fall silent; the supply fails. A
 * plain model says what each of them must see. The same seed is the same story. */
#ifndef WATTHOUR_TEST_METER_CROWD_H
#define WATTHOUR_TEST_METER_CROWD_H

#include "dlms/client.h"
#include "test/meter/crowd_wire.h"

enum {
    CROWD_VALUE = 1032, /* octets of the longest value */
    CROWD_VERSIONS = 400,
    CROWD_MEMBERS = 8,
};

struct crowd_value {
    size_t size;
    uint8_t octets[CROWD_VALUE];
};

/* What is read and written: a text, a number, a table. */
enum crowd_setting { CROWD_TEXT, CROWD_NUMBER, CROWD_DAYS, CROWD_SETTINGS };

/* All values that it has had, the one in force last. */
struct crowd_history {
    unsigned count;
    struct crowd_value versions[CROWD_VERSIONS];
};

enum crowd_task {
    CROWD_IDLE,
    CROWD_OPENING,
    CROWD_READING,
    CROWD_WRITING,
    CROWD_RELEASING,
    CROWD_TASKS,
};

struct crowd_member {
    struct crowd_wire wire;
    struct dlms_client dlms;
    uint8_t value[CROWD_VALUE];
    uint8_t request[CROWD_APDU];
    bool displaced; /* somebody took its place on the line; it does not know yet */
    bool associated;
    enum crowd_task task;
    enum crowd_setting setting;
    bool begun;       /* the meter has answered to the task's first request, .. */
    unsigned version; /* .. when this one was in force */
    bool good;        /* what is written is a value that the setting can have */
    struct crowd_value written;
};

struct crowd {
    struct life *life;
    struct crowd_lines lines;
    struct crowd_member members[CROWD_MEMBERS];
    struct crowd_history histories[CROWD_SETTINGS];
    const struct crowd_member *gatherer; /* whose long SET has the staging area */
    uint64_t dice;
    unsigned steps;
    unsigned done[CROWD_TASKS]; /* tasks that came to a good end, */
    unsigned refused;           /* that the meter refused, */
    unsigned aborted;           /* long SETs that another one's took the place of, */
    unsigned torn;              /* reads during which somebody wrote, */
    unsigned timed_out;         /* connections that silence ended, .. */
    unsigned displaced;         /* .. and those that gave way to others */
};

void crowd_begin(struct crowd *crowd, const char *product, uint64_t seed);

/* Somebody does something. Fails the test where it is not as the model says. */
void crowd_step(struct crowd *crowd);

/* Everybody leaves; who comes then finds all as it was written last. */
void crowd_end(struct crowd *crowd);

/* The model (crowd_model.c): settings, their values, and what becomes of them. */
struct dlms_target crowd_target(enum crowd_setting setting);
uint32_t crowd_roll(struct crowd *crowd, uint32_t sides);

/* Another value, by chance; false: one that cannot be. */
bool crowd_invent(struct crowd *crowd, enum crowd_setting setting, struct crowd_value *value);
void crowd_take_over(struct crowd *crowd, enum crowd_setting setting,
                     const struct crowd_value *value);

/* Fails the test unless the value is the one of that version; or, where others came since, made of
 * theirs as cosem/tape.h says. */
void crowd_assert_read(struct crowd *crowd, enum crowd_setting setting, unsigned version,
                       struct reader value);

#endif
