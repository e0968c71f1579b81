/* A stage in memory, bounded, for tests, fuzz targets and benches; it can be told to fail. */
#ifndef WATTHOUR_TEST_DLMS_RAM_STAGE_H
#define WATTHOUR_TEST_DLMS_RAM_STAGE_H

#include "dlms/server.h"

#include <stdbool.h>

enum { RAM_STAGE_ROOM = 24 * 1024, RAM_STAGE_WINDOW = 2048 };

struct ram_stage {
    uint8_t octets[RAM_STAGE_ROOM];
    uint8_t window[RAM_STAGE_WINDOW];
    size_t size;
    size_t room;         /* RAM_STAGE_ROOM, or less */
    bool open;           /* between begin and drop */
    bool fails_to_begin; /* as a flash does that is busy, or broken */
    bool fails_to_read;
    unsigned fails_once; /* in the n-th read from now, which makes it 0; 0: in none */
    struct dlms_stage stage;
};

/* Empty, whole, and given to the server. */
void ram_stage_init(struct ram_stage *ram, struct dlms_server *server);

#endif
