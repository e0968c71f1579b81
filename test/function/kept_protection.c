#include "function/protection.h"
#include "test/function/kept.h"

static struct protection protection;

static void renew_protection(void)
{
    protection_init(&protection);
}

static void fill_protection(void)
{
    uint8_t octets[PROTECTION_TEXT];
    renew_protection();
    protection_require(&protection, (uint8_t)kept_roll(256));
    for (int part = 0; part < PROTECTION_PARTS; part++) {
        kept_roll_octets(octets, sizeof octets);
        protection_put(&protection, (enum protection_part)part, octets,
                       kept_roll_to(PROTECTION_TEXT));
    }
}

static void write_protection(struct writer *w)
{
    protection_write(&protection, w);
}

static int read_protection(struct reader *r)
{
    return protection_read(&protection, r);
}

const struct kept_kind kept_protection = {.name = "data protection",
                                          .room = PROTECTION_ROOM,
                                          .renew = renew_protection,
                                          .fill = fill_protection,
                                          .write = write_protection,
                                          .read = read_protection};
