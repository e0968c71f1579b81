/* Compact arrays: what type all elements have, once, and then the elements without their tags.
 *
 *     19, type description, octets of all contents, contents
 *
 * A type description is a tag; that of a structure is followed by the number of its elements and
 * their types, that of an array by the number of its elements (2 octets) and their type. Strings
 * keep their lengths, which are no part of a type.
 *
 * Sources: Green Book 9.5 (Data, TypeDescription), Blue Book 4.1.5. */
#ifndef WATTHOUR_COSEM_COMPACT_H
#define WATTHOUR_COSEM_COMPACT_H

#include "base/reader.h"
#include "base/writer.h"
#include "cosem/data.h"

#include <stdbool.h>

/* ---- Making one, from well-formed Data; arrays within the elements cannot be ---- */

/* Whether both have one type and as many octets behind each tag. */
bool cosem_compact_same(struct reader a, struct reader b);

void cosem_compact_put_types(struct writer *w, struct reader data);
void cosem_compact_put_contents(struct writer *w, struct reader data);

/* As many contents as these, of the same types, all zeros. */
void cosem_compact_put_blank(struct writer *w, struct reader data);

/* ---- Taking one apart ---- */

/* Passes over what follows the tag. */
void cosem_compact_skip(struct reader *r);

struct cosem_compact {
    struct reader types;
    struct reader contents; /* that are left; its fault: they do not fit the types */
};

struct cosem_compact cosem_compact_open(const struct cosem_value *value);

/* Writes the next element, one Data. false: there is none, or it is malformed, nested deeper than
 * eight, or more than the writer has room for; the contents are faulted then. */
bool cosem_compact_next(struct cosem_compact *compact, struct writer *w);

#endif
