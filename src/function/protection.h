/* Data protection: which attributes are read as one protected string, how that is protected, and
 * how what is written so has to be. Lists and parameters are kept as the encoded Data that a client
 * has written, checked by who shows them, and read again when they are used.
 * Source: Blue Book class 30 (Data protection). */
#ifndef WATTHOUR_FUNCTION_PROTECTION_H
#define WATTHOUR_FUNCTION_PROTECTION_H

#include "base/reader.h"
#include "base/writer.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PROTECTION_TEXT = 320,  /* octets of a list, or of parameters, encoded */
    PROTECTION_PLAIN = 896, /* of values, before they are protected */
    PROTECTION_HEAD = 160,  /* room that layers need before them */
    PROTECTION_TAIL = 224,  /* and behind: as a rule a signature and a cipher */
    PROTECTION_DATA = PROTECTION_HEAD + PROTECTION_PLAIN + PROTECTION_TAIL,
};

enum protection_part {
    PROTECTION_OBJECTS, /* protection_object_list */
    PROTECTION_GET,     /* protection_parameters_get */
    PROTECTION_SET,     /* protection_parameters_set */
    PROTECTION_PARTS
};

struct protection {
    uint8_t required; /* required_protection: the bits of access rights */
    bool busy;        /* something is being protected: what is asked for within waits */
    uint16_t sizes[PROTECTION_PARTS];
    uint8_t texts[PROTECTION_PARTS][PROTECTION_TEXT];
    uint16_t shown_at;             /* of `data`: what was read last, protected */
    uint16_t shown;                /* 0: nothing */
    uint8_t data[PROTECTION_DATA]; /* where data are protected */
    uint32_t changes;              /* of what has to be kept */
};

/* No objects, no layers, nothing required. */
void protection_init(struct protection *protection);

/* Another text, at most PROTECTION_TEXT octets; other requirements. */
void protection_put(struct protection *protection, enum protection_part part, const uint8_t *octets,
                    size_t size);
void protection_require(struct protection *protection, uint8_t required);

struct reader protection_text(const struct protection *protection, enum protection_part part);

/* Takes `data` to work in. 0, or -1: it is in use. */
int protection_take(struct protection *protection);

/* Gives it back; what was in it is gone but for what is shown. */
void protection_give_back(struct protection *protection);

/* What is read next, octet after octet, is what stands there now. */
void protection_show(struct protection *protection, size_t at, size_t size);

/* What has to outlive the supply, in the form of docs/FLASH.md. Reading: 0; -1: malformed, and
 * nothing has changed. */
enum { PROTECTION_VERSION = 1, PROTECTION_ROOM = 1 + PROTECTION_PARTS * (2 + PROTECTION_TEXT) };
void protection_write(const struct protection *protection, struct writer *w);
int protection_read(struct protection *protection, struct reader *r);

#endif
