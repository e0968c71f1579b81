/* The rooms joined: what the front end gives is what a DLMS client reads. */
#include "meter/meter.h"
#include "port/posix/entropy.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS = 3 };

static const uint8_t aarq_lls[] = {
    0x60, 0x36, 0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08, 0x01, 0x01, 0x8A,
    0x02, 0x07, 0x80, 0x8B, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08, 0x02, 0x01, 0xAC, 0x0A,
    0x80, 0x08, 'p',  'a',  's',  's',  'w',  'o',  'r',  'd',  0xBE, 0x10, 0x04, 0x0E,
    0x01, 0x00, 0x00, 0x00, 0x06, 0x5F, 0x1F, 0x04, 0x00, 0x00, 0x7E, 0x1F, 0x04, 0xB0};

static const struct meter_keys keys = {.unicast = "unicast", .authentication = "gak"};

/* A meter and its legally relevant part; freed as the meter. */
struct whole {
    struct meter meter;
    struct legal_part legal;
};

static struct meter *new_meter(const char *product)
{
    struct whole *whole = calloc(1, sizeof *whole);
    assert_non_null(whole);
    struct meter *meter = &whole->meter;
    struct meter_setup setup = {
        .legal = &whole->legal,
        .product = product_find(product),
        .serial = 7,
        .reading_password = "password",
        .utc_ms = INT64_C(1800000000000),
    };
    assert_int_equal(meter_init(meter, &setup), 0);
    return meter;
}

/* 230 V and `i_a` amperes, in phase, on every phase. */
static void feed_sine(struct meter *meter, double i_a)
{
    const struct legal_config *config = &meter->product->legal->config;
    double u_peak = 230 * sqrt(2) / (config->u_full_scale_mv / 1e3) * (1 << 23);
    double i_peak = i_a * sqrt(2) / (config->i_full_scale_ma / 1e3) * (1 << 23);
    for (int k = 0; k < SECONDS * LEGAL_FRAME_HZ; k++) {
        int32_t frame[LEGAL_CHANNELS];
        for (int phase = 0; phase < config->phases; phase++) {
            double x = 2 * acos(-1) * (50.0 * k / LEGAL_FRAME_HZ - phase / 3.0);
            frame[2 * phase] = (int32_t)lround(u_peak * sin(x));
            frame[2 * phase + 1] = (int32_t)lround(i_peak * sin(x));
        }
        legal_frames(meter->legal, frame, 1);
    }
}

/* One request through the wrapper; gives the size of the answering APDU, which stays in
 * connection->out. */
static size_t ask(struct meter_connection *connection, uint16_t client, const uint8_t *apdu,
                  size_t size, const uint8_t **answer)
{
    uint8_t frame[256];
    struct wrapper_header header = {client, 1, (uint16_t)size};
    wrapper_header_write(frame, &header);
    memcpy(frame + WRAPPER_HEADER, apdu, size);
    assert_int_equal(wrapper_receive(&connection->wrapper, frame, WRAPPER_HEADER + size, 0),
                     WRAPPER_HEADER + size);
    size_t got = wrapper_output(&connection->wrapper, answer);
    assert_true(got > WRAPPER_HEADER);
    wrapper_sent(&connection->wrapper, got, 0);
    *answer += WRAPPER_HEADER;
    return got - WRAPPER_HEADER;
}

/* The lower 32 bits of a register 1-0:C.D.0, which has 32 or, behind transformers, 64. */
static uint32_t read_register(struct meter_connection *connection, uint8_t c, uint8_t d)
{
    const uint8_t get[] = {0xC0, 1, 0xC1, 0, 3, 1, 0, c, d, 0, 255, 2, 0};
    const uint8_t *answer;
    size_t size = ask(connection, PRODUCT_SAP_READING, get, sizeof get, &answer);
    assert_true(size == 4 + 5 || size == 4 + 9);
    assert_int_equal(answer[3], 0); /* data */
    const uint8_t *low = &answer[size - 4];
    return (uint32_t)low[0] << 24 | (uint32_t)low[1] << 16 | (uint32_t)low[2] << 8 | low[3];
}

static void client_reads_what_was_measured(void **state)
{
    (void)state;
    for (int p = 0; p < PRODUCT_COUNT; p++) {
        struct meter *meter = new_meter(product_all[p]->name);
        struct meter_connection *connection = calloc(1, sizeof *connection);
        const uint8_t *answer;
        meter_connect(meter, connection, 0);
        feed_sine(meter, 5);
        (void)ask(connection, PRODUCT_SAP_READING, aarq_lls, sizeof aarq_lls, &answer);
        assert_int_equal(answer[0], 0x61);
        assert_in_range(read_register(connection, 32, 7), 229997, 230003);   /* mV */
        assert_in_range(read_register(connection, 31, 7), 4999900, 5000100); /* uA */
        unsigned phases = meter->product->legal->config.phases;
        assert_in_range(read_register(connection, 1, 7), phases * 1149900, phases * 1150100);
        meter_disconnect(connection);
        free(connection);
        free(meter);
    }
}

