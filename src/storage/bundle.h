/* A value larger than the journal's own, whole or not at all: in parts, each a value, and a head
 * that says which parts count. A new one is written beside the old one, a part at each step; the
 * head commits it. Whatever happens before, the old one stands. */
#ifndef WATTHOUR_STORAGE_BUNDLE_H
#define WATTHOUR_STORAGE_BUNDLE_H

#include "base/reader.h"
#include "base/writer.h"
#include "storage/journal.h"

#include <stdbool.h>
#include <stdint.h>

enum { BUNDLE_PART = 1024 /* octets */ };

/* Numbers of the journal that a bundle of at most so many parts takes, from its own on. */
#define BUNDLE_NUMBERS(parts) (1 + 2 * (parts))

/* Writes the whole; called again for each part, and must write the same. */
typedef void bundle_render(const void *owner, struct writer *w);

struct bundle {
    struct journal *journal;
    uint16_t number;
    uint8_t parts;
    uint8_t set;  /* of the parts that count */
    uint8_t next; /* part to be written */
    bool saving;
    uint32_t size; /* of what is being saved */
    uint32_t crc;
    struct reader_source source; /* of what is kept */
};

/* The journal is kept; it is recovered before anything below is called. */
void bundle_init(struct bundle *bundle, struct journal *journal, uint16_t number, uint8_t parts);

/* What is kept, checked whole, and to be read through `window`, `room` octets of the caller's,
 * until the next one is saved. 0; STORAGE_ABSENT; STORAGE_DAMAGED: its parts do not belong
 * together; STORAGE_FAILED. */
int bundle_open(struct bundle *bundle, uint8_t *version, uint8_t *window, size_t room,
                struct reader *whole);

/* What was begun is forgotten: the next step begins anew. */
void bundle_begin(struct bundle *bundle);

/* One step of saving: 1 while there is more to do; STORAGE_DONE; or what journal_put() says, and
 * the step is to be tried again; STORAGE_FULL: more than its parts hold. */
int bundle_step(struct bundle *bundle, uint8_t version, bundle_render *render, const void *owner);

#endif
