/* Whatever is done to the optical port, it ends: behind noise, floods, half messages and silence,
 * in every state that the port can be brought to, the next reader signs on and is given the
 * readout. */
#include "test/meter/optical_bed.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

/* Longer than any state lasts by itself: 120 s for a connection, then 1.5 s. */
enum { PATIENCE_MS = 130000, FLOOD_MS = 200000, STATES = 9 };

/* ---- states ---- */

static void stay_waiting(struct optical_bed *bed)
{
    (void)bed;
}

static void begin_request(struct optical_bed *bed)
{
    bed_hear(bed, "/?0000", 6);
}

static void be_identified(struct optical_bed *bed)
{
    bed_hear(bed, "/?!\r\n", 5);
    bed_listen(bed, 300);
}

static void begin_selection(struct optical_bed *bed)
{
    be_identified(bed);
    bed_hear(bed,
             "\x06"
             "05",
             3);
}

/* A line or two of the readout are out. */
static void be_read_out(struct optical_bed *bed)
{
    be_identified(bed);
    bed_hear(bed,
             "\x06"
             "060\r\n",
             6);
    meter_optical_step(&bed->optical, bed->line_ms);
    bed->line_ms += 25;
    for (int i = 0; i < 3; i++) {
        const uint8_t *octets;
        size_t size = meter_optical_output(&bed->optical, &octets, bed->line_ms);
        meter_optical_sent(&bed->optical, size, bed->line_ms);
    }
}

static void begin_command(struct optical_bed *bed)
{
    bed_enter_to_write(bed);
    bed_hear(bed,
             "\x01W1\x02"
             "0.9.1(18",
             12);
}

static void be_handed_over(struct optical_bed *bed)
{
    bed_sign_on(bed, "\x06"
                     "262\r\n");
}

static void be_connected(struct optical_bed *bed)
{
    be_handed_over(bed);
    bed_hear(bed, bed_snrm, BED_SNRM);
    bed_listen(bed, 400);
    assert_int_equal((uint8_t)bed->said[5], 0x73);
}

static void (*const states[STATES])(struct optical_bed *) = {
    stay_waiting, begin_request,      be_identified, begin_selection, be_read_out,
    bed_enter,    bed_enter_to_write, begin_command, be_connected,
};

/* ---- attacks ---- */

static uint32_t dice;

static uint8_t roll(void)
{
    dice = dice * 1664525 + 1013904223;
    return (uint8_t)(dice >> 24);
}

static uint8_t any_octet(unsigned n)
{
    (void)n;
    return roll();
}

/* What is most like messages. */
static uint8_t control_octet(unsigned n)
{
    static const uint8_t octets[] = {0x01, 0x02, 0x03, 0x04, 0x06, 0x15, '/',  '?',  '!', '\r',
                                     '\n', 'P',  'W',  '1',  '(',  ')',  0x7E, 0xA0, 0x00};
    (void)n;
    return octets[roll() % sizeof octets];
}

static uint8_t wake_up(unsigned n)
{
    (void)n;
    return 0;
}

static uint8_t acknowledgements(unsigned n)
{
    (void)n;
    return IEC21_ACK;
}

static uint8_t half_a_command(unsigned n)
{
    static const uint8_t octets[] = {0x01, 'W', '1', 0x02, '0', '.', '9', '.', '1', '('};
    return octets[n % sizeof octets];
}

/* A good frame's head again and again, never its end. */
static uint8_t half_a_frame(unsigned n)
{
    static const uint8_t octets[] = {0x7E, 0xA0, 0x07, 0x03, 0x21};
    return octets[n % sizeof octets];
}

/* Frames whose check is wrong. */
static uint8_t spoilt_frames(unsigned n)
{
    return n % BED_SNRM == 6 ? (uint8_t)(bed_snrm[6] ^ 1) : bed_snrm[n % BED_SNRM];
}

static uint8_t (*const attacks[])(unsigned n) = {
    any_octet,      control_octet, wake_up,       acknowledgements,
    half_a_command, half_a_frame,  spoilt_frames,
};
enum { ATTACKS = sizeof attacks / sizeof attacks[0] };

/* One octet after the other, `gap_ms` between them; what the port says is of no interest. */
static void pour(struct optical_bed *bed, uint8_t (*octet)(unsigned n), int64_t gap_ms, int64_t ms)
{
    int64_t end_ms = bed->line_ms + ms;
    for (unsigned n = 0; bed->line_ms < end_ms; n++) {
        uint8_t next = octet(n);
        bed_hear(bed, &next, 1);
        bed_listen(bed, gap_ms);
    }
}

