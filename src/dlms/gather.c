#include "dlms/gather.h"

#include "cosem/data.h"
#include "dlms/server.h"

struct dlms_block dlms_block_take(struct reader *r)
{
    struct dlms_block block = {.last = reader_u8(r) != 0, .number = reader_u32(r)};
    block.data = reader_part(r, cosem_take_length(r));
    return block;
}

static const struct dlms_stage *stage_of(const struct dlms_association *a)
{
    return a->server->storage.stage;
}

static bool is_mine(const struct dlms_association *a)
{
    return a->gather.tag != 0 && a->server->gathering == a;
}

int dlms_gather_begin(struct dlms_association *a, uint8_t tag, bool list,
                      const struct reader *before)
{
    const struct dlms_stage *stage = stage_of(a);
    dlms_gather_drop(a);
    if (stage == NULL || stage->begin(stage->owner) != 0) {
        return -1;
    }
    a->server->gathering = a;
    a->gather = (struct dlms_gather){.tag = tag, .list = list, .given = a->exchange.given};
    return dlms_gather_append(a, before);
}

bool dlms_gather_under_way(const struct dlms_association *a, uint8_t tag, bool *lost)
{
    bool begun = a->gather.tag == tag;
    *lost = begun && !is_mine(a);
    return begun && is_mine(a);
}

int dlms_gather_append(struct dlms_association *a, const struct reader *octets)
{
    const struct dlms_stage *stage = stage_of(a);
    size_t room = a->server->storage.request_most - a->gather.size;
    if (octets->size > room || octets->source != NULL ||
        (octets->size > 0 && stage->append(stage->owner, octets->data, octets->size) != 0)) {
        dlms_gather_drop(a);
        return -1;
    }
    a->gather.size += (uint32_t)octets->size;
    a->gather.given &= a->exchange.given;
    return 0;
}

int dlms_gather_end(struct dlms_association *a, struct reader *whole)
{
    const struct dlms_storage *storage = &a->server->storage;
    *whole = reader_settle(dlms_long_open(&a->server->request, storage->stage, a->gather.size,
                                          storage->window, storage->window_room));
    a->exchange.given = a->gather.given;
    a->gather = (struct dlms_gather){0};
    if (whole->fault) {
        dlms_gather_over(a);
        return -1;
    }
    return 0;
}

void dlms_gather_over(struct dlms_association *a)
{
    const struct dlms_stage *stage = stage_of(a);
    if (a->server->gathering == a && a->gather.tag == 0) {
        stage->drop(stage->owner);
        a->server->gathering = NULL;
    }
}

void dlms_gather_drop(struct dlms_association *a)
{
    const struct dlms_stage *stage = stage_of(a);
    if (is_mine(a)) {
        stage->drop(stage->owner);
        a->server->gathering = NULL;
    }
    a->gather = (struct dlms_gather){0};
}
