#include "app/listen_blocks.h"

#include "dlms/general_block.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void begin(struct listen_blocks *blocks, const char *from)
{
    snprintf(blocks->from, sizeof blocks->from, "%s", from);
    blocks->number = 0;
    blocks->size = 0;
}

int listen_blocks_take(struct listen_blocks *blocks, const char *from, struct reader block,
                       struct reader *whole)
{
    struct dlms_general_block_apdu taken = dlms_general_block_take(&block);
    if (taken.number == 1) {
        begin(blocks, from);
    }
    size_t size = reader_left(&taken.data);
    bool good = reader_done(&block) && strncmp(blocks->from, from, sizeof blocks->from - 1) == 0 &&
                taken.number == blocks->number + 1 && size <= LISTEN_WHOLE - blocks->size;
    if (!good) {
        begin(blocks, "");
        return -1;
    }
    const uint8_t *octets = reader_octets(&taken.data, size);
    memcpy(blocks->octets + blocks->size, octets, size);
    blocks->size += size;
    blocks->number = taken.number;
    *whole = reader_over(blocks->octets, blocks->size);
    return taken.last ? 1 : 0;
}
