/* The meter's optical port by IEC 62056-21: the messages of the standard to the octet, time-outs,
 * damage. */
#include "test/link/iec21_bed.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the meter alone, octet by octet ---- */

static void expect_said(const char *expected)
{
    listen_for(1500);
    assert_int_equal(bed.said_size, strlen(expected));
    assert_memory_equal(bed.said, expected, bed.said_size);
}

static void a_request_is_identified(void **state)
{
    (void)state;
    set_up();
    hear_text("/?!\r\n");
    expect_said("/WTH5\\2ST402D\r\n");
}

static bool is_identified(const char *request)
{
    set_up();
    sign_on(request);
    return bed.said_size > 0 && bed.said[0] == '/';
}

static void addresses_are_compared_without_zeros(void **state)
{
    (void)state;
    assert_true(is_identified("/?12345678!\r\n"));
    assert_true(is_identified("/?000012345678!\r\n"));
    assert_true(is_identified("noise/?!\r\n"));
    assert_false(is_identified("/?1234567!\r\n"));
    assert_false(is_identified("/?123456780!\r\n"));
    assert_false(is_identified("/?0!\r\n"));
    assert_false(is_identified("/12345678!\r\n"));
    assert_false(is_identified("/?12345678\r\n"));
    assert_true(iec21_address_is("0000", 4, "0", 1));
}

static void the_confirmation_of_hdlc_is_that_of_the_standard(void **state)
{
    (void)state;
    set_up();
    sign_on("/?!\r\n");
    hear_text("\x06"
              "252\r\n");
    assert_int_equal(iec21_form(&bed.server).baud, 9600);
    assert_true(iec21_form(&bed.server).seven_even);
    listen_for(300);
    assert_int_equal(bed.said_size, 6);
    assert_memory_equal(bed.said,
                        "\x06"
                        "252\r\n",
                        6);
    assert_true(iec21_handed_over(&bed.server));
    assert_false(iec21_form(&bed.server).seven_even);
    iec21_take_back(&bed.server, now_ms());
    assert_int_equal(iec21_form(&bed.server).baud, 300);
}

/* Figure E.4: a peer in 8N1 sends the parity itself, and so does the meter then. */
static void parity_made_by_hand_is_answered_so(void **state)
{
    (void)state;
    static const uint8_t confirmed[] = {0x06, 0xB2, 0x35, 0xB2, 0x8D, 0x0A};
    uint8_t request[5];
    set_up();
    for (unsigned i = 0; i < sizeof request; i++) {
        request[i] = iec21_with_parity((uint8_t) "/?!\r\n"[i]);
    }
    hear_octets(request, sizeof request);
    listen_for(1000);
    assert_int_equal((uint8_t)bed.said[0], 0xAF);
    hear_octets(confirmed, sizeof confirmed);
    listen_for(300);
    assert_memory_equal(bed.said, confirmed, sizeof confirmed);
    hear_octets("\xAF\x3F", 2);
    assert_int_equal(bed.server.statistics.parity_errors, 0);
}

static void a_character_of_wrong_parity_spoils_its_message(void **state)
{
    (void)state;
    uint8_t request[5];
    for (unsigned bit = 0; bit < 8 * sizeof request; bit++) {
        set_up();
        for (unsigned i = 0; i < sizeof request; i++) {
            request[i] = iec21_with_parity((uint8_t) "/?!\r\n"[i]);
        }
        request[bit / 8] ^= (uint8_t)(1 << bit % 8);
        hear_octets(request, sizeof request);
        listen_for(1000);
        assert_true(bed.said_size == 0 || bit == 7); /* bit 7 of '/' means that a driver does it */
    }
}

/* ---- programming mode ---- */

static void enter_programming(void)
{
    set_up();
    sign_on("/?!\r\n");
    hear_text("\x06"
              "051\r\n");
    listen_for(300);
}

static void programming_begins_with_an_operand(void **state)
{
    (void)state;
    enter_programming();
    static const char prompt[] = "\x01P0\x02(12345678)\x03";
    assert_int_equal(bed.said_size, sizeof prompt);
    assert_memory_equal(bed.said, prompt, sizeof prompt - 1);
    assert_int_equal((uint8_t)bed.said[sizeof prompt - 1],
                     iec21_bcc(0, prompt + 1, sizeof prompt - 2));
    assert_int_equal(iec21_form(&bed.server).baud, 9600);
    assert_true(iec21_form(&bed.server).seven_even);
    assert_int_equal(bed.begun, 1);
}

static void send_command(const char *type, const char *data)
{
    struct iec21_command given = {
        .type = type[0], .form = type[1], .data = data, .size = data ? strlen(data) : 0};
    uint8_t octets[IEC21_MESSAGE_MAX];
    hear_octets(octets, iec21_command_write(&given, octets));
    listen_for(500);
}

static void commands_are_answered_by_their_result(void **state)
{
    (void)state;
    enter_programming();
    bed.result = IEC21_DONE;
    send_command("P1", "(00000000)");
    assert_string_equal(bed.command, "P1(00000000)");
    assert_int_equal(bed.said_size, 1);
    assert_int_equal(bed.said[0], IEC21_ACK);
    bed.result = IEC21_TELL;
    bed.answer = "1.8.0(000123.456*kWh)";
    send_command("R1", "1.8.0()");
    assert_memory_equal(bed.said,
                        "\x02"
                        "1.8.0(000123.456*kWh)\x03",
                        23);
    assert_int_equal((uint8_t)bed.said[23], iec21_bcc(0, bed.said + 1, 22));
    bed.result = IEC21_ERROR;
    bed.answer = "ER07";
    send_command("W5", "9.9.9(1)");
    assert_int_equal(bed.said_size, 9);
    assert_memory_equal(bed.said, "\x02(ER07)\x03", 8);
    bed.result = IEC21_END;
    send_command("E2", "1.0()");
    assert_memory_equal(bed.said,
                        "\x01"
                        "B0\x03q",
                        5);
    assert_int_equal(bed.ended, 1);
    assert_int_equal(iec21_form(&bed.server).baud, 300);
}

