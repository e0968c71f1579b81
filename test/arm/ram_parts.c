/* How large the parts of a meter are on the target: `make size` reads the sizes of these, which are
 * linked nowhere. */
#include "meter/customer.h"
#include "meter/line.h"
#include "meter/meter.h"
#include "meter/optical.h"

#define PART(name)                                                                                 \
    extern char part_##name[sizeof(((struct meter *)0)->name)];                                    \
    char part_##name[sizeof(((struct meter *)0)->name)];
#define STRUCT(name)                                                                               \
    extern char struct_##name[sizeof(struct name)];                                                \
    char struct_##name[sizeof(struct name)];

STRUCT(meter)
STRUCT(meter_line)
STRUCT(meter_optical)
STRUCT(meter_customer)
STRUCT(crypto_ecc)
PART(events)
PART(profiles)
PART(pushing)
PART(timekeeper)
PART(selftest)
PART(identity)
PART(local_port)
PART(scripts)
PART(tariff)
PART(demand)
PART(billing)
PART(context)
PART(server)
PART(random)
PART(security)
PART(storage)
PART(message)
PART(display)
PART(clock)
PART(links)
