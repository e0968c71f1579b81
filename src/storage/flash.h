/* The NOR flash chip: a port of function pointers, and the few ways in which it is used.
 *
 * Octets are erased to 0xff by sector; a program only turns ones into zeros, within one page.
 * Program and erase are started and take their time (a page up to 3 ms, a sector 45..400 ms). Reads
 * and programs wait for a program under way and suspend an erase under way, so that they never wait
 * for an erase; whoever started the erase lets it go on with flash_erase_poll().
 *
 * After a reset of the processor a port resets the chip as well, whose erase is then torn as by
 * a power cut: at the start nothing is under way. One that is left suspended all the same goes on
 * when the next is asked for, but its sector counts as lost.
 *
 * The port answers 0, or -1 when the chip refuses or is not there. It may serve several users of
 * one chip (the legally relevant part beside the application), one at a time. */
#ifndef WATTHOUR_STORAGE_FLASH_H
#define WATTHOUR_STORAGE_FLASH_H

#include "storage/result.h"

#include <stdbool.h>
#include <stdint.h>

enum flash_state {
    FLASH_READY,
    FLASH_PROGRAMMING,
    FLASH_ERASING,
    FLASH_SUSPENDED, /* an erase is; takes reads and programs of other sectors */
};

struct flash {
    void *context;
    uint32_t size;   /* octets of the chip */
    uint16_t sector; /* octets, a power of two, 512..32768 */
    uint16_t page;   /* octets, a power of two, 64..FLASH_PAGE_MAX */

    int (*read)(void *context, uint32_t at, void *octets, uint32_t size);

    /* Start; `size` octets within one page, one sector. */
    int (*program)(void *context, uint32_t at, const void *octets, uint32_t size);
    int (*erase)(void *context, uint32_t at);

    enum flash_state (*state)(void *context);

    /* An erase under way; the state turns to FLASH_SUSPENDED within some 30 us, or to FLASH_READY
     * when the erase ended meanwhile. */
    int (*suspend)(void *context);
    int (*resume)(void *context);
};

enum { FLASH_PAGE_MAX = 256 };

int flash_read(const struct flash *flash, uint32_t at, void *octets, uint32_t size);

/* Programs page by page and waits for each: `size` / page + 2 times 0.4..3 ms at most. */
int flash_write(const struct flash *flash, uint32_t at, const void *octets, uint32_t size);

/* Programs zeros: what was there is gone. */
int flash_zero(const struct flash *flash, uint32_t at, uint32_t size);

/* Whether all octets are erased: STORAGE_DONE, STORAGE_DAMAGED: they are not, STORAGE_FAILED. */
int flash_blank(const struct flash *flash, uint32_t at, uint32_t size);

/* Starts to erase the sector at `at`; STORAGE_LATER while the chip does something else. One that is
 * suspended goes on. */
int flash_erase(const struct flash *flash, uint32_t at);

/* Whether the erase is still under way; resumes it when it is suspended. */
bool flash_erase_poll(const struct flash *flash);

#endif