static void a_break_ends_without_an_answer(void **state)
{
    (void)state;
    enter_programming();
    hear_octets("\x01"
                "B0\x03q",
                5);
    listen_for(500);
    assert_int_equal(bed.said_size, 0);
    assert_int_equal(bed.ended, 1);
    assert_int_equal(bed.server.state, IEC21_WAIT);
}

static void damaged_commands_are_refused_and_not_carried_out(void **state)
{
    (void)state;
    const struct iec21_command good = {
        .type = 'W', .form = '1', .data = "0.9.1(120000)", .size = 13};
    uint8_t octets[IEC21_MESSAGE_MAX];
    for (unsigned bit = 0; bit < 7 * 19; bit++) {
        enter_programming();
        size_t size = iec21_command_write(&good, octets);
        octets[bit / 7] ^= (uint8_t)(1 << bit % 7);
        hear_octets(octets, size);
        listen_for(500);
        assert_string_equal(bed.command, "");
        assert_true(bed.said_size == 0 || bed.said[0] == IEC21_NAK);
        listen_for(1600);
        bed.result = IEC21_DONE;
        send_command("R1", "1.8.0()");
        assert_string_equal(bed.command, "R11.8.0()");
    }
}

static void silence_ends_the_programming(void **state)
{
    (void)state;
    enter_programming();
    listen_for(59000);
    assert_int_equal(bed.ended, 0);
    listen_for(61000);
    assert_int_equal(bed.ended, 1);
    assert_int_equal(bed.server.statistics.time_outs, 1);
    assert_int_equal(iec21_form(&bed.server).baud, 300);
}

/* ---- selection ---- */

/* Octets that follow an acknowledgement, at which speed. */
static uint32_t baud_of_readout(const char *acknowledgement)
{
    set_up();
    sign_on("/?!\r\n");
    if (acknowledgement) {
        hear_text(acknowledgement);
    }
    uint32_t baud = 0;
    const uint8_t *octets;
    for (int ms = 0; ms < 3000; ms++) {
        iec21_step(&bed.server, now_ms());
        size_t size = iec21_output(&bed.server, &octets, now_ms());
        if (size > 0) {
            assert_int_equal(octets[0], IEC21_STX);
            baud = iec21_form(&bed.server).baud;
            break;
        }
        bed.now_us += US_PER_MS;
    }
    assert_int_equal(bed.begun, 0);
    return baud;
}

static void only_what_was_offered_changes_the_speed(void **state)
{
    (void)state;
    assert_int_equal(baud_of_readout("\x06"
                                     "050\r\n"),
                     9600);
    assert_int_equal(baud_of_readout("\x06"
                                     "040\r\n"),
                     300);
    assert_int_equal(baud_of_readout("\x06"
                                     "000\r\n"),
                     300);
    assert_int_equal(baud_of_readout("\x06"
                                     "041\r\n"),
                     300);
    assert_int_equal(baud_of_readout("\x06"
                                     "242\r\n"),
                     300);
    assert_int_equal(baud_of_readout(NULL), 300);
    assert_int_equal(baud_of_readout("nonsense"), 300);
}

static void without_hdlc_mode_e_gives_the_readout(void **state)
{
    (void)state;
    set_up();
    bed.settings.hdlc = false;
    sign_on("/?!\r\n");
    assert_memory_equal(bed.said, "/WTH5ST402D\r\n", 13);
    hear_text("\x06"
              "252\r\n");
    listen_for(300);
    assert_int_equal(bed.said[0], IEC21_STX);
    assert_false(iec21_handed_over(&bed.server));
}

static void the_reaction_time_is_kept(void **state)
{
    (void)state;
    const uint8_t *octets;
    for (int quick = 0; quick < 2; quick++) {
        set_up();
        bed.settings.quick = quick;
        hear_text("/?!\r\n");
        int64_t least = quick ? 20 : 200;
        assert_int_equal(iec21_output(&bed.server, &octets, least - 1), 0);
        assert_int_equal(iec21_deadline_ms(&bed.server), least);
        assert_true(iec21_output(&bed.server, &octets, least) > 0);
        assert_int_equal(octets[3], quick ? 'h' : 'H');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_identified),
        cmocka_unit_test(addresses_are_compared_without_zeros),
        cmocka_unit_test(the_confirmation_of_hdlc_is_that_of_the_standard),
        cmocka_unit_test(parity_made_by_hand_is_answered_so),
        cmocka_unit_test(a_character_of_wrong_parity_spoils_its_message),
        cmocka_unit_test(programming_begins_with_an_operand),
        cmocka_unit_test(commands_are_answered_by_their_result),
        cmocka_unit_test(a_break_ends_without_an_answer),
        cmocka_unit_test(damaged_commands_are_refused_and_not_carried_out),
        cmocka_unit_test(silence_ends_the_programming),
        cmocka_unit_test(only_what_was_offered_changes_the_speed),
        cmocka_unit_test(without_hdlc_mode_e_gives_the_readout),
        cmocka_unit_test(the_reaction_time_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
