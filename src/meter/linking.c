#include "meter/linking.h"

#include "base/reader.h"
#include "base/writer.h"
#include "meter/keeping.h"
#include "meter/line.h"

enum { LINE_VERSION = 1, LINE_SIZE = 12, TCP_VERSION = 1, TCP_SIZE = 3 };

enum { BAUD = 9600, INACTIVITY_S = 180, CONNECTIONS = 64 };

/* Where several meters are on one line each has an address of its own from the factory: the last
 * four digits of its serial number, moved to where addresses begin. */
enum { FIRST_ADDRESS = 16, ADDRESSES = 10000 };

static struct hdlc_settings settings_of(const struct meter_setup *setup, int line)
{
    struct hdlc_settings settings = setup->line ? *setup->line : meter_line_settings();
    if (line != LINK_OPTICAL) {
        settings.alone = false;
        settings.device_address = (uint16_t)(FIRST_ADDRESS + setup->serial % ADDRESSES);
    }
    return settings;
}

void linking_init(struct meter *meter, const struct meter_setup *setup)
{
    struct link_setup *links = &meter->links;
    *links = (struct link_setup){
        .connections = CONNECTIONS,
        .inactivity_time_s = INACTIVITY_S,
        .network = setup->network,
    };
    for (int line = 0; line < LINK_LINES; line++) {
        links->lines[line] = settings_of(setup, line);
        links->baud[line] = BAUD;
    }
    meter->link_changes = 0;
}

static uint16_t number_of(int line)
{
    return (uint16_t)(METER_VALUE_LINE + line);
}

/* What is no valid setting is not taken up; response time and `alone` are the product's own. */
static void recall_line(struct meter *meter, int line)
{
    uint8_t octets[LINE_SIZE];
    uint8_t version;
    struct hdlc_settings settings = meter->links.lines[line];
    int size =
        journal_get(&meter->storage.values, number_of(line), &version, octets, sizeof octets);
    if (size != LINE_SIZE || version != LINE_VERSION) {
        return;
    }
    struct reader r = reader_over(octets, sizeof octets);
    settings.limits.max_info_transmit = reader_u16(&r);
    settings.limits.max_info_receive = reader_u16(&r);
    settings.limits.window_transmit = reader_u8(&r);
    settings.limits.window_receive = reader_u8(&r);
    settings.inter_octet_time_ms = reader_u16(&r);
    settings.inactivity_time_s = reader_u16(&r);
    settings.device_address = reader_u16(&r);
    if (hdlc_settings_valid(&settings)) {
        meter->links.lines[line] = settings;
    }
}

static void recall_tcp(struct meter *meter)
{
    uint8_t octets[TCP_SIZE];
    uint8_t version;
    int size =
        journal_get(&meter->storage.values, METER_VALUE_TCP, &version, octets, sizeof octets);
    if (size == TCP_SIZE && version == TCP_VERSION && octets[0] > 0) {
        struct reader r = reader_over(octets, sizeof octets);
        meter->links.connections = reader_u8(&r);
        meter->links.inactivity_time_s = reader_u16(&r);
    }
}

void linking_recover(struct meter *meter)
{
    for (int line = 0; line < LINK_LINES; line++) {
        recall_line(meter, line);
    }
    recall_tcp(meter);
}

static int remember_line(struct meter *meter, int line)
{
    uint8_t octets[LINE_SIZE];
    const struct hdlc_settings *settings = &meter->links.lines[line];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u16(&w, settings->limits.max_info_transmit);
    writer_u16(&w, settings->limits.max_info_receive);
    writer_u8(&w, settings->limits.window_transmit);
    writer_u8(&w, settings->limits.window_receive);
    writer_u16(&w, settings->inter_octet_time_ms);
    writer_u16(&w, settings->inactivity_time_s);
    writer_u16(&w, settings->device_address);
    return journal_put(&meter->storage.values, number_of(line), LINE_VERSION, octets, LINE_SIZE);
}

static int remember_tcp(struct meter *meter)
{
    uint8_t octets[TCP_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u8(&w, meter->links.connections);
    writer_u16(&w, meter->links.inactivity_time_s);
    return journal_put(&meter->storage.values, METER_VALUE_TCP, TCP_VERSION, octets, TCP_SIZE);
}

/* All of it: it changes once in a year. */
void linking_step(struct meter *meter)
{
    uint32_t changes = meter->links.changes;
    if (changes == meter->link_changes || remember_tcp(meter) != STORAGE_DONE) {
        return;
    }
    for (int line = 0; line < LINK_LINES; line++) {
        if (remember_line(meter, line) != STORAGE_DONE) {
            return;
        }
    }
    meter->link_changes = changes;
}
