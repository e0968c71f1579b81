/* What is fixed for every meter of a type: what it measures with, and where on its flash chip it
 * keeps what it has measured. Type parameters in the sense of WELMEC 7.2, P7: const data of the
 * legally relevant part, under its checksum. */
#ifndef WATTHOUR_LEGAL_TYPE_H
#define WATTHOUR_LEGAL_TYPE_H

#include "legal/legal.h"
#include "storage/journal.h"

struct legal_type {
    struct legal_config config;
    struct partition partition; /* of an 8 MiB chip in sectors of 4 kB (storage/layout.h) */
};

extern const struct legal_type legal_type_xs211;
extern const struct legal_type legal_type_sm402d;
extern const struct legal_type legal_type_st402d;
extern const struct legal_type legal_type_st402c;

#endif
