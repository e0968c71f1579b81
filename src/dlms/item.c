#include "dlms/item.h"

#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/server.h"

#include <string.h>

struct dlms_item dlms_item_take(struct reader *r)
{
    struct dlms_item item = {.class_id = reader_u16(r)};
    const uint8_t *obis = reader_octets(r, sizeof item.name.obis);
    if (obis != NULL) {
        memcpy(item.name.obis, obis, sizeof item.name.obis);
    }
    item.member = (int8_t)reader_u8(r);
    return item;
}

void dlms_item_select(struct dlms_item *item, struct reader *r)
{
    struct reader parameters = dlms_take_data(r);
    if (parameters.source != NULL) {
        reader_fail(r);
        return;
    }
    item->selection.parameters = parameters.data;
    item->selection.size = parameters.size;
}

struct dlms_item dlms_item_take_selective(struct reader *r)
{
    struct dlms_item item = dlms_item_take(r);
    uint8_t presence = reader_u8(r);
    if (presence == 1) {
        item.selection.selector = reader_u8(r);
        dlms_item_select(&item, r);
    }
    bool none = presence == 1 && item.selection.selector == 0;
    if (presence > 1 || none) {
        reader_fail(r);
    }
    return item;
}

enum cosem_result dlms_item_find(struct dlms_association *association, const struct dlms_item *item,
                                 struct cosem_call *call)
{
    const struct dlms_server *server = association->server;
    enum cosem_result result = COSEM_SUCCESS;
    *call = (struct cosem_call){
        .model = server->model,
        .context = server->context,
        .association = association,
        .exchange = &association->exchange,
        .selection = item->selection,
        .column = association->partner->column,
    };
    if (!cosem_call_turn_near(call, &association->place, item->class_id, item->name.obis,
                              &result)) {
        return result;
    }
    bool selective = (association->conformance & DLMS_CONFORMANCE_SELECTIVE) != 0;
    return selective || item->selection.selector == 0 ? COSEM_SUCCESS
                                                      : COSEM_SCOPE_OF_ACCESS_VIOLATED;
}

struct reader dlms_take_data(struct reader *r)
{
    return reader_settle(cosem_take_part(r));
}
