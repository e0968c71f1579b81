#include "crypto/ecc.h"

#include "base/need.h"
#include "crypto/arena.h"
#include "crypto/der.h"
#include "crypto/ecc_slices.h"
#include "crypto/heap.h"
#include "crypto/secret.h"

#include <mbedtls/bignum.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <string.h>

enum { UNCOMPRESSED = 4 };

size_t crypto_curve_size(enum crypto_curve curve)
{
    return curve == CRYPTO_P384 ? 48 : 32;
}

enum crypto_hash_kind crypto_curve_hash(enum crypto_curve curve)
{
    return curve == CRYPTO_P384 ? CRYPTO_SHA384 : CRYPTO_SHA256;
}

/* One computation: what it borrows, and the numbers that most of them have. */
struct work {
    struct crypto_ecc *ecc;
    struct crypto_heap heap;
    struct crypto_arena_source source;
    size_t size;
    struct crypto_slices slices;
    mbedtls_ecdsa_context pair; /* the curve, a public key Q, a private key d */
    mbedtls_ecp_point other;    /* a public key of somebody else */
};

static void *take(void *owner, size_t size)
{
    return crypto_heap_take(owner, size);
}

static void give(void *owner, void *piece)
{
    crypto_heap_give(owner, piece);
}

static int begin(struct work *work, struct crypto_ecc *ecc, enum crypto_curve curve)
{
    work->ecc = ecc->busy ? NULL : ecc;
    if (ecc->busy) {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    ecc->busy = true;
    ecc->computations++;
    work->size = crypto_curve_size(curve);
    crypto_heap_init(&work->heap, ecc->room, sizeof ecc->room / sizeof ecc->room[0]);
    work->source = (struct crypto_arena_source){take, give, &work->heap};
    crypto_arena_lend_from(&work->source);
    crypto_slices_begin(&work->slices);
    mbedtls_ecdsa_init(&work->pair);
    mbedtls_ecp_point_init(&work->other);
    return mbedtls_ecp_group_load(&work->pair.grp, curve == CRYPTO_P384 ? MBEDTLS_ECP_DP_SECP384R1
                                                                        : MBEDTLS_ECP_DP_SECP256R1);
}

/* `failed` in our terms. That the room does not suffice would be a bug of ours: it is the same for
 * all numbers. */
static int end(struct work *work, int failed)
{
    if (work->ecc == NULL) {
        return -1;
    }
    need(failed != MBEDTLS_ERR_MPI_ALLOC_FAILED && failed != MBEDTLS_ERR_ECP_ALLOC_FAILED);
    crypto_slices_end(&work->slices);
    crypto_arena_return();
    work->ecc->busy = false;
    work->ecc->most = work->heap.most * sizeof work->ecc->room[0];
    crypto_wipe(work->ecc->room, sizeof work->ecc->room);
    crypto_wipe(work, sizeof *work);
    return failed == 0 ? 0 : -1;
}

void crypto_ecc_give_up(struct crypto_ecc *ecc)
{
    ecc->pause = NULL;
    ecc->busy = false;
    crypto_wipe(ecc->room, sizeof ecc->room);
}

static int draw(void *random, unsigned char *octets, size_t size)
{
    return crypto_random_octets(random, octets, size);
}

/* Between two slices others may borrow what Mbed TLS takes from. */
static bool goes_on(struct work *work, int result)
{
    if (result != MBEDTLS_ERR_ECP_IN_PROGRESS) {
        return false;
    }
    crypto_arena_return();
    if (work->ecc->pause != NULL) {
        work->ecc->pause(work->ecc->owner);
    }
    crypto_arena_lend_from(&work->source);
    return true;
}

/* `point` times the private key, which the result may replace. */
static int multiply(struct work *work, mbedtls_ecp_point *result, const mbedtls_ecp_point *point)
{
    int failed;
    do {
        failed =
            mbedtls_ecp_mul_restartable(&work->pair.grp, result, &work->pair.d, point, draw,
                                        work->ecc->random, crypto_slices_of_point(&work->slices));
    } while (goes_on(work, failed));
    return failed;
}

static int make_public(struct work *work)
{
    return multiply(work, &work->pair.Q, &work->pair.grp.G);
}

static int take_private(struct work *work, const uint8_t *octets)
{
    int failed = mbedtls_mpi_read_binary(&work->pair.d, octets, work->size);
    return failed != 0 ? failed : mbedtls_ecp_check_privkey(&work->pair.grp, &work->pair.d);
}

static int take_public(struct work *work, mbedtls_ecp_point *point, const uint8_t *octets)
{
    uint8_t coded[1 + CRYPTO_PUBLIC_MAX] = {UNCOMPRESSED};
    memcpy(coded + 1, octets, 2 * work->size);
    int failed = mbedtls_ecp_point_read_binary(&work->pair.grp, point, coded, 1 + 2 * work->size);
    return failed != 0 ? failed : mbedtls_ecp_check_pubkey(&work->pair.grp, point);
}

static int give_public(struct work *work, const mbedtls_ecp_point *point, uint8_t *octets)
{
    uint8_t coded[1 + CRYPTO_PUBLIC_MAX];
    size_t size;
    int failed = mbedtls_ecp_point_write_binary(&work->pair.grp, point, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                                &size, coded, sizeof coded);
    if (failed == 0) {
        memcpy(octets, coded + 1, 2 * work->size);
    }
    return failed;
}

int crypto_ecc_make(struct crypto_ecc *ecc, enum crypto_curve curve, uint8_t *private_key,
                    uint8_t *public_key)
{
    struct work work;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed
                         : mbedtls_ecp_gen_privkey(&work.pair.grp, &work.pair.d, draw, ecc->random);
    failed = failed != 0 ? failed : make_public(&work);
    failed = failed != 0 ? failed : mbedtls_mpi_write_binary(&work.pair.d, private_key, work.size);
    failed = failed != 0 ? failed : give_public(&work, &work.pair.Q, public_key);
    return end(&work, failed);
}

int crypto_ecc_public(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                      uint8_t *public_key)
{
    struct work work;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_private(&work, private_key);
    failed = failed != 0 ? failed : make_public(&work);
    failed = failed != 0 ? failed : give_public(&work, &work.pair.Q, public_key);
    return end(&work, failed);
}

bool crypto_ecc_is_public(struct crypto_ecc *ecc, enum crypto_curve curve,
                          const uint8_t *public_key)
{
    struct work work;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_public(&work, &work.pair.Q, public_key);
    return end(&work, failed) == 0;
}

/* Mbed TLS has signatures as DER: a sequence of two numbers. */
enum { SIGNATURE_DER_MAX = CRYPTO_SIGNATURE_MAX + 16 };

static int give_signature(const struct work *work, const uint8_t *der, size_t size,
                          uint8_t *signature)
{
    struct reader r = reader_over(der, size);
    struct reader numbers = crypto_der_take(&r, CRYPTO_DER_SEQUENCE);
    crypto_der_take_number(&numbers, signature, work->size);
    crypto_der_take_number(&numbers, signature + work->size, work->size);
    crypto_der_leave(&r, &numbers);
    return reader_done(&r) ? 0 : -1;
}

int crypto_ecdsa_sign(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                      const uint8_t *digest, uint8_t *signature)
{
    struct work work;
    uint8_t der[SIGNATURE_DER_MAX];
    size_t size = 0;
    mbedtls_md_type_t hash = curve == CRYPTO_P384 ? MBEDTLS_MD_SHA384 : MBEDTLS_MD_SHA256;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_private(&work, private_key);
    if (failed == 0) {
        do {
            failed = mbedtls_ecdsa_write_signature_restartable(
                &work.pair, hash, digest, work.size, der, &size, draw, ecc->random,
                crypto_slices_of_signature(&work.slices));
        } while (goes_on(&work, failed));
    }
    failed = failed != 0 ? failed : give_signature(&work, der, size, signature);
    return end(&work, failed);
}

static size_t put_signature(const uint8_t *signature, size_t size, uint8_t der[SIGNATURE_DER_MAX])
{
    struct crypto_der d = crypto_der_begin(der, SIGNATURE_DER_MAX);
    crypto_der_put_number(&d, signature + size, size);
    crypto_der_put_number(&d, signature, size);
    crypto_der_wrap(&d, CRYPTO_DER_SEQUENCE, SIGNATURE_DER_MAX);
    return crypto_der_end(&d, SIGNATURE_DER_MAX);
}

int crypto_ecdsa_verify(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *public_key,
                        const uint8_t *digest, const uint8_t *signature)
{
    struct work work;
    uint8_t der[SIGNATURE_DER_MAX];
    size_t size = put_signature(signature, crypto_curve_size(curve), der);
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_public(&work, &work.pair.Q, public_key);
    if (failed == 0) {
        do {
            failed = mbedtls_ecdsa_read_signature_restartable(
                &work.pair, digest, work.size, der, size, crypto_slices_of_signature(&work.slices));
        } while (goes_on(&work, failed));
    }
    return end(&work, failed);
}

int crypto_ecdh(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                const uint8_t *public_key, uint8_t *agreed)
{
    struct work work;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_private(&work, private_key);
    failed = failed != 0 ? failed : take_public(&work, &work.other, public_key);
    failed = failed != 0 ? failed : multiply(&work, &work.pair.Q, &work.other);
    if (failed == 0 && mbedtls_ecp_is_zero(&work.pair.Q)) {
        failed = MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    failed = failed != 0 ? failed : mbedtls_mpi_write_binary(&work.pair.Q.X, agreed, work.size);
    return end(&work, failed);
}

void crypto_derive(enum crypto_curve curve, const uint8_t *agreed, const void *other,
                   size_t other_size, uint8_t *key, size_t key_size)
{
    static const uint8_t round[] = {0, 0, 0, 1};
    uint8_t digest[CRYPTO_HASH_MAX];
    struct crypto_hash hash;
    enum crypto_hash_kind kind = crypto_curve_hash(curve);
    need(key_size <= crypto_hash_size(kind));
    crypto_hash_begin(&hash, kind);
    crypto_hash_add(&hash, round, sizeof round);
    crypto_hash_add(&hash, agreed, crypto_curve_size(curve));
    crypto_hash_add(&hash, other, other_size);
    crypto_hash_end(&hash, digest);
    memcpy(key, digest, key_size);
    crypto_wipe(digest, sizeof digest);
}