static void assert_serves(struct optical_bed *bed)
{
    assert_int_equal(meter_optical_form(&bed->optical).baud, IEC21_BAUD_OPENING);
    bed_sign_on(bed, "\x06"
                     "060\r\n");
    assert_non_null(strstr(bed->said, "1.8.0("));
    assert_non_null(strstr(bed->said, "!\r\n\x03"));
    bed_listen(bed, 1000);
}

/* ---- and their ends ---- */

static void silence_in_every_state(void **state)
{
    struct optical_bed *bed = *state;
    for (unsigned i = 0; i < STATES; i++) {
        states[i](bed);
        bed_listen(bed, PATIENCE_MS);
        assert_serves(bed);
    }
}

/* The line is quiet for as long as any state lasts, behind every attack on each of them. */
static void every_attack_in_every_state(void **state)
{
    struct optical_bed *bed = *state;
    for (unsigned a = 0; a < ATTACKS; a++) {
        for (unsigned i = 0; i < STATES; i++) {
            dice = a * STATES + i;
            states[i](bed);
            pour(bed, attacks[a], 1 + i % 3 * 10, 1000);
            bed_listen(bed, PATIENCE_MS);
            assert_serves(bed);
        }
    }
}

/* Noise that never stops keeps nobody's right alive: what was unlocked is locked again after the
 * time that silence would have taken. */
static void noise_keeps_no_session_open(void **state)
{
    struct optical_bed *bed = *state;
    for (unsigned a = 0; a < ATTACKS; a++) {
        dice = a;
        bed_enter_to_write(bed);
        assert_int_equal(bed->optical.level, METER_OPTICAL_WRITES);
        pour(bed, attacks[a], 500, FLOOD_MS);
        assert_int_equal(bed->optical.level, METER_OPTICAL_NOTHING);
        bed_listen(bed, PATIENCE_MS);
        assert_serves(bed);
    }
}

/* Nor the identification: at latest 2.2 s behind it the readout begins. */
static void noise_puts_no_readout_off(void **state)
{
    struct optical_bed *bed = *state;
    be_identified(bed);
    int64_t begin_ms = bed->line_ms;
    for (bed->said_size = 0; bed->said[0] != IEC21_STX;) {
        static const uint8_t acknowledgement = IEC21_ACK;
        bed_hear(bed, &acknowledgement, 1);
        bed_listen(bed, 100);
        assert_true(bed->line_ms - begin_ms < 2600);
    }
    bed_listen(bed, 2000);
    assert_serves(bed);
}

/* Only frames and messages keep a meter awake on its battery. */
static void noise_keeps_nobody_awake(void **state)
{
    struct optical_bed *bed = *state;
    for (unsigned a = 0; a < ATTACKS; a++) {
        assert_int_equal(local_port_set_mode(&bed->life->meter.local_port,
                                             a % 2 == 0 ? LOCAL_PORT_IEC : LOCAL_PORT_HDLC),
                         0);
        meter_optical_close(&bed->optical);
        meter_optical_open(&bed->life->meter, &bed->optical, bed->line_ms);
        assert_true(meter_optical_awake(&bed->optical, bed->line_ms));
        dice = a;
        pour(bed, attacks[a], 50, METER_OPTICAL_AWAKE_MS + 1000);
        assert_false(meter_optical_awake(&bed->optical, bed->line_ms));
    }
}

/* What was damaged is counted, and nothing that was said in a session is done behind it. */
static void what_was_cut_off_is_not_done(void **state)
{
    struct optical_bed *bed = *state;
    int64_t before_ms = bed->life->meter.clock.utc_ms;
    uint32_t bad = bed->optical.iec.statistics.bad_messages;
    begin_command(bed);
    bed_listen(bed, 2000);
    bed_hear(bed, "3025)\x03\x00", 7);
    bed_listen(bed, PATIENCE_MS);
    assert_int_equal(bed->life->meter.clock.utc_ms, before_ms);
    assert_int_equal(bed->optical.iec.statistics.bad_messages, bad + 1);
    assert_int_equal(bed->life->meter.links.sign_on.time_outs,
                     bed->optical.iec.statistics.time_outs);
    assert_true(bed->optical.iec.statistics.time_outs > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, optical_bed_begin, optical_bed_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(silence_in_every_state),      TEST(every_attack_in_every_state),
        TEST(noise_keeps_no_session_open), TEST(noise_puts_no_readout_off),
        TEST(noise_keeps_nobody_awake),    TEST(what_was_cut_off_is_not_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
