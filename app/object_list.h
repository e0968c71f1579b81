/* The object list of a meter, attribute 2 of Association LN 0-0:40.0.0. */
#ifndef WATTHOUR_APP_OBJECT_LIST_H
#define WATTHOUR_APP_OBJECT_LIST_H

#include "app/client.h"

#include <stddef.h>
#include <stdint.h>

enum { OBJECT_RIGHTS_MOST = 40 };

/* The right on an attribute or a method, as the meter tells it: 0 none, 1 read, 2 write, 3 both,
 * 4..6 the same with authentication; of a method 1 call, 2 call with authentication. */
struct object_right {
    int8_t id;
    uint8_t mode;
};

struct object_entry {
    uint16_t class_id;
    uint8_t version;
    struct cosem_name name;
    struct object_right attributes[OBJECT_RIGHTS_MOST];
    struct object_right methods[OBJECT_RIGHTS_MOST];
    uint8_t attribute_count;
    uint8_t method_count;
};

struct object_list {
    struct object_entry *entries; /* freed by object_list_free */
    size_t count;
};

/* From the encoded attribute: 0, or -1 when it is no object list. */
int object_list_take(struct object_list *list, struct reader value);

/* From a meter: 0, or -1 and one line on stderr. */
int object_list_read(struct object_list *list, struct client *client);
void object_list_free(struct object_list *list);

/* NULL: there is none of that name. */
const struct object_entry *object_list_find(const struct object_list *list,
                                            const struct cosem_name *name);

#endif
