/* The optical port of a whole XS211, set to begin with the sign-on, and somebody with a probe. The
 * line's time is the bed's own; the meter's stands unless somebody lets it run (life.h). */
#ifndef WATTHOUR_TEST_METER_OPTICAL_BED_H
#define WATTHOUR_TEST_METER_OPTICAL_BED_H

#include "meter/optical.h"
#include "test/meter/life.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BED_TEXT = 4096, BED_SNRM = 9 };

struct optical_bed {
    struct life *life;
    struct meter_optical optical;
    int64_t line_ms;
    char said[BED_TEXT]; /* what the port said when it was listened to last, terminated */
    size_t said_size;
};

/* SNRM and DISC of client 16. */
extern const uint8_t bed_snrm[BED_SNRM];
extern const uint8_t bed_disc[BED_SNRM];

/* Setup and teardown of a test: password P1 is "reader", P2 "secret". */
int optical_bed_begin(void **state);
int optical_bed_end(void **state);

/* What the port says within `ms` of the line's time. */
void bed_listen(struct optical_bed *bed, int64_t ms);
void bed_hear(struct optical_bed *bed, const void *octets, size_t size);

/* The request, and the six characters of an acknowledgement. */
void bed_sign_on(struct optical_bed *bed, const char *acknowledgement);

/* A command; gives the first octet of the answer, the text of which is in bed->said + 1. */
char bed_ask(struct optical_bed *bed, const char *type, const char *data);
bool bed_answered(const struct optical_bed *bed, const char *text);

/* Into the programming mode; with the right to write. */
void bed_enter(struct optical_bed *bed);
void bed_enter_to_write(struct optical_bed *bed);

/* What P2 wants, by the operand that P0 gave. */
void bed_make_proof(const struct optical_bed *bed, const char *password, char proof[40]);

#endif
