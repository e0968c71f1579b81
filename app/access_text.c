#include "app/access_text.h"

#include "cosem/data.h"
#include "dlms/apdu.h"

#include <inttypes.h>

static const char *choice_name(uint8_t choice)
{
    static const char *const names[] = {
        "none", "get", "set", "action", "get with selection", "set with selection"};
    return choice < sizeof names / sizeof names[0] ? names[choice] : "unknown";
}

/* Long-invoke-id-and-priority, and the date-time, which may be absent. */
static void print_head(struct reader *r, struct place at, const char *name)
{
    reader_u8(r);
    uint32_t invoke = reader_u32(r);
    size_t size = cosem_take_length(r);
    const uint8_t *time = reader_octets(r, size);
    if (r->fault) {
        return;
    }
    fprintf(place_begin(at), "%s, long-invoke-id %" PRIu32 ", %s%s\n", name,
            invoke & UINT32_C(0xFFFFFF),
            (invoke & DLMS_LONG_INVOKE_CONFIRMED) != 0 ? "confirmed" : "unconfirmed",
            (invoke & DLMS_LONG_INVOKE_BREAK_ON_ERROR) != 0 ? ", break on error" : "");
    if (size > 0) {
        place_octets(place_within(at, 1), "date-time", time, size);
    }
}

static void print_specification(struct reader *r, struct place at)
{
    uint8_t choice = reader_u8(r);
    struct dlms_item item = dlms_item_take(r);
    if (choice == DLMS_ACCESS_GET_SELECTED || choice == DLMS_ACCESS_SET_SELECTED) {
        item.selection.selector = reader_u8(r);
        struct reader parameters = dlms_take_data(r);
        item.selection.parameters = parameters.data;
        item.selection.size = parameters.size;
    }
    if (choice < DLMS_ACCESS_GET || choice > DLMS_ACCESS_SET_SELECTED) {
        reader_fail(r);
    }
    if (!r->fault) {
        fprintf(place_begin(at), "%s\n", choice_name(choice));
        place_item(&item, place_within(at, 1),
                   choice == DLMS_ACCESS_ACTION ? "method" : "attribute");
    }
}

static void print_outcome(struct reader *r, struct place at)
{
    fprintf(place_begin(at), "%s\n", choice_name(reader_u8(r)));
    place_result(r, place_within(at, 1));
}

void access_text_request(struct reader *r, struct place at)
{
    print_head(r, at, "access-request");
    place_list(r, place_within(at, 1), "specification", print_specification);
    place_list(r, place_within(at, 1), "values", place_data);
}

void access_text_response(struct reader *r, struct place at)
{
    print_head(r, at, "access-response");
    if (reader_u8(r) != 0) {
        place_list(r, place_within(at, 1), "specification", print_specification);
    }
    place_list(r, place_within(at, 1), "values", place_data);
    place_list(r, place_within(at, 1), "results", print_outcome);
}
