/* Push set-ups as a client writes them: what each row is taken as, what is refused, and what has
 * changed. */
#include "test/product/hex_client.h"
#include "test/unit.h"

#include <string.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, PUSH = 40 };

static const struct cosem_name alarm = COSEM_NAME(0, 4, 25, 9, 0);
static struct rig rig;

static void begin(const char *product)
{
    rig_init(&rig, product_find(product));
    rig_associate(&rig, SAP, 512);
}

static int set_up(void **state)
{
    (void)state;
    begin("xs211");
    return 0;
}

static enum cosem_result set(int attribute, const char *hex)
{
    return hex_set(&rig, hex_target(PUSH, &alarm, attribute), hex);
}

static enum cosem_result act(int method, const char *hex)
{
    return hex_act(&rig, hex_target(PUSH, &alarm, method), hex);
}

static void assert_shows(int attribute, const char *hex)
{
    hex_assert_reads(&rig, hex_target(PUSH, &alarm, attribute), hex);
}

static const struct push_settings *settings(void)
{
    return &rig.push.settings[PUSH_ALARM];
}

#define TCP_TO    "0203 1600 0909 3132372E302E302E31"
#define VOLTAGE_2 "0206 120003 0906 0100200700FF 0F02 120000 0202160000 0100"
#define VOLTAGE_0 "0204 120003 0906 0100200700FF 0F02 120000"
#define DAILY(h)  "090C FFFFFFFFFF" h "0000 00 8000 FF"
#define WINDOW    "0202" DAILY("16") DAILY("05")

#define UNICAST           "0202 1600 1600"
#define LAYER(type, info) "0202 16" type "0205 0902 0102 0900 0900 0901 77" info
#define SIGNED            LAYER("03", "00")

/* A profile's buffer from midnight to midnight. */
#define MIDNIGHT(day) "090C 07EA0B" day "FF 00000000 8000 FF"
#define DAY_BEFORE                                                                                 \
    "0206 120007 0906 0100630100FF 0F02 120000 0202 1601 0202" MIDNIGHT("14") MIDNIGHT("15") "010" \
                                                                                             "0"

static void what_is_taken(void **state)
{
    (void)state;
    static const struct {
        int attribute;
        const char *value;
    } rows[] = {
        {2, "0101" VOLTAGE_2},
        {2, "0100"},
        {3, TCP_TO " 1600"},
        {3, "0203 1605 0900 1600"},
        {4, "0101" WINDOW},
        {4, "0100"},
        {5, "12 FFFF"},
        {6, "11 FE"},
        {7, "0203 120001 120064 12FFFF"},
        {9, "0F 7F"},
        {10, "0101" LAYER("02", UNICAST)},
        {10, "0101" LAYER("00", "0202 1600 1601")},
        {10, "0100"},
        {11, "16 02"},
        {12, "0202 090C FFFFFFFFFFFFFFFFFF8000FF 06 00000E10"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t before = rig.push.changes[PUSH_ALARM];
        assert_int_equal(set(rows[i].attribute, rows[i].value), COSEM_SUCCESS);
        assert_shows(rows[i].attribute, rows[i].value);
        assert_int_equal(rig.push.changes[PUSH_ALARM], before + 1);
    }
    assert_int_equal(settings()->randomisation_s, 65535);
    assert_int_equal(settings()->retries, 254);
    assert_int_equal(settings()->delay_s, 1);
    assert_int_equal(settings()->delay_percent, 100);
    assert_int_equal(settings()->method, PUSH_CONFIRMED);
    assert_int_equal(settings()->client_sap, 127);
    assert_int_equal(settings()->confirm_every_s, 3600);
    assert_int_equal(rig.push.changes[PUSH_INTERVAL_1], 0);
}

static void what_is_refused_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        int attribute;
        const char *value;
        enum cosem_result result;
    } rows[] = {
        /* no such object, no such attribute, coded element, associations, SAPs, security,
           restricted */
        {2, "0101 0206 120003 0906 0100210800FF 0F02 120000 0202160000 0100", COSEM_OTHER_REASON},
        {2, "0101 0206 120003 0906 0100200700FF 0F09 120000 0202160000 0100", COSEM_OTHER_REASON},
        {2, "0101 0206 120003 0906 0100200700FF 0F02 121000 0202160000 0100", COSEM_OTHER_REASON},
        {2, "0101 0206 12000F 0906 0000280000FF 0F02 120000 0202160000 0100", COSEM_OTHER_REASON},
        {2, "0101 0206 120011 0906 0000290000FF 0F02 120000 0202160000 0100", COSEM_OTHER_REASON},
        {2, "0101 0206 120040 0906 00002B0000FF 0F02 120000 0202160000 0100", COSEM_OTHER_REASON},
        {2, "0101 0206 120003 0906 0100200700FF 0F02 120000 0202160100 0100", COSEM_TYPE_UNMATCHED},
        {2, "0101" VOLTAGE_0, COSEM_TYPE_UNMATCHED},
        {3, "0203 1604 0900 1600", COSEM_OTHER_REASON},
        {3, "0203 1600 0900 1601", COSEM_OTHER_REASON},
        {3, "0202 1600 0900", COSEM_TYPE_UNMATCHED},
        {4, "0101 0202 " DAILY("16") "090C 07EA0B15060C0000 00 8000 FF", COSEM_OTHER_REASON},
        {4, "0105" WINDOW WINDOW WINDOW WINDOW WINDOW, COSEM_OTHER_REASON},
        {5, "11 05", COSEM_TYPE_UNMATCHED},
        {6, "11 FF", COSEM_OTHER_REASON},
        {7, "0203 120001 120063 12FFFF", COSEM_OTHER_REASON},
        {7, "12 0001", COSEM_TYPE_UNMATCHED},
        {8, "0906 000019000000", COSEM_READ_WRITE_DENIED},
        {9, "0F 00", COSEM_OTHER_REASON},
        /* signed by a suite that has no signatures; ciphered twice; keys wrapped, agreed, none; a
         * title that is none; no layer */
        {10, "0101" SIGNED, COSEM_OTHER_REASON},
        {10, "0102" LAYER("02", UNICAST) LAYER("01", UNICAST), COSEM_OTHER_REASON},
        {10, "0101" LAYER("02", "0202 1601 0202 1600 0900"), COSEM_OTHER_REASON},
        {10, "0101" LAYER("02", "0202 1602 0202 0900 0900"), COSEM_OTHER_REASON},
        {10, "0101" LAYER("02", "00"), COSEM_OTHER_REASON},
        {10, "0101" LAYER("04", UNICAST), COSEM_OTHER_REASON},
        {10, "0101 1102", COSEM_TYPE_UNMATCHED},
        {11, "16 03", COSEM_OTHER_REASON},
        {12, "0202 090C FFFF0DFFFFFFFFFFFF8000FF 06 00000E10", COSEM_OTHER_REASON},
        {13, "090C FFFFFFFFFFFFFFFFFF8000FF", COSEM_READ_WRITE_DENIED},
    };
    uint8_t before[PUSH_SETTINGS];
    uint8_t after[PUSH_SETTINGS];
    struct writer w = writer_over(before, sizeof before);
    push_settings_write(&rig.push, PUSH_ALARM, &w);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum cosem_result result = set(rows[i].attribute, rows[i].value);
        if (result != rows[i].result) {
            fail_msg("row %zu: %d", i, result);
        }
        struct writer now = writer_over(after, sizeof after);
        push_settings_write(&rig.push, PUSH_ALARM, &now);
        assert_int_equal(writer_kept(&now), writer_kept(&w));
        assert_memory_equal(before, after, writer_kept(&w));
    }
    assert_int_equal(rig.push.changes[PUSH_ALARM], 0);
}

