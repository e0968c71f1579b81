/* The object model as data: classes, objects, products, and who may see what.
 *
 * A class is a const table of attributes, an object is one const row, a product is a list of
 * groups of rows: an OBIS code is written once in the tree. All of it is const; what changes
 * lives in the meter and is found through the context.
 *
 * The engine knows no function of a meter. It passes on two things that it never looks into:
 * `struct cosem_context` is defined by those who write the classes (cosem/class/context.h for the
 * meter, a test for its own), `struct dlms_association` by the room dlms.
 *
 * Sources: Blue Book 4 (interface classes), 4.4.3 (class 15, object_list), 6 (OBIS). */
#ifndef WATTHOUR_COSEM_MODEL_H
#define WATTHOUR_COSEM_MODEL_H

#include "base/reader.h"
#include "base/writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cosem_context;
struct dlms_association;

enum {
    COSEM_CLIENTS = 5,    /* columns of an access row */
    COSEM_ANYBODY = 5,    /* no column: whoever sees an object, to find it only */
    COSEM_CARRY = 64,     /* octets of a live row at most: see cosem/tape.h */
    COSEM_ATTRIBUTES = 32 /* of a class at most: the bits of a mask */
};

/* Data-Access-Result and Action-Result, Green Book 9.5: the wire's own numbers, which the two have
 * in common up to 14. A value of the right type that is out of its range is other-reason. */
enum cosem_result {
    COSEM_SUCCESS = 0,
    COSEM_HARDWARE_FAULT = 1,
    COSEM_TEMPORARY_FAILURE = 2,
    COSEM_READ_WRITE_DENIED = 3,
    COSEM_OBJECT_UNDEFINED = 4,
    COSEM_OBJECT_CLASS_INCONSISTENT = 9,
    COSEM_OBJECT_UNAVAILABLE = 11,
    COSEM_TYPE_UNMATCHED = 12,
    COSEM_SCOPE_OF_ACCESS_VIOLATED = 13,
    COSEM_DATA_BLOCK_UNAVAILABLE = 14,
    COSEM_LONG_GET_ABORTED = 15,
    COSEM_NO_LONG_GET_IN_PROGRESS = 16,
    COSEM_LONG_SET_ABORTED = 17,
    COSEM_NO_LONG_SET_IN_PROGRESS = 18,
    COSEM_DATA_BLOCK_NUMBER_INVALID = 19,
    COSEM_OTHER_REASON = 250,
};

enum { COSEM_NAME_SIZE = 6 };

/* A logical name: the OBIS code A-B:C.D.E.F. */
struct cosem_name {
    uint8_t obis[COSEM_NAME_SIZE];
};

#define COSEM_NAME(a, b, c, d, e)                                                                  \
    {                                                                                              \
        {                                                                                          \
            (a), (b), (c), (d), (e), 255                                                           \
        }                                                                                          \
    }

/* How a request or a response is protected: the numbers of Association LN version 3's access
 * rights. */
enum {
    COSEM_REQUEST_AUTHENTICATED = 1 << 2,
    COSEM_REQUEST_ENCRYPTED = 1 << 3,
    COSEM_REQUEST_SIGNED = 1 << 4,
    COSEM_RESPONSE_AUTHENTICATED = 1 << 5,
    COSEM_RESPONSE_ENCRYPTED = 1 << 6,
    COSEM_RESPONSE_SIGNED = 1 << 7,
};

/* Members of an object that are only served so protected, to whoever has the right. */
struct cosem_protection {
    uint32_t attributes; /* bit n-1 is attribute n */
    uint32_t methods;
    uint8_t bits; /* COSEM_REQUEST_.., COSEM_RESPONSE_.. */
};

/* What each client may do with an object: bit n-1 is attribute n, or method n. A client without a
 * bit does not see the object at all. One row is shared by many objects; a bit where the class has
 * nothing to read, to write or to call gives no right. */
struct cosem_access {
    uint32_t read[COSEM_CLIENTS];
    uint32_t write[COSEM_CLIENTS];
    uint32_t call[COSEM_CLIENTS];
    const struct cosem_protection *protection; /* NULL: none is needed */
};

/* The protection of one exchange. */
struct cosem_exchange {
    uint8_t given;    /* that the request has, and those that the response can have */
    uint8_t demanded; /* by what was asked for so far */
};

#define COSEM_ALL UINT32_MAX

/* Selective access: which part of an attribute is meant. */
struct cosem_selection {
    uint8_t selector;          /* 0: the whole */
    bool listed;               /* by an element of a list of objects: restriction and columns */
    const uint8_t *parameters; /* one complete Data; or these two */
    size_t size;
};

