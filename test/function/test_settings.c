/* Small settings: what they begin with, what they take and what they refuse, each step of it beside
 * a naive model; and that what is kept is told apart from what is not, by the count of changes. */
#include "function/compact.h"
#include "function/consumer.h"
#include "function/identity.h"
#include "function/local_port.h"
#include "test/dice.h"
#include "test/function/object_book.h"
#include "test/unit.h"

#include <string.h>

static uint64_t dice = 5;

/* ---- who the meter is ---- */

static void names_are_made_of_letters_type_functions_and_serial(void **state)
{
    (void)state;
    static const struct {
        uint32_t serial;
        uint8_t type, functions;
        const char *name;
    } rows[] = {
        {12345678, 102, 0, "WTH1020012345678"},
        {0, 103, 7, "WTH1030700000000"},
        {IDENTITY_SERIAL_MAX, 3, 12, "WTH0031299999999"},
        {42, 255, 99, "WTH2559900000042"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct identity_config config = {
            .manufacturer = "WTH", .device_type = rows[i].type, .functions = rows[i].functions};
        const struct identity_legal legal = {.name = "legal 1"};
        struct identity identity;
        memset(&identity, 0xA5, sizeof identity);
        assert_int_equal(identity_init(&identity, &config, legal, rows[i].serial), 0);
        assert_memory_equal(identity.name, rows[i].name, IDENTITY_NAME_SIZE);
        assert_memory_equal(identity.serial, rows[i].name + 8, IDENTITY_SERIAL_SIZE);
        assert_ptr_equal(identity.config, &config);
        assert_string_equal(identity.legal.name, "legal 1");
    }
}

static void a_serial_number_has_eight_digits_at_most(void **state)
{
    (void)state;
    static const struct identity_config config = {.manufacturer = "WTH"};
    const struct identity_legal legal = {.name = "legal 1"};
    struct identity identity = {.name = "unchanged"};
    assert_int_equal(identity_init(&identity, &config, legal, IDENTITY_SERIAL_MAX + 1), -1);
    assert_int_equal(identity_init(&identity, &config, legal, UINT32_MAX), -1);
    assert_memory_equal(identity.name, "unchanged", 9);
}

/* ---- the customer port ---- */

static void the_customer_port_counts_what_changed(void **state)
{
    (void)state;
    struct consumer consumer;
    consumer_init(&consumer, "50");
    assert_string_equal(consumer.version, "50");
    assert_true(consumer.port_enabled);
    assert_int_equal(consumer.told_every_s, CONSUMER_TOLD_S);
    assert_int_equal(consumer.changes, 0);
    consumer_enable_port(&consumer, false);
    assert_false(consumer.port_enabled);
    assert_int_equal(consumer.changes, 1);
    consumer_tell_every(&consumer, 3600);
    assert_int_equal(consumer.told_every_s, 3600);
    assert_int_equal(consumer.changes, 2);
    consumer_enable_port(&consumer, true);
    assert_true(consumer.port_enabled);
    assert_int_equal(consumer.changes, 3);
}

/* ---- the optical port ---- */

static const struct local_port_config as_delivered = {
    .mode = LOCAL_PORT_IEC, .default_baud = 5, .prop_baud = 4};

static void a_new_port_is_as_delivered(void **state)
{
    (void)state;
    struct local_port port;
    memset(&port, 0xA5, sizeof port);
    local_port_init(&port, &as_delivered, "12345678", 8);
    assert_int_equal(port.mode, LOCAL_PORT_IEC);
    assert_int_equal(port.default_baud, 5);
    assert_int_equal(port.prop_baud, 4);
    assert_true(port.slow);
    assert_int_equal(port.address.size, 8);
    assert_memory_equal(port.address.octets, "12345678", 8);
    for (int i = 0; i < LOCAL_PORT_PASSWORDS; i++) {
        assert_int_equal(port.passwords[i].size, 0);
    }
    assert_int_equal(port.changes, 0);
}

static void codes_are_taken_in_their_range(void **state)
{
    (void)state;
    static const struct {
        int (*set)(struct local_port *port, unsigned code);
        unsigned most;
    } rows[] = {
        {local_port_set_mode, LOCAL_PORT_HDLC},
        {local_port_set_default_baud, LOCAL_PORT_BAUD_MOST},
        {local_port_set_prop_baud, LOCAL_PORT_BAUD_MOST},
        {local_port_set_response, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct local_port port;
        local_port_init(&port, &as_delivered, "1", 1);
        for (unsigned code = 0; code <= 20; code++) {
            const struct local_port before = port;
            int result = rows[i].set(&port, code);
            assert_int_equal(result, code <= rows[i].most ? 0 : -1);
            assert_int_equal(port.changes, before.changes + (result == 0));
            if (result != 0) {
                assert_memory_equal(&port, &before, sizeof port);
            }
        }
    }
}

static void codes_are_what_was_set(void **state)
{
    (void)state;
    struct local_port port;
    local_port_init(&port, &as_delivered, "1", 1);
    for (unsigned code = 0; code <= LOCAL_PORT_BAUD_MOST; code++) {
        assert_int_equal(local_port_set_default_baud(&port, code), 0);
        assert_int_equal(local_port_set_prop_baud(&port, LOCAL_PORT_BAUD_MOST - code), 0);
        assert_int_equal(port.default_baud, code);
        assert_int_equal(port.prop_baud, LOCAL_PORT_BAUD_MOST - code);
        assert_int_equal(local_port_baud(code), 300 << code);
    }
    assert_int_equal(local_port_set_mode(&port, LOCAL_PORT_HDLC), 0);
    assert_int_equal(port.mode, LOCAL_PORT_HDLC);
    assert_int_equal(local_port_set_response(&port, 0), 0);
    assert_false(port.slow);
    assert_int_equal(local_port_set_response(&port, 1), 0);
    assert_true(port.slow);
}

/* Each octet at each place of a text of each length: what is printable and does not end the text on
 * the line is taken, and it is the whole text then. */
static void assert_texts(int (*set)(struct local_port *port, const void *octets, size_t size),
                         struct local_port_text *(*text_of)(struct local_port *port),
                         const char *never)
{
    struct local_port port;
    local_port_init(&port, &as_delivered, "1", 1);
    for (int round = 0; round < 20000; round++) {
        char text[LOCAL_PORT_TEXT + 3];
        size_t size = dice_roll(&dice, sizeof text);
        memset(text, 'x', sizeof text);
        bool good = size <= LOCAL_PORT_TEXT;
        if (size > 0) {
            uint8_t octet = (uint8_t)dice_roll(&dice, 256);
            text[dice_roll(&dice, (uint32_t)size)] = (char)octet;
            good = good && octet >= 0x20 && octet <= 0x7E &&
                   memchr(never, octet, strlen(never)) == NULL;
        }
        const struct local_port before = port;
        assert_int_equal(set(&port, text, size), good ? 0 : -1);
        assert_int_equal(port.changes, before.changes + good);
        if (!good) {
            assert_memory_equal(&port, &before, sizeof port);
            continue;
        }
        char expected[LOCAL_PORT_TEXT] = {0};
        memcpy(expected, text, size);
        assert_int_equal(text_of(&port)->size, size);
        assert_memory_equal(text_of(&port)->octets, expected, sizeof expected);
    }
}

static struct local_port_text *address_of(struct local_port *port)
{
    return &port->address;
}

static int set_p2(struct local_port *port, const void *octets, size_t size)
{
    return local_port_set_password(port, LOCAL_PORT_P2, octets, size);
}

static struct local_port_text *p2_of(struct local_port *port)
{
    return &port->passwords[LOCAL_PORT_P2];
}

static void texts_are_printable_and_do_not_end_a_message(void **state)
{
    (void)state;
    assert_texts(local_port_set_address, address_of, "/!?");
    assert_texts(set_p2, p2_of, "()*/!");
}

/* ---- the buffer of compact data ---- */

static struct profile_column column_of(uint16_t class_id)
{
    return (struct profile_column){.class_id = class_id, .attribute = 2};
}

static void other_columns_or_another_method_empty_the_buffer(void **state)
{
    (void)state;
    static const uint8_t octets[COMPACT_BUFFER] = {1, 2, 3};
    const struct profile_column columns[] = {column_of(3), column_of(4)};
    struct object_book book;
    const struct object_table objects = object_book_open(&book, OBJECT_BOOK);
    struct compact compact;
    compact_init(&compact, &objects);
    assert_int_equal(compact.column_count, 0);
    assert_int_equal(compact.size, 0);
    assert_int_equal(compact.method, COMPACT_IMPLICIT);
    assert_int_equal(compact.changes, 0);

    compact_store(&compact, octets, 3);
    assert_int_equal(compact.size, 3);
    compact_set_columns(&compact, columns, 2);
    assert_int_equal(compact.size, 0);
    assert_int_equal(compact.column_count, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct profile_column kept = compact_column(&compact, i);
        assert_true(column_equal(&kept, &columns[i]));
    }

    compact_store(&compact, octets, COMPACT_BUFFER);
    assert_int_equal(compact.size, COMPACT_BUFFER);
    assert_memory_equal(compact.buffer, octets, COMPACT_BUFFER);
    compact_set_method(&compact, COMPACT_INVOKE);
    assert_int_equal(compact.size, 0);
    assert_int_equal(compact.method, COMPACT_INVOKE);

    compact_store(&compact, octets, 2);
    compact_reset(&compact);
    assert_int_equal(compact.size, 0);

    compact_set_columns(&compact, NULL, 0);
    assert_int_equal(compact.column_count, 0);
}

static void every_change_of_compact_data_counts(void **state)
{
    (void)state;
    static const uint8_t octet = 1;
    const struct profile_column column = column_of(3);
    struct object_book book;
    const struct object_table objects = object_book_open(&book, OBJECT_BOOK);
    struct compact compact;
    compact_init(&compact, &objects);
    uint32_t before = compact.changes;
    compact_set_columns(&compact, &column, 1);
    assert_true(compact.changes > before);
    before = compact.changes;
    compact_set_template(&compact, 9);
    assert_int_equal(compact.template_id, 9);
    assert_true(compact.changes > before);
    before = compact.changes;
    compact_set_method(&compact, COMPACT_INVOKE);
    assert_true(compact.changes > before);
    before = compact.changes;
    compact_store(&compact, &octet, 1);
    assert_true(compact.changes > before);
    before = compact.changes;
    compact_reset(&compact);
    assert_true(compact.changes > before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_made_of_letters_type_functions_and_serial),
        cmocka_unit_test(a_serial_number_has_eight_digits_at_most),
        cmocka_unit_test(the_customer_port_counts_what_changed),
        cmocka_unit_test(a_new_port_is_as_delivered),
        cmocka_unit_test(codes_are_taken_in_their_range),
        cmocka_unit_test(codes_are_what_was_set),
        cmocka_unit_test(texts_are_printable_and_do_not_end_a_message),
        cmocka_unit_test(other_columns_or_another_method_empty_the_buffer),
        cmocka_unit_test(every_change_of_compact_data_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
