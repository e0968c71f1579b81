#include "world/nor/nor.h"

#include "world/nor/dice.h"

#include <string.h>

enum { POLL_NS = 20000 }; /* between two looks at a program under way */

struct nor_config nor_config_default(void)
{
    return (struct nor_config){
        .size = 8 << 20,
        .sector = 4096,
        .page = 256,
        .program_min_us = 400,
        .program_max_us = 3000,
        .erase_min_us = 45000,
        .erase_max_us = 400000,
        .suspend_us = 30,
        .access_ns = 300,
        .octet_ns = 50,
        .seed = 1,
    };
}

/* ---- Time ---- */

static void finish_erase(struct nor *nor)
{
    nor_clear(nor, nor->erasing, nor->config.sector);
    nor->wear[nor->erasing / nor->config.sector]++;
    nor->suspending = false;
}

/* What is under way ends when its time has come. */
static void settle(struct nor *nor)
{
    if (nor->state == FLASH_READY || nor->state == FLASH_SUSPENDED || nor->now_ns < nor->ready_ns) {
        return;
    }
    if (nor->state == FLASH_PROGRAMMING) {
        nor->state = nor->erase_left_ns > 0 ? FLASH_SUSPENDED : FLASH_READY;
    } else if (nor->suspending && nor->erase_left_ns > 0) {
        nor->suspending = false;
        nor->state = FLASH_SUSPENDED;
    } else {
        finish_erase(nor);
        nor->state = FLASH_READY;
    }
}

static void spend(struct nor *nor, uint64_t octets)
{
    nor->now_ns += nor->config.access_ns + octets * nor->config.octet_ns;
    settle(nor);
}

void nor_advance(struct nor *nor, uint64_t us)
{
    nor->now_ns += us * 1000;
    settle(nor);
}

static uint64_t draw_ns(struct nor *nor, uint32_t min_us, uint32_t max_us)
{
    return (min_us + dice_below(&nor->random, max_us - min_us + 1)) * 1000ull;
}

/* ---- What the port asks for ---- */

static int refuse(struct nor *nor, const char *why)
{
    nor->counts.refused++;
    nor->refusal = why;
    return -1;
}

static bool inside(const struct nor *nor, uint32_t at, uint32_t size)
{
    return at <= nor->config.size && size <= nor->config.size - at;
}

static bool in_suspended_sector(const struct nor *nor, uint32_t at, uint32_t size)
{
    return nor->state == FLASH_SUSPENDED && at < nor->erasing + nor->config.sector &&
           at + size > nor->erasing;
}

uint8_t nor_peek(const struct nor *nor, uint32_t at)
{
    uint8_t octet = (uint8_t)~nor->cells[at];
    for (unsigned i = 0; i < nor->stuck_count; i++) {
        if (nor->stuck[i].at == at) {
            octet = (uint8_t)((octet & ~nor->stuck[i].mask) |
                              (nor->stuck[i].value & nor->stuck[i].mask));
        }
    }
    return octet;
}

void nor_flip(struct nor *nor, uint32_t at, uint8_t mask)
{
    nor->cells[at] ^= mask;
}

static int chip_read(void *context, uint32_t at, void *octets, uint32_t size)
{
    struct nor *nor = context;
    uint8_t *to = octets;
    spend(nor, size);
    if (nor->dead) {
        return -1;
    }
    if (nor->state == FLASH_PROGRAMMING || nor->state == FLASH_ERASING) {
        return refuse(nor, "read while busy");
    }
    if (!inside(nor, at, size) || in_suspended_sector(nor, at, size)) {
        return refuse(nor, "read of what is not there");
    }
    nor->counts.reads++;
    nor->counts.read_octets += size;
    for (uint32_t i = 0; i < size; i++) {
        to[i] = (uint8_t)~nor->cells[at + i];
    }
    for (unsigned i = 0; i < nor->stuck_count; i++) {
        if (nor->stuck[i].at >= at && nor->stuck[i].at < at + size) {
            to[nor->stuck[i].at - at] = nor_peek(nor, nor->stuck[i].at);
        }
    }
    return 0;
}

/* An operation is about to take place: false when the supply fails at it. */
static bool begin(struct nor *nor, const struct nor_operation *operation)
{
    nor->counts.operations++;
    if (nor->watch) {
        nor->watch(nor->watch_context, nor, operation);
    }
    if (nor->counts.operations != nor->cut_at) {
        return true;
    }
    nor_cut(nor, operation, &nor->cut);
    return false;
}

static int chip_program(void *context, uint32_t at, const void *octets, uint32_t size)
{
    struct nor *nor = context;
    const struct nor_operation operation = {NOR_PROGRAM, at, octets, size};
    spend(nor, size);
    if (nor->dead) {
        return -1;
    }
    if (nor->state == FLASH_PROGRAMMING || nor->state == FLASH_ERASING) {
        return refuse(nor, "program while busy");
    }
    if (!inside(nor, at, size) || in_suspended_sector(nor, at, size)) {
        return refuse(nor, "program of what is not there");
    }
    if (size == 0 || at / nor->config.page != (at + size - 1) / nor->config.page) {
        return refuse(nor, "program across pages");
    }
    if (!begin(nor, &operation)) {
        return -1;
    }
    for (uint32_t i = 0; i < size; i++) {
        nor->cells[at + i] |= (uint8_t)~operation.octets[i];
    }
    nor->counts.programmed_octets += size;
    nor->ready_ns =
        nor->now_ns + draw_ns(nor, nor->config.program_min_us, nor->config.program_max_us);
    nor->state = FLASH_PROGRAMMING;
    return 0;
}

