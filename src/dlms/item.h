/* Descriptors: which attribute or method of which object a request means.
 * Source: Green Book 9.5 (Cosem-Attribute-Descriptor, Cosem-Method-Descriptor). */
#ifndef WATTHOUR_DLMS_ITEM_H
#define WATTHOUR_DLMS_ITEM_H

#include "base/reader.h"
#include "cosem/model.h"

struct dlms_association;

struct dlms_item {
    uint16_t class_id;
    struct cosem_name name;
    int8_t member;                    /* attribute or method */
    struct cosem_selection selection; /* in place */
};

enum { DLMS_ITEM_SIZE = 9 /* octets without selection */ };

/* Without selection: of a method, and of an attribute where the service has none. */
struct dlms_item dlms_item_take(struct reader *r);

/* With the optional selection behind it. */
struct dlms_item dlms_item_take_selective(struct reader *r);

/* Takes the parameters of its selection, which have to be in memory as a whole. */
void dlms_item_select(struct dlms_item *item, struct reader *r);

/* The call to make of it, in an open association: success, or the reason why the client has no
 * such object. A selection that was not negotiated is scope-of-access-violated. */
enum cosem_result dlms_item_find(struct dlms_association *association, const struct dlms_item *item,
                                 struct cosem_call *call);

/* The next value, whole and well formed, as a part of its own: in memory as a whole, until the next
 * read of a request that is not, if there is room (reader_settle()). */
struct reader dlms_take_data(struct reader *r);

#endif
