#include "test/p1/rig.h"

#include "p1/reader.h"
#include "test/unit.h"

#include <string.h>

static const struct civil_zone cet = {
    .offset_min = 60,
    .dst_min = 60,
    .dst_begin = {.month = 3, .week = 5, .weekday = 7, .minute_of_day = 120},
    .dst_end = {.month = 10, .week = 5, .weekday = 7, .minute_of_day = 180}};

void rig_init(struct rig *rig, uint8_t phases, int64_t utc_s)
{
    static const struct legal_calibration ideal;
    static const uint8_t checksum[IDENTITY_CHECKSUM_SIZE];
    const struct identity_legal legal = {"watthour legal 0.0.0", checksum};
    static const struct identity_config who = {.manufacturer = "WTH", .device_type = 102};
    memset(rig, 0, sizeof *rig);
    rig->config = (struct legal_config){.phases = phases,
                                        .nominal_hz = 50,
                                        .sum = LEGAL_SUM_VECTOR,
                                        .u_nominal_mv = 230000,
                                        .u_full_scale_mv = 600000,
                                        .i_full_scale_ma = 170000,
                                        .i_start_ua = 20000,
                                        .pulses_per_kwh = 1000,
                                        .pulses_per_kvarh = 1000};
    legal_init(&rig->legal, &rig->config, &ideal);
    rig->source = (struct quantity_source){.legal = &rig->legal};
    clock_init(&rig->clock, &cet);
    clock_set(&rig->clock, utc_s * 1000);
    assert_int_equal(identity_init(&rig->identity, &who, legal, 12345678), 0);
    message_init(&rig->message, rig->text);
    rig->view = (struct p1_view){.quantities = &rig->source,
                                 .clock = &rig->clock,
                                 .identity = &rig->identity,
                                 .message = &rig->message,
                                 .model = "XS211"};
}

void rig_measure(struct rig *rig, const struct legal_phase phases[LEGAL_PHASES], uint32_t seconds)
{
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    memcpy(interval.phase, phases, sizeof interval.phase);
    for (uint32_t s = 0; s < seconds; s++) {
        legal_direct(&rig->legal, &interval, NULL);
    }
    clock_advance(&rig->clock, seconds * INT64_C(1000));
}

const char *rig_telegram(struct rig *rig, const struct p1_profile *profile)
{
    static char text[P1_TELEGRAM_MAX + 1];
    struct p1_reading reading;
    rig->size = p1_telegram(profile, &rig->view, rig->telegram, sizeof rig->telegram);
    assert_true(rig->size > 0);
    assert_int_equal(p1_reading_begin(&reading, rig->telegram, rig->size), 0);
    assert_int_equal(reading.check, P1_CHECK_GOOD);
    memcpy(text, rig->telegram, rig->size);
    text[rig->size] = '\0';
    return text;
}

const char *rig_line(const struct rig *rig, const char *code)
{
    static char text[2 * MESSAGE_TEXT_MAX + 64];
    size_t size = strlen(code);
    for (size_t at = 0; at + size < rig->size; at++) {
        const char *line = (const char *)rig->telegram + at;
        if ((at == 0 || line[-1] == '\n') && memcmp(line, code, size) == 0 && line[size] == '(') {
            size_t groups =
                (size_t)((const char *)memchr(line, '\r', rig->size - at) - line) - size;
            assert_true(groups < sizeof text);
            memcpy(text, line + size, groups);
            text[groups] = '\0';
            return text;
        }
    }
    return NULL;
}
