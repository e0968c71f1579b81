/* A meter's things that telegrams show, without a meter. */
#ifndef WATTHOUR_TEST_P1_RIG_H
#define WATTHOUR_TEST_P1_RIG_H

#include "p1/telegram.h"

struct rig {
    struct legal_config config;
    struct legal legal;
    struct quantity_source source;
    struct clock clock;
    struct identity identity;
    struct message message;
    char text[MESSAGE_TEXT_MAX];
    struct p1_view view;
    uint8_t telegram[P1_TELEGRAM_MAX];
    size_t size;
};

/* A meter of 1 or 3 phases, WTH, serial number 12345678, in central Europe, that has measured
 * nothing yet. It stays where it is. */
void rig_init(struct rig *rig, uint8_t phases, int64_t utc_s);

/* Goes on by `seconds` with these phases. */
void rig_measure(struct rig *rig, const struct legal_phase phases[LEGAL_PHASES], uint32_t seconds);

/* A telegram of the profile, checked by its CRC; also terminated, as text. */
const char *rig_telegram(struct rig *rig, const struct p1_profile *profile);

/* The groups behind a code, as they stand in rig->telegram: static, NULL when there is no such
 * line. */
const char *rig_line(const struct rig *rig, const char *code);

#endif
