/* The n-th element of an array or a structure, cut out of encoded data that comes piece by piece:
 * what is longer than memory is never there as a whole. */
#ifndef WATTHOUR_COSEM_ELEMENT_H
#define WATTHOUR_COSEM_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cosem_element {
    uint8_t phase;         /* what the next octet is */
    uint8_t length_octets; /* of a length still to come */
    int8_t shape;          /* of the value whose length comes: cosem_contents_size() */
    bool found;            /* its first octet has come */
    bool ended;
    bool outside;    /* the head of what it is an element of comes */
    uint16_t before; /* elements that come before it */
    uint32_t length; /* so far */
    uint32_t values; /* to begin until this element ends */
    uint32_t octets; /* of the value's contents still to come */
};

/* Numbers count from 1. */
void cosem_element_begin(struct cosem_element *element, uint16_t number);

/* Takes the next octets of a well-formed Data, and moves those of the element to where they begin.
 * Returns how many these are. A compact array is not looked into: what lies behind one is not
 * found. */
size_t cosem_element_pass(struct cosem_element *element, uint8_t *octets, size_t size);

#endif
