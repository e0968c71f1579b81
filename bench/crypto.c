/* Keys, ciphered APDUs and proofs in process, suite 0. The best of some runs counts. */
#include "bench/bench.h"
#include "crypto/hash.h"
#include "crypto/key_wrap.h"
#include "dlms/apdu.h"
#include "dlms/security_hls.h"
#include "dlms/security_tape.h"

#include <stdlib.h>
#include <string.h>

enum { RUNS = 7, TEXT = 2048, ROOM = TEXT + 2 * DLMS_PROTECT_HEAD, PIECE = 512 };

static const uint8_t client[] = "MMM00001";
static const uint8_t server[] = "MMM00002";
static const uint8_t key[] = "0123456789abcdef";

static struct dlms_keyring ring;
static struct dlms_counter sent;
static struct dlms_counter received[DLMS_COUNTERS];
static const struct dlms_security_context context = {
    .ring = &ring, .title = client, .peer = server, .sent = &sent, .received = received};

static uint8_t apdu[ROOM];
static uint8_t request[ROOM]; /* of the server, which says it is the peer */
static size_t request_size;
static uint8_t scratch[ROOM];
static uint8_t plain[TEXT] = {DLMS_GET_RESPONSE};

static void check(int holds)
{
    if (!holds) {
        fputs("bench crypto: a result is wrong\n", stderr);
        exit(1);
    }
}

static struct dlms_protection both(void)
{
    struct dlms_protection by;
    memset(&by, 0, sizeof by);
    by.control = DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED;
    return by;
}

static void start(void)
{
    dlms_keyring_init(&ring, DLMS_SUITE_0);
    check(dlms_keyring_put(&ring, DLMS_KEY_UNICAST, key, 16) == 0);
    check(dlms_keyring_put(&ring, DLMS_KEY_AUTHENTICATION, key, 16) == 0);
    check(dlms_keyring_put(&ring, DLMS_KEY_MASTER, key, 16) == 0);
    dlms_counter_restore(&sent, 0, DLMS_COUNTER_FIRST);
    memset(received, 0, sizeof received);
}

/* The peer's APDU with `size` octets of text; its counter is the highest that there is. */
static void make_request(size_t size)
{
    struct dlms_protection by = both();
    struct dlms_material material;
    by.title = server;
    by.counter = UINT32_MAX - 1;
    check(dlms_keyring_material(&ring, NULL, NULL, &by, &material) == 0);
    request_size = dlms_protect(&by, &material, plain, size, request, sizeof request);
    check(request_size > size);
}

static void send(size_t size)
{
    struct dlms_protection by = both();
    check(dlms_security_send(&context, &by, plain, size, apdu, sizeof apdu) > size);
}

static void receive(size_t size)
{
    struct dlms_protection how;
    struct reader text;
    received[DLMS_COUNTER_OF_UNICAST].next = 0; /* it is always the same request */
    check(dlms_security_receive(&context, request, request_size, scratch, sizeof scratch, &how,
                                &text) == 0);
    check(text.size == size);
}

/* Request and response of a GET of a register: 13 and 16 octets of text. */
static void receive_and_send(size_t size)
{
    receive(size);
    send(16);
}

/* Two keys by turns: each is set up anew. */
static void change_key(size_t size)
{
    static struct crypto_gcm gcm;
    static uint8_t turn[16];
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    const struct crypto_gcm_use use = {.key = turn, .key_size = size};
    turn[0] ^= 1;
    crypto_gcm_seal(&gcm, &use, NULL, 0, NULL, tag);
}

static void wrap(size_t size)
{
    uint8_t wrapped[DLMS_WRAPPED_KEY_MAX];
    check(crypto_key_wrap(key, 16, plain, size, wrapped) == 0);
}

