/* The interface class that an OBIS code usually has. To read an object its class must be said, and
 * the meter's object list, which knows it, is minutes long on a slow line. */
#ifndef WATTHOUR_APP_OBIS_CLASS_H
#define WATTHOUR_APP_OBIS_CLASS_H

#include "cosem/model.h"

#include <stdint.h>

/* That of our own products; of other codes the one that their group has in meters of others.
 * 0: nobody can say. It is a guess: a meter may have another one. */
uint16_t obis_class(const struct cosem_name *name);

#endif
