#include "storage/belt.h"

#include "base/crc32.h"
#include "base/need.h"
#include "base/reader.h"
#include "base/writer.h"

#include <string.h>

/* A sector begins with the mark of a completed erase, a word that is cleared to retire the sector,
 * and three copies of its header: whichever two bits flip, one copy is whole. */
enum {
    MARK_AT = 0,
    RETIRE_AT = 4,
    HEADER_AT = 8,
    HEADER_SIZE = 36,
    HEADER_COPIES = 3,
    HEADER_CHECKED = HEADER_SIZE - 4,
};

static const uint8_t erased_mark[4] = {'w', 'h', '0', '1'};

enum phase {
    PHASE_RECOVERING,
    PHASE_RESTING,
    PHASE_ERASING,
};

/* No sequence is written or believed beyond this: the chip is worn out long before. */
static const uint32_t sequence_max = 0xf0000000;

enum { ERASE_TRIES = 2 };

void belt_init(struct belt *belt, const struct flash *flash, const struct partition *partition)
{
    need(BELT_DATA == HEADER_AT + HEADER_COPIES * HEADER_SIZE);
    need(partition->sectors >= 3);
    need((uint32_t)(partition->first + partition->sectors) * flash->sector <= flash->size);
    *belt = (struct belt){.flash = flash, .partition = partition};
    belt->head = partition->sectors - 1u;
}

static uint32_t address_of(const struct belt *belt, uint32_t index)
{
    return (belt->partition->first + index) * belt->flash->sector;
}

uint32_t belt_address(const struct belt *belt, uint32_t sequence)
{
    return address_of(belt, sequence % belt->partition->sectors);
}

uint32_t belt_oldest(const struct belt *belt)
{
    return belt->head + 1 - belt->span;
}

static void render(uint8_t octets[HEADER_SIZE], const struct belt_header *header)
{
    struct writer w = writer_over(octets, HEADER_SIZE);
    writer_u8(&w, BELT_SCHEMA);
    writer_u8(&w, header->kind);
    writer_u16(&w, header->identity);
    writer_u32(&w, header->sequence);
    writer_u16(&w, header->note.slot);
    writer_u8(&w, header->note.version);
    writer_u8(&w, 0);
    writer_u32(&w, header->note.first);
    writer_u32(&w, header->note.floor);
    writer_u32(&w, header->note.run);
    writer_u32(&w, header->note.time_s);
    writer_u32(&w, header->note.newest_s);
    writer_u32(&w, crc32(0, octets, HEADER_CHECKED));
}

static bool parse(const uint8_t octets[HEADER_SIZE], struct belt_header *header)
{
    struct reader r = reader_over(octets, HEADER_SIZE);
    bool known = reader_u8(&r) == BELT_SCHEMA;
    header->kind = reader_u8(&r);
    header->identity = reader_u16(&r);
    header->sequence = reader_u32(&r);
    header->note.slot = reader_u16(&r);
    header->note.version = reader_u8(&r);
    reader_u8(&r);
    header->note.first = reader_u32(&r);
    header->note.floor = reader_u32(&r);
    header->note.run = reader_u32(&r);
    header->note.time_s = reader_u32(&r);
    header->note.newest_s = reader_u32(&r);
    return known && reader_u32(&r) == crc32(0, octets, HEADER_CHECKED);
}

/* The word is written as 32 zeros; half of them tells, so that no flipped bits retire a sector. */
static bool retired(const uint8_t word[4])
{
    unsigned zeros = 0;
    for (unsigned bit = 0; bit < 32; bit++) {
        zeros += (word[bit / 8] >> bit % 8 & 1) == 0;
    }
    return zeros >= 16;
}

