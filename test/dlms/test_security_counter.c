/* Invocation counters: never twice, not even when the power fails at any moment. */
#include "dlms/security_counter.h"
#include "test/dlms/test_security_kit.h"
#include "test/unit.h"

enum { ID = 3, AHEAD = 100 };

static void test_sent_counts_up(void **state)
{
    (void)state;
    struct kit_store store;
    struct dlms_counter counter;
    kit_store_init(&store);
    dlms_counter_restore(&counter, ID, DLMS_COUNTER_FIRST);
    for (uint32_t i = 0; i < 3 * AHEAD; i++) {
        uint32_t value;
        assert_int_equal(dlms_counter_take(&counter, &store.store, &value), 0);
        assert_int_equal(value, DLMS_COUNTER_FIRST + i);
        assert_true(store.bounds[ID] > value); /* before it is used */
    }
    assert_int_equal(store.writes, 3);
}

/* Restarts after every use: what was used never comes again. */
static void test_sent_after_restarts(void **state)
{
    (void)state;
    struct kit_store store;
    struct dlms_counter counter;
    kit_store_init(&store);
    dlms_counter_restore(&counter, ID, DLMS_COUNTER_FIRST);
    uint32_t last = 0;
    for (int restart = 0; restart < 50; restart++) {
        uint32_t value;
        for (int use = 0; use <= restart; use++) {
            assert_int_equal(dlms_counter_take(&counter, &store.store, &value), 0);
            assert_true(value > last);
            last = value;
        }
        dlms_counter_restore(&counter, ID, store.bounds[ID]);
    }
}

static void test_sent_ends(void **state)
{
    (void)state;
    struct kit_store store;
    struct dlms_counter counter;
    uint32_t value;
    kit_store_init(&store);
    dlms_counter_restore(&counter, ID, UINT32_MAX - 2);
    assert_int_equal(dlms_counter_take(&counter, &store.store, &value), 0);
    assert_int_equal(value, UINT32_MAX - 2);
    assert_int_equal(store.bounds[ID], UINT32_MAX);
    assert_int_equal(dlms_counter_take(&counter, &store.store, &value), 0);
    assert_int_equal(value, UINT32_MAX - 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(dlms_counter_take(&counter, &store.store, &value), -1);
    }
    dlms_counter_restore(&counter, ID, store.bounds[ID]);
    assert_int_equal(dlms_counter_take(&counter, &store.store, &value), -1);
    dlms_counter_restore(&counter, ID, DLMS_COUNTER_FIRST); /* a new key */
    store.bounds[ID] = 0;
    assert_int_equal(dlms_counter_take(&counter, &store.store, &value), 0);
    assert_int_equal(value, DLMS_COUNTER_FIRST);
}

static void test_sent_needs_the_store(void **state)
{
    (void)state;
    struct kit_store store;
    struct dlms_counter counter;
    uint32_t value;
    kit_store_init(&store);
    dlms_counter_restore(&counter, ID, 50);
    store.broken = true;
    assert_int_equal(dlms_counter_take(&counter, &store.store, &value), -1);
    store.broken = false;
    assert_int_equal(dlms_counter_take(&counter, &store.store, &value), 0);
    assert_int_equal(value, 50);
    store.broken = true; /* what is reserved can be used */
    for (uint32_t i = 51; i < 50 + AHEAD; i++) {
        assert_int_equal(dlms_counter_take(&counter, &store.store, &value), 0);
        assert_int_equal(value, i);
    }
    assert_int_equal(dlms_counter_take(&counter, &store.store, &value), -1);
    assert_int_equal(dlms_counter_take(&counter, NULL, &value), 0);
}

static void test_received_only_rises(void **state)
{
    (void)state;
    struct kit_store store;
    struct dlms_counter counter;
    kit_store_init(&store);
    dlms_counter_restore(&counter, ID, 0);
    const uint32_t values[] = {0, 1, 2, 10, 11, 5000, UINT32_MAX - 1};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_true(dlms_counter_accepts(&counter, values[i]));
        assert_int_equal(dlms_counter_accept(&counter, &store.store, values[i]), 0);
        assert_true(store.bounds[ID] > values[i]);
        for (size_t j = 0; j <= i; j++) {
            assert_false(dlms_counter_accepts(&counter, values[j]));
            assert_int_equal(dlms_counter_accept(&counter, &store.store, values[j]), -1);
        }
    }
    assert_int_equal(store.writes, 3);
    assert_false(dlms_counter_accepts(&counter, UINT32_MAX));
}

/* After a restart nothing that was accepted before is accepted, whatever was stored when. */
static void test_received_after_restarts(void **state)
{
    (void)state;
    struct kit_store store;
    struct dlms_counter counter;
    kit_store_init(&store);
    dlms_counter_restore(&counter, ID, 0);
    uint32_t value = 0;
    for (uint32_t step = 1; step < 400; step++) {
        value = counter.next + step % 7;
        assert_int_equal(dlms_counter_accept(&counter, &store.store, value), 0);
        struct dlms_counter restarted;
        dlms_counter_restore(&restarted, ID, store.bounds[ID]);
        assert_false(dlms_counter_accepts(&restarted, value));
        assert_true(dlms_counter_accepts(&restarted, restarted.next));
    }
    assert_true(store.writes < 20);
}

static void test_received_needs_the_store(void **state)
{
    (void)state;
    struct kit_store store;
    struct dlms_counter counter;
    kit_store_init(&store);
    dlms_counter_restore(&counter, ID, 0);
    store.broken = true;
    assert_int_equal(dlms_counter_accept(&counter, &store.store, 7), -1);
    assert_true(dlms_counter_accepts(&counter, 7));
    store.broken = false;
    assert_int_equal(dlms_counter_accept(&counter, &store.store, 7), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sent_counts_up),
        cmocka_unit_test(test_sent_after_restarts),
        cmocka_unit_test(test_sent_ends),
        cmocka_unit_test(test_sent_needs_the_store),
        cmocka_unit_test(test_received_only_rises),
        cmocka_unit_test(test_received_after_restarts),
        cmocka_unit_test(test_received_needs_the_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
