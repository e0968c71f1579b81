#include "p1/telegram.h"

#include "base/crc16.h"

#include <string.h>

enum { CRC_DIGITS = 4 };

const struct p1_profile *const p1_profiles[P1_PROFILES] = {
    &p1_profile_dsmr,
    &p1_profile_sweden,
    &p1_profile_belgium,
    &p1_profile_luxembourg,
};

const struct p1_profile *p1_profile_find(const char *name)
{
    for (int i = 0; i < P1_PROFILES; i++) {
        if (strcmp(p1_profiles[i]->name, name) == 0) {
            return p1_profiles[i];
        }
    }
    return NULL;
}

static void put_end(struct writer *w)
{
    writer_octets(w, "\r\n", 2);
}

static void put_identification(struct writer *w, const struct p1_view *view)
{
    writer_u8(w, '/');
    writer_octets(w, view->identity->name, 3);
    writer_u8(w, '5');
    writer_octets(w, view->model, strlen(view->model));
    put_end(w);
    put_end(w);
}

/* A line that has no value leaves nothing behind: the tape goes back to where it began. */
static void put_line(struct writer *w, const struct p1_view *view, const struct p1_line *line)
{
    struct writer before = *w;
    p1_put_code(line->code, w);
    if (line->value(view, line, w)) {
        put_end(w);
    } else {
        *w = before;
    }
}

static void put_crc(struct writer *w, uint16_t crc)
{
    static const char digits[] = "0123456789ABCDEF";
    for (unsigned i = CRC_DIGITS; i-- > 0;) {
        writer_u8(w, (uint8_t)digits[crc >> 4 * i & 0xf]);
    }
}

size_t p1_telegram(const struct p1_profile *profile, const struct p1_view *view, uint8_t *octets,
                   size_t room)
{
    struct writer w = writer_over(octets, room);
    struct p1_view shown = *view;
    shown.version = profile->version;
    shown.always_standard = profile->always_standard;
    put_identification(&w, &shown);
    for (unsigned i = 0; i < profile->count; i++) {
        put_line(&w, &shown, &profile->lines[i]);
    }
    writer_u8(&w, '!');
    put_crc(&w, crc16_arc(0, octets, writer_kept(&w)));
    put_end(&w);
    return writer_overflow(&w) ? 0 : writer_kept(&w);
}
