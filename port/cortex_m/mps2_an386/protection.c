#include "port/cortex_m/mps2_an386/protection.h"

#include "crypto/hash.h"
#include "port/cortex_m/registers.h"

#include <string.h>

/* Where memory.ld leaves the legally relevant part its place. */
#define LEGAL_IMAGE ((const struct legal_interface *)(uintptr_t)0x00008000)

enum { LEGAL_ROOM = 96 * 1024, SLICE = 1024 };

#define MPU_CONTROL    REGISTER(0xe000ed94)
#define MPU_NUMBER     REGISTER(0xe000ed98)
#define MPU_BASE       REGISTER(0xe000ed9c)
#define MPU_ATTRIBUTES REGISTER(0xe000eda0)

enum {
    MPU_ENABLE = 1 << 0,
    MPU_PRIVILEGED_DEFAULT = 1 << 2, /* privileged code has the rest, too */
    REGION_ENABLE = 1 << 0,
    REGION_NO_EXECUTE = 1 << 28,
    REGION_NORMAL = 1 << 17, /* cacheable */
    REGION_DEVICE = 1 << 16,
    REGION_MAIN_LOOP_READS = 2 << 24,
    REGION_ALL_WRITE = 3 << 24,
    REGION_ALL_READ = 6 << 24,
    REGION_FIVE_EIGHTHS = 0xe0 << 8, /* the last three are none of its */
};

struct region {
    uint32_t base;
    uint32_t bits; /* its size is 2^bits octets */
    uint32_t attributes;
};

/* A later one wins over those before. */
static const struct region regions[] = {
    {0x00000000, 22, REGION_ALL_READ | REGION_NORMAL},
    {0x20000000, 22, REGION_ALL_WRITE | REGION_NORMAL | REGION_NO_EXECUTE},
    {0x21000000, 24, REGION_MAIN_LOOP_READS | REGION_NORMAL | REGION_NO_EXECUTE},
    {0x40000000, 29, REGION_ALL_WRITE | REGION_DEVICE | REGION_NO_EXECUTE},
    {PLACE_TIMER, 12, REGION_MAIN_LOOP_READS | REGION_DEVICE | REGION_NO_EXECUTE},
    {0x20000000, 14,
     REGION_MAIN_LOOP_READS | REGION_NORMAL | REGION_NO_EXECUTE | REGION_FIVE_EIGHTHS},
};

void protection_begin(void)
{
    for (uint32_t n = 0; n < sizeof regions / sizeof regions[0]; n++) {
        MPU_NUMBER = n;
        MPU_BASE = regions[n].base;
        MPU_ATTRIBUTES = regions[n].attributes | (regions[n].bits - 1) << 1 | REGION_ENABLE;
    }
    MPU_CONTROL = MPU_ENABLE | MPU_PRIVILEGED_DEFAULT;
    __asm__ volatile("dsb\nisb" ::: "memory");
}

static bool is_ours(const struct legal_interface *image)
{
    return image->mark == LEGAL_INTERFACE_MARK && image->version == LEGAL_INTERFACE_VERSION &&
           image->size > sizeof *image && image->size <= LEGAL_ROOM;
}

/* How far a sum has come. */
struct sum {
    struct crypto_hash hash;
    uint32_t at;
};

/* Zeros stand in the checksum's place. */
static void begin_sum(struct sum *sum, const struct legal_interface *image)
{
    static const uint8_t zeros[LEGAL_CHECKSUM_SIZE];
    size_t before = offsetof(struct legal_interface, identity.checksum);
    crypto_hash_begin(&sum->hash, CRYPTO_SHA256);
    crypto_hash_add(&sum->hash, image, before);
    crypto_hash_add(&sum->hash, zeros, sizeof zeros);
    sum->at = (uint32_t)(before + sizeof zeros);
}

static enum selftest_verdict add_slice(struct sum *sum, bool first)
{
    const struct legal_interface *image = LEGAL_IMAGE;
    if (!is_ours(image)) {
        return SELFTEST_WRONG;
    }
    if (first) {
        begin_sum(sum, image);
    }
    uint32_t left = image->size - sum->at;
    uint32_t size = left < SLICE ? left : SLICE;
    crypto_hash_add(&sum->hash, (const uint8_t *)image + sum->at, size);
    sum->at += size;
    if (sum->at < image->size) {
        return SELFTEST_MORE;
    }
    uint8_t digest[LEGAL_CHECKSUM_SIZE];
    crypto_hash_end(&sum->hash, digest);
    bool same = memcmp(digest, image->identity.checksum, sizeof digest) == 0;
    return same ? SELFTEST_RIGHT : SELFTEST_WRONG;
}

enum selftest_verdict protection_test(void *context, bool first)
{
    static struct sum sum;
    (void)context;
    return add_slice(&sum, first);
}

const struct legal_interface *protection_legal(void)
{
    struct sum sum;
    enum selftest_verdict verdict = add_slice(&sum, true);
    while (verdict == SELFTEST_MORE) {
        verdict = add_slice(&sum, false);
    }
    return verdict == SELFTEST_RIGHT ? LEGAL_IMAGE : NULL;
}
