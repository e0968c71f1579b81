/* The optical port's memory is that of whoever has the line: readers, programmers and HDLC clients
 * come in any order, leave in the middle or go properly, and each is told what he would be told if
 * he were the only one. */
#include "dlms/client.h"
#include "link/hdlc_client.h"
#include "test/meter/optical_bed.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum {
    GUESTS = 300,
    APDU = 1024,
    BLOCK = 128,
    PUBLIC = 16,
    PATIENCE_MS = 60000,
    LEFT_ALONE_MS = 130000
};

struct guest {
    struct optical_bed *bed;
    struct hdlc_settings settings;
    struct hdlc_client hdlc;
    struct dlms_client dlms;
    uint8_t frame[APDU + HDLC_LLC];
    uint8_t request[APDU];
    uint8_t answer[APDU];
    size_t answered;
    uint8_t value[8 * APDU];
};

static void take_answer(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct guest *guest = owner;
    assert_true(confirmed && size <= sizeof guest->answer);
    memcpy(guest->answer, apdu, size);
    guest->answered = size;
}

static void begin(struct guest *guest)
{
    guest->settings = meter_line_settings();
    const struct hdlc_client_config config = {.settings = &guest->settings,
                                              .server = hdlc_address_of(1, 0),
                                              .client = PUBLIC,
                                              .answer = guest->frame,
                                              .answer_room = sizeof guest->frame,
                                              .time_out_ms = 500,
                                              .pause_ms = 20,
                                              .patience = 3,
                                              .received = take_answer,
                                              .owner = guest};
    hdlc_client_init(&guest->hdlc, &config, guest->bed->line_ms);
    dlms_client_init(&guest->dlms, guest->value, sizeof guest->value, BLOCK);
}

static bool is_settled(const struct hdlc_client *hdlc)
{
    return hdlc->state == HDLC_CLIENT_CONNECTED || hdlc->state == HDLC_CLIENT_DISCONNECTED;
}

/* Until the client has what it wanted. */
static void talk(struct guest *guest)
{
    struct optical_bed *bed = guest->bed;
    int64_t end_ms = bed->line_ms + PATIENCE_MS;
    while (!is_settled(&guest->hdlc) && bed->line_ms < end_ms) {
        const uint8_t *octets;
        hdlc_client_step(&guest->hdlc, bed->line_ms);
        size_t size = hdlc_client_output(&guest->hdlc, &octets, bed->line_ms);
        if (size > 0) {
            bed_hear(bed, octets, size);
            hdlc_client_sent(&guest->hdlc, size, bed->line_ms);
        }
        bed_listen(bed, 1);
        (void)hdlc_client_receive(&guest->hdlc, bed->said, bed->said_size, bed->line_ms);
    }
    assert_true(is_settled(&guest->hdlc) && guest->hdlc.failure == HDLC_CLIENT_GOOD);
}

static void exchange(struct guest *guest, size_t size)
{
    guest->answered = 0;
    hdlc_client_request(&guest->hdlc, guest->request, size);
    talk(guest);
    assert_true(guest->answered > 0);
}

/* The object list of the public client, in blocks; leaves in the middle of it, or goes. */
static void read_by_hdlc(struct guest *guest, bool leaves)
{
    static const struct cosem_name association = COSEM_NAME(0, 0, 40, 0, 0);
    const struct dlms_octets none = {NULL, 0};
    struct dlms_refusal refusal;
    begin(guest);
    hdlc_client_connect(&guest->hdlc);
    talk(guest);
    exchange(guest, dlms_client_open(&guest->dlms, none, guest->request, APDU));
    assert_int_equal(dlms_client_opened(&guest->dlms, guest->answer, guest->answered, &refusal),
                     DLMS_CLIENT_DONE);
    size_t size = dlms_client_get(&guest->dlms, 15, &association, 2, guest->request, APDU);
    for (;;) {
        exchange(guest, size);
        enum dlms_client_outcome outcome =
            dlms_client_answer(&guest->dlms, guest->answer, guest->answered, &refusal);
        if (outcome == DLMS_CLIENT_DONE || leaves) {
            break;
        }
        assert_int_equal(outcome, DLMS_CLIENT_MORE);
        size = dlms_client_next(&guest->dlms, guest->request, APDU);
    }
    if (leaves) {
        bed_listen(guest->bed, LEFT_ALONE_MS);
        return;
    }
    hdlc_client_disconnect(&guest->hdlc);
    talk(guest);
    bed_listen(guest->bed, 2000);
}

static void take_readout(struct optical_bed *bed)
{
    bed_sign_on(bed, "\x06"
                     "060\r\n");
    assert_non_null(strstr(bed->said, "!\r\n\x03"));
}

/* The operand of P0 is another each time: what is compared is an answer. */
static void take_program(struct optical_bed *bed, bool leaves)
{
    bed_enter(bed);
    assert_int_equal(bed_ask(bed, "P1", "(reader)"), IEC21_ACK);
    (void)bed_ask(bed, "R1", "0.0.0()");
    char text[BED_TEXT];
    strcpy(text, bed->said);
    if (leaves) {
        bed_hear(bed, "\x01R1\x02unfinished", 15);
        bed_listen(bed, LEFT_ALONE_MS);
    } else {
        bed_hear(bed,
                 "\x01"
                 "B0\x03q",
                 5);
        bed_listen(bed, 400);
    }
    bed->said_size = strlen(text);
    strcpy(bed->said, text);
}

/* What the guest has been told. */
static size_t told(struct guest *guest, unsigned kind, bool leaves, uint8_t *text)
{
    struct optical_bed *bed = guest->bed;
    if (kind == 0) {
        take_readout(bed);
    } else if (kind == 1) {
        take_program(bed, leaves);
    } else {
        bed_sign_on(bed, "\x06"
                         "262\r\n");
        read_by_hdlc(guest, leaves);
        memcpy(text, guest->value, guest->dlms.size);
        return leaves ? 0 : guest->dlms.size;
    }
    memcpy(text, bed->said, bed->said_size);
    return bed->said_size;
}

static void each_guest_is_told_what_he_would_be_alone(void **state)
{
    enum { KINDS = 3 };
    static uint8_t first[KINDS][8 * APDU];
    static uint8_t text[8 * APDU];
    size_t sizes[KINDS];
    struct guest *guest = calloc(1, sizeof *guest);
    assert_non_null(guest);
    guest->bed = *state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        sizes[kind] = told(guest, kind, false, first[kind]);
        assert_true(sizes[kind] > 8);
    }
    assert_true(sizes[2] > BLOCK); /* several blocks */
    srand(21);
    for (unsigned i = 0; i < GUESTS; i++) {
        unsigned kind = (unsigned)rand() % KINDS;
        bool leaves = rand() % 4 == 0;
        size_t size = told(guest, kind, leaves, text);
        if (size > 0) {
            assert_int_equal(size, sizes[kind]);
            assert_memory_equal(text, first[kind], size);
        }
    }
    free(guest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_guest_is_told_what_he_would_be_alone,
                                        optical_bed_begin, optical_bed_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
