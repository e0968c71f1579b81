/* The DLMS server in process: no sockets, no client in the time measured. An ST402D that has
 * measured; client Reading; the register read is a voltage. The best of some runs counts.
 *
 * Instructions: `valgrind --tool=callgrind build/host/bench/bench_dlms`, and divide those of
 * dlms_session_answer by its calls. */
#include "bench/bench.h"
#include "dlms/client.h"
#include "meter/meter.h"

#include <stdlib.h>

enum { GETS = 200000, LISTS = 2000, RUNS = 7, PDU = 512 };

static struct meter meter;
static struct dlms_session session;
static uint8_t answer[DLMS_ANSWER_ROOM(PDU)];

static void start_meter(void)
{
    const struct meter_setup setup = {.product = product_find("st402d"),
                                      .serial = 1,
                                      .reading_password = "12345678",
                                      .utc_ms = INT64_C(1795258800000)};
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int i = 0; i < LEGAL_PHASES; i++) {
        interval.phase[i].u_uv = 230000000;
    }
    if (meter_init(&meter, &setup) != 0) {
        fputs("bench dlms: the meter refuses its set-up\n", stderr);
        exit(1);
    }
    legal_direct(&meter.legal, &interval, NULL);
    dlms_session_init(&session, &meter.server, PDU);
}

static size_t ask(const uint8_t *apdu, size_t size)
{
    return dlms_session_answer(&session, PRODUCT_SAP_READING, DLMS_LOGICAL_DEVICE, apdu, size,
                               answer, sizeof answer);
}

static void associate(struct dlms_client *client)
{
    uint8_t apdu[DLMS_CLIENT_ROOM];
    struct dlms_octets password = {(const uint8_t *)"12345678", 8};
    struct dlms_refusal refusal;
    size_t size = ask(apdu, dlms_client_open(client, password, apdu, sizeof apdu));
    if (dlms_client_opened(client, answer, size, &refusal) != DLMS_CLIENT_DONE) {
        fputs("bench dlms: the association is refused\n", stderr);
        exit(1);
    }
}

static double best(double (*run)(struct dlms_client *), struct dlms_client *client)
{
    double least = run(client);
    for (int i = 1; i < RUNS; i++) {
        double time_s = run(client);
        least = time_s < least ? time_s : least;
    }
    return least;
}

static double get_register_s(struct dlms_client *client)
{
    static const struct cosem_name voltage = COSEM_NAME(1, 0, 32, 7, 0);
    uint8_t apdu[DLMS_CLIENT_ROOM];
    size_t size = dlms_client_get(client, 3, &voltage, 2, apdu, sizeof apdu);
    double begin_s = bench_now_s();
    for (int i = 0; i < GETS; i++) {
        if (ask(apdu, size) != 9) {
            exit(1);
        }
    }
    return (bench_now_s() - begin_s) / GETS;
}

/* A whole object list, client included. */
static double get_list_s(struct dlms_client *client)
{
    static const struct cosem_name association = COSEM_NAME(0, 0, 40, 0, 0);
    uint8_t apdu[DLMS_CLIENT_ROOM];
    struct dlms_refusal refusal;
    double begin_s = bench_now_s();
    for (int i = 0; i < LISTS; i++) {
        size_t size = dlms_client_get(client, 15, &association, 2, apdu, sizeof apdu);
        size = ask(apdu, size);
        while (dlms_client_answer(client, answer, size, &refusal) == DLMS_CLIENT_MORE) {
            size = ask(apdu, dlms_client_next(client, apdu, sizeof apdu));
        }
    }
    return (bench_now_s() - begin_s) / LISTS;
}

int main(void)
{
    enum { GET_GOAL_NS = 400 };
    static uint8_t value[1 << 16];
    struct dlms_client client;
    struct bench bench = bench_begin("dlms");
    dlms_client_init(&client, value, sizeof value, PDU);
    start_meter();
    associate(&client);
    bench_lower(&bench, "dlms.get_register_ns", 1e9 * best(get_register_s, &client), "ns",
                GET_GOAL_NS);
    bench_lower(&bench, "dlms.object_list_us", 1e6 * best(get_list_s, &client), "us",
                BENCH_NO_GOAL);
    bench_lower(&bench, "dlms.session_octets", (double)sizeof session, "octets", BENCH_NO_GOAL);
    return bench_end(&bench);
}
