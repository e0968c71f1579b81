/* Any octets as what flash kept of a meter's settings and secrets: it starts, shows every attribute
 * as one whole Data, steps, and starts again. Texts that are kept as a client wrote them
 * (parameters of protection, parts of pushed objects) are whole only if they were. The consumer
 * message, which displays show octet by octet, is printable.
 *
 * Input: which product (modulo four), then records: number (bit 7: a secret), version, size (2
 * octets), octets. */
#include "cosem/data.h"
#include "cosem/tape.h"
#include "meter/meter.h"
#include "world/nor/nor.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 1 << 16, RECORDS = 64, RECORD_MOST = 1958, SECRET = 0x80, MANAGEMENT = 2, STEPS = 2 };

static struct nor blank;
static struct nor nor;
static struct flash flash;
static struct meter meter;
static struct legal_part legal;
static struct calendar_switch switches[2 * CALENDAR_SWITCHES];
static uint8_t octets[ROOM + COSEM_CARRY];

static void need_true(bool condition)
{
    if (!condition) {
        abort();
    }
}

static int no_entropy(void *port, uint8_t *to, size_t size)
{
    (void)port;
    memset(to, 7, size);
    return 0;
}

static void start(const struct product *product)
{
    static const struct meter_keys keys = {.unicast = "a unicast key..",
                                           .authentication = "authentication",
                                           .master = "a master key..."};
    static const struct crypto_entropy entropy = {.read = no_entropy};
    const struct meter_setup setup = {.product = product,
                                      .utc_ms = INT64_C(1800000000000),
                                      .keys = &keys,
                                      .entropy = &entropy,
                                      .flash = &flash,
                                      .legal = &legal,
                                      .switches = switches,
                                      .switch_count = 2 * CALENDAR_SWITCHES};
    need_true(meter_init(&meter, &setup) == 0);
    while (meter_recover(&meter) > 0) {
    }
}

static void settle(void)
{
    while (storage_step(&meter.storage) > 0) {
        nor_advance(&nor, 10000);
    }
}

static void open_chip(struct nor *chip)
{
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    config.program_min_us = config.program_max_us = 0;
    config.erase_min_us = config.erase_max_us = 0;
    need_true(nor_open(chip, &config, NULL, error, sizeof error) == 0);
}

/* A chip on which nobody has set anything, for each input. */
static void begin(const struct product *product)
{
    static const struct product *prepared;
    if (flash.read == NULL) {
        open_chip(&blank);
        open_chip(&nor);
        flash = nor_port(&nor);
    }
    if (prepared != product) {
        nor_close(&nor);
        open_chip(&nor);
        start(product);
        settle();
        nor_copy(&blank, &nor);
        prepared = product;
    }
    nor_copy(&nor, &blank);
    start(product);
    settle();
}

static bool keep_record(struct reader *r)
{
    uint8_t number = reader_u8(r);
    uint8_t version = reader_u8(r);
    uint16_t wanted = reader_u16(r);
    size_t left = reader_left(r);
    uint16_t size = (uint16_t)(wanted < left ? wanted : left);
    bool secret = (number & SECRET) != 0;
    struct journal *journal = secret ? &meter.storage.secrets : &meter.storage.values;
    const uint8_t *kept = reader_octets(r, size);
    uint16_t place = number & (SECRET - 1);
    if (r->fault || size > RECORD_MOST || (secret && place >= STORAGE_SECRETS)) {
        return false;
    }
    (void)journal_put(journal, place, version, kept, size);
    settle();
    return reader_left(r) > 0;
}

static bool has_texts(const struct cosem_object *object)
{
    enum { DATA_PROTECTION = 30, PUSH_SETUP = 40 };
    return object->ic->id == DATA_PROTECTION || object->ic->id == PUSH_SETUP;
}

static void show(const struct cosem_instance *one, int attribute)
{
    struct cosem_call call = {.object = one->object,
                              .member = one->member,
                              .model = &meter.product->model,
                              .context = &meter.context,
                              .column = MANAGEMENT};
    struct cosem_tape tape;
    size_t size = 0;
    if (cosem_tape_open(&tape, &call, attribute) != COSEM_SUCCESS) {
        return;
    }
    size = cosem_tape_read(&tape, octets, ROOM);
    if (tape.result == COSEM_SUCCESS && cosem_tape_ended(&tape)) {
        struct reader r = reader_over(octets, size);
        cosem_skip_value(&r);
        need_true(reader_done(&r) || has_texts(one->object));
    }
}

static void show_all(void)
{
    for (uint32_t n = 0; n < cosem_model_count(&meter.product->model); n++) {
        const struct cosem_instance one = cosem_model_object(&meter.product->model, n);
        for (int attribute = 2; attribute <= one.object->ic->attribute_count + 1; attribute++) {
            show(&one, attribute);
        }
    }
}

static void need_printable(const void *from, size_t size)
{
    const char *text = from;
    for (size_t i = 0; i < size; i++) {
        need_true(text[i] >= ' ' && text[i] <= '~');
    }
}

static void check_message(void)
{
    const struct message *message = &meter.message;
    uint8_t piece[MESSAGE_PIECE];
    size_t at = 0;
    size_t size;
    while ((size = message_piece(message, at, piece)) > 0) {
        need_printable(piece, size);
        at += size;
    }
    need_true(at == message->text_size && at <= MESSAGE_TEXT_MAX);
    need_true(message->code_size <= MESSAGE_CODE_MAX);
    need_printable(message->code, message->code_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    const struct product *product = product_all[reader_u8(&r) % PRODUCT_COUNT];
    begin(product);
    for (int i = 0; i < RECORDS && keep_record(&r); i++) {
    }
    start(product);
    check_message();
    show_all();
    for (int i = 0; i < STEPS; i++) {
        (void)meter_step(&meter, meter.now_ms + 60000);
        settle();
    }
    (void)meter_power_fail(&meter);
    start(product);
    return 0;
}
