/* Requests and answers in pieces, for every attribute of every product: read in blocks of every
 * size from 64 octets on; written by a request that is cut off at every octet. */
#include "test/product/rig.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, PDU_LEAST = 64, PDU_MOST = 520, REQUEST_MOST = 512 };
enum { ASSOCIATION_LN = 15, ASSOCIATION_INFO = 5, HEAD = 13, ALL_MOST = 1 << 20 };

enum { MANAGEMENT = 2 /* column of the access rows */ };

static struct rig rig;
static uint8_t value[RIG_VALUE_MOST];
static uint8_t again[RIG_VALUE_MOST];

static size_t read(const struct cosem_instance *one, int attribute, uint8_t *into)
{
    enum cosem_result result;
    return rig_read(&rig, SAP, one->object->ic->id, &one->name, attribute, into, &result);
}

/* xDLMS_context_info tells the size of the association's own APDUs: that one does differ. */
static bool tells_the_pdu_size(const struct cosem_object *object, int attribute)
{
    return object->ic->id == ASSOCIATION_LN && attribute == ASSOCIATION_INFO;
}

/* All values, one behind the other, in APDUs of one size; the octets of all. */
static size_t read_all(const struct product *product, uint16_t pdu, uint8_t *all)
{
    size_t at = 0;
    rig_associate(&rig, SAP, pdu);
    for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
        const struct cosem_instance one = cosem_model_object(&product->model, n);
        for (int attribute = 1; attribute <= one.object->ic->attribute_count + 1; attribute++) {
            size_t size =
                tells_the_pdu_size(one.object, attribute) ? 0 : read(&one, attribute, value);
            assert_true(at + size <= ALL_MOST);
            memcpy(all + at, value, size);
            at += size;
        }
    }
    return at;
}

static void blocks_of_every_size(void **state)
{
    (void)state;
    uint8_t *whole = malloc(ALL_MOST);
    uint8_t *blocks = malloc(ALL_MOST);
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        rig_init(&rig, product_all[i]);
        size_t size = read_all(product_all[i], UINT16_MAX, whole);
        assert_true(size > 10000);
        for (uint16_t pdu = PDU_LEAST; pdu <= PDU_MOST; pdu++) {
            assert_int_equal(read_all(product_all[i], pdu, blocks), size);
            assert_memory_equal(blocks, whole, size);
        }
    }
    free(whole);
    free(blocks);
}

/* A SET of the value that the attribute has; its size, 0: it does not fit. */
static size_t make_set(const struct cosem_instance *one, int attribute, uint8_t *request)
{
    struct dlms_client client;
    uint8_t answer[1];
    const struct dlms_target target = {one->object->ic->id, one->name, (int8_t)attribute};
    size_t size = read(one, attribute, value);
    if (size == 0 || size + HEAD > REQUEST_MOST) {
        return 0;
    }
    dlms_client_init(&client, answer, sizeof answer, rig.pdu);
    return dlms_client_set(&client, &target, reader_over(value, size), request, REQUEST_MOST);
}

/* The first octet of the answer. */
static uint8_t ask(const uint8_t *request, size_t size)
{
    uint8_t answer[DLMS_ANSWER_ROOM(REQUEST_MOST)];
    uint8_t *exact = malloc(size);
    memcpy(exact, request, size);
    size_t answered = dlms_session_answer(&rig.session, SAP, DLMS_LOGICAL_DEVICE, exact, size,
                                          answer, sizeof answer);
    free(exact);
    return answered > 0 ? answer[0] : 0;
}

static unsigned cut_at_every_octet(const struct cosem_instance *one, int attribute)
{
    uint8_t request[REQUEST_MOST];
    size_t size = make_set(one, attribute, request);
    for (size_t cut = 1; cut < size; cut++) {
        assert_int_equal(ask(request, cut), DLMS_EXCEPTION_RESPONSE);
    }
    if (size > 0) {
        size_t before = read(one, attribute, value);
        size_t after = read(one, attribute, again);
        assert_int_equal(after, before);
        assert_memory_equal(again, value, before);
    }
    return size > 0;
}

/* What can be written is what Management may write without more protection than the rig has; the
 * meter's own decision is the service's, and it is asked before anything is changed. */
static void sets_cut_at_every_octet(void **state)
{
    (void)state;
    uint8_t *before = malloc(ALL_MOST);
    uint8_t *after = malloc(ALL_MOST);
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        const struct product *product = product_all[i];
        unsigned tried = 0;
        rig_init(&rig, product);
        size_t size = read_all(product, UINT16_MAX, before);
        for (uint32_t n = 0; n < cosem_model_count(&product->model); n++) {
            const struct cosem_instance one = cosem_model_object(&product->model, n);
            for (int attribute = 1; attribute <= one.object->ic->attribute_count + 1; attribute++) {
                if (cosem_object_writable(one.object, attribute, MANAGEMENT)) {
                    tried += cut_at_every_octet(&one, attribute);
                }
            }
        }
        assert_true(tried > 15);
        assert_int_equal(read_all(product, UINT16_MAX, after), size);
        assert_memory_equal(after, before, size);
    }
    free(before);
    free(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_every_size),
        cmocka_unit_test(sets_cut_at_every_octet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
