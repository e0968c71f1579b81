/* The client's side of Data protection against a meter: every choice of layers and keys reads,
 * writes and calls; and what is not as it was asked for is not believed. */
#include "cosem/data.h"
#include "dlms/client_data.h"
#include "test/product/protector.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

static struct dlms_client_guard guard;

static const struct dlms_target total = {3, COSEM_NAME(0, 0, 96, 1, 0), 2};
static const struct dlms_target objects[] = {{3, COSEM_NAME(1, 0, 1, 8, 0), 2},
                                             {1, COSEM_NAME(0, 0, 96, 1, 0), 2}};
static const struct dlms_target clock_members[] = {{8, COSEM_NAME(0, 0, 1, 0, 0), 3},
                                                   {8, COSEM_NAME(0, 0, 1, 0, 0), 8}};
static const struct dlms_target shift = {8, COSEM_NAME(0, 0, 1, 0, 0), 6};

enum { OBJECTS_READ = sizeof objects / sizeof objects[0] };

static void put_key(struct dlms_keyring *ring, enum dlms_key_id id, const uint8_t *octets)
{
    assert_int_equal(dlms_keyring_put(ring, id, octets, dlms_key_size(ring->suite)), 0);
}

static void set_up_guard(enum dlms_suite suite)
{
    static const uint8_t master[DLMS_KEY_MAX] = "the master's key";
    static const uint8_t broadcast[DLMS_KEY_MAX] = "for everybody...";
    static const uint8_t own[DLMS_KEY_MAX] = "of this session.";
    const struct dlms_client_security use = {.mechanism = DLMS_MECHANISM_GMAC,
                                             .control = 0x30,
                                             .challenge_size = 16,
                                             .signing = protector_signing};
    set_up_suite(suite);
    put_key(&setup.ring, DLMS_KEY_BROADCAST, broadcast);
    dlms_client_guard_init(&guard, &use, suite);
    memcpy(guard.use.title, kit_client, DLMS_TITLE_SIZE);
    memcpy(guard.peer, kit_server, DLMS_TITLE_SIZE);
    guard.has_peer = true;
    kit_ring(&guard.ring, suite);
    put_key(&guard.ring, DLMS_KEY_MASTER, master);
    put_key(&guard.ring, DLMS_KEY_BROADCAST, broadcast);
    assert_int_equal(dlms_key_put(&guard.dedicated, own, dlms_key_size(suite)), 0);
}

static const struct dlms_client_layers choices[] = {
    {1, {DLMS_LAYER_AUTHENTICATION}, DLMS_CLIENT_KEY_UNICAST},
    {1, {DLMS_LAYER_ENCRYPTION}, DLMS_CLIENT_KEY_UNICAST},
    {1, {DLMS_LAYER_BOTH}, DLMS_CLIENT_KEY_UNICAST},
    {1, {DLMS_LAYER_BOTH}, DLMS_CLIENT_KEY_BROADCAST},
    {1, {DLMS_LAYER_BOTH}, DLMS_CLIENT_KEY_WRAPPED},
    {2, {DLMS_LAYER_AUTHENTICATION, DLMS_LAYER_ENCRYPTION}, DLMS_CLIENT_KEY_UNICAST},
    {1, {DLMS_LAYER_SIGNATURE}, DLMS_CLIENT_KEY_UNICAST}, /* from here on with a curve */
    {1, {DLMS_LAYER_BOTH}, DLMS_CLIENT_KEY_ONE_PASS},
    {1, {DLMS_LAYER_BOTH}, DLMS_CLIENT_KEY_STATIC},
    {2, {DLMS_LAYER_SIGNATURE, DLMS_LAYER_BOTH}, DLMS_CLIENT_KEY_UNICAST},
    {2, {DLMS_LAYER_BOTH, DLMS_LAYER_SIGNATURE}, DLMS_CLIENT_KEY_STATIC},
    {3, {DLMS_LAYER_SIGNATURE, DLMS_LAYER_BOTH, DLMS_LAYER_SIGNATURE}, DLMS_CLIENT_KEY_ONE_PASS},
};
enum { WITHOUT_CURVE = 6, CHOICES = sizeof choices / sizeof choices[0] };

/* The longest of suite 2 is longer than the rig's APDUs. */
static size_t choices_of(int suite)
{
    return suite == DLMS_SUITE_0   ? (size_t)WITHOUT_CURVE
           : suite == DLMS_SUITE_2 ? (size_t)CHOICES - 1
                                   : (size_t)CHOICES;
}

