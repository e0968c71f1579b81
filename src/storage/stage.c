#include "storage/stage.h"

#include "base/crc32.h"
#include "base/need.h"
#include "base/reader.h"
#include "base/writer.h"

#include <stddef.h>
#include <string.h>

enum { COMMIT_SIZE = 16, COMMIT_VERSION = 1, PIECE = 64 };

enum phase {
    PHASE_BELT,
    PHASE_COMMIT,
    PHASE_IDLE,
    PHASE_GATHERING,
    PHASE_COMMITTED,
    PHASE_GIVEN_UP, /* the commit has to be taken back */
};

void stage_init(struct stage *stage, const struct flash *flash, const struct partition *partition,
                struct journal *journal, uint16_t number)
{
    *stage = (struct stage){.journal = journal, .number = number};
    belt_init(&stage->belt, flash, partition);
}

static uint32_t room_of_sector(const struct stage *stage)
{
    need(stage->belt.flash->sector > BELT_DATA);
    return stage->belt.flash->sector - (uint32_t)BELT_DATA;
}

uint32_t stage_capacity(const struct stage *stage)
{
    return stage->belt.partition->sectors * room_of_sector(stage);
}

/* Where an octet lies, and how many follow it in its sector; false when that is not there. Its
 * sector is the right one by order, or behind it by as many as were passed over as bad. */
static bool locate(const struct stage *stage, uint32_t at, uint32_t *address, uint32_t *left)
{
    uint32_t index = at / room_of_sector(stage);
    uint32_t offset = at % room_of_sector(stage);
    uint32_t oldest = belt_oldest(&stage->belt);
    uint32_t begin = stage->sequence > oldest ? stage->sequence : oldest;
    for (uint32_t i = index; begin <= stage->belt.head && i <= stage->belt.head - begin; i++) {
        struct belt_note note;
        uint32_t sequence = begin + i;
        if (belt_read_note(&stage->belt, sequence, &note) == STORAGE_DONE && note.first == index) {
            *address = belt_address(&stage->belt, sequence) + BELT_DATA + offset;
            *left = room_of_sector(stage) - offset;
            return true;
        }
    }
    return false;
}

int stage_read(const struct stage *stage, uint32_t at, void *octets, uint32_t size)
{
    uint8_t *to = octets;
    if (at > stage->size || size > stage->size - at) {
        return STORAGE_ABSENT;
    }
    while (size > 0) {
        uint32_t address;
        uint32_t left;
        if (!locate(stage, at, &address, &left)) {
            return STORAGE_FAILED;
        }
        uint32_t now = size < left ? size : left;
        if (flash_read(stage->belt.flash, address, to, now) != STORAGE_DONE) {
            return STORAGE_FAILED;
        }
        at += now;
        to += now;
        size -= now;
    }
    return STORAGE_DONE;
}

/* ---- Gathering ---- */

int stage_begin(struct stage *stage)
{
    if (stage->phase != PHASE_IDLE && stage->phase != PHASE_GATHERING) {
        return STORAGE_LATER;
    }
    stage->sequence = stage->belt.head + 1;
    stage->size = 0;
    stage->crc = 0;
    stage->fill = stage->belt.flash->sector;
    stage->phase = PHASE_GATHERING;
    return STORAGE_DONE;
}

static int open_sector(struct stage *stage)
{
    const struct belt_note note = {.first = stage->size / room_of_sector(stage)};
    int result = belt_open(&stage->belt, &note);
    if (result == STORAGE_DONE) {
        stage->fill = BELT_DATA;
    }
    return result;
}

static bool reads_back(const struct flash *flash, uint32_t at, const uint8_t *octets, uint32_t size)
{
    uint8_t piece[PIECE];
    for (uint32_t done = 0; done < size; done += PIECE) {
        uint32_t now = size - done < PIECE ? size - done : PIECE;
        if (flash_read(flash, at + done, piece, now) != STORAGE_DONE ||
            memcmp(piece, octets + done, now) != 0) {
            return false;
        }
    }
    return true;
}

static int append_to_head(struct stage *stage, const uint8_t *octets, uint32_t size)
{
    const struct flash *flash = stage->belt.flash;
    uint32_t at = belt_address(&stage->belt, stage->belt.head) + stage->fill;
    if (flash_write(flash, at, octets, size) != STORAGE_DONE ||
        !reads_back(flash, at, octets, size)) {
        return STORAGE_FAILED;
    }
    stage->crc = crc32(stage->crc, octets, size);
    stage->fill = (uint16_t)(stage->fill + size);
    stage->size += size;
    return STORAGE_DONE;
}

