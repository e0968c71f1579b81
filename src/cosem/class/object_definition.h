/* Attributes that are meant in a list, each as a whole or in part, and read or written one after
 * the other: object_definition of Data protection, {class_id, logical_name, attribute_index,
 * data_index, restriction}. Source: Blue Book class 30. */
#ifndef WATTHOUR_COSEM_CLASS_OBJECT_DEFINITION_H
#define WATTHOUR_COSEM_CLASS_OBJECT_DEFINITION_H

#include "cosem/class/date_time.h"
#include "cosem/intake.h"

enum object_restriction {
    OBJECT_WHOLE = 0,
    OBJECT_BY_DATE = 1,  /* rows of a profile's buffer, both ends included */
    OBJECT_BY_ENTRY = 2, /* from 1; the last 0: to the end */
};

struct object_definition {
    uint16_t class_id;
    struct cosem_name name;
    int8_t attribute;
    uint16_t element; /* data_index: of a structure or an array, from 1; 0: all of it */
    enum object_restriction restriction;
    struct date_time from, to;
    uint32_t first, last;
};

struct object_definition object_definition_take(struct cosem_intake *in);

/* The object as `call`'s client sees it, in `other`. Success; or why it is not there for him. What
 * is protected is not protected again: Data protection itself is read-write-denied. */
enum cosem_result object_definition_find(const struct cosem_call *call,
                                         const struct object_definition *definition,
                                         struct cosem_call *other);

/* Reads it as if the client had asked for it, into `octets`: its size in `size`. Success; what GET
 * would have said; other-reason: there is no such element, or it is longer than the room. */
enum cosem_result object_definition_read(const struct cosem_call *call,
                                         const struct object_definition *definition,
                                         uint8_t *octets, size_t room, size_t *size);

/* Whether the client may write it, whatever its value is; only what is meant as a whole. */
enum cosem_result object_definition_is_writable(const struct cosem_call *call,
                                                const struct object_definition *definition);
enum cosem_result object_definition_write(const struct cosem_call *call,
                                          const struct object_definition *definition,
                                          struct reader *value);

/* Calls a method, whose number stands in place of the attribute's. */
enum cosem_result object_definition_invoke(const struct cosem_call *call,
                                           const struct object_definition *definition,
                                           struct reader *parameter, struct writer *returned);

/* ---- lists: an array of them, which is gone through as often as it is needed ---- */

enum { OBJECT_DEFINITIONS_MOST = 32 };

/* Success, or what is wrong with it: nothing else takes one that was not checked. */
enum cosem_result object_definitions_check(struct reader list);
bool object_definitions_is_empty(struct reader list);

/* A structure of the values, in the order of the list, into `octets`. */
enum cosem_result object_definitions_read(const struct cosem_call *call, struct reader list,
                                          uint8_t *octets, size_t room, size_t *size);

/* Writes what such a structure has, value after value. Before any is written it is known that there
 * are as many as objects, and that the client may write all of them; the first whose value is
 * refused by its object ends it. */
enum cosem_result object_definitions_write(const struct cosem_call *call, struct reader list,
                                           struct reader values);

#endif
