#include "app/p1_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACTIVE_IMPORT = 1, ACTIVE_EXPORT = 2, PHASES = 3, POWER = 7 };

/* What the checks of one telegram share. */
struct facts {
    struct p1_checker *checker;
    struct p1_number total[2]; /* import, export: kW */
    struct p1_number sum[2];   /* of the phases */
    bool has_total[2];
    unsigned phases[2];
    uint8_t seen[P1_CHECK_LINES][6];
    unsigned seen_count;
    struct p1_energy energy[P1_CHECK_LINES];
    unsigned energies;
    int64_t time_s;
};

static void remark(struct p1_checker *checker, const char *text)
{
    checker->remarks++;
    checker->remark(checker->owner, text);
}

/* A remark on a line: its code and what is wrong with it. */
static void remark_on(struct p1_checker *checker, const uint8_t code[6], const char *what)
{
    char text[P1_REMARK_ROOM];
    snprintf(text, sizeof text, "%u-%u:%u.%u.%u%s", code[0], code[1], code[2], code[3], code[4],
             what);
    remark(checker, text);
}

/* The same on a group of it. */
static void remark_on_group(struct p1_checker *checker, const uint8_t code[6], struct p1_text group,
                            const char *what)
{
    char text[P1_REMARK_ROOM];
    snprintf(text, sizeof text, ": (%.*s) %s", (int)group.size, group.at, what);
    remark_on(checker, code, text);
}

static void check_crc(struct p1_checker *checker, enum p1_check check)
{
    static const char *const wrong[] = {
        [P1_CHECK_ABSENT] = "no CRC behind the '!'",
        [P1_CHECK_UNPADDED] = "the CRC is right, but not of four digits",
        [P1_CHECK_X25] = "the CRC is that of X-25, not of P1",
        [P1_CHECK_BAD] = "the CRC is wrong",
    };
    if (check != P1_CHECK_GOOD) {
        remark(checker, wrong[check]);
    }
}

static void check_twice(struct facts *facts, const uint8_t code[6])
{
    for (unsigned i = 0; i < facts->seen_count; i++) {
        if (memcmp(facts->seen[i], code, 6) == 0) {
            remark_on(facts->checker, code, " stands there twice");
            return;
        }
    }
    if (facts->seen_count < P1_CHECK_LINES) {
        memcpy(facts->seen[facts->seen_count++], code, 6);
    }
}

static bool is_code(const uint8_t code[6], uint8_t a, uint8_t c, uint8_t d, uint8_t e)
{
    return code[0] == a && code[1] == 0 && code[2] == c && code[3] == d && code[4] == e;
}

static void check_time(struct facts *facts, const uint8_t code[6], struct p1_text group)
{
    char text[P1_REMARK_ROOM];
    struct p1_checker *checker = facts->checker;
    struct p1_time time;
    if (p1_time_take(group, &time) != 0) {
        remark_on_group(checker, code, group, "is no time");
        return;
    }
    facts->time_s = p1_time_utc_s(&time, time.saving ? 120 : 60);
    if (checker->begun && checker->time_s != 0 && facts->time_s <= checker->time_s) {
        snprintf(text, sizeof text, ": the time stamp does not go on (%+" PRId64 " s)",
                 facts->time_s - checker->time_s);
        remark_on(checker, code, text);
    }
}

/* The same number in steps of 10^-decimals. */
static int64_t scaled(const struct p1_number *number, unsigned decimals)
{
    int64_t value = number->value;
    for (unsigned i = number->decimals; i < decimals && llabs(value) < INT64_MAX / 10; i++) {
        value *= 10;
    }
    return value;
}

static const struct p1_energy *energy_before(const struct p1_checker *checker,
                                             const uint8_t code[6])
{
    for (unsigned i = 0; i < checker->energies; i++) {
        if (memcmp(checker->energy[i].code, code, 6) == 0) {
            return &checker->energy[i];
        }
    }
    return NULL;
}

