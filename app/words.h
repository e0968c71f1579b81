/* How people name objects: OBIS codes, the names of quantities, a few words; and the names of
 * classes and units. */
#ifndef WATTHOUR_APP_WORDS_H
#define WATTHOUR_APP_WORDS_H

#include "cosem/model.h"

#include <stdint.h>

struct words_target {
    uint16_t class_id; /* 0: to be found out (app/several.h) */
    struct cosem_name name;
    int attribute;
};

/* "1-0:32.7.0", "32.7.0" (1-0: is meant), either with its class before it as "3:1-0:32.7.0"; "u.1",
 * "u1", "p+", "clock"; each with ":ATTRIBUTE" or without (attribute 2). 0, or -1: it is none of
 * these. */
int words_find(const char *word, struct words_target *target);

/* "1-0:32.7.0", with the sixth group behind it when it is not 255. */
enum { WORDS_OBIS_ROOM = 28, WORDS_LABEL_ROOM = 24 };
void words_obis(const struct cosem_name *name, char text[WORDS_OBIS_ROOM]);

/* The word for it, "u.1" or "clock"; "" when there is none. */
void words_label(const struct cosem_name *name, char text[WORDS_LABEL_ROOM]);

/* "Register", or "class 99". */
enum { WORDS_CLASS_ROOM = 32 };
void words_class(uint16_t class_id, char text[WORDS_CLASS_ROOM]);

/* "V"; "" for a number without unit or a unit that is not known. */
const char *words_unit(uint8_t unit);

#endif
