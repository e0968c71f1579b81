/* The power is cut at every operation of a scenario, and again at every operation of the recovery.
 *
 * A meter lives through actions of every kind. Before each program and each erase its chip is
 * copied, the operation is torn on the copy in several ways, and a new meter starts from that chip
 * alone; it is held to the laws, prepares its sectors, and goes on living for a while. Each of its
 * own operations before that is cut in the same way.
 *
 *     powercut [--sample]     all, or about every 100th cut; prints how many */
#include "test/storage/model.h"
#include "world/nor/dice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How operations are torn: nothing of it, some octets, some bits of all, all of it but unknown to
 * whoever asked for it. `octets` counts 64ths of the program's size. */
struct tearing {
    uint8_t octets;
    uint8_t spread;
    uint16_t erased;
};

static const struct tearing program_tearings[] = {
    {0, 0, 20},   {1, 0, 300}, {21, 0, 500},  {32, 128, 700}, {48, 0, 900},
    {63, 0, 960}, {0, 40, 0},  {0, 216, 990}, {64, 0, 1000},
};

static const struct tearing erase_tearings[] = {
    {0, 0, 0}, {0, 0, 3}, {0, 0, 150}, {0, 0, 300}, {0, 0, 500}, {0, 0, 970}, {0, 0, 1000},
};

enum { LIFE_AFTER = 12, LIFE_AFTER_EACH = 16, SECRETS_EACH = 32, SECOND_EACH = 6 };

struct rig {
    struct nor nor;
    struct meter meter;
    struct model model;
};

struct cutter {
    struct rig live;
    struct rig first;
    struct rig second;
    uint64_t stride; /* every so many cuts take place */
    uint64_t seen;
    uint64_t cuts;
    uint64_t cuts_in_recovery;
    uint64_t operations;
    const char *broken;
};

static void fail(struct cutter *cutter, const char *broken)
{
    if (broken && !cutter->broken) {
        cutter->broken = broken;
        printf("law broken at operation %llu, cut %llu, doing action %d: %s\n",
               (unsigned long long)cutter->live.nor.counts.operations,
               (unsigned long long)cutter->seen, (int)cutter->live.model.doing.kind, broken);
    }
}

static struct nor_tear tear_of(const struct tearing *tearing, const struct nor_operation *operation,
                               uint64_t seed)
{
    return (struct nor_tear){
        .octets = (tearing->octets * operation->size + 63) / 64,
        .spread = tearing->spread,
        .erased = tearing->erased,
        .seed = seed + 1,
    };
}

/* Copies chip and model, and tears the operation on the copy. */
static void copy_and_cut(struct rig *to, const struct nor *nor, const struct model *model,
                         const struct nor_operation *operation, const struct nor_tear *tear)
{
    nor_copy(&to->nor, nor);
    nor_cut(&to->nor, operation, tear);
    nor_power_on(&to->nor);
    to->model = *model;
    to->model.starts++;
}

/* ---- The second cut, while the meter recovers from the first ---- */

static void cut_recovery(void *context, const struct nor *nor,
                         const struct nor_operation *operation)
{
    struct cutter *cutter = context;
    bool erase = operation->kind == NOR_ERASE;
    const struct tearing *tearings = erase ? erase_tearings : program_tearings;
    unsigned count = erase ? sizeof erase_tearings / sizeof *erase_tearings
                           : sizeof program_tearings / sizeof *program_tearings;
    unsigned skew = (unsigned)(cutter->cuts_in_recovery % SECOND_EACH);
    for (unsigned i = skew; i < count && !cutter->broken; i += SECOND_EACH) {
        struct rig *rig = &cutter->second;
        const struct nor_tear tear = tear_of(&tearings[i], operation, nor->counts.operations);
        copy_and_cut(rig, nor, &cutter->first.model, operation, &tear);
        meter_start(&rig->meter, &rig->nor);
        fail(cutter, model_check(&rig->model, &rig->meter));
        cutter->cuts_in_recovery++;
    }
}

/* ---- The first cut ---- */

static void live_on(struct cutter *cutter, struct rig *rig)
{
    uint64_t dice = cutter->cuts;
    for (unsigned i = 0; i < LIFE_AFTER && !cutter->broken; i++) {
        const struct action action = model_choose(&rig->model, &dice);
        if (model_do(&rig->model, &rig->meter, &action) == STORAGE_FAILED) {
            fail(cutter, "an action failed");
        }
        fail(cutter, rig->model.broken);
    }
    rig->model.starts++;
    meter_start(&rig->meter, &rig->nor);
    fail(cutter, model_check(&rig->model, &rig->meter));
}