static void prove(size_t size)
{
    const struct dlms_hls hls = {.mechanism = DLMS_MECHANISM_GMAC,
                                 .challenge_c = {plain, size},
                                 .challenge_s = {plain, size}};
    uint8_t proof[DLMS_PROOF_MAX];
    check(dlms_hls_prove(&hls, DLMS_CLIENT, &context, proof) > 0);
}

static void prove_by_sha256(size_t size)
{
    const struct dlms_hls hls = {.mechanism = DLMS_MECHANISM_SHA256,
                                 .secret = {key, 16},
                                 .challenge_c = {plain, size},
                                 .challenge_s = {plain, size},
                                 .title_c = client,
                                 .title_s = server};
    uint8_t proof[DLMS_PROOF_MAX];
    check(dlms_hls_prove(&hls, DLMS_CLIENT, &context, proof) > 0);
}

static size_t read_plain(void *at, uint8_t *piece, size_t room)
{
    size_t *position = at;
    memcpy(piece, plain + *position, room);
    *position += room;
    return room;
}

/* An APDU ciphered in pieces. */
static void read_tape(size_t size)
{
    struct dlms_security_tape tape;
    struct dlms_protection by = both();
    struct dlms_material material;
    size_t at = 0;
    size_t got = 0;
    uint8_t piece[PIECE + COSEM_CARRY];
    check(dlms_security_begin(&context, &by, &material) == 0);
    check(dlms_security_tape_open(&tape, &by, &material, plain[0], size,
                                  (struct dlms_source){read_plain, &at}) == 0);
    while (!dlms_security_tape_ended(&tape)) {
        got += dlms_security_tape_read(&tape, piece, PIECE);
    }
    check(got > size);
}

static void figure(struct bench *bench, const char *name, void (*work)(size_t), size_t size)
{
    int times = 40000;
    double least = 1e9;
    for (int run = 0; run < RUNS; run++) {
        sent.next = DLMS_COUNTER_FIRST;
        double begin_s = bench_now_s();
        for (int i = 0; i < times; i++) {
            work(size);
        }
        double time_s = bench_now_s() - begin_s;
        least = time_s < least ? time_s : least;
    }
    bench_lower(bench, name, least / times * 1e6, "us", BENCH_NO_GOAL);
}

static void receive_figure(struct bench *bench, const char *name, void (*work)(size_t), size_t size)
{
    make_request(size);
    figure(bench, name, work, size);
}

int main(void)
{
    struct bench bench = bench_begin("crypto");
    start();
    figure(&bench, "crypto.change_key_us", change_key, 16);
    figure(&bench, "crypto.key_wrap_16_us", wrap, 16);
    figure(&bench, "dlms.security_send_16_us", send, 16);
    figure(&bench, "dlms.security_send_512_us", send, 512);
    figure(&bench, "dlms.security_send_2048_us", send, 2048);
    receive_figure(&bench, "dlms.security_receive_16_us", receive, 16);
    receive_figure(&bench, "dlms.security_receive_512_us", receive, 512);
    receive_figure(&bench, "dlms.security_receive_2048_us", receive, 2048);
    receive_figure(&bench, "dlms.security_of_a_get_us", receive_and_send, 13);
    figure(&bench, "dlms.security_tape_2048_us", read_tape, 2048);
    figure(&bench, "dlms.hls_gmac_us", prove, 16);
    figure(&bench, "dlms.hls_sha256_us", prove_by_sha256, 16);
    bench_lower(&bench, "crypto.gcm_octets", sizeof(struct crypto_gcm), "octets", BENCH_NO_GOAL);
    bench_lower(&bench, "crypto.gcm_stream_octets", sizeof(struct crypto_gcm_stream), "octets",
                BENCH_NO_GOAL);
    bench_lower(&bench, "dlms.keyring_octets", sizeof(struct dlms_keyring), "octets",
                BENCH_NO_GOAL);
    bench_lower(&bench, "dlms.security_tape_octets", sizeof(struct dlms_security_tape), "octets",
                BENCH_NO_GOAL);
    return bench_end(&bench);
}
