/* What is wrong with a telegram of P1, by itself and against the one before. */
#ifndef WATTHOUR_APP_P1_CHECK_H
#define WATTHOUR_APP_P1_CHECK_H

#include "p1/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { P1_CHECK_LINES = 128, P1_REMARK_ROOM = 160 };

/* Energies of one telegram, by code. */
struct p1_energy {
    uint8_t code[6];
    struct p1_number number;
};

/* One for a stream; all zero at first. */
struct p1_checker {
    bool begun;
    int64_t time_s; /* of the last telegram, as it said it; 0: it said none */
    unsigned energies;
    struct p1_energy energy[P1_CHECK_LINES];
    void (*remark)(void *owner, const char *text);
    void *owner;
    unsigned remarks; /* on this telegram */
};

/* Says each thing that is amiss by `remark`, and how many there are. The groups of the reading are
 * not kept. */
unsigned p1_check_telegram(struct p1_checker *checker, const uint8_t *octets, size_t size);

#endif
