#include "crypto/hash.h"
#include "port/cortex_m/board.h"
#include "port/cortex_m/firmware.h"
#include "port/cortex_m/registers.h"
#include "port/cortex_m/text.h"

#include <string.h>

enum { MARK = 0x41544857, SLICE = 2048 };

/* Volatile: the compiler does not know what the seal has put there. */
extern const volatile struct image_header firmware_header;
__attribute__((section(".image_header"), used))
const volatile struct image_header firmware_header = {.mark = MARK};

static struct {
    struct crypto_hash hash;
    uint32_t at;
    bool foreign;
} program;

void health_is_foreign(void)
{
    program.foreign = true;
}

static const uint8_t *sealed_checksum(void *context)
{
    (void)context;
    return (const uint8_t *)(uintptr_t)firmware_header.checksum;
}

static bool is_as_sealed(void)
{
    uint8_t digest[IDENTITY_CHECKSUM_SIZE];
    crypto_hash_end(&program.hash, digest);
    return memcmp(digest, sealed_checksum(NULL), sizeof digest) == 0;
}

static enum selftest_verdict test_program(void *context, bool first)
{
    (void)context;
    const uint8_t *octets = (const uint8_t *)(uintptr_t)(&firmware_header + 1);
    if (first) {
        crypto_hash_begin(&program.hash, CRYPTO_SHA256);
        program.at = 0;
    }
    uint32_t left = firmware_header.size - program.at;
    uint32_t size = left < SLICE ? left : SLICE;
    crypto_hash_add(&program.hash, octets + program.at, size);
    program.at += size;
    if (program.at < firmware_header.size) {
        return SELFTEST_MORE;
    }
    return is_as_sealed() && !program.foreign ? SELFTEST_RIGHT : SELFTEST_WRONG;
}

/* ---- interrupts, the watchdog ---- */

static void lock(void *context)
{
    (void)context;
    board_lock();
}

static void unlock(void *context)
{
    (void)context;
    board_unlock();
}

void health_start_watchdog(void)
{
    WATCHDOG_LOAD = HEALTH_WATCHDOG_S * (uint32_t)BOARD_CLOCK_HZ;
    WATCHDOG_CONTROL = WATCHDOG_NMI | WATCHDOG_RESET;
}

static void alive(void *context)
{
    (void)context;
    WATCHDOG_CLEAR = 1;
}

const struct meter_port health_port = {.program = test_program,
                                       .lock = lock,
                                       .unlock = unlock,
                                       .alive = alive,
                                       .checksum = sealed_checksum};

/* ---- what the run before left ---- */

static const enum selftest_cause causes[] = {
    [FAULT_NONE] = SELFTEST_CAUSE_NONE,
    [FAULT_NEED] = SELFTEST_CAUSE_NEED,
    [FAULT_EXCEPTION] = SELFTEST_CAUSE_EXCEPTION,
    [FAULT_WATCHDOG] = SELFTEST_CAUSE_WATCHDOG,
};

static void tell_place(const struct fault_story *story, char *place)
{
    struct text text = text_begin(place, SELFTEST_PLACE);
    if (story->cause == FAULT_NEED) {
        text_add(&text, story->file);
        text_add(&text, ":");
        text_add_number(&text, story->line);
        return;
    }
    text_add(&text, "pc ");
    text_add_hex(&text, story->pc);
    if (story->cause == FAULT_EXCEPTION) {
        text_add(&text, ", status ");
        text_add_hex(&text, story->status);
        text_add(&text, ", at ");
        text_add_hex(&text, story->address);
    }
}

struct selftest_fault health_last_fault(void)
{
    struct fault_story story;
    struct selftest_fault fault = {.cause = SELFTEST_CAUSE_NONE};
    if (fault_take(&story)) {
        fault.cause = causes[story.cause];
        tell_place(&story, fault.place);
    }
    return fault;
}