int stage_append(struct stage *stage, const void *octets, uint32_t size)
{
    const uint8_t *from = octets;
    need(stage->phase == PHASE_GATHERING);
    uint32_t room = stage->belt.flash->sector - (uint32_t)stage->fill;
    if (size > stage_capacity(stage) - stage->size) {
        return STORAGE_FULL;
    }
    if (size > room + stage->belt.ready * room_of_sector(stage)) {
        return STORAGE_LATER;
    }
    while (size > 0) {
        room = stage->belt.flash->sector - (uint32_t)stage->fill;
        if (room == 0) {
            if (open_sector(stage) != STORAGE_DONE) {
                return STORAGE_FAILED;
            }
            continue;
        }
        uint32_t now = size < room ? size : room;
        int result = append_to_head(stage, from, now);
        if (result != STORAGE_DONE) {
            return result;
        }
        from += now;
        size -= now;
    }
    return STORAGE_DONE;
}

int stage_commit(struct stage *stage, uint32_t tag)
{
    uint8_t octets[COMMIT_SIZE];
    need(stage->phase == PHASE_GATHERING);
    struct writer w = writer_over(octets, sizeof octets);
    writer_u32(&w, stage->sequence);
    writer_u32(&w, stage->size);
    writer_u32(&w, stage->crc);
    writer_u32(&w, tag);
    int result = journal_put(stage->journal, stage->number, COMMIT_VERSION, octets, sizeof octets);
    if (result == STORAGE_DONE) {
        stage->tag = tag;
        stage->phase = PHASE_COMMITTED;
    }
    return result;
}

bool stage_committed(const struct stage *stage, uint32_t *tag, uint32_t *size)
{
    *tag = stage->tag;
    *size = stage->size;
    return stage->phase == PHASE_COMMITTED;
}

static void become_idle(struct stage *stage)
{
    stage->phase = PHASE_IDLE;
    stage->sequence = stage->belt.head + 1;
    stage->size = 0;
}

int stage_done(struct stage *stage)
{
    need(stage->phase == PHASE_COMMITTED || stage->phase == PHASE_GIVEN_UP);
    int result = journal_put(stage->journal, stage->number, COMMIT_VERSION, NULL, 0);
    if (result == STORAGE_DONE) {
        become_idle(stage);
    }
    return result;
}

int stage_step(struct stage *stage)
{
    struct belt *belt = &stage->belt;
    if (stage->phase == PHASE_GIVEN_UP) {
        int result = stage_done(stage);
        return result == STORAGE_LATER ? 0 : result == STORAGE_DONE ? 1 : result;
    }
    if (belt->span > 0 && belt_oldest(belt) < stage->sequence && !belt_erasing(belt)) {
        int result = belt_drop(belt);
        return result == STORAGE_DONE ? 1 : result;
    }
    return belt_prepare(belt);
}

/* ---- Recovery ---- */

static bool whole(const struct stage *stage)
{
    uint8_t piece[PIECE];
    uint32_t crc = 0;
    for (uint32_t at = 0; at < stage->size; at += PIECE) {
        uint32_t left = stage->size - at;
        uint32_t now = left < PIECE ? left : PIECE;
        if (stage_read(stage, at, piece, now) != STORAGE_DONE) {
            return false;
        }
        crc = crc32(crc, piece, now);
    }
    return crc == stage->crc;
}

static int find_commit(struct stage *stage)
{
    uint8_t octets[COMMIT_SIZE] = {0};
    int size = journal_get(stage->journal, stage->number, NULL, octets, sizeof octets);
    if (size == STORAGE_ABSENT || size == 0) {
        become_idle(stage);
        return 0;
    }
    struct reader r = reader_over(octets, sizeof octets);
    stage->sequence = reader_u32(&r);
    stage->size = reader_u32(&r);
    stage->crc = reader_u32(&r);
    stage->tag = reader_u32(&r);
    if (size == COMMIT_SIZE && stage->size <= stage_capacity(stage) && whole(stage)) {
        stage->phase = PHASE_COMMITTED;
        return 0;
    }
    stage->sequence = stage->belt.head + 1;
    stage->size = 0;
    stage->phase = PHASE_GIVEN_UP;
    return STORAGE_DAMAGED;
}

int stage_recover(struct stage *stage)
{
    if (stage->phase == PHASE_BELT) {
        if (belt_recover(&stage->belt) == 0) {
            stage->phase = PHASE_COMMIT;
        }
        return 1;
    }
    return stage->phase == PHASE_COMMIT ? find_commit(stage) : 0;
}
