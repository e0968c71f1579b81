#include "storage/item.h"

#include "base/crc32.h"
#include "base/reader.h"
#include "base/writer.h"

#include <string.h>

/* Of a descriptor: the state octet is cleared when the item is revoked, so no check covers it. */
enum { STATE_AT = 3, CHECKED = 12, PIECE = 64 };

uint32_t item_offset(const struct flash *flash, uint16_t slot)
{
    return flash->sector - (slot + 1u) * ITEM_DESCRIPTOR;
}

static void render(uint8_t octets[ITEM_DESCRIPTOR], const struct item *item)
{
    struct writer w = writer_over(octets, ITEM_DESCRIPTOR);
    writer_u16(&w, item->number);
    writer_u8(&w, item->version);
    writer_u8(&w, 0xff);
    writer_u16(&w, item->at);
    writer_u16(&w, item->size);
    writer_u32(&w, item->crc);
    writer_u32(&w, crc32(0, octets, CHECKED));
}

static bool parse(const uint8_t octets[ITEM_DESCRIPTOR], struct item *item)
{
    struct reader r = reader_over(octets, ITEM_DESCRIPTOR);
    item->number = reader_u16(&r);
    item->version = reader_u8(&r);
    reader_u8(&r);
    item->at = reader_u16(&r);
    item->size = reader_u16(&r);
    item->crc = reader_u32(&r);
    return reader_u32(&r) == crc32(0, octets, CHECKED);
}

/* The check does not depend on the place: it is carried with the value. */
static uint32_t crc_of_fields(const struct item *item)
{
    uint8_t octets[5];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u16(&w, item->number);
    writer_u8(&w, item->version);
    writer_u16(&w, item->size);
    return crc32(0, octets, sizeof octets);
}

static bool all(const uint8_t octets[ITEM_DESCRIPTOR], uint8_t value)
{
    for (unsigned i = 0; i < ITEM_DESCRIPTOR; i++) {
        if (octets[i] != value) {
            return false;
        }
    }
    return true;
}

/* Half of its bits tell, so that no flipped bits revoke an item. */
static bool revoked(uint8_t state)
{
    unsigned zeros = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
        zeros += (state >> bit & 1) == 0;
    }
    return zeros >= 4;
}

static enum item_state read_once(const struct flash *flash, uint32_t sector, uint16_t slot,
                                 struct item *item)
{
    uint8_t octets[ITEM_DESCRIPTOR];
    uint32_t offset = item_offset(flash, slot);
    if (flash_read(flash, sector + offset, octets, sizeof octets) != STORAGE_DONE) {
        return ITEM_FAILED;
    }
    if (all(octets, 0xff)) {
        return ITEM_BLANK;
    }
    if (all(octets, 0)) {
        return ITEM_WIPED;
    }
    uint8_t state = octets[STATE_AT];
    octets[STATE_AT] = 0xff;
    if (!parse(octets, item) || (uint32_t)item->at + item->size > offset) {
        return ITEM_DAMAGED;
    }
    return revoked(state) ? ITEM_REVOKED : ITEM_WRITTEN;
}

/* Twice before it is called damaged: a bit may have flipped on its way. */
enum item_state item_read(const struct flash *flash, uint32_t sector, uint16_t slot,
                          struct item *item)
{
    enum item_state state = read_once(flash, sector, slot, item);
    return state == ITEM_DAMAGED ? read_once(flash, sector, slot, item) : state;
}

static void copy_piece(uint8_t *copy, uint32_t room, uint32_t at, const uint8_t *piece,
                       uint32_t size)
{
    if (at < room) {
        memcpy(copy + at, piece, size < room - at ? size : room - at);
    }
}

static int check_once(const struct flash *flash, uint32_t sector, const struct item *item,
                      uint8_t *copy, uint32_t room)
{
    uint8_t piece[PIECE];
    uint32_t crc = crc_of_fields(item);
    for (uint32_t at = 0; at < item->size; at += PIECE) {
        uint32_t left = item->size - at;
        uint32_t now = left < PIECE ? left : PIECE;
        if (flash_read(flash, sector + item->at + at, piece, now) != STORAGE_DONE) {
            return STORAGE_FAILED;
        }
        crc = crc32(crc, piece, now);
        copy_piece(copy, room, at, piece, now);
    }
    return crc == item->crc ? STORAGE_DONE : STORAGE_DAMAGED;
}

int item_check(const struct flash *flash, uint32_t sector, const struct item *item, uint8_t *copy,
               uint32_t room)
{
    int result = check_once(flash, sector, item, copy, room);
    return result == STORAGE_DAMAGED ? check_once(flash, sector, item, copy, room) : result;
}

static int read_source(const struct flash *flash, const struct item_source *source, uint32_t at,
                       uint8_t *octets, uint32_t size)
{
    if (source->octets) {
        memcpy(octets, source->octets + at, size);
        return STORAGE_DONE;
    }
    if (source->render) {
        struct writer w = writer_window(octets, size, at);
        source->render(source->owner, &w);
        return STORAGE_DONE;
    }
    return flash_read(flash, source->address + at, octets, size);
}

static int write_value(const struct flash *flash, uint32_t sector, struct item *item,
                       const struct item_source *source)
{
    uint8_t page[FLASH_PAGE_MAX];
    uint32_t crc = crc_of_fields(item);
    for (uint32_t at = 0; at < item->size;) {
        uint32_t address = sector + item->at + at;
        uint32_t room = flash->page - address % flash->page;
        uint32_t left = item->size - at;
        uint32_t now = left < room ? left : room;
        if (read_source(flash, source, at, page, now) != STORAGE_DONE ||
            flash_write(flash, address, page, now) != STORAGE_DONE) {
            return STORAGE_FAILED;
        }
        crc = crc32(crc, page, now);
        at += now;
    }
    if (!source->octets && !source->render && crc != item->crc) {
        return STORAGE_DAMAGED;
    }
    item->crc = crc;
    return STORAGE_DONE;
}

int item_write(const struct flash *flash, uint32_t sector, uint16_t slot, struct item *item,
               const struct item_source *source)
{
    uint8_t octets[ITEM_DESCRIPTOR];
    struct item back;
    int result = write_value(flash, sector, item, source);
    if (result != STORAGE_DONE) {
        return result;
    }
    render(octets, item);
    if (flash_write(flash, sector + item_offset(flash, slot), octets, sizeof octets) !=
        STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    if (item_read(flash, sector, slot, &back) != ITEM_WRITTEN || back.crc != item->crc) {
        return STORAGE_DAMAGED;
    }
    return item_check(flash, sector, item, NULL, 0);
}

int item_void(const struct flash *flash, uint32_t sector, uint16_t slot)
{
    return flash_zero(flash, sector + item_offset(flash, slot), ITEM_DESCRIPTOR);
}

/* Revoked first, its descriptor last: as long as that stands, an interrupted wipe is seen. */
int item_wipe(const struct flash *flash, uint32_t sector, uint16_t slot, const struct item *item)
{
    uint32_t descriptor = sector + item_offset(flash, slot);
    int result = flash_zero(flash, descriptor + STATE_AT, 1);
    if (result == STORAGE_DONE) {
        result = flash_zero(flash, sector + item->at, item->size);
    }
    return result == STORAGE_DONE ? item_void(flash, sector, slot) : result;
}
