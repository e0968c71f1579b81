/* The standards as data: docs/ACCURACY.md tells how far each figure is known. Private to this
 * room. */
#ifndef WATTHOUR_STAND_STANDARDS_H
#define WATTHOUR_STAND_STANDARDS_H

#include "stand/stand.h"

enum { STANDARD_CLASSES = 3 };

/* Currents are told against one of the meter's own. */
enum standard_base {
    BASE_START,
    BASE_LEAST,
    BASE_TRANSITION,
    BASE_REFERENCE, /* Ib; for transformers In */
    BASE_MOST,
};

struct standard_current {
    double factor;
    enum standard_base base;
};

enum standard_meters {
    FOR_ALL,
    FOR_DIRECT,
    FOR_TRANSFORMERS,
    FOR_THREE_PHASES,
};

struct standard_row {
    const char *name;
    enum standard_meters meters;
    enum stand_kind kind;
    enum stand_measure measure;
    enum stand_angle angle;
    struct standard_current from;
    struct standard_current to;
    double limit[STANDARD_CLASSES]; /* 0: none */
    double k_from;
    double k_to;
};

struct standard {
    const char *name;
    const char *classes[STANDARD_CLASSES];
    double least_db[STANDARD_CLASSES]; /* of the converters that a class is for; 0: any */
    enum standard_meters meters;
    const struct standard_row *rows;
    unsigned count;
};

/* NULL behind the last one. */
const struct standard *standard_at(unsigned index);

#endif
