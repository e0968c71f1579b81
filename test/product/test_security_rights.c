/* The protection that access rights ask for, enforced: for each object, attribute and method of the
 * Management client, under every protection, what happens is what the object list says. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "test/product/head_end.h"
#include "test/product/listed.h"
#include "test/unit.h"

#include <string.h>

enum { ASSOCIATION_LN = 15, OBJECT_LIST = 2, LIST = 65535 };

static uint8_t list[LIST];
static size_t list_size;

static const struct opening ciphered = {.mechanism = DLMS_MECHANISM_GMAC,
                                        .context = DLMS_CONTEXT_LN_CIPHERED,
                                        .challenge = 16,
                                        .control = 0x20};

static void set_up_product(const char *name)
{
    head_end_product = name;
    set_up(NULL);
    static const struct cosem_name association = COSEM_NAME(0, 0, 40, 0, 0);
    enum cosem_result result;
    rig_associate(&rig, SAP, APDU);
    list_size = rig_read(&rig, SAP, ASSOCIATION_LN, &association, OBJECT_LIST, list, &result);
    assert_int_equal(result, COSEM_SUCCESS);
    open_all(&ciphered); /* encrypted only: so that less is taken, too */
}

/* One request under a protection: the result that it gets. The answer is protected at least as the
 * request, and as the list says. */
static enum cosem_result request(uint8_t control, const uint8_t *apdu, size_t size, int at,
                                 uint8_t protection)
{
    if (!ask_ciphered(kit_protection(DLMS_FORM_GLO, control), apdu, size)) {
        fail_msg("an exception %u", answer[2]);
    }
    const uint8_t *plain = delivery.plain.data;
    bool failed = plain[at] != 0;
    uint8_t how = delivery.how.control;
    assert_int_equal(how & control, control);
    if (!failed && (protection & COSEM_RESPONSE_AUTHENTICATED) != 0) {
        assert_true((how & DLMS_CONTROL_AUTHENTICATED) != 0);
    }
    return (enum cosem_result)(at == 3 && plain[0] == DLMS_GET_RESPONSE && failed ? plain[4]
                                                                                  : plain[at]);
}

static size_t put_descriptor(uint8_t apdu[32], uint8_t tag, const struct cosem_instance *one,
                             int member)
{
    struct writer w = writer_over(apdu, 32);
    writer_u8(&w, tag);
    writer_u8(&w, 1);
    writer_u8(&w, 0xC1);
    writer_u16(&w, one->object->ic->id);
    writer_octets(&w, one->name.obis, 6);
    writer_u8(&w, (uint8_t)member);
    return writer_kept(&w);
}

static bool is_enough(uint8_t control, uint8_t protection)
{
    bool authenticated = (control & DLMS_CONTROL_AUTHENTICATED) != 0;
    bool encrypted = (control & DLMS_CONTROL_ENCRYPTED) != 0;
    return (authenticated || (protection & COSEM_REQUEST_AUTHENTICATED) == 0) &&
           (encrypted || (protection & COSEM_REQUEST_ENCRYPTED) == 0);
}

static void assert_right(struct listed_right right, unsigned wanted, uint8_t control,
                         enum cosem_result result, enum cosem_result other)
{
    if (!right.listed) {
        assert_int_equal(result, COSEM_OBJECT_UNDEFINED);
    } else if ((right.rights & wanted) == 0) {
        assert_int_equal(result, COSEM_READ_WRITE_DENIED);
    } else if (!is_enough(control, right.protection)) {
        assert_int_equal(result, COSEM_SCOPE_OF_ACCESS_VIOLATED);
    } else {
        assert_true(result == COSEM_SUCCESS || result == other ||
                    result == COSEM_TEMPORARY_FAILURE);
    }
}

/* Reads, writes a value of no type that anything has, calls with one. */
static unsigned try_member(const struct cosem_instance *one, const struct listed *listed, int i,
                           uint8_t control)
{
    uint8_t apdu[32];
    struct listed_right attribute = listed->attributes[i];
    struct listed_right method = listed->methods[i];
    size_t size = put_descriptor(apdu, DLMS_GET_REQUEST, one, i);
    apdu[size++] = 0;
    enum cosem_result result = COSEM_SUCCESS;
    if (ask_ciphered(kit_protection(DLMS_FORM_GLO, control), apdu, size) &&
        delivery.plain.data[1] == DLMS_GET_NORMAL) {
        result = request(control, apdu, size, 3, attribute.protection);
    } /* else it goes in blocks: there is one */
    assert_right(attribute, LISTED_READ, control, result, COSEM_SUCCESS);
    size = put_descriptor(apdu, DLMS_SET_REQUEST, one, i);
    memcpy(apdu + size, "\0\x0D\0", 3);
    result = request(control, apdu, size + 3, 3, attribute.protection);
    assert_right(attribute, LISTED_WRITE, control, result, COSEM_TYPE_UNMATCHED);
    size = put_descriptor(apdu, DLMS_ACTION_REQUEST, one, i);
    memcpy(apdu + size, "\1\x0D\0", 3);
    result = request(control, apdu, size + 3, 3, method.protection);
    assert_right(method, LISTED_CALL, control, result, COSEM_TYPE_UNMATCHED);
    return attribute.protection != 0 || method.protection != 0;
}