static void methods(void **state)
{
    (void)state;
    assert_int_equal(act(1, "0F 00"), COSEM_TEMPORARY_FAILURE);
    assert_int_equal(set(3, TCP_TO " 1600"), COSEM_SUCCESS);
    assert_int_equal(act(1, "0F 01"), COSEM_OTHER_REASON);
    assert_false(rig.push.states[PUSH_ALARM].waiting);
    assert_int_equal(act(1, "0F 00"), COSEM_SUCCESS);
    assert_true(rig.push.states[PUSH_ALARM].waiting);
    assert_false(rig.push.states[PUSH_INTERVAL_1].waiting);
    assert_int_equal(act(2, "0F 00"), COSEM_SUCCESS);
    assert_false(rig.push.states[PUSH_ALARM].waiting);
    assert_int_equal(act(1, "0F 00"), COSEM_SUCCESS);
    assert_int_equal(set(3, "0203 1600 0900 1600"), COSEM_SUCCESS); /* nobody to be told */
    assert_false(rig.push.states[PUSH_ALARM].waiting);
}

static void the_last_confirmation_is_shown(void **state)
{
    (void)state;
    assert_shows(13, "090C FFFFFFFFFFFFFFFFFF8000FF");
    rig.push.states[PUSH_ALARM].confirmed_s = 1795258800;
    assert_shows(13, "090C 07EA0B15060C0000 00 FFC4 00");
    assert_shows(8, "0906 0000190000FF");
    assert_shows(10, "0100");
}

/* Version 0 knows neither growing delays nor restrictions; version 1 neither. */
static void older_versions(void **state)
{
    (void)state;
    static const char *const products[] = {"sm402d", "st402d"};
    for (int i = 0; i < 2; i++) {
        begin(products[i]);
        assert_int_equal(set(2, "0101" VOLTAGE_0), COSEM_SUCCESS);
        assert_shows(2, "0101" VOLTAGE_0);
        assert_int_equal(set(2, "0101" VOLTAGE_2), COSEM_TYPE_UNMATCHED);
        assert_int_equal(set(7, "12 0005"), COSEM_SUCCESS);
        assert_shows(7, "12 0005");
        assert_int_equal(settings()->delay_percent, 100);
        assert_int_equal(set(11, "16 00"), COSEM_OBJECT_UNDEFINED);
        assert_int_equal(set(9, "0F 05"), i == 0 ? COSEM_OBJECT_UNDEFINED : COSEM_SUCCESS);
    }
}

