/* What the functions of this room answer: 0 (or a count) when it is done, else one of these. */
#ifndef WATTHOUR_STORAGE_RESULT_H
#define WATTHOUR_STORAGE_RESULT_H

enum storage_result {
    STORAGE_DONE = 0,
    STORAGE_ABSENT = -1,  /* never written, cleared, or overwritten since */
    STORAGE_DAMAGED = -2, /* it was there, and its check fails */
    STORAGE_LATER = -3,   /* no erased sector is ready: again after some steps */
    STORAGE_FULL = -4,    /* more than its partition may hold */
    STORAGE_FAILED = -5,  /* the chip does not obey */
    STORAGE_REFUSED = -6, /* a counter's number was there before */
};

#endif
