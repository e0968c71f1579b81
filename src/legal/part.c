#include "legal/part.h"

int legal_part_begin(struct legal_part *part, const struct legal_begin *begin)
{
    static const struct legal_calibration ideal;
    uint8_t hz = begin->nominal_hz != 0 ? begin->nominal_hz : begin->type->config.nominal_hz;
    int64_t period_ms = begin->period_ms != 0 ? begin->period_ms : LEGAL_KEEP_PERIOD_MS;
    if ((hz != 50 && hz != 60) || period_ms < 0 || period_ms > LEGAL_KEEP_PERIOD_MAX_MS) {
        return -1;
    }
    part->config = begin->type->config;
    part->config.nominal_hz = hz;
    part->config.sinc3 = begin->sinc3;
    part->flash = begin->flash;
    part->found = LEGAL_KEEP_NEW;
    part->recovered = begin->flash == NULL;
    legal_init(&part->legal, &part->config, begin->calibration ? begin->calibration : &ideal);
    if (part->flash != NULL) {
        legal_keep_init(&part->keep, part->flash, &begin->type->partition, period_ms);
    }
    return 0;
}

int legal_part_recover(struct legal_part *part)
{
    if (part->recovered) {
        return 0;
    }
    if (legal_keep_recover(&part->keep) > 0) {
        return 1;
    }
    part->found = (uint8_t)legal_keep_restore(&part->keep, &part->legal);
    part->recovered = true;
    return 0;
}

enum legal_keep_found legal_part_found(const struct legal_part *part)
{
    return (enum legal_keep_found)part->found;
}

int64_t legal_part_keep(struct legal_part *part, int64_t now_ms)
{
    return part->flash ? legal_keep_step(&part->keep, &part->legal, now_ms) : INT64_MAX;
}

int legal_part_power_fail(struct legal_part *part)
{
    return part->flash ? legal_keep_power_fail(&part->keep, &part->legal) : STORAGE_DONE;
}