static struct writer writer_of(struct text *parameter)
{
    return writer_over(parameter->octets, sizeof parameter->octets);
}

static enum cosem_result send(int method, struct text *parameter, const struct writer *w,
                              struct text *returned)
{
    assert_false(writer_overflow(w));
    parameter->size = writer_kept(w);
    return act(method, parameter, returned);
}

static struct text read_by(const struct dlms_client_layers *how)
{
    struct text parameter;
    struct text returned;
    struct writer w = writer_of(&parameter);
    dlms_client_data_get(&guard, how, objects, OBJECTS_READ, &w);
    assert_int_equal(send(GET_PROTECTED, &parameter, &w, &returned), COSEM_SUCCESS);
    return returned;
}

static int take(const struct dlms_client_layers *how, const struct text *returned,
                struct reader *plain)
{
    static uint8_t room[DLMS_CLIENT_DATA];
    return dlms_client_data_take(&guard, how, reader_over(returned->octets, returned->size), room,
                                 plain);
}

static void assert_values(struct reader plain)
{
    enum cosem_result result;
    struct text right = text_of("0202");
    for (size_t i = 0; i < OBJECTS_READ; i++) {
        struct text one =
            read_as(SAP, objects[i].class_id, &objects[i].name, objects[i].member, &result);
        text_append(&right, one.octets, one.size);
    }
    assert_int_equal(reader_left(&plain), right.size);
    assert_memory_equal(plain.data + plain.at, right.octets, right.size);
}

static void reads_in_every_way(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_0; suite <= DLMS_SUITE_2; suite++) {
        set_up_guard((enum dlms_suite)suite);
        for (size_t i = 0; i < choices_of(suite); i++) {
            struct reader plain;
            struct text returned = read_by(&choices[i]);
            assert_int_equal(take(&choices[i], &returned, &plain), 0);
            assert_values(plain);
        }
    }
}

static void writes_in_every_way(void **state)
{
    (void)state;
    int expected = 0;
    for (int suite = DLMS_SUITE_0; suite <= DLMS_SUITE_2; suite++) {
        set_up_guard((enum dlms_suite)suite);
        for (size_t i = 0; i < choices_of(suite); i++) {
            struct text parameter;
            struct text returned;
            struct writer w = writer_of(&parameter);
            const bool saves = i % 2 == 0;
            expected = expected == 60 ? 120 : 60;
            const uint8_t zone_value[] = {COSEM_I16, 0xFF, (uint8_t)-expected};
            const uint8_t saving[] = {COSEM_BOOLEAN, saves};
            const struct reader values[] = {reader_over(zone_value, sizeof zone_value),
                                            reader_over(saving, sizeof saving)};
            assert_int_equal(
                dlms_client_data_set(&guard, &choices[i], clock_members, values, 2, &w), 0);
            assert_int_equal(send(SET_PROTECTED, &parameter, &w, &returned), COSEM_SUCCESS);
            assert_int_equal(zone(), expected);
            assert_int_equal(clock_settings(&rig.clock).dst_enabled, saves);
        }
    }
}

static void calls_in_every_way(void **state)
{
    (void)state;
    static const uint8_t seconds[] = {COSEM_I16, 0, 100};
    static const uint8_t null[] = {COSEM_NULL};
    for (int suite = DLMS_SUITE_0; suite <= DLMS_SUITE_2; suite++) {
        set_up_guard((enum dlms_suite)suite);
        for (size_t i = 0; i < choices_of(suite); i++) {
            struct text parameter;
            struct text returned;
            struct reader plain;
            struct writer w = writer_of(&parameter);
            int64_t before = rig.clock.utc_ms;
            assert_int_equal(dlms_client_data_act(&guard, &choices[i], &shift,
                                                  reader_over(seconds, sizeof seconds), &w),
                             0);
            assert_int_equal(send(INVOKE_PROTECTED, &parameter, &w, &returned), COSEM_SUCCESS);
            assert_int_equal(rig.clock.utc_ms - before, 100000);
            assert_int_equal(take(&choices[i], &returned, &plain), 0);
            assert_int_equal(reader_left(&plain), sizeof null);
            assert_memory_equal(plain.data + plain.at, null, sizeof null);
        }
    }
}