/* What getters, setters and methods are called with. */
struct cosem_call {
    const struct cosem_object *object;
    const struct cosem_model *model;
    const struct cosem_context *context;
    struct dlms_association *association; /* who asks */
    struct cosem_exchange *exchange;      /* NULL: asked from within, not by a client */
    struct cosem_selection selection;     /* of a table; other attributes have none */
    uint8_t column;                       /* of the access rows: the asking client's */
    uint8_t member;                       /* which of the object's series it is */
};

struct cosem_form;

/* A large array, row by row. `freeze` is called at the beginning of a transfer: it fixes which rows
 * it reads, whatever happens meanwhile. A row may write nothing. Where a row is only a part of an
 * element, of at most COSEM_CARRY octets, what was said of how many follow may become wrong: there
 * `freeze` gives a stamp, and is asked for it again before each piece. */
struct cosem_rows {
    uint32_t first;           /* number of the first row */
    uint32_t count;           /* rows to call */
    uint32_t elements;        /* of the array: rows that write something */
    enum cosem_result result; /* of the selection: success, or why it cannot be */
    uint16_t stamp;           /* another one after each change; 0: rows are elements, or stay */
    uint32_t octets;          /* of all elements; for the form */
    const struct cosem_form *form; /* NULL: an array */
};

/* The stamp of what has changed so often. */
uint16_t cosem_rows_stamp(uint32_t changes);

/* Another form than an array of Data: a compact array. Its head comes before its rows. */
struct cosem_form {
    void (*head)(const struct cosem_call *call, const struct cosem_rows *rows, struct writer *w);
    void (*row)(const struct cosem_call *call, const struct cosem_rows *rows, uint32_t number,
                struct writer *w);
};

struct cosem_table {
    struct cosem_rows (*freeze)(const struct cosem_call *call);
    void (*row)(const struct cosem_call *call, uint32_t number, struct writer *w);
    uint8_t selectors; /* of selective access: bit n is selector n */
};

/* An attribute with neither a getter nor a table is read by nobody, one without a setter is written
 * by nobody. A getter writes one complete Data (cosem/data.h), or fails and what it wrote is
 * dropped. A setter takes one complete Data, checks all of it and then changes what it stands for,
 * or fails and has changed nothing. */
struct cosem_attribute {
    union { /* the class's `tables` tell which: cosem_object_table(), cosem_object_gettable() */
        enum cosem_result (*get)(const struct cosem_call *call, struct writer *w);
        const struct cosem_table *table;
    };
    enum cosem_result (*set)(const struct cosem_call *call, struct reader *value);
};

/* A method takes its parameter, one complete Data (null-data when the client gave none), and may
 * write one complete Data to give back. It fails and has changed nothing, or succeeds. */
struct cosem_method {
    enum cosem_result (*invoke)(const struct cosem_call *call, struct reader *parameter,
                                struct writer *returned);
};

/* Attribute 1 (logical_name) is the engine's; `attributes` begins with attribute 2, `methods` with
 * method 1. */
struct cosem_class {
    uint16_t id;
    uint8_t version;
    bool of_association;     /* depends on who asks: is there in an association only */
    uint8_t attribute_count; /* attribute 1 not counted */
    uint8_t method_count;
    uint16_t tables; /* the attributes that have a table and no getter: bit n is attribute n */
    const struct cosem_attribute *attributes;
    const struct cosem_method *methods;
};

#define COSEM_CLASS_ATTRIBUTES(table)                                                              \
    .attribute_count = sizeof(table) / sizeof((table)[0]), .attributes = (table)
#define COSEM_CLASS_METHODS(table)                                                                 \
    .method_count = sizeof(table) / sizeof((table)[0]), .methods = (table)

/* A row: an object, or the series of objects that its group makes of it. */
struct cosem_object {
    const struct cosem_class *ic; /* interface class */
    struct cosem_name name;       /* of a series: of its first */
    const struct cosem_access *access;
    const void *config; /* what the class's header says; const */
};

/* Objects of one subject, ascending by name and then by class id. In a group of series each row
 * stands for `more` objects beside the one that it names: value group F counts on, or E where F is
 * 255 (the periods, or the rates, of one quantity). A class tells them apart by call->member. */
struct cosem_group {
    const struct cosem_object *objects;
    uint16_t count; /* rows */
    uint8_t more;
};

#define COSEM_GROUP(rows) COSEM_GROUP_OF_SERIES(rows, 1)
#define COSEM_GROUP_OF_SERIES(rows, members)                                                       \
    {                                                                                              \
        (rows), sizeof(rows) / sizeof((rows)[0]), (members)-1                                      \
    }

/* One object of a model. */
struct cosem_instance {
    const struct cosem_object *object; /* its row; NULL: there is none such */
    struct cosem_name name;            /* its own */
    uint8_t member;                    /* of the row's series, 0 the first */
};

