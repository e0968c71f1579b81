#include "app/simulation_rtc.h"

enum { US_PER_S = 1000000 };

static const int64_t hour_us = INT64_C(3600) * US_PER_S;

/* The chip went on by its backup while nobody ran the meter: hour by hour, as the temperature goes.
 */
static void catch_up(struct simulation *simulation, int64_t from_us)
{
    int64_t until_us = simulation->begin_utc_s * US_PER_S;
    while (from_us < until_us) {
        int64_t us = until_us - from_us < hour_us ? until_us - from_us : hour_us;
        rtc_chip_advance(&simulation->rtc_chip, (uint64_t)us,
                         climate_c(&simulation->place.climate, from_us / US_PER_S), false);
        from_us += us;
    }
}

int simulation_rtc_open(struct simulation *simulation, const struct run_options *options,
                        char *error, size_t error_size)
{
    int64_t left_us = INT64_MAX;
    simulation->place =
        simulation->scenario ? *world_scenario_clock(simulation->scenario) : rtc_place_default();
    simulation->begin_utc_s = options->start_utc_s;
    rtc_chip_open(&simulation->rtc_chip, &simulation->place.chip);
    simulation->rtc_chip.left = simulation->place.left;
    if (options->data &&
        chip_clock_open(&simulation->chip_clock, options->data, error, error_size) != 0) {
        return -1;
    }
    bool goes_on = chip_clock_recall(&simulation->chip_clock, &simulation->rtc_chip, &left_us);
    if (goes_on && !options->start_given && left_us > simulation->begin_utc_s * US_PER_S) {
        simulation->begin_utc_s = (left_us + US_PER_S - 1) / US_PER_S;
    }
    if (left_us > simulation->begin_utc_s * US_PER_S) {
        rtc_chip_set(&simulation->rtc_chip, simulation->begin_utc_s * 1000);
    } else {
        catch_up(simulation, left_us);
    }
    simulation->rtc = rtc_chip_port(&simulation->rtc_chip);
    return 0;
}

/* Temperature changes slowly: once in each stretch is enough. */
void simulation_rtc_pass(struct simulation *simulation, int64_t us)
{
    if (us <= simulation->rtc_us) {
        return;
    }
    int64_t utc_s = simulation->begin_utc_s + us / 1000000;
    rtc_chip_advance(&simulation->rtc_chip, (uint64_t)(us - simulation->rtc_us),
                     climate_c(&simulation->place.climate, utc_s), simulation->on);
    simulation->rtc_us = us;
}

void simulation_rtc_keep(struct simulation *simulation)
{
    chip_clock_keep(&simulation->chip_clock, &simulation->rtc_chip,
                    simulation->begin_utc_s * US_PER_S + simulation->rtc_us);
}

void simulation_rtc_touch(struct simulation *simulation, enum rtc_input input, bool there)
{
    rtc_chip_touch(&simulation->rtc_chip, input, there, simulation->on);
    simulation_rtc_keep(simulation);
}

void simulation_rtc_follow(struct simulation *simulation)
{
    unsigned there = world_tampers(simulation->world) & simulation->setup.product->tampers;
    unsigned changed = there ^ simulation->tampers;
    simulation->tampers = there;
    for (int input = 0; input < RTC_INPUTS; input++) {
        if ((changed >> input & 1) != 0) {
            simulation_rtc_touch(simulation, (enum rtc_input)input, (there >> input & 1) != 0);
        }
    }
}
