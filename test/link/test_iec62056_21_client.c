/* A reader and a meter on an optical port, on a line whose speeds must agree; noise. */
#include "test/link/iec21_bed.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- both ends on one line ---- */

/* An octet is heard as it was said when both ends have the line set alike, else it is noise. */
static uint8_t on_the_line(uint8_t octet, struct iec21_form from, struct iec21_form to)
{
    return from.baud == to.baud && from.seven_even == to.seven_even ? octet
                                                                    : (uint8_t)(octet ^ 0x5A);
}

static void run_both(const struct iec21_client_config *config)
{
    const uint8_t *octets;
    iec21_client_begin(&bed.client, config, now_ms());
    for (int i = 0; i < 400000 && bed.client.state < IEC21_CLIENT_DONE; i++) {
        struct iec21_form ours = iec21_client_form(&bed.client);
        struct iec21_form its = iec21_form(&bed.server);
        if (iec21_client_output(&bed.client, &octets, now_ms()) > 0) {
            uint8_t heard = on_the_line(octets[0], ours, its);
            bed.now_us += 10000000 / ours.baud;
            iec21_client_sent(&bed.client, 1, now_ms());
            iec21_receive(&bed.server, &heard, 1, now_ms());
        } else if (iec21_output(&bed.server, &octets, now_ms()) > 0) {
            uint8_t heard = on_the_line(octets[0], its, ours);
            bed.now_us += 10000000 / its.baud;
            iec21_sent(&bed.server, 1, now_ms());
            iec21_client_receive(&bed.client, &heard, 1, now_ms());
        } else {
            bed.now_us += US_PER_MS;
        }
        iec21_step(&bed.server, now_ms());
        iec21_client_step(&bed.client, now_ms());
    }
}

static struct iec21_client_config client_of(char wanted)
{
    return (struct iec21_client_config){.address = "", .wanted = wanted, .line = take_line};
}

static void a_client_takes_the_readout_line_by_line(void **state)
{
    (void)state;
    char expected[TEXT] = "";
    for (char list = '0'; list <= '9'; list = list == '0' ? '6' : (char)(list + 1)) {
        set_up();
        struct iec21_client_config config = client_of(list);
        run_both(&config);
        assert_int_equal(bed.client.state, IEC21_CLIENT_DONE);
        assert_string_equal(bed.client.identification, "WTH5\\2ST402D");
        expected[0] = '\0';
        for (unsigned i = 0; i < LINES; i++) {
            char text[40];
            snprintf(text, sizeof text, "%d.%u.0(%06u*kWh)\n", list - '0', i, i * i);
            strcat(expected, text);
        }
        assert_string_equal(bed.read, expected);
        assert_int_equal(iec21_form(&bed.server).baud, 300);
    }
}

static void every_speed_is_negotiated(void **state)
{
    (void)state;
    for (uint8_t z = '0'; z <= '6'; z++) {
        set_up();
        bed.settings.baud = z;
        struct iec21_client_config config = client_of(IEC21_BINARY);
        run_both(&config);
        assert_int_equal(bed.client.state, IEC21_CLIENT_DONE);
        assert_true(iec21_handed_over(&bed.server));
        assert_int_equal(iec21_client_form(&bed.client).baud, iec21_baud_of(z));
        assert_int_equal(iec21_form(&bed.server).baud, iec21_baud_of(z));
    }
}

static void a_client_says_what_went_wrong(void **state)
{
    (void)state;
    struct iec21_client_config config = client_of(IEC21_BINARY);
    set_up();
    bed.settings.hdlc = false;
    run_both(&config);
    assert_int_equal(bed.client.failure, IEC21_CLIENT_NO_HDLC);
    set_up();
    config.address = "87654321";
    run_both(&config);
    assert_int_equal(bed.client.failure, IEC21_CLIENT_SILENCE);
}

static void a_readout_can_be_asked_for_again(void **state)
{
    (void)state;
    set_up();
    bed.lines = 1;
    sign_on("/?!\r\n");
    hear_text("\x06"
              "050\r\n");
    listen_for(700);
    size_t size = bed.said_size;
    assert_true(size > 20);
    hear_octets("\x15", 1);
    listen_for(4000);
    assert_int_equal(bed.said_size, size);
    hear_octets("\x15", 1);
    listen_for(500);
    assert_int_equal(bed.said_size, 0);
}

/* Nobody is there: it calls four times, each as soon as no answer can come any more, and gives up.
 * A longer request takes longer to go out. */
static void who_is_not_heard_calls_again(void **state)
{
    (void)state;
    static const char *const addresses[] = {"", "12345678901234567890123456789012"};
    for (int i = 0; i < 2; i++) {
        struct iec21_client client;
        struct iec21_client_config config = client_of(IEC21_READOUT);
        const uint8_t *octets;
        int64_t called_ms[8] = {0};
        unsigned calls = 0;
        int64_t now_ms = 0;
        int64_t request_ms = ((int64_t)strlen(addresses[i]) + 5) * 10 * 1000 / 300;
        config.address = addresses[i];
        iec21_client_begin(&client, &config, now_ms);
        for (; client.state < IEC21_CLIENT_DONE && now_ms < 60000; now_ms += 5) {
            size_t size = iec21_client_output(&client, &octets, now_ms);
            if (size > 0) {
                assert_memory_equal(octets, "/?", 2);
                called_ms[calls++] = now_ms;
                iec21_client_sent(&client, size, now_ms);
            }
            iec21_client_step(&client, now_ms);
        }
        assert_int_equal(client.failure, IEC21_CLIENT_SILENCE);
        assert_int_equal(calls, 4);
        for (unsigned n = 1; n < calls; n++) {
            assert_in_range(called_ms[n] - called_ms[n - 1], 1500 + request_ms, 1700 + request_ms);
        }
    }
}

/* Whatever came before, a client that calls after a pause gets its readout. */
static void noise_does_no_harm(void **state)
{
    (void)state;
    srand(9);
    for (int round = 0; round < 300; round++) {
        set_up();
        for (int i = 0; i < 60; i++) {
            static const char pieces[][8] = {"/?!\r\n",
                                             "\x06"
                                             "050\r\n",
                                             "\x06"
                                             "051\r\n",
                                             "\x06"
                                             "252\r\n",
                                             "\x01P1\x02(",
                                             ")\x03"};
            uint8_t octet = (uint8_t)rand();
            if (rand() % 4 == 0) {
                hear_text(pieces[rand() % 6]);
            } else {
                hear_octets(&octet, 1);
            }
            listen_for(rand() % 300);
            if (iec21_handed_over(&bed.server)) {
                iec21_take_back(&bed.server, now_ms());
            }
        }
        bed.lines = 2;
        listen_for(130000);
        if (iec21_handed_over(&bed.server)) {
            iec21_take_back(&bed.server, now_ms());
        }
        struct iec21_client_config config = client_of(IEC21_READOUT);
        bed.read[0] = '\0';
        run_both(&config);
        assert_int_equal(bed.client.state, IEC21_CLIENT_DONE);
        assert_string_equal(bed.read, "0.0.0(000000*kWh)\n0.1.0(000001*kWh)\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_takes_the_readout_line_by_line),
        cmocka_unit_test(every_speed_is_negotiated),
        cmocka_unit_test(a_client_says_what_went_wrong),
        cmocka_unit_test(a_readout_can_be_asked_for_again),
        cmocka_unit_test(who_is_not_heard_calls_again),
        cmocka_unit_test(noise_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