/* Other set-ups take what all share, but for so many octets. */
static void leave(size_t octets)
{
    static const uint8_t text[PUSH_LIST] = {0};
    push_clear(&rig.push, PUSH_ALARM);
    size_t left = push_text_room(&rig.push, PUSH_ALARM) - octets;
    for (int setup = PUSH_POWER_DOWN; left > 0; setup = (setup + 1) % PUSH_SETUPS) {
        size_t had = push_text(&rig.push, (enum push_setup)setup, PUSH_TEXT_LIST).size;
        size_t size = left < PUSH_LIST - had ? left : PUSH_LIST - had;
        assert_int_equal(
            push_put_text(&rig.push, (enum push_setup)setup, PUSH_TEXT_LIST, text, had + size), 0);
        left -= size;
    }
    assert_int_equal(push_text_room(&rig.push, PUSH_ALARM), octets);
}

/* What other set-ups have of the memory that all share is left to them: each attribute that takes
 * of it is refused whole where an octet is missing, and taken where none is. */
static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const struct {
        int attribute;
        const char *value;
        size_t octets;
    } rows[] = {
        {2, "0101" VOLTAGE_2, PUSH_OBJECT},
        {2, "0101" DAY_BEFORE, PUSH_OBJECT + 36},
        {3, TCP_TO " 1600", 9},
        {4, "0101" WINDOW, sizeof(struct push_window)},
        {10, "0101" LAYER("02", UNICAST), 25},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t before[PUSH_SETTINGS];
        uint8_t after[PUSH_SETTINGS];
        struct writer w = writer_over(before, sizeof before);
        struct writer now = writer_over(after, sizeof after);
        begin("xs211");
        leave(rows[i].octets - 1);
        push_settings_write(&rig.push, PUSH_ALARM, &w);
        assert_int_equal(set(rows[i].attribute, rows[i].value), COSEM_OTHER_REASON);
        push_settings_write(&rig.push, PUSH_ALARM, &now);
        assert_int_equal(writer_kept(&now), writer_kept(&w));
        assert_memory_equal(before, after, writer_kept(&w));
        assert_int_equal(rig.push.changes[PUSH_ALARM], 0);
        begin("xs211");
        leave(rows[i].octets);
        assert_int_equal(set(rows[i].attribute, rows[i].value), COSEM_SUCCESS);
        assert_shows(rows[i].attribute, rows[i].value);
        assert_int_equal(push_text_room(&rig.push, PUSH_ALARM), rows[i].octets);
    }
}

static int give(int setup, enum push_text text, size_t size)
{
    static const uint8_t octets[PUSH_LIST] = {0};
    return push_put_text(&rig.push, (enum push_setup)setup, text, octets, size);
}

/* What the products deliver leaves most of the memory to clients: room for a list of ten objects,
 * an address and a window in each set-up, and for all that one of them may have besides. */
static void much_is_left_to_clients(void **state)
{
    (void)state;
    enum { ADDRESS = sizeof "192.168.100.100:4059" };
    static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        begin(products[i]);
        size_t taken = 0;
        for (int setup = 0; setup < PUSH_SETUPS; setup++) {
            assert_true(push_object_count(&rig.push, (enum push_setup)setup) >= 3);
            taken += push_text(&rig.push, (enum push_setup)setup, PUSH_TEXT_LIST).size +
                     push_text(&rig.push, (enum push_setup)setup, PUSH_TEXT_DESTINATION).size;
        }
        assert_in_range(taken, 1, PUSH_TEXT_ROOM / 5);
        for (int setup = 0; setup < PUSH_SETUPS; setup++) {
            assert_int_equal(give(setup, PUSH_TEXT_LIST, 10 * PUSH_OBJECT), 0);
            assert_int_equal(give(setup, PUSH_TEXT_DESTINATION, ADDRESS), 0);
            assert_int_equal(give(setup, PUSH_TEXT_WINDOWS, sizeof(struct push_window)), 0);
        }
        assert_int_equal(give(PUSH_ALARM, PUSH_TEXT_LIST, PUSH_LIST), 0);
        assert_int_equal(give(PUSH_ALARM, PUSH_TEXT_PROTECTION, PUSH_PROTECTION), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_taken, set_up),
        cmocka_unit_test_setup(what_is_refused_changes_nothing, set_up),
        cmocka_unit_test_setup(what_does_not_fit_is_refused, set_up),
        cmocka_unit_test_setup(much_is_left_to_clients, set_up),
        cmocka_unit_test_setup(methods, set_up),
        cmocka_unit_test_setup(the_last_confirmation_is_shown, set_up),
        cmocka_unit_test_setup(older_versions, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
