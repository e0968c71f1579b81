/* The DLMS server in process: no sockets, no client in the time measured. A whole ST402D that has
 * measured; Reading asks plain, Management ciphered (suite 0, authentication and encryption). The
 * best of some runs counts.
 *
 * Instructions are counted by `bench_dlms MODE N` under callgrind (tools/bench.sh), where only the
 * server's answer is collected. Figures of Gurux.DLMS.c 9.0 in process, measured on another machine
 * (in issue 5): 1.2 to 1.8 us a plain GET, 14 to 19 us with suite 0; 2880 rows 17.5 and 33 ms. What
 * gurux-dlms (Python) takes as a client of one GET is measured beside ours by bench/dlms_peer.py.
 */
#include "bench/bench.h"
#include "bench/dlms_rows.h"
#include "cosem/data.h"
#include "dlms/client_guard.h"
#include "meter/meter.h"

#include <stdlib.h>
#include <string.h>

enum { GETS = 100000, CIPHERED_GETS = 20000, LISTS = 500, RUNS = 7, PDU = 512 };

static struct meter meter;
static struct dlms_session session;
static struct dlms_association places[DLMS_PARTNERS];
static uint8_t answer[DLMS_ANSWER_ROOM(PDU)];
static struct dlms_client codec;
static struct dlms_client_guard guard;
static struct crypto_random port;
static uint8_t value[1 << 23];
static uint8_t sent[DLMS_PROTECT_HEAD + PDU];
static uint8_t scratch[PDU];

static const struct dlms_target voltage = {3, COSEM_NAME(1, 0, 32, 7, 0), 2};
static const struct dlms_target object_list = {15, COSEM_NAME(0, 0, 40, 0, 0), 2};

static int read_octets(void *context, uint8_t *octets, size_t size)
{
    static uint8_t next;
    (void)context;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next++;
    }
    return 0;
}

static const struct crypto_entropy entropy = {.read = read_octets};
static const struct meter_keys keys = {.unicast = "unicast", .authentication = "authentication"};

static void give_up(const char *what)
{
    fprintf(stderr, "bench dlms: %s\n", what);
    exit(1);
}

static void start_meter(void)
{
    static struct legal_part legal;
    const struct meter_setup setup = {
        .product = product_find("st402d"),
        .serial = 1,
        .reading_password = "12345678",
        .keys = &keys,
        .entropy = &entropy,
        .utc_ms = INT64_C(1800000000000),
        .legal = &legal,
    };
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int i = 0; i < LEGAL_PHASES; i++) {
        interval.phase[i].u_uv = 230000000;
    }
    if (meter_init(&meter, &setup) != 0) {
        give_up("the meter refuses its set-up");
    }
    legal_direct(meter.legal, &interval, NULL);
}

static size_t ask(uint16_t sap, uint8_t *apdu, size_t size)
{
    return dlms_session_answer(&session, sap, DLMS_LOGICAL_DEVICE, apdu, size, answer,
                               sizeof answer);
}

/* One plain request through the guard. */
static struct reader carry(uint16_t sap, size_t size)
{
    struct reader plain;
    size = dlms_client_guard_send(&guard, sent + DLMS_PROTECT_HEAD, size, sent, sizeof sent);
    size = ask(sap, sent, size);
    if (dlms_client_guard_receive(&guard, answer, size, scratch, sizeof scratch, &plain) != 0) {
        give_up("an answer that is not protected as it should be");
    }
    return plain;
}

static void associate(uint16_t sap, const struct dlms_client_security *use)
{
    uint8_t *plain = sent + DLMS_PROTECT_HEAD;
    struct dlms_refusal refusal;
    uint32_t counter = guard.sent.next;
    dlms_client_init(&codec, value, sizeof value, PDU);
    dlms_client_guard_init(&guard, use, DLMS_SUITE_0);
    guard.sent.next = counter > 0 ? counter : DLMS_COUNTER_FIRST;
    (void)dlms_keyring_put(&guard.ring, DLMS_KEY_UNICAST, keys.unicast, METER_KEY);
    (void)dlms_keyring_put(&guard.ring, DLMS_KEY_AUTHENTICATION, keys.authentication, METER_KEY);
    size_t size = ask(sap, plain, dlms_client_guard_open(&guard, &codec, &port, plain, PDU));
    enum dlms_client_outcome opened =
        dlms_client_guard_opened(&guard, &codec, answer, size, &refusal);
    if (opened == DLMS_CLIENT_MORE) {
        struct reader proof = carry(sap, dlms_client_guard_prove(&guard, &codec, plain, PDU));
        opened = dlms_client_answer(&codec, proof.data, proof.size, &refusal);
    }
    if (opened != DLMS_CLIENT_DONE) {
        give_up("the association is refused");
    }
}

