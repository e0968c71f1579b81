/* Every attribute of every object of every product says the same whichever way it is asked for: by
 * GET in one APDU, which is held against the five others. The meter has lived for half a day, so
 * that profiles and logs have rows; while it is asked it stands still. */
#include "cosem/data.h"
#include "test/meter/head.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { PDU_LEAST = 64, DAY_S = 86400, ASSOCIATION_LN = 15, ASSOCIATION_INFO = 5 };

/* What GET in one APDU said of the attributes of one object, in their order. */
struct told {
    enum cosem_result result[COSEM_ATTRIBUTES + 1];
    size_t begin[COSEM_ATTRIBUTES + 2];
    uint8_t octets[HEAD_ROOM];
};

static struct life *life;
static struct head wide, narrow;
static struct told told;
static struct dlms_order orders[COSEM_ATTRIBUTES + 1];
static uint16_t order_count;
static unsigned compared;

/* xDLMS_context_info tells the size of the association's own APDUs: that one does differ. */
static bool tells_the_pdu_size(const struct dlms_target *target)
{
    return target->class_id == ASSOCIATION_LN && target->member == ASSOCIATION_INFO;
}

static void order_all_of(const struct cosem_instance *one)
{
    order_count = 0;
    for (int8_t attribute = 1; attribute <= one->object->ic->attribute_count + 1; attribute++) {
        const struct dlms_target target = {one->object->ic->id, one->name, attribute};
        if (!tells_the_pdu_size(&target)) {
            orders[order_count++] = (struct dlms_order){.what = DLMS_ACCESS_GET, .target = target};
        }
    }
}

static void ask_for_each(void)
{
    told.begin[0] = 0;
    for (uint16_t i = 0; i < order_count; i++) {
        told.result[i] = head_get(&wide, &orders[i].target);
        struct reader value = dlms_client_value(&wide.client);
        size_t size = told.result[i] == COSEM_SUCCESS ? value.size : 0;
        assert_true(told.begin[i] + size <= sizeof told.octets);
        memcpy(told.octets + told.begin[i], value.data, size);
        told.begin[i + 1] = told.begin[i] + size;
    }
}

static void assert_told(uint16_t i, enum cosem_result result, struct reader value)
{
    const struct dlms_target *target = &orders[i].target;
    const uint8_t *obis = target->name.obis;
    size_t size = told.begin[i + 1] - told.begin[i];
    bool same =
        result == told.result[i] &&
        (result != COSEM_SUCCESS ||
         (value.size == size && memcmp(value.data, told.octets + told.begin[i], size) == 0));
    if (!same) {
        fail_msg("class %u %u-%u:%u.%u.%u attribute %d: result %d, was %d; %zu octets, were %zu",
                 target->class_id, obis[0], obis[1], obis[2], obis[3], obis[4], target->member,
                 result, told.result[i], value.size, size);
    }
    compared += result == COSEM_SUCCESS;
}

static void assert_each_in_blocks(void)
{
    for (uint16_t i = 0; i < order_count; i++) {
        enum cosem_result result = head_get(&narrow, &orders[i].target);
        assert_told(i, result, dlms_client_value(&narrow.client));
    }
}

static void assert_all_at_once(struct head *head,
                               struct dlms_outcomes (*ask)(struct head *head,
                                                           const struct dlms_order *orders,
                                                           uint16_t count))
{
    struct dlms_outcomes outcomes = ask(head, orders, order_count);
    for (uint16_t i = 0; i < order_count; i++) {
        struct dlms_order_outcome outcome = dlms_outcomes_next(&outcomes);
        assert_told(i, outcome.result, outcome.value);
    }
}

static void assert_every_way(const struct cosem_instance *one)
{
    order_all_of(one);
    ask_for_each();
    assert_each_in_blocks();
    assert_all_at_once(&wide, head_list);
    assert_all_at_once(&narrow, head_list);
    assert_all_at_once(&wide, head_access);
    assert_all_at_once(&narrow, head_access);
}

static void every_object_of(const struct product *product)
{
    life = life_begin(product->name, life_utc_ms(2026, 11, 20, 20, 0, 0));
    head_admit(life);
    life_run(life, DAY_S / 2);
    head_open(&wide, life, UINT16_MAX);
    head_open(&narrow, life, PDU_LEAST);
    compared = 0;
    for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
        const struct cosem_instance one = cosem_model_object(&product->model, n);
        assert_every_way(&one);
    }
    assert_true(compared > 5 * 2 * cosem_model_count(&product->model));
    head_close(&narrow);
    head_close(&wide);
    life_end(life);
}

static void xs211(void **state)
{
    (void)state;
    every_object_of(product_find("xs211"));
}

static void sm402d(void **state)
{
    (void)state;
    every_object_of(product_find("sm402d"));
}

static void st402d(void **state)
{
    (void)state;
    every_object_of(product_find("st402d"));
}

static void st402c(void **state)
{
    (void)state;
    every_object_of(product_find("st402c"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xs211),
        cmocka_unit_test(sm402d),
        cmocka_unit_test(st402d),
        cmocka_unit_test(st402c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
