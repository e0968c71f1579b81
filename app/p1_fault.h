/* A customer port that behaves as some meters of the field do: world/p1/fault.h, played on what the
 * virtual meter sends. */
#ifndef WATTHOUR_APP_P1_FAULT_H
#define WATTHOUR_APP_P1_FAULT_H

#include "port/posix/customer_port.h"
#include "world/p1/fault.h"

#include <stdint.h>

struct p1_fault_player {
    const struct fault *fault;
    uint32_t number; /* of the next telegram */
    struct fault_text text;
};

/* For struct customer_config; the owner is a struct p1_fault_player. */
void p1_fault_alter(void *owner, struct customer_speech *speech);

/* All faults, a line each, on stdout. */
void p1_fault_list(void);

#endif
