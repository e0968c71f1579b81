#include "stand/standards.h"

#include <math.h>

static const double percent = 100;

/* What the trials of a row come to. */
struct found {
    double value;
    int worst;
};

struct judgement {
    const struct stand_programme *programme;
    const struct stand_requirement *requirement;
};

static double amperes(const struct stand_currents *c, const struct standard_current *current)
{
    const double base[] = {
        [BASE_START] = c->start,         [BASE_LEAST] = c->least, [BASE_TRANSITION] = c->transition,
        [BASE_REFERENCE] = c->reference, [BASE_MOST] = c->most,
    };
    return current->factor * base[current->base];
}

static bool is_about(const struct judgement *j, const struct stand_trial *trial)
{
    const struct stand_requirement *r = j->requirement;
    bool warm =
        r->kind != STAND_TEMPERATURE || (trial->setting >= r->k_from && trial->setting <= r->k_to);
    return trial->kind == r->kind && trial->angle == r->angle && warm &&
           trial->i_a >= r->from_a * (1 - 1e-9) && trial->i_a <= r->to_a * (1 + 1e-9);
}

static double reference_error(const struct judgement *j, const struct stand_trial *trial)
{
    return trial->reference >= 0 ? j->programme->trial[trial->reference].result.error : 0;
}

/* The error at another temperature of the same load; at the reference temperature that of the
 * curve. */
static double change_per_kelvin(const struct judgement *j, const struct stand_trial *trial)
{
    double nearest = 0;
    double error = reference_error(j, trial);
    for (unsigned n = 0; n < j->programme->count; n++) {
        const struct stand_trial *other = &j->programme->trial[n];
        bool same = other->kind == STAND_TEMPERATURE && other->angle == trial->angle &&
                    fabs(other->i_a - trial->i_a) < 1e-9;
        bool between = trial->setting > 0
                           ? other->setting > nearest && other->setting < trial->setting
                           : other->setting < nearest && other->setting > trial->setting;
        if (same && between) {
            nearest = other->setting;
            error = other->result.error;
        }
    }
    return (trial->result.error - error) / fabs(trial->setting - nearest);
}

/* Pulses against the energy between the same two moments, less the one that may be under way. */
static double against_pulses(const struct judgement *j, const struct stand_trial *trial)
{
    double constant = j->programme->specimen->config.pulses_per_kwh;
    return trial->result.pulses - trial->result.energy_ws / 3.6e6 * constant;
}

static double measured(const struct judgement *j, const struct stand_trial *trial)
{
    const struct stand_result *result = &trial->result;
    switch (j->requirement->measure) {
    case STAND_CHANGE:
    case STAND_SPREAD:
        return percent * (result->error - reference_error(j, trial));
    case STAND_PER_KELVIN:
        return percent * change_per_kelvin(j, trial);
    case STAND_PULSES:
        return result->pulses;
    case STAND_AGAINST:
        return against_pulses(j, trial);
    case STAND_NOISE:
        return percent * (result->sd / result->sd_formula - 1);
    case STAND_MEAN:
        return percent * fmax(0, fabs(result->error) - 3 * result->sd_formula);
    default:
        return percent * result->error;
    }
}

/* The value farthest from 0 of all trials that the row is about. */
static struct found worst_of(const struct judgement *j)
{
    struct found found = {.value = NAN, .worst = -1};
    for (unsigned n = 0; n < j->programme->count; n++) {
        const struct stand_trial *trial = &j->programme->trial[n];
        if (!is_about(j, trial)) {
            continue;
        }
        double value = measured(j, trial);
        if (isnan(found.value) || fabs(value) > fabs(found.value)) {
            found = (struct found){value, (int)n};
        }
    }
    return found;
}

/* ---- composite errors ---- */

static double worst_change(const struct judgement *j, enum stand_kind kind)
{
    struct stand_requirement r = *j->requirement;
    r.kind = kind;
    r.measure = STAND_CHANGE;
    const struct judgement of_kind = {j->programme, &r};
    struct found found = worst_of(&of_kind);
    return isnan(found.value) ? 0 : found.value;
}

