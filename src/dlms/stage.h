/* Where a long request is gathered, block by block: the server's owner gives it (flash, or RAM).
 *
 * A server has one. Who begins gets it, and who had it before has lost what he gathered: a client
 * that stalls holds up nobody. What has arrived whole is read back and served as if it had come in
 * one APDU; until then nothing of it has any effect. */
#ifndef WATTHOUR_DLMS_STAGE_H
#define WATTHOUR_DLMS_STAGE_H

#include <stddef.h>
#include <stdint.h>

/* Each returns 0, or a negative number: it did not work, and what was gathered is given up. */
struct dlms_stage {
    int (*begin)(void *owner);
    int (*append)(void *owner, const uint8_t *octets, size_t size);
    int (*read)(void *owner, uint32_t at, uint8_t *octets, size_t size);
    void (*drop)(void *owner);
    void *owner;
};

#endif
