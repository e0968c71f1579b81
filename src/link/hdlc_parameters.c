#include "link/hdlc_parameters.h"

#include "base/reader.h"
#include "base/writer.h"

enum {
    FORMAT_IDENTIFIER = 0x81,
    GROUP_PARAMETERS = 0x80,
    INFO_TRANSMIT = 5,
    INFO_RECEIVE = 6,
    WINDOW_TRANSMIT = 7,
    WINDOW_RECEIVE = 8,
    DEVICE_ADDRESS_MIN = 0x10,
    DEVICE_ADDRESS_MAX = 0x3FFD,
    INTER_OCTET_MIN_MS = 20,
    INTER_OCTET_MAX_MS = 6000,
};

static bool within(uint32_t value, uint32_t least, uint32_t most)
{
    return value >= least && value <= most;
}

bool hdlc_settings_valid(const struct hdlc_settings *settings)
{
    const struct hdlc_limits *limits = &settings->limits;
    uint16_t address = settings->device_address;
    return within(limits->max_info_transmit, HDLC_INFO_MIN, HDLC_INFO_MAX) &&
           within(limits->max_info_receive, HDLC_INFO_MIN, HDLC_INFO_MAX) &&
           within(limits->window_transmit, 1, HDLC_WINDOW_MAX) &&
           within(limits->window_receive, 1, HDLC_WINDOW_MAX) &&
           within(settings->inter_octet_time_ms, INTER_OCTET_MIN_MS, INTER_OCTET_MAX_MS) &&
           (address == 0 || within(address, DEVICE_ADDRESS_MIN, DEVICE_ADDRESS_MAX));
}

struct hdlc_limits hdlc_limits_default(void)
{
    return (struct hdlc_limits){HDLC_INFO_DEFAULT, HDLC_INFO_DEFAULT, 1, 1};
}

bool hdlc_limits_are_default(const struct hdlc_limits *limits)
{
    return limits->max_info_transmit == HDLC_INFO_DEFAULT &&
           limits->max_info_receive == HDLC_INFO_DEFAULT && limits->window_transmit == 1 &&
           limits->window_receive == 1;
}

static uint16_t lesser(uint16_t a, uint16_t b)
{
    return a < b ? a : b;
}

struct hdlc_limits hdlc_limits_agreed(const struct hdlc_limits *own, const struct hdlc_limits *peer)
{
    return (struct hdlc_limits){
        .max_info_transmit = lesser(own->max_info_transmit, peer->max_info_receive),
        .max_info_receive = lesser(own->max_info_receive, peer->max_info_transmit),
        .window_transmit = (uint8_t)lesser(own->window_transmit, peer->window_receive),
        .window_receive = (uint8_t)lesser(own->window_receive, peer->window_transmit),
    };
}

static uint16_t clamp(uint32_t value, uint16_t least, uint16_t most)
{
    return value < least ? least : value > most ? most : (uint16_t)value;
}

static void read_parameter(struct reader *r, struct hdlc_limits *limits)
{
    uint8_t identifier = reader_u8(r);
    struct reader octets = reader_part(r, reader_u8(r));
    size_t size = reader_left(&octets);
    if (size == 0 || size > sizeof(uint32_t)) {
        return;
    }
    uint32_t value = 0;
    while (reader_left(&octets) > 0) {
        value = value << 8 | reader_u8(&octets);
    }
    uint16_t info = clamp(value, HDLC_INFO_MIN, HDLC_INFO_MAX);
    uint8_t window = (uint8_t)clamp(value, 1, HDLC_WINDOW_MAX);
    switch (identifier) {
    case INFO_TRANSMIT:
        limits->max_info_transmit = info;
        break;
    case INFO_RECEIVE:
        limits->max_info_receive = info;
        break;
    case WINDOW_TRANSMIT:
        limits->window_transmit = window;
        break;
    case WINDOW_RECEIVE:
        limits->window_receive = window;
        break;
    default:
        break;
    }
}

struct hdlc_limits hdlc_parameters_read(const uint8_t *octets, size_t size)
{
    struct hdlc_limits limits = hdlc_limits_default();
    struct reader r = reader_over(octets, size);
    if (reader_u8(&r) != FORMAT_IDENTIFIER) {
        return limits;
    }
    while (reader_left(&r) > 0) {
        uint8_t group = reader_u8(&r);
        size_t length = reader_u8(&r);
        size_t left = reader_left(&r);
        struct reader parameters = reader_part(&r, length < left ? length : left);
        while (group == GROUP_PARAMETERS && reader_left(&parameters) > 0) {
            read_parameter(&parameters, &limits);
        }
    }
    return limits;
}

static void write_info(struct writer *w, uint8_t identifier, uint16_t value)
{
    writer_u8(w, identifier);
    if (value <= UINT8_MAX) {
        writer_u8(w, 1);
        writer_u8(w, (uint8_t)value);
    } else {
        writer_u8(w, 2);
        writer_u16(w, value);
    }
}

static void write_window(struct writer *w, uint8_t identifier, uint8_t value)
{
    writer_u8(w, identifier);
    writer_u8(w, 4);
    writer_u32(w, value);
}

size_t hdlc_parameters_write(uint8_t *octets, const struct hdlc_limits *limits)
{
    enum { LENGTH = 2, BEHIND = 3 }; /* places of the group's length and of what it counts */
    struct writer w = writer_over(octets, HDLC_PARAMETERS_MAX);
    writer_u8(&w, FORMAT_IDENTIFIER);
    writer_u8(&w, GROUP_PARAMETERS);
    writer_u8(&w, 0);
    write_info(&w, INFO_TRANSMIT, limits->max_info_transmit);
    write_info(&w, INFO_RECEIVE, limits->max_info_receive);
    write_window(&w, WINDOW_TRANSMIT, limits->window_transmit);
    write_window(&w, WINDOW_RECEIVE, limits->window_receive);
    octets[LENGTH] = (uint8_t)(writer_kept(&w) - BEHIND);
    return writer_kept(&w);
}