static struct found composite(const struct judgement *j)
{
    struct stand_requirement r = *j->requirement;
    r.measure = STAND_ERROR;
    const struct judgement of_curve = {j->programme, &r};
    struct found found = worst_of(&of_curve);
    double u = worst_change(j, STAND_VOLTAGE);
    double f = worst_change(j, STAND_FREQUENCY);
    double t = worst_change(j, STAND_TEMPERATURE);
    found.value = sqrt(found.value * found.value + u * u + f * f + t * t);
    return found;
}

/* ---- rows ---- */

static bool concerns(enum standard_meters meters, const struct stand_specimen *specimen)
{
    switch (meters) {
    case FOR_DIRECT:
        return !specimen->product->legal->config.transformers;
    case FOR_TRANSFORMERS:
        return specimen->product->legal->config.transformers;
    case FOR_THREE_PHASES:
        return specimen->config.phases == LEGAL_PHASES;
    default:
        return true;
    }
}

static const char *unit_of(enum stand_measure measure)
{
    switch (measure) {
    case STAND_PER_KELVIN:
        return "%/K";
    case STAND_PULSES:
    case STAND_AGAINST:
        return "pulses";
    default:
        return "%";
    }
}

static struct stand_requirement requirement_of(const struct standard *standard,
                                               const struct standard_row *row, unsigned class,
                                               const struct stand_currents *currents)
{
    return (struct stand_requirement){
        .standard = standard->name,
        .class = standard->classes[class],
        .name = row->name,
        .unit = unit_of(row->measure),
        .kind = row->kind,
        .measure = row->measure,
        .angle = row->angle,
        .from_a = amperes(currents, &row->from),
        .to_a = amperes(currents, &row->to),
        .limit = row->limit[class] > 0 ? row->limit[class] : NAN,
        .k_from = row->k_from,
        .k_to = row->k_to,
    };
}

static struct stand_verdict judge(const struct stand_programme *programme,
                                  const struct stand_requirement *requirement)
{
    struct stand_verdict verdict = {.requirement = *requirement};
    const struct judgement j = {programme, &verdict.requirement};
    struct found found = requirement->measure == STAND_COMPOSITE ? composite(&j) : worst_of(&j);
    verdict.found = found.value;
    verdict.worst = found.worst;
    verdict.failed = found.worst < 0 || fabs(found.value) > requirement->limit;
    return verdict;
}

static unsigned judge_class(const struct stand_programme *programme,
                            const struct standard *standard, unsigned class,
                            struct stand_verdict *verdicts, unsigned room)
{
    struct stand_currents currents = stand_currents_of(programme->specimen);
    unsigned count = 0;
    for (unsigned n = 0; n < standard->count && count < room; n++) {
        if (concerns(standard->rows[n].meters, programme->specimen)) {
            struct stand_requirement requirement =
                requirement_of(standard, &standard->rows[n], class, &currents);
            verdicts[count++] = judge(programme, &requirement);
        }
    }
    return count;
}

/* Of its converters; without noise they suit every class. */
static bool suits(const struct stand_specimen *specimen, double least_db)
{
    double snr_db = specimen->frontend.i[0].snr_db;
    return snr_db <= 0 || snr_db >= least_db;
}

unsigned stand_judge(const struct stand_programme *programme,
                     struct stand_verdict verdicts[STAND_VERDICTS_MAX])
{
    unsigned count = 0;
    const struct standard *standard;
    for (unsigned s = 0; (standard = standard_at(s)) != NULL; s++) {
        if (!concerns(standard->meters, programme->specimen)) {
            continue;
        }
        for (unsigned class = 0; class < STANDARD_CLASSES && standard->classes[class]; class ++) {
            if (suits(programme->specimen, standard->least_db[class])) {
                count += judge_class(programme, standard, class, &verdicts[count],
                                     STAND_VERDICTS_MAX - count);
            }
        }
    }
    return count;
}
