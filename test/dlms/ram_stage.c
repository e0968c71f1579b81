#include "test/dlms/ram_stage.h"

#include <string.h>

static int begin(void *owner)
{
    struct ram_stage *ram = owner;
    ram->size = 0;
    ram->open = !ram->fails_to_begin;
    return ram->open ? 0 : -1;
}

static int append(void *owner, const uint8_t *octets, size_t size)
{
    struct ram_stage *ram = owner;
    if (!ram->open || size > ram->room - ram->size) {
        return -1;
    }
    memcpy(ram->octets + ram->size, octets, size);
    ram->size += size;
    return 0;
}

static int read(void *owner, uint32_t at, uint8_t *octets, size_t size)
{
    struct ram_stage *ram = owner;
    bool fails = ram->fails_to_read || ram->fails_once == 1;
    ram->fails_once -= ram->fails_once > 0;
    if (!ram->open || fails || at > ram->size || size > ram->size - at) {
        return -1;
    }
    memcpy(octets, ram->octets + at, size);
    return 0;
}

static void drop(void *owner)
{
    struct ram_stage *ram = owner;
    ram->open = false;
}

void ram_stage_init(struct ram_stage *ram, struct dlms_server *server)
{
    ram->size = 0;
    ram->room = RAM_STAGE_ROOM;
    ram->open = false;
    ram->fails_to_begin = false;
    ram->fails_to_read = false;
    ram->fails_once = 0;
    ram->stage = (struct dlms_stage){begin, append, read, drop, ram};
    struct dlms_storage storage = {&ram->stage, ram->window, sizeof ram->window, RAM_STAGE_ROOM};
    dlms_server_set_storage(server, storage);
}
