#include "storage/flash.h"

/* A state register is read in 1 us or more: a bound far above any program's time, and the way out
 * when the chip does not answer. */
enum { POLLS_MAX = 100000 };

static int wait_while(const struct flash *flash, enum flash_state state)
{
    for (uint32_t polls = 0; polls < POLLS_MAX; polls++) {
        if (flash->state(flash->context) != state) {
            return STORAGE_DONE;
        }
    }
    return STORAGE_FAILED;
}

/* Until the chip takes a read or a program. */
static int become_free(const struct flash *flash)
{
    switch (flash->state(flash->context)) {
    case FLASH_PROGRAMMING:
        return wait_while(flash, FLASH_PROGRAMMING);
    case FLASH_ERASING:
        if (flash->suspend(flash->context) != 0) {
            return STORAGE_FAILED;
        }
        return wait_while(flash, FLASH_ERASING);
    default:
        return STORAGE_DONE;
    }
}

int flash_read(const struct flash *flash, uint32_t at, void *octets, uint32_t size)
{
    if (become_free(flash) != STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    return flash->read(flash->context, at, octets, size) == 0 ? STORAGE_DONE : STORAGE_FAILED;
}

static int write_within_page(const struct flash *flash, uint32_t at, const void *octets,
                             uint32_t size)
{
    if (become_free(flash) != STORAGE_DONE ||
        flash->program(flash->context, at, octets, size) != 0) {
        return STORAGE_FAILED;
    }
    return wait_while(flash, FLASH_PROGRAMMING);
}

int flash_write(const struct flash *flash, uint32_t at, const void *octets, uint32_t size)
{
    const uint8_t *octet = octets;
    while (size > 0) {
        uint32_t room = flash->page - at % flash->page;
        uint32_t piece = size < room ? size : room;
        int result = write_within_page(flash, at, octet, piece);
        if (result != STORAGE_DONE) {
            return result;
        }
        at += piece;
        octet += piece;
        size -= piece;
    }
    return STORAGE_DONE;
}

int flash_zero(const struct flash *flash, uint32_t at, uint32_t size)
{
    static const uint8_t zeros[64];
    int result = STORAGE_DONE;
    while (size > 0 && result == STORAGE_DONE) {
        uint32_t now = size < sizeof zeros ? size : sizeof zeros;
        result = flash_write(flash, at, zeros, now);
        at += now;
        size -= now;
    }
    return result;
}

int flash_blank(const struct flash *flash, uint32_t at, uint32_t size)
{
    uint8_t piece[64];
    uint8_t all = 0xff;
    while (size > 0 && all == 0xff) {
        uint32_t now = size < sizeof piece ? size : sizeof piece;
        if (flash_read(flash, at, piece, now) != STORAGE_DONE) {
            return STORAGE_FAILED;
        }
        for (uint32_t i = 0; i < now; i++) {
            all &= piece[i];
        }
        at += now;
        size -= now;
    }
    return all == 0xff ? STORAGE_DONE : STORAGE_DAMAGED;
}

/* One that is suspended may be nobody's: the processor was reset and the chip was not. */
int flash_erase(const struct flash *flash, uint32_t at)
{
    if (flash_erase_poll(flash)) {
        return STORAGE_LATER;
    }
    return flash->erase(flash->context, at) == 0 ? STORAGE_DONE : STORAGE_FAILED;
}

bool flash_erase_poll(const struct flash *flash)
{
    enum flash_state state = flash->state(flash->context);
    if (state == FLASH_SUSPENDED) {
        flash->resume(flash->context);
    }
    return state != FLASH_READY;
}