static void cut_once(struct cutter *cutter, const struct nor *nor,
                     const struct nor_operation *operation, const struct nor_tear *tear)
{
    struct rig *rig = &cutter->first;
    copy_and_cut(rig, nor, &cutter->live.model, operation, tear);
    rig->nor.watch = cut_recovery;
    rig->nor.watch_context = cutter;
    meter_start(&rig->meter, &rig->nor);
    fail(cutter, model_check(&rig->model, &rig->meter));
    meter_settle(&rig->meter);
    rig->nor.watch = NULL;
    cutter->cuts++;
    if (cutter->cuts % SECRETS_EACH == 0) {
        fail(cutter, model_check_secrets(&rig->model, &rig->nor));
    }
    if (cutter->cuts % LIFE_AFTER_EACH == 0) {
        live_on(cutter, rig);
    }
}

static void cut_life(void *context, const struct nor *nor, const struct nor_operation *operation)
{
    struct cutter *cutter = context;
    bool erase = operation->kind == NOR_ERASE;
    const struct tearing *tearings = erase ? erase_tearings : program_tearings;
    unsigned count = erase ? sizeof erase_tearings / sizeof *erase_tearings
                           : sizeof program_tearings / sizeof *program_tearings;
    cutter->operations++;
    for (unsigned i = 0; i < count && !cutter->broken; i++) {
        if (cutter->seen++ % cutter->stride == 0) {
            const struct nor_tear tear = tear_of(&tearings[i], operation, cutter->seen);
            cut_once(cutter, nor, operation, &tear);
        }
    }
}

/* ---- Scenarios ---- */

struct scenario {
    const char *name;
    uint16_t sector;
    uint16_t page;
    uint32_t actions;
    uint64_t seed;
    bool stuck; /* each journal and a ring have an octet with a stuck bit */
};

/* Long enough that, on small sectors, every journal and ring goes round several times and the
 * values are full at times. */
static const struct scenario scenarios[] = {
    {"sectors of 1 kB", 1024, 256, 4000, 11, false},
    {"the smallest sectors", 512, 64, 3000, 12, false},
    {"sectors of 4 kB", 4096, 256, 3000, 13, false},
    {"stuck bits", 1024, 256, 1500, 14, true},
};

static void stick(struct nor *nor)
{
    const struct partition *const partitions[] = {&model_layout.energy, &model_layout.values,
                                                  &model_layout.secrets, &model_layout.rings[0]};
    for (unsigned i = 0; i < sizeof partitions / sizeof *partitions; i++) {
        uint32_t sector = partitions[i]->first + i % 3u;
        nor_stick(nor, sector * nor->config.sector + 200 + i * 7, 0x10,
                  (uint8_t)(i % 2 ? 0x10 : 0));
    }
}

static bool open_chip(struct nor *nor, const struct scenario *scenario)
{
    char error[NOR_ERROR_SIZE];
    const struct nor_config config = model_chip(scenario->sector, scenario->page, scenario->seed);
    if (nor_open(nor, &config, NULL, error, sizeof error) != 0) {
        fprintf(stderr, "powercut: %s\n", error);
        return false;
    }
    return true;
}

static void live(struct cutter *cutter, const struct scenario *scenario)
{
    struct rig *rig = &cutter->live;
    uint64_t dice = scenario->seed;
    rig->nor.watch = cut_life;
    rig->nor.watch_context = cutter;
    model_init(&rig->model);
    meter_start(&rig->meter, &rig->nor);
    for (uint32_t i = 0; i < scenario->actions && !cutter->broken; i++) {
        const struct action action = model_choose(&rig->model, &dice);
        model_do(&rig->model, &rig->meter, &action);
        fail(cutter, rig->model.broken);
    }
}

static bool run(const struct scenario *scenario, uint64_t stride, uint64_t *total)
{
    static struct cutter cutter;
    cutter = (struct cutter){.stride = stride};
    if (!open_chip(&cutter.live.nor, scenario) || !open_chip(&cutter.first.nor, scenario) ||
        !open_chip(&cutter.second.nor, scenario)) {
        return false;
    }
    if (scenario->stuck) {
        stick(&cutter.live.nor);
    }
    live(&cutter, scenario);
    printf("%-22s %6llu operations, %7llu cuts, %8llu more during recovery: %s\n", scenario->name,
           (unsigned long long)cutter.operations, (unsigned long long)cutter.cuts,
           (unsigned long long)cutter.cuts_in_recovery, cutter.broken ? cutter.broken : "all well");
    fflush(stdout);
    nor_close(&cutter.live.nor);
    nor_close(&cutter.first.nor);
    nor_close(&cutter.second.nor);
    *total += cutter.cuts + cutter.cuts_in_recovery;
    return !cutter.broken;
}

int main(int argc, char **argv)
{
    bool sample = argc == 2 && strcmp(argv[1], "--sample") == 0;
    if (argc > 2 || (argc == 2 && !sample)) {
        fprintf(stderr, "usage: powercut [--sample]\n");
        return 2;
    }
    bool well = true;
    uint64_t total = 0;
    for (unsigned i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        well = run(&scenarios[i], sample ? 97 : 1, &total) && well;
    }
    printf("%llu power cuts\n", (unsigned long long)total);
    return well ? 0 : 1;
}