static void clock_runs_with_the_step(void **state)
{
    (void)state;
    struct meter *meter = new_meter("xs211");
    assert_int_equal(meter_step(meter, 0), 1000);
    assert_int_equal(meter_step(meter, 2500), 3500);
    assert_int_equal(meter->clock.utc_ms, INT64_C(1800000002500));
    free(meter);
}

static void refuses_an_impossible_setup(void **state)
{
    (void)state;
    struct meter *meter = calloc(1, sizeof *meter);
    char long_password[DLMS_SECRET_MAX + 2];
    memset(long_password, 'x', sizeof long_password);
    long_password[sizeof long_password - 1] = '\0';
    static struct legal_part legal;
    struct meter_setup good = {.product = product_find("xs211"), .serial = 1, .legal = &legal};
    struct meter_setup bad_serial = good;
    struct meter_setup bad_frequency = good;
    struct meter_setup bad_password = good;
    bad_serial.serial = 100000000;
    bad_frequency.nominal_hz = 55;
    bad_password.reading_password = long_password;
    assert_int_equal(meter_init(meter, &good), 0);
    assert_int_equal(meter_init(meter, &bad_serial), -1);
    assert_int_equal(meter_init(meter, &bad_frequency), -1);
    assert_int_equal(meter_init(meter, &bad_password), -1);
    struct meter_setup no_entropy = good;
    no_entropy.keys = &keys;
    assert_int_equal(meter_init(meter, &no_entropy), -1);
    free(meter);
}

/* Two meters in one process share nothing. */
static void meters_are_apart(void **state)
{
    (void)state;
    struct meter *one = new_meter("xs211");
    struct meter *other = new_meter("st402d");
    feed_sine(one, 10);
    assert_true(legal_energy_uws(one->legal, 0, LEGAL_ENERGY_A_IMPORT) > 0);
    assert_int_equal(legal_energy_uws(other->legal, 0, LEGAL_ENERGY_A_IMPORT), 0);
    free(one);
    free(other);
}

/* A meter on a chip of its own. */
struct stored {
    struct nor nor;
    struct flash flash;
    struct meter meter;
    struct legal_part legal;
};

static struct stored *new_chip(void)
{
    struct stored *stored = calloc(1, sizeof *stored);
    struct nor_config config = nor_config_default();
    char error[NOR_ERROR_SIZE];
    assert_non_null(stored);
    assert_int_equal(nor_open(&stored->nor, &config, NULL, error, sizeof error), 0);
    stored->flash = nor_port(&stored->nor);
    return stored;
}

static void begin(struct stored *stored)
{
    struct meter_setup setup = {
        .product = product_find("st402d"),
        .reading_password = "password",
        .management_password = "password",
        .management_low = true,
        .keys = &keys,
        .entropy = &posix_entropy,
        .flash = &stored->flash,
        .legal = &stored->legal,
    };
    assert_int_equal(meter_init(&stored->meter, &setup), 0);
    while (meter_recover(&stored->meter) > 0) {
        nor_advance(&stored->nor, 1000);
    }
}

static void run(struct stored *stored, int seconds)
{
    int64_t end_ms = stored->meter.now_ms + seconds * 1000;
    feed_sine(&stored->meter, 5);
    for (int64_t now_ms = stored->meter.now_ms; now_ms < end_ms;) {
        int64_t next_ms = meter_step(&stored->meter, now_ms);
        nor_advance(&stored->nor, (uint64_t)(next_ms - now_ms) * 1000);
        now_ms = next_ms;
    }
}

static void end(struct stored *stored)
{
    nor_close(&stored->nor);
    free(stored);
}

static void energies_outlive_the_supply(void **state)
{
    (void)state;
    struct stored *stored = new_chip();
    begin(stored);
    assert_int_equal(legal_part_found(stored->meter.part), LEGAL_KEEP_NEW);
    run(stored, 61);
    assert_int_equal(meter_power_fail(&stored->meter), 0);
    int64_t before = legal_energy_uws(stored->meter.legal, 0, LEGAL_ENERGY_A_IMPORT);
    assert_true(before > INT64_C(3) * 1150 * 1000000);
    begin(stored);
    assert_int_equal(legal_part_found(stored->meter.part), LEGAL_KEEP_WHOLE);
    assert_int_equal(legal_energy_uws(stored->meter.legal, 0, LEGAL_ENERGY_A_IMPORT), before);
    end(stored);
}

