#include "test/link/iec21_bed.h"

#include "test/unit.h"

#include <stdio.h>
#include <string.h>

struct bed bed;

static bool line(void *owner, unsigned list, unsigned number, struct writer *w)
{
    char text[40];
    (void)owner;
    if (number >= bed.lines) {
        return false;
    }
    int size = snprintf(text, sizeof text, "%u.%u.0(%06u*kWh)", list, number, number * number);
    writer_octets(w, text, (size_t)size);
    return true;
}

static void begin(void *owner, struct writer *w)
{
    (void)owner;
    bed.begun++;
    writer_octets(w, "12345678", 8);
}

static enum iec21_result command(void *owner, const struct iec21_command *given, struct writer *w)
{
    (void)owner;
    snprintf(bed.command, sizeof bed.command, "%c%c%.*s", given->type, given->form,
             (int)given->size, given->data);
    writer_octets(w, bed.answer, strlen(bed.answer));
    return bed.result;
}

static void end(void *owner)
{
    (void)owner;
    bed.ended++;
}

void take_line(void *owner, const char *text, size_t size)
{
    (void)owner;
    size_t at = strlen(bed.read);
    assert_true(at + size + 2 < sizeof bed.read);
    memcpy(bed.read + at, text, size);
    strcpy(bed.read + at + size, "\n");
}

int64_t now_ms(void)
{
    return bed.now_us / US_PER_MS;
}

void set_up(void)
{
    static const struct iec21_service service = {
        .line = line, .begin = begin, .command = command, .end = end};
    memset(&bed, 0, sizeof bed);
    bed.settings = (struct iec21_settings){
        .manufacturer = "WTH", .ident = "ST402D", .address = "12345678", .baud = '5', .hdlc = true};
    bed.lines = LINES;
    bed.answer = "";
    iec21_init(&bed.server, &bed.settings, &service, (struct iec21_buffers){bed.in, bed.out}, 0);
}

void hear_octets(const void *octets, size_t size)
{
    iec21_receive(&bed.server, octets, size, now_ms());
}

void hear_text(const char *text)
{
    hear_octets(text, strlen(text));
}

void listen_for(int64_t ms)
{
    const uint8_t *octets;
    int64_t end_us = bed.now_us + ms * US_PER_MS;
    bed.said_size = 0;
    while (bed.now_us < end_us) {
        iec21_step(&bed.server, now_ms());
        size_t size = iec21_output(&bed.server, &octets, now_ms());
        if (size == 0) {
            bed.now_us += US_PER_MS;
            continue;
        }
        assert_true(bed.said_size < sizeof bed.said);
        bed.said[bed.said_size++] = (char)octets[0];
        bed.now_us += 10000000 / iec21_form(&bed.server).baud;
        iec21_sent(&bed.server, 1, now_ms());
    }
}

void sign_on(const char *request)
{
    hear_text(request);
    listen_for(1000);
}
