#include "bench/dlms_rows.h"

#include "cosem/data.h"

const struct dlms_target bench_rows_target = {7, COSEM_NAME(1, 0, 99, 1, 0), 2};

static uint32_t row_count;

static struct cosem_rows freeze(const struct cosem_call *call)
{
    (void)call;
    return (struct cosem_rows){.first = 1, .count = row_count, .elements = row_count};
}

static void row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    uint8_t time[12] = {0x07, 0xEA, 11, 21, 6, 12, 0, 0, 0, 0xFF, 0xC4, 0};
    (void)call;
    time[5] = (uint8_t)(number / 4 % 24);
    time[6] = (uint8_t)(number % 4 * 15);
    cosem_put_structure(w, 4);
    cosem_put_octet_string(w, time, sizeof time);
    cosem_put_u8(w, 0);
    cosem_put_u32(w, number * 250);
    cosem_put_u32(w, number * 3);
}

static const struct cosem_table table = {.freeze = freeze, .row = row};
static const struct cosem_attribute attributes[] = {{.table = &table}};
static const struct cosem_class ic = {
    .id = 7, .version = 1, COSEM_CLASS_ATTRIBUTES(attributes), .tables = 1 << 2};
static const struct cosem_access access = {
    .read = {COSEM_ALL, COSEM_ALL, COSEM_ALL, COSEM_ALL, COSEM_ALL}};
static const struct cosem_object objects[] = {{&ic, COSEM_NAME(1, 0, 99, 1, 0), &access, NULL}};
static const struct cosem_group group = COSEM_GROUP(objects);
static const struct cosem_group *const groups[] = {&group};
static const struct cosem_model model = {.groups = groups, .group_count = 1};

void bench_rows_show(struct dlms_server *server, uint32_t rows)
{
    row_count = rows;
    server->model = &model;
}
