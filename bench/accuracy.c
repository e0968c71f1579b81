/* What the virtual test bench finds of each product (`watthour accuracy`): our own goals, each a
 * figure, specimen 1 of the series. */
#include "bench/bench.h"
#include "stand/stand.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_ROOM = 160 };

struct found {
    struct stand_specimen specimen;
    struct stand_programme programme;
    struct stand_verdict verdicts[STAND_VERDICTS_MAX];
    unsigned count;
};

/* "metrology.xs211.voltage_10_pf_1": what is no letter and no digit becomes one line. */
static void name_of(const char *product, double snr_db, const char *row, char name[NAME_ROOM])
{
    int size = snprintf(name, NAME_ROOM, "metrology.%s_%gdb.", product, snr_db);
    for (const char *c = row; *c && size < NAME_ROOM - 1; c++) {
        if (isalnum((unsigned char)*c)) {
            name[size++] = (char)tolower((unsigned char)*c);
        } else if (name[size - 1] != '_' && name[size - 1] != '.') {
            name[size++] = '_';
        }
    }
    name[name[size - 1] == '_' ? size - 1 : size] = '\0';
}

static int find(struct found *found, const char *product, double snr_db)
{
    struct stand_protocol protocol;
    const struct stand_making making = {
        .product = product_find(product), .snr_db = snr_db, .seed = 1};
    if (stand_make(&found->specimen, &making) != 0) {
        return -1;
    }
    if (found->specimen.config.transformers) {
        found->specimen.transformers = (struct legal_transformers){{200, 5}, {20000, 100}};
        found->specimen.told = found->specimen.transformers;
    }
    if (stand_calibrate(&found->specimen, &protocol) != 0) {
        return -1;
    }
    stand_plan(&found->programme, &found->specimen, false);
    if (stand_run(&found->programme, making.seed, 0, NULL, NULL) != 0) {
        return -1;
    }
    found->count = stand_judge(&found->programme, found->verdicts);
    return 0;
}

static void show(struct bench *bench, const struct found *found, double snr_db)
{
    const char *goal = snr_db >= 107 ? "goal-107" : "goal";
    unsigned beyond = 0;
    double least_share = 1;
    for (unsigned n = 0; n < found->count; n++) {
        const struct stand_verdict *verdict = &found->verdicts[n];
        const struct stand_requirement *r = &verdict->requirement;
        char name[NAME_ROOM];
        beyond += verdict->failed;
        if (strcmp(r->class, goal) == 0 && !isnan(verdict->found)) {
            name_of(found->specimen.product->name, snr_db, r->name, name);
            bench_lower(bench, name, fabs(verdict->found), r->unit, r->limit);
        } else if (strcmp(r->standard, "watthour") != 0 && !isnan(r->limit)) {
            least_share = fmin(least_share, 1 - fabs(verdict->found) / r->limit);
        }
    }
    char name[NAME_ROOM];
    name_of(found->specimen.product->name, snr_db, "least margin of any limit", name);
    bench_higher(bench, name, 100 * least_share, "%", 0);
    name_of(found->specimen.product->name, snr_db, "rows beyond", name);
    bench_lower(bench, name, beyond, "rows", 0);
}

int main(void)
{
    static const struct {
        const char *product;
        double snr_db;
    } meters[] = {
        {"xs211", 101}, {"xs211", 107}, {"sm402d", 101}, {"st402d", 101}, {"st402c", 101}};
    struct bench bench = bench_begin("metrology_accuracy");
    struct found *found = calloc(1, sizeof *found);
    for (size_t n = 0; found && n < sizeof meters / sizeof meters[0]; n++) {
        if (find(found, meters[n].product, meters[n].snr_db) != 0) {
            fprintf(stderr, "%s: the bench failed\n", meters[n].product);
            bench_end(&bench);
            return 1;
        }
        show(&bench, found, meters[n].snr_db);
    }
    free(found);
    return bench_end(&bench);
}
