#include "cosem/element.h"

#include "cosem/data.h"

enum phase { TAG, LENGTH, MORE_OF_LENGTH, CONTENTS };

void cosem_element_begin(struct cosem_element *element, uint16_t number)
{
    *element = (struct cosem_element){
        .phase = TAG, .outside = true, .before = (uint16_t)(number - 1), .ended = number == 0};
}

/* A value has ended: maybe the element with it. */
static void end_value(struct cosem_element *element)
{
    element->phase = TAG;
    if (--element->values > 0) {
        return;
    }
    element->ended = element->before == 0;
    element->before = (uint16_t)(element->before - (element->before > 0));
    element->values = 1;
}

/* The head of the container is there: the element is one of so many, or none. */
static void enter(struct cosem_element *element)
{
    element->outside = false;
    element->phase = TAG;
    element->values = 1;
    element->ended = element->before >= element->length;
}

static void begin_contents(struct cosem_element *element)
{
    if (element->outside) {
        enter(element);
    } else if (element->shape == COSEM_COUNTS_VALUES) {
        element->values += element->length;
        end_value(element);
    } else {
        bool bits = element->shape == COSEM_COUNTS_BITS;
        element->octets = bits ? element->length / 8 + (element->length % 8 != 0) : element->length;
        element->phase = CONTENTS;
        if (element->octets == 0) {
            end_value(element);
        }
    }
}

static void take_tag(struct cosem_element *element, uint8_t tag)
{
    element->shape = (int8_t)cosem_contents_size(tag);
    bool possible = element->outside ? element->shape == COSEM_COUNTS_VALUES
                                     : element->shape != COSEM_COUNTS_MORE;
    element->found |= possible && !element->outside && element->before == 0;
    if (!possible) {
        element->ended = true;
    } else if (element->shape < 0) {
        element->phase = LENGTH;
    } else {
        element->length = (uint32_t)element->shape;
        begin_contents(element);
    }
}

static void take_length(struct cosem_element *element, uint8_t octet)
{
    bool is_long = octet >= 0x80;
    element->length = is_long ? 0 : octet;
    element->length_octets = is_long ? octet & 0x7F : 0;
    element->phase = MORE_OF_LENGTH;
    if (element->length_octets == 0) {
        begin_contents(element);
    }
}

static void take_more_of_length(struct cosem_element *element, uint8_t octet)
{
    element->length = element->length << 8 | octet;
    if (--element->length_octets == 0) {
        begin_contents(element);
    }
}

static void take(struct cosem_element *element, uint8_t octet)
{
    switch (element->phase) {
    case TAG:
        take_tag(element, octet);
        break;
    case LENGTH:
        take_length(element, octet);
        break;
    case MORE_OF_LENGTH:
        take_more_of_length(element, octet);
        break;
    default:
        if (--element->octets == 0) {
            end_value(element);
        }
    }
}

size_t cosem_element_pass(struct cosem_element *element, uint8_t *octets, size_t size)
{
    size_t kept = 0;
    for (size_t i = 0; i < size && !element->ended; i++) {
        uint8_t octet = octets[i];
        take(element, octet);
        if (element->found) {
            octets[kept++] = octet;
        }
    }
    return kept;
}
