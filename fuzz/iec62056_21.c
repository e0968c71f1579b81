/* IEC 62056-21: a meter and a reader that hear whatever comes, in pieces, with pauses. Whatever
 * happened, a request that comes at the end is identified. */
#include "link/iec62056_21.h"
#include "base/reader.h"
#include "link/iec62056_21_client.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
    struct iec21_server server;
    uint8_t in[IEC21_MESSAGE_MAX]; /* of the server */
    uint8_t out[IEC21_MESSAGE_MAX];
    struct iec21_client client;
    unsigned depth; /* programming modes that began and did not end */
    uint8_t sum;    /* over all that was handed out, so that it is read */
    int64_t now_ms;
};

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static bool line(void *owner, unsigned list, unsigned number, struct writer *w)
{
    (void)owner;
    writer_octets(w, "1.8.0(000123.456*kWh)", 21);
    return number < list + 3;
}

static void begin(void *owner, struct writer *w)
{
    struct world *world = owner;
    must(world->depth++ == 0);
    writer_octets(w, "0123456789ABCDEF", 16);
}

static void end(void *owner)
{
    struct world *world = owner;
    must(world->depth-- == 1);
}

static enum iec21_result command(void *owner, const struct iec21_command *given, struct writer *w)
{
    struct world *world = owner;
    struct iec21_data_set set;
    must(world->depth == 1 && given->size <= IEC21_MESSAGE_MAX);
    world->sum ^= iec21_bcc(0, given->data, given->size);
    if (iec21_data_set_take(&set, given->data, given->size) == 0) {
        world->sum ^= iec21_bcc(0, set.value, set.value_size);
        writer_octets(w, set.value, set.value_size);
    }
    return (enum iec21_result)(given->size % 4);
}

static void take_line(void *owner, const char *text, size_t size)
{
    struct world *world = owner;
    world->sum ^= iec21_bcc(0, text, size);
}

static void drain(struct world *world)
{
    const uint8_t *octets;
    for (size_t size; (size = iec21_output(&world->server, &octets, world->now_ms)) > 0;) {
        world->sum ^= iec21_bcc(0, octets, size);
        iec21_sent(&world->server, size, world->now_ms);
    }
    for (size_t size; (size = iec21_client_output(&world->client, &octets, world->now_ms)) > 0;) {
        iec21_client_sent(&world->client, size, world->now_ms);
    }
}

static void step(struct world *world, struct reader *r)
{
    uint8_t kind = reader_u8(r);
    size_t left = reader_left(r);
    size_t size = kind >> 2 < left ? kind >> 2 : left;
    const uint8_t *octets = reader_octets(r, size);
    if (kind & 1) {
        world->now_ms += 1 + 40 * (int64_t)(kind >> 2);
        iec21_step(&world->server, world->now_ms);
        iec21_client_step(&world->client, world->now_ms);
        must(iec21_deadline_ms(&world->server) >= 0);
    }
    if (octets) {
        iec21_receive(&world->server, octets, size, world->now_ms);
        iec21_client_receive(&world->client, octets, size, world->now_ms);
    }
    if (kind & 2) {
        world->now_ms += 300;
        drain(world);
    }
    if (iec21_handed_over(&world->server)) {
        iec21_take_back(&world->server, world->now_ms);
    }
}

static void must_still_answer(struct world *world)
{
    const uint8_t *octets;
    for (int i = 0; i < 300; i++) {
        world->now_ms += 1000;
        iec21_step(&world->server, world->now_ms);
        drain(world);
    }
    if (iec21_handed_over(&world->server)) {
        iec21_take_back(&world->server, world->now_ms);
    }
    iec21_receive(&world->server, "/?!\r\n", 5, world->now_ms);
    must(iec21_output(&world->server, &octets, world->now_ms + 200) > 0 && octets[0] == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    static const struct iec21_settings settings = {
        .manufacturer = "WTH", .ident = "FUZZ", .address = "12345678", .baud = '5', .hdlc = true};
    const struct iec21_service service = {
        .line = line, .begin = begin, .command = command, .end = end, .owner = &world};
    struct reader r = reader_over(data, size);
    memset(&world, 0, sizeof world);
    const struct iec21_buffers buffers = {world.in, world.out};
    iec21_init(&world.server, &settings, &service, buffers, 0);
    const struct iec21_client_config config = {.address = "",
                                               .wanted = size % 2 ? IEC21_READOUT : IEC21_BINARY,
                                               .line = take_line,
                                               .owner = &world};
    iec21_client_begin(&world.client, &config, 0);
    while (reader_left(&r) > 0) {
        step(&world, &r);
    }
    must_still_answer(&world);
    return 0;
}
