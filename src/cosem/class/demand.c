#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/date_time.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"

/* 5 Demand register, 4 Extended register for its maxima, 3 Register for what else it has. Averages
 * are shown as powers are, in mW (mvar); sums of maxima in W (var), so that 32 bits last for their
 * life. */

enum { SCALER = -3, SCALER_OF_SUMS = 0, UW_OF_MW = 1000, UW_OF_W = 1000000 };
enum { STATUS_INCOMPLETE = 1 /* the window was not lived through */ };

static const struct class_demand_config *config_of(const struct cosem_call *call)
{
    return call->object->config;
}

static struct demand_channel *channel_of(const struct cosem_call *call)
{
    return &call->context->demand->channels[config_of(call)->channel];
}

static uint8_t unit_of(const struct cosem_call *call)
{
    struct quantity energy = call->context->demand->plan->energy[config_of(call)->channel];
    switch (quantity_row(energy.kind)->unit) {
    case QUANTITY_UNIT_WH:
        return QUANTITY_UNIT_W;
    case QUANTITY_UNIT_VAH:
        return QUANTITY_UNIT_VA;
    default:
        return QUANTITY_UNIT_VAR;
    }
}

static void put_scaler_unit(const struct cosem_call *call, int8_t scaler, struct writer *w)
{
    cosem_put_scaler_unit(w, scaler, unit_of(call));
}

static enum cosem_result scaler_unit(const struct cosem_call *call, struct writer *w)
{
    put_scaler_unit(call, SCALER, w);
    return COSEM_SUCCESS;
}

/* ---- 5 Demand register ---- */

static enum cosem_result current_average(const struct cosem_call *call, struct writer *w)
{
    int64_t uw = demand_current_uw(call->context->demand, config_of(call)->channel);
    return cosem_give_integer(w, COSEM_I32, uw / UW_OF_MW);
}

static enum cosem_result last_average(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_integer(w, COSEM_I32, channel_of(call)->last.uw / UW_OF_MW);
}

static enum cosem_result status(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u8(w, channel_of(call)->last_whole ? 0 : STATUS_INCOMPLETE);
}

static enum cosem_result last_time(const struct cosem_call *call, struct writer *w)
{
    date_time_put_stamp(w, &channel_of(call)->last.stamp);
    return COSEM_SUCCESS;
}

static enum cosem_result start_time(const struct cosem_call *call, struct writer *w)
{
    date_time_put_stamp(w, &channel_of(call)->start);
    return COSEM_SUCCESS;
}

static enum cosem_result period(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u32(w, channel_of(call)->period_s);
}

static enum cosem_result number_of_periods(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u16(w, channel_of(call)->periods);
}

static enum cosem_result set_window(const struct cosem_call *call, uint32_t period_s,
                                    uint32_t periods)
{
    if (!demand_settings_possible(period_s, periods)) {
        return COSEM_OTHER_REASON;
    }
    demand_set(call->context->demand, config_of(call)->channel, period_s, (uint8_t)periods);
    return COSEM_SUCCESS;
}

static enum cosem_result set_period(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    uint32_t period_s = cosem_intake_u32(&in);
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS ? set_window(call, period_s, channel_of(call)->periods) : result;
}

static enum cosem_result set_number_of_periods(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    uint16_t periods = cosem_intake_u16(&in);
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS ? set_window(call, channel_of(call)->period_s, periods) : result;
}

static enum cosem_result reset(const struct cosem_call *call, struct reader *parameter,
                               struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS) {
        demand_reset_channel(call->context->demand, config_of(call)->channel);
    }
    return result;
}

static enum cosem_result next_period(const struct cosem_call *call, struct reader *parameter,
                                     struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS) {
        demand_next_period(call->context->demand, config_of(call)->channel,
                           call->context->tariff->rates[TARIFF_DEMAND]);
    }
    return result;
}

static const struct cosem_attribute demand_attributes[] = {
    {.get = current_average},                                 /* 2 current_average_value */
    {.get = last_average},                                    /* 3 last_average_value */
    {.get = scaler_unit},                                     /* 4 scaler_unit */
    {.get = status},                                          /* 5 status */
    {.get = last_time},                                       /* 6 capture_time */
    {.get = start_time},                                      /* 7 start_time_current */
    {.get = period, .set = set_period},                       /* 8 period */
    {.get = number_of_periods, .set = set_number_of_periods}, /* 9 number_of_periods */
};

static const struct cosem_method demand_methods[] = {
    {reset},       /* 1 */
    {next_period}, /* 2 */
};

const struct cosem_class class_demand_register = {.id = 5,
                                                  .version = 0,
                                                  COSEM_CLASS_ATTRIBUTES(demand_attributes),
                                                  COSEM_CLASS_METHODS(demand_methods)};

/* ---- 4 Extended register ---- */

static const struct demand_max *max_of(const struct cosem_call *call)
{
    return &channel_of(call)->max[call->member];
}

static enum cosem_result max_value(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_integer(w, COSEM_I32, max_of(call)->uw / UW_OF_MW);
}

static enum cosem_result max_status(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u8(w, max_of(call)->stamp.clock_status);
}

static enum cosem_result max_time(const struct cosem_call *call, struct writer *w)
{
    date_time_put_stamp(w, &max_of(call)->stamp);
    return COSEM_SUCCESS;
}

static enum cosem_result reset_max(const struct cosem_call *call, struct reader *parameter,
                                   struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS) {
        demand_reset_max(call->context->demand, config_of(call)->channel, call->member);
    }
    return result;
}

static const struct cosem_attribute maximum_attributes[] = {
    {.get = max_value},   /* 2 value */
    {.get = scaler_unit}, /* 3 scaler_unit */
    {.get = max_status},  /* 4 status: of the clock then */
    {.get = max_time},    /* 5 capture_time */
};

static const struct cosem_method maximum_methods[] = {
    {reset_max}, /* 1 reset */
};

const struct cosem_class class_maximum_demand = {.id = 4,
                                                 .version = 0,
                                                 COSEM_CLASS_ATTRIBUTES(maximum_attributes),
                                                 COSEM_CLASS_METHODS(maximum_methods)};

unsigned class_register_activation_demand_rate(const struct cosem_object *object, uint8_t member)
{
    return object->ic == &class_maximum_demand ? member : 0;
}

/* ---- 3 Register ---- */

static enum cosem_result cumulative(const struct cosem_call *call, struct writer *w)
{
    int64_t uw = channel_of(call)->cumulative_uw[call->member];
    return cosem_give_integer(w, COSEM_U32, uw / UW_OF_W);
}

static enum cosem_result sum_scaler_unit(const struct cosem_call *call, struct writer *w)
{
    put_scaler_unit(call, SCALER_OF_SUMS, w);
    return COSEM_SUCCESS;
}

static const struct cosem_attribute cumulative_attributes[] = {
    {.get = cumulative},      /* 2 value */
    {.get = sum_scaler_unit}, /* 3 scaler_unit */
};

const struct cosem_class class_cumulative_demand = {
    .id = 3, .version = 0, COSEM_CLASS_ATTRIBUTES(cumulative_attributes)};

static const struct cosem_attribute last_attributes[] = {
    {.get = last_average}, /* 2 value */
    {.get = scaler_unit},  /* 3 scaler_unit */
};

const struct cosem_class class_last_demand = {
    .id = 3, .version = 0, COSEM_CLASS_ATTRIBUTES(last_attributes)};
