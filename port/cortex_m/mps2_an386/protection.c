#include "port/cortex_m/mps2_an386/protection.h"

#include "crypto/hash.h"
#include "port/cortex_m/registers.h"

#include <string.h>

/* Where memory.ld leaves the legally relevant part its place. */
#define LEGAL_IMAGE ((const struct legal_interface *)(uintptr_t)0x00008000)

enum { LEGAL_ROOM = 96 * 1024 };

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
    {0x21000000, 24, REGION_ALL_WRITE | REGION_NORMAL | REGION_NO_EXECUTE},
    {0x40000000, 29, REGION_ALL_WRITE | REGION_DEVICE | REGION_NO_EXECUTE},
    {0x20000000, 15, REGION_MAIN_LOOP_READS | REGION_NORMAL | REGION_NO_EXECUTE},
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

static bool has_its_checksum(const struct legal_interface *image)
{
    static const uint8_t zeros[LEGAL_CHECKSUM_SIZE];
    const uint8_t *octets = (const uint8_t *)image;
    size_t before = offsetof(struct legal_interface, identity.checksum);
    size_t behind = before + LEGAL_CHECKSUM_SIZE;
    uint8_t digest[LEGAL_CHECKSUM_SIZE];
    struct crypto_hash hash;
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    crypto_hash_add(&hash, octets, before);
    crypto_hash_add(&hash, zeros, sizeof zeros);
    crypto_hash_add(&hash, octets + behind, image->size - behind);
    crypto_hash_end(&hash, digest);
    return memcmp(digest, image->identity.checksum, sizeof digest) == 0;
}

const struct legal_interface *protection_legal(void)
{
    const struct legal_interface *image = LEGAL_IMAGE;
    bool ours = image->mark == LEGAL_INTERFACE_MARK && image->version == LEGAL_INTERFACE_VERSION &&
                image->size > sizeof *image && image->size <= LEGAL_ROOM;
    return ours && has_its_checksum(image) ? image : NULL;
}
