#include "crypto/ecc.h"

#include "base/need.h"
#include "crypto/arena.h"
#include "crypto/heap.h"
#include "crypto/secret.h"

#include <mbedtls/bignum.h>
#include <mbedtls/ecdh.h>
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

/* One computation: what it borrows, the curve, and the numbers that most of them have. */
struct work {
    struct crypto_ecc *ecc;
    struct crypto_heap heap;
    struct crypto_arena_source source;
    size_t size;
    mbedtls_ecp_group group;
    mbedtls_ecp_point point; /* a public key */
    mbedtls_mpi d;           /* a private key */
    mbedtls_mpi r;
    mbedtls_mpi s;
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
    work->ecc = ecc;
    work->size = crypto_curve_size(curve);
    crypto_heap_init(&work->heap, ecc->room, sizeof ecc->room / sizeof ecc->room[0]);
    work->source = (struct crypto_arena_source){take, give, &work->heap};
    crypto_arena_lend_from(&work->source);
    mbedtls_ecp_group_init(&work->group);
    mbedtls_ecp_point_init(&work->point);
    mbedtls_mpi_init(&work->d);
    mbedtls_mpi_init(&work->r);
    mbedtls_mpi_init(&work->s);
    return mbedtls_ecp_group_load(&work->group, curve == CRYPTO_P384 ? MBEDTLS_ECP_DP_SECP384R1
                                                                     : MBEDTLS_ECP_DP_SECP256R1);
}

/* `failed` in our terms. That the room does not suffice would be a bug of ours: it is the same for
 * all numbers. */
static int end(struct work *work, int failed)
{
    need(failed != MBEDTLS_ERR_MPI_ALLOC_FAILED && failed != MBEDTLS_ERR_ECP_ALLOC_FAILED);
    crypto_arena_return();
    work->ecc->most = work->heap.most * sizeof work->ecc->room[0];
    crypto_wipe(work->ecc->room, sizeof work->ecc->room);
    crypto_wipe(work, sizeof *work);
    return failed == 0 ? 0 : -1;
}

static int draw(void *random, unsigned char *octets, size_t size)
{
    return crypto_random_octets(random, octets, size);
}

static int take_private(struct work *work, const uint8_t *octets)
{
    int failed = mbedtls_mpi_read_binary(&work->d, octets, work->size);
    return failed != 0 ? failed : mbedtls_ecp_check_privkey(&work->group, &work->d);
}

static int take_public(struct work *work, const uint8_t *octets)
{
    uint8_t coded[1 + CRYPTO_PUBLIC_MAX] = {UNCOMPRESSED};
    memcpy(coded + 1, octets, 2 * work->size);
    int failed =
        mbedtls_ecp_point_read_binary(&work->group, &work->point, coded, 1 + 2 * work->size);
    return failed != 0 ? failed : mbedtls_ecp_check_pubkey(&work->group, &work->point);
}

static int give_public(struct work *work, uint8_t *octets)
{
    uint8_t coded[1 + CRYPTO_PUBLIC_MAX];
    size_t size;
    int failed = mbedtls_ecp_point_write_binary(
        &work->group, &work->point, MBEDTLS_ECP_PF_UNCOMPRESSED, &size, coded, sizeof coded);
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
    failed = failed != 0
                 ? failed
                 : mbedtls_ecp_gen_keypair(&work.group, &work.d, &work.point, draw, ecc->random);
    failed = failed != 0 ? failed : mbedtls_mpi_write_binary(&work.d, private_key, work.size);
    failed = failed != 0 ? failed : give_public(&work, public_key);
    return end(&work, failed);
}

int crypto_ecc_public(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                      uint8_t *public_key)
{
    struct work work;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_private(&work, private_key);
    failed = failed != 0 ? failed
                         : mbedtls_ecp_mul(&work.group, &work.point, &work.d, &work.group.G, draw,
                                           ecc->random);
    failed = failed != 0 ? failed : give_public(&work, public_key);
    return end(&work, failed);
}

bool crypto_ecc_is_public(struct crypto_ecc *ecc, enum crypto_curve curve,
                          const uint8_t *public_key)
{
    struct work work;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_public(&work, public_key);
    return end(&work, failed) == 0;
}

int crypto_ecdsa_sign(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                      const uint8_t *digest, uint8_t *signature)
{
    struct work work;
    mbedtls_md_type_t hash = curve == CRYPTO_P384 ? MBEDTLS_MD_SHA384 : MBEDTLS_MD_SHA256;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_private(&work, private_key);
    failed = failed != 0 ? failed
                         : mbedtls_ecdsa_sign_det_ext(&work.group, &work.r, &work.s, &work.d,
                                                      digest, work.size, hash, draw, ecc->random);
    failed = failed != 0 ? failed : mbedtls_mpi_write_binary(&work.r, signature, work.size);
    failed =
        failed != 0 ? failed : mbedtls_mpi_write_binary(&work.s, signature + work.size, work.size);
    return end(&work, failed);
}

int crypto_ecdsa_verify(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *public_key,
                        const uint8_t *digest, const uint8_t *signature)
{
    struct work work;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_public(&work, public_key);
    failed = failed != 0 ? failed : mbedtls_mpi_read_binary(&work.r, signature, work.size);
    failed =
        failed != 0 ? failed : mbedtls_mpi_read_binary(&work.s, signature + work.size, work.size);
    failed = failed != 0 ? failed
                         : mbedtls_ecdsa_verify(&work.group, digest, work.size, &work.point,
                                                &work.r, &work.s);
    return end(&work, failed);
}

int crypto_ecdh(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                const uint8_t *public_key, uint8_t *agreed)
{
    struct work work;
    int failed = begin(&work, ecc, curve);
    failed = failed != 0 ? failed : take_private(&work, private_key);
    failed = failed != 0 ? failed : take_public(&work, public_key);
    failed = failed != 0 ? failed
                         : mbedtls_ecdh_compute_shared(&work.group, &work.r, &work.point, &work.d,
                                                       draw, ecc->random);
    failed = failed != 0 ? failed : mbedtls_mpi_write_binary(&work.r, agreed, work.size);
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
