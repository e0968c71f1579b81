/* What curves cost on the target, and that they are computed in slices.
 *
 * Prints for each computation "NAME SLICES INSTRUCTIONS MOST": of all slices, and of the longest;
 * then "arena OCTETS", the memory that the most demanding one took. */
#include "crypto/ecc.h"
#include "port/cortex_m/board.h"
#include "test/arm/cost.h"

#include <stdio.h>
#include <string.h>

static struct crypto_random drawing;
static struct crypto_ecc curves;
static struct cost cost;
static uint32_t begun;
static size_t most;

void board_on_sample(void)
{
}

void board_on_window(void)
{
}

static int count_up(void *port, uint8_t *octets, size_t size)
{
    static uint8_t next;
    (void)port;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next++;
    }
    return 0;
}

/* A slice has ended, and the next begins. */
static void pause(void *owner)
{
    (void)owner;
    cost_add(&cost, board_ticks_between(begun, board_ticks()));
    begun = board_ticks();
}

static void begin(void)
{
    memset(&cost, 0, sizeof cost);
    begun = board_ticks();
}

static int end(const char *name, const char *curve, int failed)
{
    char text[32];
    pause(NULL);
    snprintf(text, sizeof text, "%s_%s", name, curve);
    cost_print(text, &cost);
    most = curves.most > most ? curves.most : most;
    return failed;
}

static int measure(enum crypto_curve curve, const char *name)
{
    static const uint8_t digest[CRYPTO_HASH_MAX] = {1, 2, 3};
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t signature[CRYPTO_SIGNATURE_MAX];
    uint8_t agreed[CRYPTO_CURVE_MAX];
    begin();
    int failed = end("make", name, crypto_ecc_make(&curves, curve, private_key, public_key));
    begin();
    failed |= end("sign", name, crypto_ecdsa_sign(&curves, curve, private_key, digest, signature));
    begin();
    failed |=
        end("verify", name, crypto_ecdsa_verify(&curves, curve, public_key, digest, signature));
    begin();
    failed |= end("agree", name, crypto_ecdh(&curves, curve, private_key, public_key, agreed));
    return failed;
}

int main(void)
{
    static const struct crypto_entropy entropy = {.read = count_up};
    board_start_ticks();
    if (crypto_random_begin(&drawing, &entropy, "curves", 6) != 0) {
        return 1;
    }
    curves.random = &drawing;
    curves.pause = pause;
    if (measure(CRYPTO_P256, "p256") != 0 || measure(CRYPTO_P384, "p384") != 0) {
        printf("curves: a result is wrong\n");
        return 1;
    }
    printf("arena %lu\n", (unsigned long)most);
    return 0;
}