static int chip_erase(void *context, uint32_t at)
{
    struct nor *nor = context;
    const struct nor_operation operation = {.kind = NOR_ERASE, .at = at};
    spend(nor, 0);
    if (nor->dead) {
        return -1;
    }
    if (nor->state != FLASH_READY) {
        return refuse(nor, "erase while busy or suspended");
    }
    if (!inside(nor, at, nor->config.sector) || at % nor->config.sector != 0) {
        return refuse(nor, "erase of what is no sector");
    }
    if (!begin(nor, &operation)) {
        return -1;
    }
    nor->counts.erases++;
    nor->erasing = at;
    nor->erase_left_ns = 0;
    nor->ready_ns = nor->now_ns + draw_ns(nor, nor->config.erase_min_us, nor->config.erase_max_us);
    nor->state = FLASH_ERASING;
    return 0;
}

/* Who waits for a program looks again after a while. */
static enum flash_state chip_state(void *context)
{
    struct nor *nor = context;
    if (nor->state == FLASH_PROGRAMMING) {
        nor->now_ns += POLL_NS;
    }
    spend(nor, 1);
    return nor->state;
}

static int chip_suspend(void *context)
{
    struct nor *nor = context;
    spend(nor, 0);
    if (nor->dead) {
        return -1;
    }
    if (nor->state == FLASH_ERASING && !nor->suspending) {
        uint64_t latency = nor->config.suspend_us * 1000ull;
        if (nor->ready_ns - nor->now_ns > latency) {
            nor->erase_left_ns = nor->ready_ns - nor->now_ns - latency;
            nor->ready_ns = nor->now_ns + latency;
            nor->suspending = true;
        }
    }
    return 0;
}

static int chip_resume(void *context)
{
    struct nor *nor = context;
    spend(nor, 0);
    if (nor->dead) {
        return -1;
    }
    if (nor->state != FLASH_SUSPENDED) {
        return refuse(nor, "resume of what is not suspended");
    }
    nor->ready_ns = nor->now_ns + nor->erase_left_ns;
    nor->erase_left_ns = 0;
    nor->state = FLASH_ERASING;
    return 0;
}

struct flash nor_port(struct nor *nor)
{
    return (struct flash){
        .context = nor,
        .size = nor->config.size,
        .sector = nor->config.sector,
        .page = nor->config.page,
        .read = chip_read,
        .program = chip_program,
        .erase = chip_erase,
        .state = chip_state,
        .suspend = chip_suspend,
        .resume = chip_resume,
    };
}

/* ---- The supply, and what it leaves behind ---- */

static void tear_program(struct nor *nor, const struct nor_operation *operation,
                         const struct nor_tear *tear, uint64_t *dice)
{
    for (uint32_t i = 0; i < operation->size; i++) {
        uint8_t wanted = (uint8_t)~operation->octets[i];
        uint8_t reached = 0;
        for (unsigned bit = 0; bit < 8; bit++) {
            bool done = i < tear->octets || dice_below(dice, 256) < tear->spread;
            reached |= (uint8_t)(done << bit);
        }
        nor->cells[operation->at + i] |= wanted & reached;
    }
}

/* Cells are first all zeroed, then freed, each in its own time. */
static void tear_erase(struct nor *nor, uint32_t at, const struct nor_tear *tear, uint64_t *dice)
{
    enum { ZEROED = 300, FREED = 1000 };
    bool zeroing = tear->erased < ZEROED;
    uint32_t chance = zeroing ? tear->erased * 65536u / ZEROED
                              : (tear->erased - (uint32_t)ZEROED) * 65536u / (FREED - ZEROED);
    for (uint32_t i = 0; i < nor->config.sector; i++) {
        uint8_t moved = 0;
        for (unsigned bit = 0; bit < 8; bit++) {
            moved |= (uint8_t)((dice_below(dice, 65536) < chance) << bit);
        }
        uint8_t *cell = &nor->cells[at + i];
        *cell = zeroing ? *cell | moved : (uint8_t)~moved;
    }
}

void nor_cut(struct nor *nor, const struct nor_operation *operation, const struct nor_tear *tear)
{
    uint64_t dice = tear->seed;
    bool erasing = nor->state == FLASH_ERASING || nor->erase_left_ns > 0;
    if (operation && operation->kind == NOR_PROGRAM) {
        tear_program(nor, operation, tear, &dice);
    }
    if (erasing) {
        tear_erase(nor, nor->erasing, tear, &dice);
    }
    if (operation && operation->kind == NOR_ERASE) {
        tear_erase(nor, operation->at, tear, &dice);
    }
    nor->dead = true;
    nor->state = FLASH_READY;
    nor->erase_left_ns = 0;
    nor->suspending = false;
}

void nor_plan_cut(struct nor *nor, uint64_t operation, const struct nor_tear *tear)
{
    nor->cut_at = nor->counts.operations + operation;
    nor->cut = *tear;
}

void nor_power_on(struct nor *nor)
{
    nor->dead = false;
    nor->cut_at = 0;
}

void nor_stick(struct nor *nor, uint32_t at, uint8_t mask, uint8_t value)
{
    if (nor->stuck_count < NOR_STUCK) {
        nor->stuck[nor->stuck_count++] = (struct nor_stuck){at, mask, value};
    }
}

void nor_copy(struct nor *to, const struct nor *from)
{
    struct nor kept = *to;
    *to = *from;
    to->cells = kept.cells;
    to->wear = kept.wear;
    to->mapped = kept.mapped;
    to->file = kept.file;
    to->watch = NULL;
    to->cut_at = 0;
    memcpy(to->cells, from->cells, from->config.size);
    memcpy(to->wear, from->wear, from->config.size / from->config.sector * sizeof *from->wear);
}
