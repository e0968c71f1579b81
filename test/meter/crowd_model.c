#include "cosem/data.h"
#include "test/dice.h"
#include "test/meter/crowd.h"
#include "test/unit.h"

#include <string.h>

enum { DAYS_MOST = 20, DAY = 14 /* octets of one row of the table */ };

uint32_t crowd_roll(struct crowd *crowd, uint32_t sides)
{
    return dice_roll(&crowd->dice, sides);
}

struct dlms_target crowd_target(enum crowd_setting setting)
{
    static const struct dlms_target targets[CROWD_SETTINGS] = {
        [CROWD_TEXT] = {1, COSEM_NAME(0, 0, 96, 13, 0), 2},
        [CROWD_NUMBER] = {40, COSEM_NAME(0, 1, 25, 9, 0), 5},
        [CROWD_DAYS] = {11, COSEM_NAME(0, 0, 11, 0, 0), 2},
    };
    return targets[setting];
}

/* ---- values by chance ---- */

static void invent_text(struct crowd *crowd, bool good, struct writer *w)
{
    char text[MESSAGE_TEXT_MAX];
    size_t most = crowd_roll(crowd, 2) == 0 ? 40 : sizeof text;
    size_t size = 1 + crowd_roll(crowd, (uint32_t)most);
    for (size_t i = 0; i < size; i++) {
        text[i] = (char)(' ' + crowd_roll(crowd, 95));
    }
    if (!good) {
        text[size - 1] = '\a';
    }
    cosem_put_octet_string(w, text, size);
}

static void invent_number(struct crowd *crowd, bool good, struct writer *w)
{
    uint16_t number = (uint16_t)crowd_roll(crowd, UINT16_MAX);
    if (good) {
        cosem_put_u16(w, number);
    } else {
        cosem_put_u32(w, number);
    }
}

static void invent_days(struct crowd *crowd, bool good, struct writer *w)
{
    uint16_t index = 0;
    uint32_t count = 1 + crowd_roll(crowd, DAYS_MOST);
    cosem_put_array(w, count);
    for (uint32_t i = 0; i < count; i++) {
        bool last_and_bad = !good && i + 1 == count;
        uint8_t month = last_and_bad ? 13 : (uint8_t)(1 + crowd_roll(crowd, 12));
        uint8_t day = (uint8_t)(1 + crowd_roll(crowd, 28));
        const uint8_t date[] = {0xFF, 0xFF, month, day, 0xFF};
        index = (uint16_t)(index + 1 + crowd_roll(crowd, 2000));
        cosem_put_structure(w, 3);
        cosem_put_u16(w, index);
        cosem_put_octet_string(w, date, sizeof date);
        cosem_put_u8(w, (uint8_t)(1 + crowd_roll(crowd, 2)));
    }
}

bool crowd_invent(struct crowd *crowd, enum crowd_setting setting, struct crowd_value *value)
{
    static void (*const invent[CROWD_SETTINGS])(struct crowd * crowd, bool good,
                                                struct writer *w) = {invent_text, invent_number,
                                                                     invent_days};
    bool good = crowd_roll(crowd, 8) > 0;
    struct writer w = writer_over(value->octets, sizeof value->octets);
    invent[setting](crowd, good, &w);
    assert_false(writer_overflow(&w));
    value->size = writer_kept(&w);
    return good;
}

void crowd_take_over(struct crowd *crowd, enum crowd_setting setting,
                     const struct crowd_value *value)
{
    struct crowd_history *history = &crowd->histories[setting];
    assert_true(history->count < CROWD_VERSIONS);
    history->versions[history->count++] = *value;
}

/* ---- what may be read ---- */

/* Whether some version from `first` on has these octets at that place; zeros stand where it has
 * none any more. */
static bool has_octet(const struct crowd_history *history, unsigned first, size_t at, uint8_t octet)
{
    for (unsigned i = first; i < history->count; i++) {
        const struct crowd_value *version = &history->versions[i];
        if (octet == (at < version->size ? version->octets[at] : 0)) {
            return true;
        }
    }
    return false;
}

/* A text keeps the size that it had, each octet is of a text that was in force. */
static void assert_text(const struct crowd_history *history, unsigned version, struct reader value)
{
    const struct crowd_value *first = &history->versions[version];
    assert_int_equal(value.size, first->size);
    cosem_skip_value(&value);
    assert_true(reader_done(&value));
    for (size_t at = 0; at < value.size; at++) {
        if (!has_octet(history, version, at, value.data[at])) {
            fail_msg("octet %zu of %zu of a text is of none that was in force", at, value.size);
        }
    }
}

static bool has_row(const struct crowd_history *history, unsigned first, size_t at,
                    struct reader row)
{
    for (unsigned i = first; i < history->count; i++) {
        const struct crowd_value *version = &history->versions[i];
        bool there = at + DAY <= version->size;
        bool gone = !there && row.size == 1 && row.data[0] == COSEM_NULL;
        if (gone ||
            (there && row.size == DAY && memcmp(row.data, version->octets + at, DAY) == 0)) {
            return true;
        }
    }
    return false;
}

/* A table keeps the number of rows that it had, each row is one of a table that was in force at its
 * place, or null where that had none any more. */
static void assert_rows(const struct crowd_history *history, unsigned version, struct reader value)
{
    uint8_t count = history->versions[version].octets[1];
    (void)cosem_take_value(&value);
    assert_int_equal(value.data[1], count);
    for (size_t at = value.at; count > 0; count--, at += DAY) {
        struct reader row = cosem_take_part(&value);
        if (value.fault || !has_row(history, version, at, row)) {
            fail_msg("a row, %u before the end, is of no table that was in force", count);
        }
    }
    assert_true(reader_done(&value));
}

void crowd_assert_read(struct crowd *crowd, enum crowd_setting setting, unsigned version,
                       struct reader value)
{
    const struct crowd_history *history = &crowd->histories[setting];
    const struct crowd_value *then = &history->versions[version];
    crowd->torn += version + 1 < history->count;
    if (setting == CROWD_DAYS) {
        assert_rows(history, version, value);
    } else if (setting == CROWD_TEXT && version + 1 < history->count) {
        assert_text(history, version, value);
    } else {
        assert_int_equal(value.size, then->size);
        assert_memory_equal(value.data, then->octets, then->size);
    }
}
