/* P1: a stream in pieces through the receiver, what it finds through the reader; the same octets as
 * an envelope. What the reader gives lies within what it was given. */
#include "p1/envelope.h"
#include "p1/reader.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 2048 };

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void must_lie_in(struct p1_text text, const uint8_t *octets, size_t size)
{
    const char *begin = (const char *)octets;
    must(text.size <= size && text.at >= begin && text.at + text.size <= begin + size);
}

static void look_at_groups(struct p1_text groups, const uint8_t *octets, size_t size)
{
    struct p1_text group;
    struct p1_number number;
    struct p1_time time;
    while (p1_group_next(&groups, &group)) {
        must_lie_in(group, octets, size);
        if (p1_number_take(group, &number) == 0 && number.unit.size > 0) {
            must_lie_in(number.unit, octets, size);
        }
        if (p1_time_take(group, &time) == 0) {
            must(p1_time_utc_s(&time, 60) > 0);
        }
    }
}

static void look_at(const uint8_t *octets, size_t size)
{
    struct p1_reading reading;
    struct p1_item item;
    if (p1_reading_begin(&reading, octets, size) != 0) {
        return;
    }
    must_lie_in(reading.identification, octets, size);
    while (p1_reading_next(&reading, &item)) {
        must_lie_in(item.groups, octets, size);
        look_at_groups(item.groups, octets, size);
    }
}

static void stream(const uint8_t *data, size_t size, size_t piece)
{
    static uint8_t buffer[ROOM];
    struct p1_receiver receiver;
    p1_receiver_init(&receiver, buffer, sizeof buffer);
    for (size_t at = 0; at < size;) {
        bool whole;
        size_t part = size - at < piece ? size - at : piece;
        size_t took = p1_receiver_take(&receiver, data + at, part, &whole);
        must(took > 0 && took <= part && receiver.size <= sizeof buffer);
        if (whole) {
            must(buffer[0] == '/');
            look_at(buffer, receiver.size);
        }
        at += took;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct p1_keys keys = {.encryption = "key"};
    static uint8_t text[1 << 16];
    if (size == 0) {
        return 0;
    }
    stream(data + 1, size - 1, 1U + data[0]);
    look_at(data, size);
    int whole = p1_envelope_size(data, size);
    must(whole >= -1);
    if (size <= sizeof text) {
        must(p1_open(&keys, data, size, text) < (int)size);
    }
    return 0;
}