static bool accepts(struct meter *meter, uint16_t client, const char *password)
{
    uint8_t initiate[32];
    uint8_t aarq[128];
    const uint8_t *answer;
    struct dlms_initiate proposed = {.conformance = DLMS_OFFERED,
                                     .max_pdu = 1024,
                                     .version = DLMS_VERSION,
                                     .response_allowed = true};
    struct writer inner = writer_over(initiate, sizeof initiate);
    struct writer outer = writer_over(aarq, sizeof aarq);
    struct meter_connection *connection = calloc(1, sizeof *connection);
    dlms_initiate_put_request(&inner, &proposed);
    const struct dlms_aarq made = {.context = DLMS_CONTEXT_LN,
                                   .mechanism = DLMS_MECHANISM_LOW,
                                   .value = {(const uint8_t *)password, strlen(password)},
                                   .user_information = {initiate, writer_kept(&inner)}};
    dlms_aarq_put(&outer, &made);
    meter_connect(meter, connection, 0);
    size_t size = ask(connection, client, aarq, writer_kept(&outer), &answer);
    struct reader r = reader_over(answer, size);
    bool accepted = dlms_aare_take(&r).result == DLMS_ACCEPTED;
    meter_disconnect(connection);
    free(connection);
    return accepted;
}

/* As Management does by 0-0:40.0.2 attribute 7. */
static void change_password(struct meter *meter, const char *password)
{
    int management = dlms_server_partner(&meter->server, PRODUCT_SAP_MANAGEMENT);
    struct dlms_association asking = {.server = &meter->server,
                                      .partner = &meter->server.partners[management]};
    assert_int_equal(dlms_association_set_secret(&asking, PRODUCT_SAP_READING, DLMS_SECRET_OF_LOW,
                                                 (const uint8_t *)password, strlen(password)),
                     DLMS_CHANGED);
}

static void a_changed_password_outlives_the_supply(void **state)
{
    (void)state;
    struct stored *stored = new_chip();
    begin(stored);
    run(stored, 10); /* a new chip gets ready */
    assert_true(accepts(&stored->meter, PRODUCT_SAP_READING, "password"));
    change_password(&stored->meter, "another secret");
    begin(stored); /* what was answered is kept: a power cut without warning */
    assert_false(accepts(&stored->meter, PRODUCT_SAP_READING, "password"));
    assert_true(accepts(&stored->meter, PRODUCT_SAP_READING, "another secret"));
    assert_true(accepts(&stored->meter, PRODUCT_SAP_MANAGEMENT, "password"));
    end(stored);
}

static void settings_of_the_clock_outlive_the_supply(void **state)
{
    (void)state;
    struct stored *stored = new_chip();
    const struct civil_change first_sunday = {
        .month = 4, .week = 1, .weekday = 7, .minute_of_day = 180};
    begin(stored);
    run(stored, 3);
    clock_set_offset(&stored->meter.clock, -570);
    clock_set_dst(&stored->meter.clock, true, 30);
    clock_set_dst_begin(&stored->meter.clock, &first_sunday);
    run(stored, 2);
    begin(stored);
    const struct civil_zone *zone = &stored->meter.clock.zone;
    assert_int_equal(zone->offset_min, -570);
    assert_int_equal(zone->dst_begin.month, 4);
    assert_int_equal(zone->dst_begin.week, 1);
    assert_int_equal(zone->dst_begin.weekday, 7);
    assert_int_equal(zone->dst_begin.minute_of_day, 180);
    assert_int_equal(zone->dst_end.month, 10);
    assert_int_equal(stored->meter.clock.dst_min, 30);
    assert_true(stored->meter.clock.dst_enabled);
    end(stored);
}

/* No counter of ours comes again, and none of the client's is taken again; a meter that never
 * ciphered begins at the first. */
static void invocation_counters_outlive_the_supply(void **state)
{
    (void)state;
    struct stored *stored = new_chip();
    struct dlms_security_setup *security = &stored->meter.security;
    struct dlms_counter *received = &security->received[DLMS_COUNTER_OF_UNICAST];
    begin(stored);
    assert_int_equal(security->sent.next, DLMS_COUNTER_FIRST);
    assert_int_equal(received->next, 0);
    uint32_t last = 0;
    for (int start = 0; start < 3; start++) {
        uint32_t value;
        run(stored, 5); /* a new chip gets ready */
        assert_int_equal(dlms_counter_take(&security->sent, security->store, &value), 0);
        assert_true(value > last);
        last = value;
        assert_false(start > 0 && dlms_counter_accepts(received, 1000));
        assert_int_equal(dlms_counter_accept(received, security->store, 1000 + 1000u * start), 0);
        uint32_t accepted = received->next;
        begin(stored); /* a power cut without warning */
        assert_true(received->next >= accepted);
        assert_true(received->next < accepted + 1000);
    }
    end(stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_reads_what_was_measured),
        cmocka_unit_test(clock_runs_with_the_step),
        cmocka_unit_test(refuses_an_impossible_setup),
        cmocka_unit_test(meters_are_apart),
        cmocka_unit_test(energies_outlive_the_supply),
        cmocka_unit_test(invocation_counters_outlive_the_supply),
        cmocka_unit_test(a_changed_password_outlives_the_supply),
        cmocka_unit_test(settings_of_the_clock_outlive_the_supply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