static void associate_reading(void)
{
    const struct dlms_client_security use = {.mechanism = DLMS_MECHANISM_LOW,
                                             .secret = {(const uint8_t *)"12345678", 8},
                                             .challenge_size = DLMS_CHALLENGE_LEAST};
    associate(PRODUCT_SAP_READING, &use);
}

static void associate_management(void)
{
    const struct dlms_client_security use = {
        .mechanism = DLMS_MECHANISM_GMAC,
        .title = "bench!!",
        .control = DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED,
        .challenge_size = DLMS_CHALLENGE_LEAST,
    };
    associate(PRODUCT_SAP_MANAGEMENT, &use);
}

/* A whole value in blocks, the client included. */
static void read_all(uint16_t sap, const struct dlms_target *target)
{
    uint8_t *plain = sent + DLMS_PROTECT_HEAD;
    struct dlms_refusal refusal;
    size_t size =
        dlms_client_get(&codec, target->class_id, &target->name, target->member, plain, PDU);
    for (;;) {
        struct reader part = carry(sap, size);
        enum dlms_client_outcome outcome =
            dlms_client_answer(&codec, part.data, part.size, &refusal);
        if (outcome == DLMS_CLIENT_DONE) {
            return;
        }
        if (outcome != DLMS_CLIENT_MORE) {
            give_up("a value that cannot be read");
        }
        size = dlms_client_next(&codec, plain, PDU);
    }
}

static double best(double (*run)(void))
{
    double least = run();
    for (int i = 1; i < RUNS; i++) {
        double time_s = run();
        least = time_s < least ? time_s : least;
    }
    return least;
}

static void get_plain(int times)
{
    uint8_t apdu[DLMS_CLIENT_ROOM];
    size_t size =
        dlms_client_get(&codec, voltage.class_id, &voltage.name, voltage.member, apdu, sizeof apdu);
    for (int i = 0; i < times; i++) {
        if (ask(PRODUCT_SAP_READING, apdu, size) != 9) {
            give_up("no voltage");
        }
    }
}

/* Names of objects from all over the list: a look-up that begins nowhere near. */
static void get_anywhere(int times)
{
    enum { STRIDE = 37 };
    const struct cosem_model *model = meter.server.model;
    uint8_t apdu[DLMS_CLIENT_ROOM];
    for (int i = 0; i < times; i++) {
        uint32_t number = (uint32_t)i * STRIDE % cosem_model_count(model);
        const struct cosem_instance one = cosem_model_object(model, number);
        size_t size = dlms_client_get(&codec, one.object->ic->id, &one.name, 1, apdu, sizeof apdu);
        (void)ask(PRODUCT_SAP_READING, apdu, size);
    }
}

static double get_plain_s(void)
{
    double begin_s = bench_now_s();
    get_plain(GETS);
    return (bench_now_s() - begin_s) / GETS;
}

/* What a client does for a GET: the request made, its answer taken apart. */
static double get_client_s(void)
{
    uint8_t apdu[DLMS_CLIENT_ROOM];
    uint8_t came[] = {0xC4, 1, 0, 0, COSEM_U32, 0, 3, 0x82, 0xD4};
    struct dlms_refusal refusal;
    double begin_s = bench_now_s();
    for (int i = 0; i < GETS; i++) {
        (void)dlms_client_get(&codec, voltage.class_id, &voltage.name, voltage.member, apdu,
                              sizeof apdu);
        came[2] = apdu[2]; /* the invoke-id */
        if (dlms_client_answer(&codec, came, sizeof came, &refusal) != DLMS_CLIENT_DONE) {
            give_up("no answer");
        }
        struct reader taken = dlms_client_value(&codec);
        if (cosem_take_value(&taken).integer != 230100) {
            give_up("another value");
        }
    }
    return (bench_now_s() - begin_s) / GETS;
}