static void check_energy(struct facts *facts, const uint8_t code[6], const struct p1_number *number)
{
    const struct p1_energy *before = energy_before(facts->checker, code);
    if (before && before->number.decimals == number->decimals &&
        number->value < before->number.value) {
        remark_on(facts->checker, code, " has fallen");
    }
    if (facts->energies < P1_CHECK_LINES) {
        struct p1_energy *energy = &facts->energy[facts->energies++];
        memcpy(energy->code, code, 6);
        energy->number = *number;
        energy->number.unit = (struct p1_text){NULL, 0};
    }
}

static void take_power(struct facts *facts, const uint8_t code[6], const struct p1_number *number)
{
    unsigned c = code[2];
    unsigned way = c % 20 == ACTIVE_EXPORT;
    if (c == ACTIVE_IMPORT || c == ACTIVE_EXPORT) {
        facts->total[way] = *number;
        facts->has_total[way] = true;
    } else if (c < 80 && (c % 20 == ACTIVE_IMPORT || c % 20 == ACTIVE_EXPORT)) {
        facts->sum[way].value += number->value;
        facts->sum[way].decimals = number->decimals;
        facts->phases[way]++;
    }
}

static void check_number(struct facts *facts, const uint8_t code[6], struct p1_text group)
{
    enum { ENERGY = 8 };
    struct p1_number number;
    if (code[0] != 1 || code[1] != 0 || (code[3] != POWER && code[3] != ENERGY)) {
        return;
    }
    if (p1_number_take(group, &number) != 0) {
        remark_on_group(facts->checker, code, group, "is no number");
    } else if (code[3] == ENERGY) {
        check_energy(facts, code, &number);
    } else {
        take_power(facts, code, &number);
    }
}

/* Import and export of a total may cancel phase against phase; their difference does not. Each is
 * rounded by itself. */
static void check_sum(struct facts *facts)
{
    unsigned phases = facts->phases[0];
    if (!facts->has_total[0] || !facts->has_total[1] || phases != facts->phases[1] ||
        (phases != 1 && phases != PHASES)) {
        return;
    }
    unsigned decimals = facts->total[0].decimals;
    int64_t total = scaled(&facts->total[0], decimals) - scaled(&facts->total[1], decimals);
    int64_t sum = scaled(&facts->sum[0], decimals) - scaled(&facts->sum[1], decimals);
    if (llabs(total - sum) > phases) {
        remark(facts->checker, "1-0:1.7.0 and 1-0:2.7.0 are not the sum of the phases");
    }
}

static void check_items(struct facts *facts, struct p1_reading *reading)
{
    struct p1_item item;
    struct p1_text group;
    while (p1_reading_next(reading, &item)) {
        struct p1_text groups = item.groups;
        check_twice(facts, item.code);
        if (!p1_group_next(&groups, &group)) {
            continue;
        }
        if (is_code(item.code, 0, 1, 0, 0)) {
            check_time(facts, item.code, group);
        } else {
            check_number(facts, item.code, group);
        }
    }
    if (reading->malformed > 0) {
        char text[P1_REMARK_ROOM];
        snprintf(text, sizeof text, "%u lines are malformed", reading->malformed);
        remark(facts->checker, text);
    }
}

unsigned p1_check_telegram(struct p1_checker *checker, const uint8_t *octets, size_t size)
{
    struct p1_reading reading;
    checker->remarks = 0;
    struct facts *facts = calloc(1, sizeof *facts);
    if (!facts || p1_reading_begin(&reading, octets, size) != 0) {
        free(facts);
        remark(checker, "this is no telegram");
        return checker->remarks;
    }
    facts->checker = checker;
    check_crc(checker, reading.check);
    check_items(facts, &reading);
    check_sum(facts);
    checker->begun = true;
    checker->time_s = facts->time_s;
    checker->energies = facts->energies;
    memcpy(checker->energy, facts->energy, sizeof checker->energy);
    free(facts);
    return checker->remarks;
}
