/* Push: its set-ups, its scripts, and what they tell as delivered. */
#include "product/groups.h"

#include "cosem/class/classes.h"

#define PUSH(ic, which)                                                                            \
    {                                                                                              \
        (ic), COSEM_NAME(0, (which), 25, 9, 0), &product_access_managed,                           \
            &(const struct class_push_config)                                                      \
        {                                                                                          \
            (enum push_setup)(which)                                                               \
        }                                                                                          \
    }

static const struct class_script_action pushes[] = {{.service = CLASS_SCRIPT_EXECUTE,
                                                     .class_id = 40,
                                                     .name = COSEM_NAME(0, 0, 25, 9, 0),
                                                     .index = 1,
                                                     .parameter = CLASS_SCRIPT_CHANNEL}};
static const struct class_script_table_config scripts = {
    .scripts = PUSH_SETUPS - 1, .action_count = 1, .actions = pushes};

#define SETUPS(ic)                                                                                 \
    {&class_script_table, COSEM_NAME(0, 0, 10, 0, 108), &product_access_managed, &scripts},        \
        PUSH(ic, PUSH_CONNECTIVITY), PUSH(ic, PUSH_INTERVAL_1), PUSH(ic, PUSH_INTERVAL_2),         \
        PUSH(ic, PUSH_INTERVAL_3), PUSH(ic, PUSH_ALARM), PUSH(ic, PUSH_POWER_DOWN),                \
        PUSH(ic, PUSH_CONSUMER), PUSH(ic, PUSH_INSTALLATION)

static const struct cosem_object setups_0[] = {SETUPS(&class_push_setup_0)};
static const struct cosem_object setups_1[] = {SETUPS(&class_push_setup_1)};
static const struct cosem_object setups_2[] = {SETUPS(&class_push_setup_2)};
const struct cosem_group product_group_push_0 = COSEM_GROUP(setups_0);
const struct cosem_group product_group_push_1 = COSEM_GROUP(setups_1);
const struct cosem_group product_group_push_2 = COSEM_GROUP(setups_2);

/* When the intervals are pushed: never, until somebody says when. */
#define SCHEDULE(b, which)                                                                         \
    {                                                                                              \
        &class_single_action_schedule, COSEM_NAME(0, (b), 15, 0, 4), &product_access_managed,      \
            &(const struct class_single_action_config)                                             \
        {                                                                                          \
            (which)                                                                                \
        }                                                                                          \
    }
static const struct cosem_object schedules[] = {
    SCHEDULE(1, PRODUCT_SCHEDULE_PUSH_1),
    SCHEDULE(2, PRODUCT_SCHEDULE_PUSH_2),
    SCHEDULE(3, PRODUCT_SCHEDULE_PUSH_3),
};
const struct cosem_group product_group_push_schedules = COSEM_GROUP(schedules);

#define PUSHES(interval)                                                                           \
    {                                                                                              \
        .script = {{0, 0, 10, 0, 108, 255}, (interval)}, .type = SINGLE_ACTION_ANY_TIMES_WILD      \
    }
const struct single_action_plan product_schedules[PRODUCT_SCHEDULES] = {
    [PRODUCT_SCHEDULE_PUSH_1] = PUSHES(PUSH_INTERVAL_1),
    [PRODUCT_SCHEDULE_PUSH_2] = PUSHES(PUSH_INTERVAL_2),
    [PRODUCT_SCHEDULE_PUSH_3] = PUSHES(PUSH_INTERVAL_3),
};

/* Who tells, by which set-up, and what. */
#define PUSHED(id, a, b, c, d, e, what)                                                            \
    {                                                                                              \
        .class_id = (id), .name = {(a), (b), (c), (d), (e), 255}, .attribute = (what)              \
    }
#define DEVICE       PUSHED(1, 0, 0, 42, 0, 0, 2)
#define SETUP(which) PUSHED(40, 0, which, 25, 9, 0, 1)
#define CLOCK        PUSHED(8, 0, 0, 1, 0, 0, 2)
#define A_IMPORT     PUSHED(3, 1, 0, 1, 8, 0, 2)
#define A_EXPORT     PUSHED(3, 1, 0, 2, 8, 0, 2)
#define P_IMPORT     PUSHED(3, 1, 0, 1, 7, 0, 2)
#define P_EXPORT     PUSHED(3, 1, 0, 2, 7, 0, 2)

#define ALWAYS_ANY                                                                                 \
    {                                                                                              \
        255, 255, 255, 255, 255, 255, 255, 255, 255, 128, 0, 255                                   \
    }
#define RULES                                                                                      \
    .retries = 3, .delay_s = 60, .delay_percent = 200, .delay_most_s = 3600, .client_sap = 1,      \
    .confirm_from = ALWAYS_ANY

/* What most tell: who it is, by which set-up, and when. */
#define TELLS(which) .object_count = 3, .objects = {DEVICE, SETUP(which), CLOCK}
#define TELLS_ENERGY(which)                                                                        \
    .object_count = 5, .objects = {DEVICE, SETUP(which), CLOCK, A_IMPORT, A_EXPORT}

#define ALL_BUT_CONSUMER                                                                           \
    [PUSH_CONNECTIVITY] = {.settings = {RULES, .randomisation_s = 60}, TELLS(PUSH_CONNECTIVITY)},  \
    [PUSH_INTERVAL_1] = {.settings = {RULES, .randomisation_s = 300},                              \
                         TELLS_ENERGY(PUSH_INTERVAL_1)},                                           \
    [PUSH_INTERVAL_2] = {.settings = {RULES, .randomisation_s = 300},                              \
                         TELLS_ENERGY(PUSH_INTERVAL_2)},                                           \
    [PUSH_INTERVAL_3] = {.settings = {RULES, .randomisation_s = 300},                              \
                         TELLS_ENERGY(PUSH_INTERVAL_3)},                                           \
    [PUSH_ALARM] = {.settings = {RULES}, TELLS(PUSH_ALARM)},                                       \
    [PUSH_POWER_DOWN] = {.settings = {RULES, .transport = PUSH_UDP}, TELLS(PUSH_POWER_DOWN)},      \
    [PUSH_INSTALLATION] = {.settings = {RULES, .randomisation_s = 60}, TELLS(PUSH_INSTALLATION)}

#define TELLS_CONSUMER                                                                             \
    .object_count = 6, .objects = {DEVICE, CLOCK, P_IMPORT, P_EXPORT, A_IMPORT, A_EXPORT}

const struct push_plan product_pushes[PUSH_SETUPS] = {
    ALL_BUT_CONSUMER,
    [PUSH_CONSUMER] = {.settings = {RULES}, TELLS_CONSUMER},
};

/* Client 103, on the line of value group B = 2. Nobody answers: there is nothing to try again. */
const struct push_plan product_pushes_display[PUSH_SETUPS] = {
    ALL_BUT_CONSUMER,
    [PUSH_CONSUMER] = {.settings = {.confirm_from = ALWAYS_ANY,
                                    .client_sap = 103,
                                    .transport = PUSH_HDLC},
                       .destination = "2",
                       TELLS_CONSUMER},
};