/* Less than was asked for, or other, is not taken, whatever keys it is by. */
static void other_layers_are_not_believed(void **state)
{
    (void)state;
    set_up_guard(DLMS_SUITE_1);
    for (size_t asked_for = 0; asked_for < CHOICES; asked_for++) {
        struct text returned = read_by(&choices[asked_for]);
        for (size_t wanted = 0; wanted < CHOICES; wanted++) {
            struct reader plain;
            bool same = choices[wanted].count == choices[asked_for].count &&
                        memcmp(choices[wanted].type, choices[asked_for].type,
                               sizeof choices[wanted].type) == 0;
            if (!same) {
                assert_int_equal(take(&choices[wanted], &returned, &plain), DLMS_SECURITY_WEAK);
            }
        }
    }
}

/* What the meter gave once, and what was turned or cut off anywhere. */
static void what_came_is_held(void **state)
{
    (void)state;
    struct reader plain;
    set_up_guard(DLMS_SUITE_0);
    const struct dlms_client_layers *both = &choices[2];
    struct text returned = read_by(both);
    for (size_t at = 0; at < returned.size; at++) {
        struct text bad = returned;
        bad.octets[at] ^= (uint8_t)(1 << at % 8);
        assert_int_not_equal(take(both, &bad, &plain), 0);
        bad = returned;
        bad.size = at;
        assert_int_not_equal(take(both, &bad, &plain), 0);
    }
    assert_int_equal(take(both, &returned, &plain), 0);
    assert_int_equal(take(both, &returned, &plain), DLMS_SECURITY_COUNTER);
}

/* A meter whose title the client was not told: keys that are given for it are its. */
static void a_meter_without_a_name(void **state)
{
    (void)state;
    set_up_guard(DLMS_SUITE_1);
    guard.has_peer = false;
    for (size_t i = 0; i < CHOICES; i++) {
        struct reader plain;
        struct text returned = read_by(&choices[i]);
        assert_int_equal(take(&choices[i], &returned, &plain), 0);
        assert_values(plain);
    }
}

/* Without the key, or with more than there is room for, nothing is made. */
static void what_cannot_be_made(void **state)
{
    (void)state;
    static const uint8_t lots[DLMS_CLIENT_DATA];
    uint8_t octets[DLMS_CLIENT_DATA];
    struct writer w = writer_over(octets, sizeof octets);
    struct reader value = reader_over(lots, 3);
    set_up_guard(DLMS_SUITE_0);
    for (size_t i = WITHOUT_CURVE; i < CHOICES; i++) {
        assert_int_equal(dlms_client_data_set(&guard, &choices[i], &total, &value, 1, &w),
                         DLMS_SECURITY_KEY);
        assert_int_equal(dlms_client_data_act(&guard, &choices[i], &total, value, &w),
                         DLMS_SECURITY_KEY);
    }
    guard.ring.there &= (uint8_t) ~(1U << DLMS_KEY_MASTER);
    assert_int_equal(dlms_client_data_set(&guard, &choices[4], &total, &value, 1, &w),
                     DLMS_SECURITY_KEY);
    value = reader_over(lots, sizeof lots);
    assert_int_equal(dlms_client_data_set(&guard, &choices[2], &total, &value, 1, &w),
                     DLMS_SECURITY_ROOM);
    assert_int_equal(dlms_client_data_act(&guard, &choices[2], &total, value, &w),
                     DLMS_SECURITY_ROOM);
}

/* Public reads a counter above which data and APDUs are both new. */
static void the_counter_told_is_high_enough(void **state)
{
    (void)state;
    static const struct cosem_name counter = COSEM_NAME(0, 0, 43, 1, 0);
    enum cosem_result result;
    struct text parameter;
    struct text returned;
    set_up_guard(DLMS_SUITE_0);
    guard.sent.next = 5000;
    struct writer w = writer_of(&parameter);
    static const uint8_t second[] = {COSEM_I16, 0, 1};
    assert_int_equal(
        dlms_client_data_act(&guard, &choices[4], &shift, reader_over(second, sizeof second), &w),
        0);
    assert_int_equal(send(INVOKE_PROTECTED, &parameter, &w, &returned), COSEM_SUCCESS);
    struct text told = read_as(SAP, 1, &counter, 2, &result);
    struct text right = text_of("06 00001388");
    assert_same_text(&told, &right);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_in_every_way),  cmocka_unit_test(writes_in_every_way),
        cmocka_unit_test(calls_in_every_way),  cmocka_unit_test(other_layers_are_not_believed),
        cmocka_unit_test(what_came_is_held),   cmocka_unit_test(a_meter_without_a_name),
        cmocka_unit_test(what_cannot_be_made), cmocka_unit_test(the_counter_told_is_high_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