struct cosem_model {
    const struct cosem_group *const *groups;
    uint16_t group_count;
};

/* Where the look-up before ended, in the same model: who asks for a value asks for its scaler next,
 * or for a neighbour. All zeros: nowhere yet. It never changes what is found. */
struct cosem_place {
    const struct cosem_object *object;
    uint16_t group;
    uint8_t more; /* of the group */
};

/* cosem_model_find() that begins where the last one ended. */
const struct cosem_object *cosem_model_find_near(const struct cosem_model *model,
                                                 struct cosem_place *place, uint16_t class_id,
                                                 const struct cosem_name *name, unsigned column,
                                                 enum cosem_result *why);

/* The row of the object that the client in `column` means by class and name, or NULL with the
 * reason: unknown or invisible to it (object-undefined), or there under another class. */
const struct cosem_object *cosem_model_find(const struct cosem_model *model, uint16_t class_id,
                                            const struct cosem_name *name, unsigned column,
                                            enum cosem_result *why);

/* All objects one after the other: number 0 .. count - 1. */
uint32_t cosem_model_count(const struct cosem_model *model);
struct cosem_instance cosem_model_object(const struct cosem_model *model, uint32_t number);

/* Which object of its row has that name, which is one of them; and back. */
uint8_t cosem_object_member(const struct cosem_object *object, const struct cosem_name *name);
struct cosem_name cosem_object_name(const struct cosem_object *object, uint8_t member);

/* Lets the call be of another object of its model, which its client can see; false, with the reason
 * in `why`: there is none, and `call->object` is NULL. */
bool cosem_call_turn(struct cosem_call *call, uint16_t class_id,
                     const uint8_t obis[COSEM_NAME_SIZE], enum cosem_result *why);
bool cosem_call_turn_near(struct cosem_call *call, struct cosem_place *place, uint16_t class_id,
                          const uint8_t obis[COSEM_NAME_SIZE], enum cosem_result *why);

/* The number of the object of that class and name, whoever may see it; -1: there is none. */
int32_t cosem_model_number(const struct cosem_model *model, uint16_t class_id,
                           const struct cosem_name *name);

/* The attribute's row, or NULL: not of this class, or attribute 1. */
const struct cosem_attribute *cosem_object_attribute(const struct cosem_object *object,
                                                     int attribute);

/* The attribute's table, or NULL: it is none. */
const struct cosem_table *cosem_object_table(const struct cosem_object *object, int attribute);

/* The attribute can be read in one piece: it has a getter. */
bool cosem_object_gettable(const struct cosem_object *object, int attribute);

/* The method's row, or NULL: not of this class. */
const struct cosem_method *cosem_object_method(const struct cosem_object *object, int method);

bool cosem_object_visible(const struct cosem_object *object, unsigned column);

/* The one place where a right is decided: what the object list reports and what the services
 * enforce both ask here. */
bool cosem_object_readable(const struct cosem_object *object, int attribute, unsigned column);
bool cosem_object_writable(const struct cosem_object *object, int attribute, unsigned column);
bool cosem_object_callable(const struct cosem_object *object, int method, unsigned column);

/* The protection that serving an attribute or method takes. */
uint8_t cosem_object_attribute_protection(const struct cosem_object *object, int attribute);
uint8_t cosem_object_method_protection(const struct cosem_object *object, int method);

/* Whether the call may go on although this is demanded, which is noted: success, or
 * scope-of-access-violated. */
enum cosem_result cosem_call_demand(const struct cosem_call *call, uint8_t protection);

/* Whether the call may write the attribute, or call the method: what cosem_object_set() and
 * cosem_object_invoke() ask before they do it. */
enum cosem_result cosem_object_may_set(const struct cosem_call *call, int attribute);
enum cosem_result cosem_object_may_invoke(const struct cosem_call *call, int method);

/* Whether its object's class can be asked so: what depends on who asks cannot where nobody does
 * (`association` NULL: the meter itself reads, for a push or its display). */
bool cosem_call_is_possible(const struct cosem_call *call);

/* The value of an attribute that is no table, for who has its right already or needs none:
 * object-undefined (there is no such value), object-unavailable (not possible), or what the getter
 * says. */
enum cosem_result cosem_object_get(const struct cosem_call *call, int attribute, struct writer *w);

/* Write an attribute and call a method, after asking for the right: object-undefined (there is no
 * such attribute or method), read-write-denied, scope-of-access-violated (not protected as it has
 * to be; nothing is written in part), object-unavailable (not possible), or what the class says.
 * `value` and `parameter` hold one well-formed Data each. */
enum cosem_result cosem_object_set(const struct cosem_call *call, int attribute,
                                   struct reader *value);
enum cosem_result cosem_object_invoke(const struct cosem_call *call, int method,
                                      struct reader *parameter, struct writer *returned);

#endif
