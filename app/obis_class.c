#include "app/obis_class.h"

#include "product/product.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static uint16_t class_of_ours(const struct cosem_name *name)
{
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        const struct cosem_model *model = &product_all[i]->model;
        for (uint32_t n = 0; n < cosem_model_count(model); n++) {
            const struct cosem_instance one = cosem_model_object(model, n);
            if (memcmp(&one.name, name, sizeof *name) == 0) {
                return one.object->ic->id;
            }
        }
    }
    return 0;
}

enum { ANY = 255 /* as the highest of a group: from 0 on, all */ };

struct span {
    uint8_t least;
    uint8_t most;
};

struct group {
    uint8_t a;
    struct span c;
    struct span d;
    struct span e;
    uint16_t class_id;
};

#define ONE(x)                                                                                     \
    {                                                                                              \
        (x), (x)                                                                                   \
    }
#define ALL                                                                                        \
    {                                                                                              \
        0, ANY                                                                                     \
    }
#define UP(x)                                                                                      \
    {                                                                                              \
        (x), ANY                                                                                   \
    }
#define TO(x)                                                                                      \
    {                                                                                              \
        0, (x)                                                                                     \
    }

/* The first that fits. A is 0 for what is abstract, 1 for electricity.
 * Source: Blue Book 6.2, 7.5; the codes of DSMR and SMR, IDIS. */
static const struct group groups[] = {
    {0, ONE(1), ONE(0), ALL, 8},       /* clock */
    {0, ONE(2), ONE(0), ALL, 27},      /* modem */
    {0, ONE(2), ONE(1), ALL, 29},      /* auto connect */
    {0, ONE(2), ONE(2), ALL, 28},      /* auto answer */
    {0, ONE(10), ONE(0), ALL, 9},      /* scripts */
    {0, ONE(11), ONE(0), ALL, 11},     /* special days */
    {0, ONE(12), ONE(0), ALL, 10},     /* schedule */
    {0, ONE(13), ONE(0), ALL, 20},     /* activity calendar */
    {0, ONE(14), ONE(0), ALL, 6},      /* register activation */
    {0, ONE(15), ALL, ALL, 22},        /* single actions */
    {0, ONE(16), ALL, ALL, 21},        /* monitors */
    {0, ONE(17), ONE(0), ALL, 71},     /* limiter */
    {0, ONE(20), ONE(0), ALL, 19},     /* optical port */
    {0, ONE(22), ONE(0), ALL, 23},     /* HDLC */
    {0, ONE(24), ONE(1), ALL, 72},     /* M-Bus: the device .. */
    {0, ONE(24), ONE(2), ALL, 4},      /* .. its values .. */
    {0, ONE(24), ONE(3), ALL, 7},      /* .. their profile .. */
    {0, ONE(24), ONE(4), ALL, 70},     /* .. its valve .. */
    {0, ONE(24), ONE(5), ALL, 7},      /* .. and the log of that */
    {0, ONE(24), ONE(9), ALL, 77},     /* M-Bus diagnostic */
    {0, ONE(25), ONE(0), ALL, 41},     /* TCP-UDP */
    {0, ONE(25), ONE(1), ALL, 42},     /* IPv4 */
    {0, ONE(25), ONE(2), ALL, 43},     /* MAC address */
    {0, ONE(25), ONE(3), ALL, 44},     /* PPP */
    {0, ONE(25), ONE(4), ALL, 45},     /* GPRS */
    {0, ONE(25), ONE(6), ALL, 47},     /* GSM diagnostic */
    {0, ONE(25), ONE(7), ALL, 48},     /* IPv6 */
    {0, ONE(25), ONE(9), ALL, 40},     /* push */
    {0, ONE(25), ONE(10), ALL, 100},   /* NTP */
    {0, ONE(25), ONE(11), ALL, 151},   /* LTE monitoring */
    {0, ONE(40), ONE(0), ALL, 15},     /* association */
    {0, ONE(41), ONE(0), ALL, 17},     /* SAP assignment */
    {0, ONE(42), ONE(0), ALL, 1},      /* logical device name */
    {0, ONE(43), ONE(0), ALL, 64},     /* security setup */
    {0, ONE(43), ONE(1), ALL, 1},      /* invocation counters */
    {0, ONE(44), ONE(0), ALL, 18},     /* image transfer */
    {0, ONE(44), ONE(1), ALL, 122},    /* function control */
    {0, ONE(94), ONE(31), UP(20), 3},  /* power quality of the Netherlands .. */
    {0, ONE(94), ONE(31), ONE(6), 7},  /* .. */
    {0, ONE(94), ONE(31), ALL, 1},     /* .. */
    {0, ONE(96), ONE(3), ONE(10), 70}, /* disconnector */
    {0, ONE(96), ALL, ALL, 1},         /* service entries */
    {0, ONE(97), ALL, ALL, 1},         /* errors and alarms */
    {0, {98, 99}, ALL, ALL, 7},        /* billing periods, event logs */
    {1, ONE(0), ALL, ALL, 1},          /* identity, ratios, constants */
    {1, ONE(94), ALL, ALL, 1},         /* of a country */
    {1, ONE(96), ALL, ALL, 1},         /* service entries */
    {1, ONE(97), ALL, ALL, 1},         /* errors */
    {1, {98, 99}, ALL, ALL, 7},        /* billing periods, profiles, logs */
    {1, {1, 92}, ONE(4), ALL, 5},      /* demand under way .. */
    {1, {1, 92}, ONE(5), ALL, 5},      /* .. of the last period .. */
    {1, {1, 92}, ONE(6), ALL, 4},      /* .. the greatest, with its time .. */
    {1, {1, 92}, ONE(3), ALL, 4},      /* .. the smallest */
    {1, {1, 92}, ONE(32), TO(123), 1}, /* sags are counted .. */
    {1, {1, 92}, ONE(36), TO(123), 1}, /* .. and swells */
    {1, {1, 92}, ALL, ALL, 3},         /* what is measured */
};

static bool is_in(struct span span, uint8_t value)
{
    return value >= span.least && value <= span.most;
}

uint16_t obis_class(const struct cosem_name *name)
{
    uint16_t ours = class_of_ours(name);
    const uint8_t *code = name->obis;
    for (size_t i = 0; ours == 0 && i < sizeof groups / sizeof groups[0]; i++) {
        const struct group *group = &groups[i];
        if (group->a == code[0] && is_in(group->c, code[2]) && is_in(group->d, code[3]) &&
            is_in(group->e, code[4])) {
            return group->class_id;
        }
    }
    return ours;
}