/* Reads a sector's header: STORAGE_DONE, STORAGE_ABSENT: there is none, STORAGE_FAILED. */
static int read_header(const struct flash *flash, uint32_t address, struct belt_header *header,
                       bool *is_retired)
{
    uint8_t octets[HEADER_AT - RETIRE_AT + HEADER_SIZE];
    uint8_t *copy = octets + HEADER_AT - RETIRE_AT;
    if (flash_read(flash, address + RETIRE_AT, octets, sizeof octets) != STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    *is_retired = retired(octets);
    for (unsigned i = 1; !parse(copy, header); i++) {
        uint32_t at = address + HEADER_AT + i * HEADER_SIZE;
        if (i == HEADER_COPIES) {
            return STORAGE_ABSENT;
        }
        if (flash_read(flash, at, copy, HEADER_SIZE) != STORAGE_DONE) {
            return STORAGE_FAILED;
        }
    }
    return STORAGE_DONE;
}

static bool all_ones(const uint8_t *octets, uint32_t size)
{
    uint8_t all = 0xff;
    for (uint32_t i = 0; i < size; i++) {
        all &= octets[i];
    }
    return all == 0xff;
}

/* What a sector without a header is. */
static enum belt_sector inspect_rest(const struct flash *flash, uint32_t address)
{
    uint8_t octets[BELT_DATA];
    if (flash_read(flash, address, octets, sizeof octets) != STORAGE_DONE) {
        return BELT_SECTOR_FAILED;
    }
    if (!all_ones(octets + RETIRE_AT, BELT_DATA - RETIRE_AT)) {
        return BELT_SECTOR_UNREADABLE;
    }
    if (memcmp(octets + MARK_AT, erased_mark, sizeof erased_mark) == 0) {
        return BELT_SECTOR_READY;
    }
    return all_ones(octets, RETIRE_AT) ? BELT_SECTOR_BLANK : BELT_SECTOR_UNREADABLE;
}

enum belt_sector belt_inspect(const struct flash *flash, uint32_t address,
                              struct belt_header *header)
{
    bool is_retired;
    switch (read_header(flash, address, header, &is_retired)) {
    case STORAGE_DONE:
        return is_retired ? BELT_SECTOR_RETIRED : BELT_SECTOR_DATA;
    case STORAGE_ABSENT:
        return inspect_rest(flash, address);
    default:
        return BELT_SECTOR_FAILED;
    }
}

/* Whether a header belongs to this belt, at this place. */
static bool is_own(const struct belt *belt, const struct belt_header *header, uint32_t index)
{
    const struct partition *partition = belt->partition;
    return header->kind == partition->kind && header->identity == partition->identity &&
           header->sequence % partition->sectors == index &&
           header->sequence >= partition->sectors && header->sequence <= sequence_max;
}

int belt_read_note(const struct belt *belt, uint32_t sequence, struct belt_note *note)
{
    struct belt_header header;
    uint32_t index = sequence % belt->partition->sectors;
    bool is_retired;
    int result = read_header(belt->flash, address_of(belt, index), &header, &is_retired);
    if (result == STORAGE_DONE && !is_retired && is_own(belt, &header, index) &&
        header.sequence == sequence) {
        *note = header.note;
        return STORAGE_DONE;
    }
    return result == STORAGE_FAILED ? STORAGE_FAILED : STORAGE_ABSENT;
}

static void look_at_sector(struct belt *belt, uint32_t index)
{
    struct belt_header header;
    enum belt_sector is = belt_inspect(belt->flash, address_of(belt, index), &header);
    if (is == BELT_SECTOR_DATA && is_own(belt, &header, index)) {
        if (belt->span == 0 || header.sequence > belt->head) {
            belt->head = header.sequence;
            belt->span = 1;
        }
    } else if (is == BELT_SECTOR_DATA || is == BELT_SECTOR_UNREADABLE || is == BELT_SECTOR_FAILED) {
        belt->lost++;
    }
}

static void find_oldest(struct belt *belt)
{
    struct belt_note note;
    belt->span = belt->partition->sectors;
    while (belt_read_note(belt, belt_oldest(belt), &note) != STORAGE_DONE && belt->span > 1) {
        belt->span--;
    }
}

static enum belt_sector inspect_behind(const struct belt *belt)
{
    struct belt_header header;
    uint32_t behind = belt->head + belt->ahead + 1;
    return belt_inspect(belt->flash, belt_address(belt, behind), &header);
}

static void find_ready(struct belt *belt)
{
    while (!belt_crowded(belt) && inspect_behind(belt) == BELT_SECTOR_READY) {
        belt->ahead++;
        belt->ready++;
    }
    /* The sector that was being erased or opened when the power went held nothing any more. */
    if (!belt_crowded(belt) && belt->lost > 0 && inspect_behind(belt) == BELT_SECTOR_UNREADABLE) {
        belt->lost--;
    }
}

int belt_recover(struct belt *belt)
{
    if (belt->phase != PHASE_RECOVERING) {
        return 0;
    }
    for (unsigned i = 0; i < BELT_SLICE && belt->cursor < belt->partition->sectors; i++) {
        look_at_sector(belt, belt->cursor++);
    }
    if (belt->cursor < belt->partition->sectors) {
        return 1;
    }
    if (belt->span > 0) {
        find_oldest(belt);
    }
    find_ready(belt);
    belt->phase = PHASE_RESTING;
    return 0;
}

bool belt_erasing(const struct belt *belt)
{
    return belt->phase == PHASE_ERASING;
}

bool belt_crowded(const struct belt *belt)
{
    return belt->span + belt->ahead >= belt->partition->sectors || belt->ahead >= BELT_AHEAD;
}

/* Retired before it is erased: a sector whose erase is interrupted must not pass for one that
 * holds data. */
static int retire(const struct belt *belt, uint32_t sequence)
{
    static const uint8_t zeros[4];
    uint32_t at = belt_address(belt, sequence) + RETIRE_AT;
    return flash_write(belt->flash, at, zeros, sizeof zeros);
}

int belt_drop(struct belt *belt)
{
    struct belt_note note;
    need(belt->span > 0);
    if (retire(belt, belt_oldest(belt)) != STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    do {
        belt->span--;
    } while (belt->span > 0 && belt_read_note(belt, belt_oldest(belt), &note) == STORAGE_ABSENT);
    return STORAGE_DONE;
}

int belt_drop_head(struct belt *belt)
{
    struct belt_note note;
    need(belt->span > 1 && belt->ahead == 0 && belt->phase == PHASE_RESTING);
    if (retire(belt, belt->head) != STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    do {
        belt->span--;
        belt->head--;
    } while (belt->span > 1 && belt_read_note(belt, belt->head, &note) == STORAGE_ABSENT);
    return STORAGE_DONE;
}

static int begin_erase(struct belt *belt, uint32_t address)
{
    int result = flash_erase(belt->flash, address);
    if (result == STORAGE_FAILED) {
        return STORAGE_FAILED;
    }
    if (result == STORAGE_DONE) {
        belt->phase = PHASE_ERASING;
    }
    return 1;
}

/* STORAGE_DONE, STORAGE_DAMAGED: it does not read back, STORAGE_FAILED. */
static int write_checked(const struct flash *flash, uint32_t at, const uint8_t *octets,
                         uint32_t size)
{
    uint8_t back[HEADER_COPIES * HEADER_SIZE];
    if (flash_write(flash, at, octets, size) != STORAGE_DONE ||
        flash_read(flash, at, back, size) != STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    return memcmp(octets, back, size) == 0 ? STORAGE_DONE : STORAGE_DAMAGED;
}

/* The erase has ended: a sector that did not become blank twice is passed over in this round. */
static int end_erase(struct belt *belt, uint32_t address)
{
    const struct flash *flash = belt->flash;
    int result = flash_blank(flash, address, flash->sector);
    if (result == STORAGE_DONE) {
        result = write_checked(flash, address + MARK_AT, erased_mark, sizeof erased_mark);
    }
    belt->phase = PHASE_RESTING;
    if (result == STORAGE_FAILED) {
        return STORAGE_FAILED;
    }
    belt->tries++;
    if (result == STORAGE_DONE || belt->tries == ERASE_TRIES) {
        belt->tries = 0;
        belt->ahead++;
        if (result == STORAGE_DONE) {
            belt->ready++;
        }
    }
    return 1;
}

int belt_prepare(struct belt *belt)
{
    uint32_t address = belt_address(belt, belt->head + belt->ahead + 1);
    if (belt->phase == PHASE_ERASING) {
        return flash_erase_poll(belt->flash) ? 1 : end_erase(belt, address);
    }
    return belt_crowded(belt) ? 0 : begin_erase(belt, address);
}

static int write_header(const struct belt *belt, uint32_t sequence, const struct belt_note *note)
{
    const struct belt_header header = {
        .kind = belt->partition->kind,
        .identity = belt->partition->identity,
        .sequence = sequence,
        .note = *note,
    };
    uint8_t copies[HEADER_COPIES * HEADER_SIZE];
    for (unsigned i = 0; i < HEADER_COPIES; i++) {
        render(copies + i * HEADER_SIZE, &header);
    }
    uint32_t at = belt_address(belt, sequence) + HEADER_AT;
    return write_checked(belt->flash, at, copies, sizeof copies);
}

static void become_head(struct belt *belt, uint32_t sequence)
{
    uint32_t passed = sequence - belt->head;
    belt->span = (uint16_t)(belt->span == 0 ? 1 : belt->span + passed);
    belt->ahead = (uint8_t)(belt->ahead - passed);
    belt->head = sequence;
}

int belt_settle(struct belt *belt)
{
    struct belt_header header;
    for (uint32_t i = 1; i <= belt->ahead && belt->doubtful; i++) {
        uint32_t sequence = belt->head + i;
        enum belt_sector is = belt_inspect(belt->flash, belt_address(belt, sequence), &header);
        if (is == BELT_SECTOR_FAILED ||
            (is == BELT_SECTOR_DATA && retire(belt, sequence) != STORAGE_DONE)) {
            return STORAGE_FAILED;
        }
    }
    belt->doubtful = false;
    return STORAGE_DONE;
}

int belt_open(struct belt *belt, const struct belt_note *note)
{
    struct belt_header header;
    if (belt_settle(belt) != STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    for (uint32_t i = 1; i <= belt->ahead && belt->ready > 0; i++) {
        uint32_t sequence = belt->head + i;
        enum belt_sector is = belt_inspect(belt->flash, belt_address(belt, sequence), &header);
        if (is == BELT_SECTOR_FAILED) {
            return STORAGE_FAILED;
        }
        if (is != BELT_SECTOR_READY) {
            continue;
        }
        if (sequence > sequence_max) {
            return STORAGE_FAILED;
        }
        int result = write_header(belt, sequence, note);
        if (result == STORAGE_FAILED) {
            belt->doubtful = true;
            return STORAGE_FAILED;
        }
        belt->ready--;
        if (result == STORAGE_DONE) {
            become_head(belt, sequence);
            return STORAGE_DONE;
        }
        /* One of the copies may be good: nobody must find it. */
        retire(belt, sequence);
    }
    belt->ready = 0;
    return STORAGE_LATER;
}
