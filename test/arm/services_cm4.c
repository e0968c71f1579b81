/* What the application's dearest services cost on the target, in instructions: a ciphered GET of a
 * register (suite 0, authentication and encryption) answered by a whole ST402D, and signatures.
 * Prints "NAME RUNS MEAN MOST" of each, and what the main loop's stack had in use at most. */
#include "crypto/ecc.h"
#include "dlms/client_guard.h"
#include "meter/meter.h"
#include "port/cortex_m/board.h"
#include "product/page.h"
#include "test/arm/cost.h"

#include <stdio.h>
#include <string.h>

enum { GETS = 20, PDU = 512 };

static struct meter meter;
static struct legal_part legal;
static struct dlms_session session;
static struct dlms_association place;
static uint8_t answer[DLMS_ANSWER_ROOM(PDU)];
static struct dlms_client codec;
static struct dlms_client_guard guard;
static struct crypto_random chance;
static struct crypto_ecc curves = {.random = &chance};
static uint8_t value[PDU];
static uint8_t sent[DLMS_PROTECT_HEAD + PDU];
static uint8_t scratch[PDU];
static struct cost cost_of_get;

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

static bool start_meter(void)
{
    const struct meter_setup setup = {
        .product = &product_st402d,
        .legal = &legal,
        .serial = 1,
        .keys = &keys,
        .entropy = &entropy,
        .utc_ms = INT64_C(1800000000000),
    };
    bool started = meter_init(&meter, &setup) == 0;
    dlms_session_init(&session, &meter.server, PDU);
    dlms_session_lend(&session, &place, 1);
    return started;
}

static size_t ask(uint8_t *apdu, size_t size)
{
    uint32_t begin = board_cycles();
    size_t answered = dlms_session_answer(&session, PRODUCT_SAP_MANAGEMENT, DLMS_LOGICAL_DEVICE,
                                          apdu, size, answer, sizeof answer);
    cost_add(&cost_of_get, board_cycles() - begin);
    return answered;
}

/* One plain request through the guard. */
static bool carry(size_t size, struct reader *plain)
{
    size = dlms_client_guard_send(&guard, sent + DLMS_PROTECT_HEAD, size, sent, sizeof sent);
    size = ask(sent, size);
    return dlms_client_guard_receive(&guard, answer, size, scratch, sizeof scratch, plain) == 0;
}

static bool associate(void)
{
    static const struct dlms_client_security use = {
        .mechanism = DLMS_MECHANISM_GMAC,
        .title = "bench!!",
        .control = DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED,
        .challenge_size = DLMS_CHALLENGE_LEAST,
    };
    uint8_t *plain = sent + DLMS_PROTECT_HEAD;
    struct dlms_refusal refusal;
    struct reader proof;
    dlms_client_init(&codec, value, sizeof value, PDU);
    dlms_client_guard_init(&guard, &use, DLMS_SUITE_0);
    guard.sent.next = DLMS_COUNTER_FIRST;
    (void)dlms_keyring_put(&guard.ring, DLMS_KEY_UNICAST, keys.unicast, METER_KEY);
    (void)dlms_keyring_put(&guard.ring, DLMS_KEY_AUTHENTICATION, keys.authentication, METER_KEY);
    size_t size = ask(plain, dlms_client_guard_open(&guard, &codec, &chance, plain, PDU));
    return dlms_client_guard_opened(&guard, &codec, answer, size, &refusal) == DLMS_CLIENT_MORE &&
           carry(dlms_client_guard_prove(&guard, &codec, plain, PDU), &proof) &&
           dlms_client_answer(&codec, proof.data, proof.size, &refusal) == DLMS_CLIENT_DONE;
}

static bool count_gets(void)
{
    static const struct cosem_name voltage = COSEM_NAME(1, 0, 32, 7, 0);
    bool good = true;
    cost_of_get = (struct cost){.runs = 0};
    for (int i = 0; i < GETS && good; i++) {
        struct reader plain;
        good =
            carry(dlms_client_get(&codec, 3, &voltage, 2, sent + DLMS_PROTECT_HEAD, PDU), &plain);
    }
    cost_print("get-ciphered", &cost_of_get);
    return good;
}

static bool count_signatures(const char *names[2], enum crypto_curve curve)
{
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t signature[CRYPTO_SIGNATURE_MAX];
    static const uint8_t digest[CRYPTO_CURVE_MAX] = "a digest";
    struct cost sign = {.runs = 0};
    struct cost verify = {.runs = 0};
    if (crypto_ecc_make(&curves, curve, private_key, public_key) != 0) {
        return false;
    }
    uint32_t begin = board_cycles();
    int signed_well = crypto_ecdsa_sign(&curves, curve, private_key, digest, signature);
    cost_add(&sign, board_cycles() - begin);
    begin = board_cycles();
    int verified = crypto_ecdsa_verify(&curves, curve, public_key, digest, signature);
    cost_add(&verify, board_cycles() - begin);
    cost_print(names[0], &sign);
    cost_print(names[1], &verify);
    return signed_well == 0 && verified == 0;
}

int main(void)
{
    static const char *p256[] = {"p256-sign", "p256-verify"};
    static const char *p384[] = {"p384-sign", "p384-verify"};
    board_start_ticks();
    bool good = crypto_random_begin(&chance, &entropy, "bench", 5) == 0 && start_meter() &&
                associate() && count_gets() && count_signatures(p256, CRYPTO_P256) &&
                count_signatures(p384, CRYPTO_P384);
    printf("stack %u\n", (unsigned)board_main_stack_used());
    return good ? 0 : 1;
}
