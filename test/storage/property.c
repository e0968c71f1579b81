#include "test/storage/property.h"

#include "world/nor/dice.h"

#include <stdio.h>

struct life {
    struct nor nor;
    struct meter meter;
    struct model model;
    uint64_t dice;
    struct property result;
};

static struct nor_tear random_tear(uint64_t *dice)
{
    return (struct nor_tear){
        .octets = dice_below(dice, 4) == 0 ? 1000 : dice_below(dice, 80),
        .spread = (uint8_t)(dice_below(dice, 3) == 0 ? dice_below(dice, 256) : 0),
        .erased = (uint16_t)dice_below(dice, 1001),
        .seed = dice_throw(dice),
    };
}

static void plan_cut(struct life *life, uint32_t within)
{
    const struct nor_tear tear = random_tear(&life->dice);
    nor_plan_cut(&life->nor, 1 + dice_below(&life->dice, within), &tear);
}

/* Starts anew, from the chip alone, until no cut comes between. */
static void restart(struct life *life)
{
    bool again = true;
    while (again) {
        life->result.cuts++;
        life->model.starts++;
        nor_power_on(&life->nor);
        if (dice_below(&life->dice, 3) == 0) {
            plan_cut(life, 4);
        }
        meter_start(&life->meter, &life->nor);
        if (dice_below(&life->dice, 2) == 0) {
            meter_settle(&life->meter);
        }
        again = life->nor.dead;
    }
    life->result.broken = model_check(&life->model, &life->meter);
    nor_plan_cut(&life->nor, 1u << 30, &(struct nor_tear){0});
    if (!life->result.broken && life->result.cuts % 64 == 0) {
        meter_settle(&life->meter);
        life->result.broken = model_check_secrets(&life->model, &life->nor);
    }
}

static void live(struct life *life, uint64_t actions)
{
    while (life->result.actions < actions && !life->result.broken) {
        struct action action = model_choose(&life->model, &life->dice);
        if (dice_below(&life->dice, 150) == 0) {
            plan_cut(life, 60);
        }
        int result = model_do(&life->model, &life->meter, &action);
        life->result.actions++;
        life->result.later += result == STORAGE_LATER;
        life->result.broken = life->model.broken;
        if (!life->result.broken && life->nor.dead) {
            restart(life);
        } else if (result == STORAGE_FAILED) {
            life->result.broken = "an action failed";
        }
    }
}

static void stick_in(struct life *life, const struct partition *partition)
{
    uint32_t sector = life->nor.config.sector;
    uint32_t at = partition->first * sector + dice_below(&life->dice, partition->sectors * sector);
    uint8_t mask = (uint8_t)(1u << dice_below(&life->dice, 8));
    nor_stick(&life->nor, at, mask, (uint8_t)dice_below(&life->dice, 256));
}

static void stick(struct life *life)
{
    stick_in(life, &model_layout.energy);
    stick_in(life, &model_layout.values);
    stick_in(life, &model_layout.secrets);
    for (unsigned i = 0; i < MODEL_RINGS; i++) {
        stick_in(life, &model_layout.rings[i]);
    }
}

struct property property_run(uint64_t seed, uint64_t actions, uint16_t sector, uint16_t page,
                             bool stuck)
{
    static struct life life;
    char error[NOR_ERROR_SIZE];
    const struct nor_config config = model_chip(sector, page, seed);
    life = (struct life){.dice = seed};
    if (nor_open(&life.nor, &config, NULL, error, sizeof error) != 0) {
        life.result.broken = "no memory";
        return life.result;
    }
    if (stuck) {
        stick(&life);
    }
    model_init(&life.model);
    meter_start(&life.meter, &life.nor);
    live(&life, actions);
    snprintf(life.result.where, sizeof life.result.where, "seed %llu, action %llu, cut %llu",
             (unsigned long long)seed, (unsigned long long)life.result.actions,
             (unsigned long long)life.result.cuts);
    nor_close(&life.nor);
    return life.result;
}
