#include "test/meter/optical_bed.h"

#include "crypto/hash.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The frames of standards and docs. */
const uint8_t bed_snrm[BED_SNRM] = {0x7E, 0xA0, 0x07, 0x03, 0x21, 0x93, 0x0F, 0x01, 0x7E};
const uint8_t bed_disc[BED_SNRM] = {0x7E, 0xA0, 0x07, 0x03, 0x21, 0x53, 0x03, 0xC7, 0x7E};

int optical_bed_begin(void **state)
{
    struct optical_bed *bed = calloc(1, sizeof *bed);
    *state = bed;
    bed->life = life_begin("xs211", life_utc_ms(2026, 11, 21, 11, 0, 0));
    assert_int_equal(local_port_set_mode(&bed->life->meter.local_port, LOCAL_PORT_IEC), 0);
    struct local_port *port = &bed->life->meter.local_port;
    assert_int_equal(local_port_set_password(port, LOCAL_PORT_P1, "reader", 6), 0);
    assert_int_equal(local_port_set_password(port, LOCAL_PORT_P2, "secret", 6), 0);
    life_run(bed->life, 5);
    meter_optical_open(&bed->life->meter, &bed->optical, 0);
    return 0;
}

int optical_bed_end(void **state)
{
    struct optical_bed *bed = *state;
    meter_optical_close(&bed->optical);
    life_end(bed->life);
    free(bed);
    return 0;
}

/* What the port says within `ms` of the line's time. */
void bed_listen(struct optical_bed *bed, int64_t ms)
{
    const uint8_t *octets;
    int64_t end_ms = bed->line_ms + ms;
    bed->said_size = 0;
    bed->said[0] = '\0';
    while (bed->line_ms < end_ms) {
        meter_optical_step(&bed->optical, bed->line_ms);
        size_t size = meter_optical_output(&bed->optical, &octets, bed->line_ms);
        assert_true(bed->said_size + size < sizeof bed->said);
        if (size > 0) {
            memcpy(bed->said + bed->said_size, octets, size);
            bed->said_size += size;
            bed->said[bed->said_size] = '\0';
            meter_optical_sent(&bed->optical, size, bed->line_ms);
        } else {
            bed->line_ms++;
        }
    }
}

void bed_hear(struct optical_bed *bed, const void *octets, size_t size)
{
    meter_optical_receive(&bed->optical, octets, size, bed->line_ms);
}

void bed_sign_on(struct optical_bed *bed, const char *acknowledgement)
{
    bed_hear(bed, "/?!\r\n", 5);
    bed_listen(bed, 400);
    assert_memory_equal(bed->said, "/WTH", 4);
    bed_hear(bed, acknowledgement, 6);
    bed_listen(bed, 500);
}

/* A command; gives the first octet of the answer, the text of which is in bed->said + 1. */
char bed_ask(struct optical_bed *bed, const char *type, const char *data)
{
    uint8_t octets[IEC21_MESSAGE_MAX];
    const struct iec21_command command = {
        .type = type[0], .form = type[1], .data = data, .size = strlen(data)};
    bed_hear(bed, octets, iec21_command_write(&command, octets));
    bed_listen(bed, 400);
    return bed->said[0];
}

bool bed_answered(const struct optical_bed *bed, const char *text)
{
    size_t size = strlen(text);
    return bed->said[0] == IEC21_STX && memcmp(bed->said + 1, text, size) == 0 &&
           bed->said[1 + size] == IEC21_ETX;
}

void bed_enter(struct optical_bed *bed)
{
    bed_sign_on(bed, "\x06"
                     "061\r\n");
    assert_memory_equal(bed->said, "\x01P0\x02(", 5);
}

/* What P2 wants, by the operand that P0 gave. */
void bed_make_proof(const struct optical_bed *bed, const char *password, char proof[40])
{
    struct crypto_hash hash;
    uint8_t digest[CRYPTO_HASH_MAX];
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    crypto_hash_add(&hash, bed->said + 5, METER_OPERAND);
    crypto_hash_add(&hash, password, strlen(password));
    crypto_hash_end(&hash, digest);
    char *at = proof;
    *at++ = '(';
    for (int i = 0; i < 16; i++) {
        at += sprintf(at, "%02X", digest[i]);
    }
    strcpy(at, ")");
}

void bed_enter_to_write(struct optical_bed *bed)
{
    char proof[40];
    bed_enter(bed);
    bed_make_proof(bed, "secret", proof);
    assert_int_equal(bed_ask(bed, "P2", proof), IEC21_ACK);
}