static void every_member_of(const char *product, unsigned least)
{
    static const uint8_t controls[] = {0x10, 0x20, 0x30};
    set_up_product(product);
    unsigned protected_members = 0;
    for (uint32_t n = 0; n < cosem_model_count(rig.server.model); n++) {
        const struct cosem_instance one = cosem_model_object(rig.server.model, n);
        struct listed listed = listed_find(reader_over(list, list_size), &one);
        for (int i = 1; i < LISTED_MEMBERS; i++) {
            for (size_t k = 0; k < sizeof controls; k++) {
                protected_members += try_member(&one, &listed, i, controls[k]);
            }
        }
    }
    assert_true(protected_members >= 3 * least);
}

static void bits_of_version_3(void **state)
{
    (void)state;
    every_member_of("xs211", 8);
}

static void enums_of_version_2(void **state)
{
    (void)state;
    every_member_of("sm402d", 8);
}

/* What a product asks for is what its clients can do, and its list can say. */
static void rows_are_possible(void **state)
{
    (void)state;
    for (int p = 0; p < PRODUCT_COUNT; p++) {
        bool bits = strcmp(product_all[p]->name, "xs211") == 0;
        unsigned can = bits ? COSEM_REQUEST_AUTHENTICATED | COSEM_REQUEST_ENCRYPTED |
                                  COSEM_RESPONSE_AUTHENTICATED | COSEM_RESPONSE_ENCRYPTED
                            : COSEM_REQUEST_AUTHENTICATED;
        const struct cosem_model *model = &product_all[p]->model;
        for (uint32_t n = 0; n < cosem_model_count(model); n++) {
            const struct cosem_protection *row =
                cosem_model_object(model, n).object->access->protection;
            assert_true(row == NULL || (row->bits & ~can) == 0);
        }
    }
}

/* A key that the response demands is told authenticated, although the request was less. */
static void a_response_is_protected_as_its_right_says(void **state)
{
    (void)state;
    static const struct cosem_protection told = {
        .attributes = 1 << 2, .bits = COSEM_RESPONSE_AUTHENTICATED | COSEM_RESPONSE_ENCRYPTED};
    static const uint8_t get[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};
    static const uint8_t other[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 4, 0};
    set_up_product("xs211");
    enum cosem_result why;
    const struct cosem_name name = COSEM_NAME(0, 0, 1, 0, 0);
    struct cosem_object clock = *cosem_model_find(rig.server.model, 8, &name, 2, &why);
    struct cosem_access access = *clock.access;
    access.protection = &told;
    clock.access = &access;
    const struct cosem_group group = {.objects = &clock, .count = 1};
    const struct cosem_group *const groups[] = {&group};
    const struct cosem_model model = {groups, 1};
    rig.server.model = &model;
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x20), get, sizeof get));
    assert_int_equal(delivery.how.control, 0x30);
    assert_int_equal(delivery.plain.data[3], DLMS_RESULT_DATA);
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x20), other, sizeof other));
    assert_int_equal(delivery.how.control, 0x20);
    ask(get, sizeof get); /* plain: it cannot be answered as it has to be */
    assert_int_equal(answer[4], COSEM_SCOPE_OF_ACCESS_VIOLATED);
    dlms_session_close(&rig.session);
}

/* Blocks of a long SET count by the weakest of them. */
static void blocks_are_as_weak_as_the_weakest(void **state)
{
    (void)state;
    static const uint8_t first[] = {0xC1, 2, 0xC1, 0, 15, 0, 0, 40, 0, 2, 255,
                                    7,    0, 0,    0, 0,  0, 1, 3,  9, 6, 's'};
    static const uint8_t last[] = {0xC1, 3, 0xC1, 1, 0, 0, 0, 2, 5, 'e', 'c', 'r', 'e', 't'};
    static const uint8_t controls[][2] = {{0x30, 0x20}, {0x20, 0x30}, {0x30, 0x30}};
    for (size_t i = 0; i < 3; i++) {
        set_up_product("xs211");
        assert_true(
            ask_ciphered(kit_protection(DLMS_FORM_GLO, controls[i][0]), first, sizeof first));
        assert_int_equal(delivery.plain.data[1], DLMS_SET_BLOCK_TAKEN);
        assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, controls[i][1]), last, sizeof last));
        assert_int_equal(delivery.plain.data[1], DLMS_SET_LAST_BLOCK_TAKEN);
        assert_int_equal(delivery.plain.data[3],
                         i == 2 ? COSEM_SUCCESS : COSEM_SCOPE_OF_ACCESS_VIOLATED);
        bool changed = dlms_secret_matches(&rig.server.passwords[1], (const uint8_t *)"secret", 6);
        assert_int_equal(changed, i == 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_of_version_3),
        cmocka_unit_test(enums_of_version_2),
        cmocka_unit_test(rows_are_possible),
        cmocka_unit_test(a_response_is_protected_as_its_right_says),
        cmocka_unit_test(blocks_are_as_weak_as_the_weakest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