/* Requests are made ahead: each has a counter of its own. */
static double get_ciphered_s(void)
{
    enum { REQUEST = 64 };
    uint8_t *requests = malloc((size_t)CIPHERED_GETS * REQUEST);
    uint8_t *plain = sent + DLMS_PROTECT_HEAD;
    size_t size = 0;
    for (int i = 0; requests && i < CIPHERED_GETS; i++) {
        size = dlms_client_get(&codec, voltage.class_id, &voltage.name, voltage.member, plain, PDU);
        size = dlms_client_guard_send(&guard, plain, size, sent, sizeof sent);
        memcpy(requests + (size_t)i * REQUEST, sent, size);
    }
    double begin_s = bench_now_s();
    for (int i = 0; requests && i < CIPHERED_GETS; i++) {
        (void)ask(PRODUCT_SAP_MANAGEMENT, requests + (size_t)i * REQUEST, size);
    }
    double took_s = (bench_now_s() - begin_s) / CIPHERED_GETS;
    free(requests);
    return took_s;
}

static double get_list_s(void)
{
    double begin_s = bench_now_s();
    for (int i = 0; i < LISTS; i++) {
        read_all(PRODUCT_SAP_READING, &object_list);
    }
    return (bench_now_s() - begin_s) / LISTS;
}

static double rows_s(uint32_t rows, uint16_t sap)
{
    double least = 1e9;
    bench_rows_show(&meter.server, rows);
    for (int i = 0; i < RUNS; i++) {
        double begin_s = bench_now_s();
        read_all(sap, &bench_rows_target);
        double took_s = bench_now_s() - begin_s;
        least = took_s < least ? took_s : least;
    }
    return least;
}

static void measure_rows(struct bench *bench, uint16_t sap, const char *const names[3],
                         double goal_ms)
{
    double ms[3];
    static const uint32_t rows[] = {2880, 10000, 100000};
    for (int i = 0; i < 3; i++) {
        ms[i] = 1e3 * rows_s(rows[i], sap);
        bench_lower(bench, names[i], ms[i], "ms", i == 0 ? goal_ms : BENCH_NO_GOAL);
    }
}

/* For callgrind: MODE is plain, anywhere or ciphered, and how many GETs. */
static int count(const char *mode, int times)
{
    if (strcmp(mode, "ciphered") != 0) {
        associate_reading();
        (strcmp(mode, "anywhere") == 0 ? get_anywhere : get_plain)(times);
        return 0;
    }
    associate_management();
    uint8_t *plain = sent + DLMS_PROTECT_HEAD;
    for (int i = 0; i < times; i++) {
        (void)carry(PRODUCT_SAP_MANAGEMENT, dlms_client_get(&codec, voltage.class_id, &voltage.name,
                                                            voltage.member, plain, PDU));
    }
    return 0;
}

int main(int argc, char **argv)
{
    enum { GET_GOAL_NS = 400, CIPHERED_GOAL_US = 2, ROWS_GOAL_MS = 4, ROWS_CIPHERED_GOAL_MS = 8 };
    static const char *const plain_rows[] = {"dlms.rows_2880_ms", "dlms.rows_10000_ms",
                                             "dlms.rows_100000_ms"};
    static const char *const ciphered_rows[] = {"dlms.rows_2880_ciphered_ms",
                                                "dlms.rows_10000_ciphered_ms",
                                                "dlms.rows_100000_ciphered_ms"};
    if (crypto_random_begin(&port, &entropy, "bench", 5) != 0) {
        give_up("no random octets");
    }
    start_meter();
    dlms_session_init(&session, &meter.server, PDU);
    dlms_session_lend(&session, places, DLMS_PARTNERS);
    if (argc > 2) {
        return count(argv[1], atoi(argv[2]));
    }
    struct bench bench = bench_begin("dlms");
    associate_reading();
    bench_lower(&bench, "dlms.get_register_ns", 1e9 * best(get_plain_s), "ns", GET_GOAL_NS);
    bench_lower(&bench, "dlms.client_get_ns", 1e9 * best(get_client_s), "ns", BENCH_NO_GOAL);
    bench_lower(&bench, "dlms.object_list_us", 1e6 * best(get_list_s), "us", BENCH_NO_GOAL);
    associate_management();
    bench_lower(&bench, "dlms.get_register_ciphered_us", 1e6 * best(get_ciphered_s), "us",
                CIPHERED_GOAL_US);
    measure_rows(&bench, PRODUCT_SAP_MANAGEMENT, ciphered_rows, ROWS_CIPHERED_GOAL_MS);
    meter.server.model = &meter.product->model;
    associate_reading();
    measure_rows(&bench, PRODUCT_SAP_READING, plain_rows, ROWS_GOAL_MS);
    bench_lower(&bench, "dlms.session_octets", (double)sizeof session, "octets", BENCH_NO_GOAL);
    return bench_end(&bench);
}
