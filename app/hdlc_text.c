#include "app/hdlc_text.h"

#include "base/crc16.h"
#include "link/hdlc_frame.h"
#include "link/hdlc_octets.h"
#include "link/hdlc_parameters.h"

#include <stdlib.h>
#include <string.h>

enum { APDU_ROOM = 65536 };

/* An APDU on its way in segments. */
struct segments {
    uint8_t *octets;
    size_t size;
};

static const char *control_name(uint8_t control)
{
    static const struct {
        uint8_t control;
        const char *name;
    } rows[] = {
        {HDLC_UI, "UI"}, {HDLC_DM, "DM"},     {HDLC_DISC, "DISC"},
        {HDLC_UA, "UA"}, {HDLC_SNRM, "SNRM"}, {HDLC_FRMR, "FRMR"},
    };
    uint8_t type = control & (uint8_t)~HDLC_POLL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].control == type) {
            return rows[i].name;
        }
    }
    if (hdlc_is_i(control)) {
        return "I";
    }
    return (control & 0x0F) == HDLC_RR ? "RR" : (control & 0x0F) == HDLC_RNR ? "RNR" : "unknown";
}

static void print_address(FILE *out, const struct hdlc_address *address)
{
    fprintf(out, address->octets > 1 ? "%u/%u" : "%u", address->upper, address->lower);
}

static void print_header(FILE *out, const struct hdlc_header *header)
{
    uint8_t control = header->control;
    const char *name = control_name(control);
    fprintf(out, "HDLC %s", name);
    if (hdlc_is_i(control)) {
        fprintf(out, " N(S) %u", hdlc_ns(control));
    }
    if (hdlc_is_i(control) || name[0] == 'R') {
        fprintf(out, " N(R) %u", hdlc_nr(control));
    }
    fputs((control & HDLC_POLL) != 0 ? ", P/F, from " : ", from ", out);
    print_address(out, &header->source);
    fputs(" to ", out);
    print_address(out, &header->destination);
    fprintf(out, "%s, %u octets\n", header->segmented ? ", segmented" : "", header->length);
}

static void print_parameters(struct apdu_text *text, const uint8_t *octets, size_t size)
{
    struct hdlc_limits limits = hdlc_parameters_read(octets, size);
    fprintf(text->out, "  transmits up to %u octets, window %u; receives up to %u, window %u\n",
            limits.max_info_transmit, limits.window_transmit, limits.max_info_receive,
            limits.window_receive);
}

/* The segment that is the last shows the whole APDU, without its LLC. */
static void print_segment(struct apdu_text *text, struct segments *segments, bool more,
                          const uint8_t *octets, size_t size, int *faults)
{
    if (size > APDU_ROOM - segments->size) {
        segments->size = 0;
        return;
    }
    memcpy(segments->octets + segments->size, octets, size);
    segments->size += size;
    if (more) {
        fprintf(text->out, "  a segment of %zu octets; it goes on\n", size);
        return;
    }
    struct reader apdu = reader_over(segments->octets, segments->size);
    const uint8_t *llc = reader_octets(&apdu, HDLC_LLC);
    if (!llc || llc[0] != 0xE6 || (llc[1] != 0xE6 && llc[1] != 0xE7)) {
        fputs("  fault: no LLC at its beginning; segments before it are missing\n", text->out);
        ++*faults;
    } else {
        apdu_text_print(text, &apdu, 1);
        *faults += apdu.fault;
    }
    segments->size = 0;
}

static void print_information(struct apdu_text *text, struct segments *segments,
                              const struct hdlc_header *header, const uint8_t *octets, size_t size,
                              int *faults)
{
    uint8_t type = header->control & (uint8_t)~HDLC_POLL;
    if (type == HDLC_SNRM || type == HDLC_UA) {
        print_parameters(text, octets, size);
    } else if (hdlc_is_i(header->control) || type == HDLC_UI) {
        print_segment(text, segments, header->segmented, octets, size, faults);
    }
}

static int fault(struct apdu_text *text, int *faults, const char *what)
{
    fprintf(text->out, "  fault: %s\n", what);
    ++*faults;
    return -1;
}

/* The length leads to a flag: it is to be believed, whatever else is wrong. */
static bool is_closed(const struct hdlc_header *header, const uint8_t *octets, size_t left)
{
    return left > header->length && octets[header->length] == HDLC_FLAG;
}

/* A frame's octets behind its flag, `left` of them to the end of all: how many it has; -1: it is
 * none, and the next flag is looked for. */
static int print_frame(struct apdu_text *text, struct segments *segments, const uint8_t *octets,
                       size_t left, int *faults)
{
    struct hdlc_header header;
    int head = hdlc_header_read(octets, left, &header);
    if (head <= 0) {
        fputs("HDLC\n", text->out);
        return fault(text, faults, head == 0 ? "it breaks off in its header" : "no header");
    }
    print_header(text->out, &header);
    int size = hdlc_information_size(&header);
    if (size < 0) {
        return fault(text, faults, "its length does not fit its header");
    }
    if (size > 0 && (left < (size_t)head + HDLC_CHECK ||
                     crc16(0, octets, (size_t)head + HDLC_CHECK) != CRC16_GOOD)) {
        (void)fault(text, faults, "wrong HCS");
        return is_closed(&header, octets, left) ? header.length : -1;
    }
    if (left < header.length) {
        return fault(text, faults, "it breaks off before its length");
    }
    if (crc16(0, octets, header.length) != CRC16_GOOD) {
        (void)fault(text, faults, "wrong FCS");
        return is_closed(&header, octets, left) ? header.length : -1;
    }
    if (left > header.length && octets[header.length] != HDLC_FLAG) {
        return fault(text, faults, "no flag at its end");
    }
    if (size > 0) {
        print_information(text, segments, &header, octets + head + HDLC_CHECK, (size_t)size,
                          faults);
    }
    return header.length;
}

/* Octets to the next flag, or to the end. */
static size_t to_flag(const uint8_t *octets, size_t left)
{
    const uint8_t *flag = memchr(octets, HDLC_FLAG, left);
    return flag ? (size_t)(flag - octets) : left;
}

size_t hdlc_text_print(struct apdu_text *text, struct reader r, int *faults)
{
    struct segments segments = {.octets = malloc(APDU_ROOM)};
    size_t begin = r.at;
    while (segments.octets && reader_left(&r) > 0 && reader_peek(&r) == HDLC_FLAG) {
        reader_u8(&r);
        size_t left = reader_left(&r);
        if (left == 0 || reader_peek(&r) == HDLC_FLAG) {
            continue;
        }
        int size = print_frame(text, &segments, r.data + r.at, left, faults);
        reader_octets(&r, size < 0 ? to_flag(r.data + r.at, left) : (size_t)size);
    }
    free(segments.octets);
    return r.at - begin;
}
