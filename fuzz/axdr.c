/* The walk through A-XDR under any octets: a value is passed over just as a walk through all of its
 * parts does, a part of it is a value, and what a setter takes apart never reads beyond it. Then
 * the descriptors of requests.
 *
 * Input: one value, or a descriptor. */
#include "cosem/compact.h"
#include "cosem/data.h"
#include "cosem/element.h"
#include "cosem/intake.h"
#include "dlms/item.h"
#include "dlms/notification.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static bool is_container(enum cosem_tag tag)
{
    return tag == COSEM_ARRAY || tag == COSEM_STRUCTURE;
}

/* A naive walk: so many values are still to come. */
static size_t walk(const uint8_t *data, size_t size, bool *fault)
{
    struct reader r = reader_over(data, size);
    size_t ahead = 1;
    while (ahead > 0 && !r.fault) {
        struct cosem_value value = cosem_take_value(&r);
        size_t more = is_container(value.tag) ? value.count : 0;
        if (!r.fault && value.octets != NULL) {
            size_t octets = value.tag == COSEM_BIT_STRING ? (value.count + 7) / 8 : 1;
            check(value.octets + (octets > 0 ? octets - 1 : 0) < data + size || value.count == 0);
        }
        ahead = ahead - 1 + more;
        if (more > size) {
            break; /* each of them has an octet at least */
        }
    }
    *fault = r.fault || ahead > 0;
    return r.at;
}

static void skip(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    bool fault;
    size_t walked = walk(data, size, &fault);
    cosem_skip_value(&r);
    check(r.fault == fault);
    check(r.fault || r.at == walked);
    struct reader again = reader_over(data, size);
    struct reader part = dlms_take_data(&again);
    check(again.fault == fault && (fault || part.size == walked));
}

/* Integers go back to the octets that they came from. */
static void make_again(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct cosem_value value = cosem_take_value(&r);
    uint8_t octets[16];
    struct writer w = writer_over(octets, sizeof octets);
    switch (value.tag) {
    case COSEM_I8:
    case COSEM_I16:
    case COSEM_I32:
    case COSEM_I64:
    case COSEM_U8:
    case COSEM_U16:
    case COSEM_U32:
        cosem_put_integer(&w, value.tag, value.integer);
        check(r.fault || (writer_kept(&w) == r.at && memcmp(octets, data, r.at) == 0));
        break;
    default:
        break;
    }
}

/* Each element of a compact array is one Data, and takes something of the contents. */
static void take_elements(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct cosem_value value = cosem_take_value(&r);
    if (r.fault || value.tag != COSEM_COMPACT_ARRAY) {
        return;
    }
    struct cosem_compact compact = cosem_compact_open(&value);
    uint8_t octets[300];
    struct writer w = writer_over(octets, sizeof octets);
    size_t left = reader_left(&compact.contents);
    while (cosem_compact_next(&compact, &w)) {
        struct reader element = reader_over(octets, writer_kept(&w));
        cosem_skip_value(&element);
        check(reader_done(&element) && reader_left(&compact.contents) < left);
        left = reader_left(&compact.contents);
        w = writer_over(octets, sizeof octets);
    }
    check(reader_done(&compact.contents) || compact.contents.fault);
}

static bool has_compact_array(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    bool found = false;
    while (!found && reader_left(&r) > 0 && !r.fault) {
        found = cosem_take_value(&r).tag == COSEM_COMPACT_ARRAY;
    }
    return found;
}

/* The second element, octet by octet, is the part that a walk finds. */
static void cut_element(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct cosem_value head = cosem_take_value(&r);
    cosem_skip_value(&r);
    struct reader part = cosem_take_part(&r);
    bool there = is_container(head.tag) && head.count >= 2 && !r.fault;
    struct cosem_element element;
    size_t kept = 0;
    cosem_element_begin(&element, 2);
    for (size_t i = 0; i < size; i++) {
        uint8_t octet = data[i];
        bool more = cosem_element_pass(&element, &octet, 1) > 0;
        check(!there || has_compact_array(data, size) || !more || octet == part.data[kept]);
        kept += more;
    }
    check(!there || has_compact_array(data, size) || (element.ended && kept == part.size));
}

static void take_apart(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct cosem_intake in = cosem_intake_begin(&r);
    size_t length = 0;
    cosem_intake_structure(&in, 3);
    int64_t number = cosem_intake_integer(&in, COSEM_U16, 3, 300);
    const uint8_t *string = cosem_intake_string(&in, COSEM_OCTET_STRING, 1, 12, &length);
    size_t elements = cosem_intake_array(&in, 4);
    for (size_t i = 0; i < elements; i++) {
        number += cosem_intake_integer(&in, COSEM_ENUM, 0, 7);
    }
    if (cosem_intake_end(&in) == COSEM_SUCCESS) {
        check(number >= 3 && number <= 300 + 4 * 7 && elements <= 4);
        check(length >= 1 && length <= 12 && string + length <= data + size);
    }
}

static void describe(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct dlms_item item = dlms_item_take_selective(&r);
    check(r.fault || item.selection.selector == 0 ||
          item.selection.parameters + item.selection.size <= data + size);
    r = reader_over(data, size);
    struct dlms_notification notification = dlms_notification_take(&r);
    if (reader_done(&r)) {
        check(notification.content.data + notification.content.size <= data + size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *octets = malloc(size > 0 ? size : 1);
    memcpy(octets, data, size);
    skip(octets, size);
    make_again(octets, size);
    take_elements(octets, size);
    take_apart(octets, size);
    cut_element(octets, size);
    describe(octets, size);
    free(octets);
    return 0;
}
