#include "function/protection.h"

#include "base/need.h"
#include "crypto/secret.h"

#include <string.h>

enum { ARRAY = 1 /* tag of a Data: an array of nothing is two octets */ };

void protection_init(struct protection *protection)
{
    static const uint8_t nothing[] = {ARRAY, 0};
    memset(protection, 0, sizeof *protection);
    for (int part = 0; part < PROTECTION_PARTS; part++) {
        protection_put(protection, (enum protection_part)part, nothing, sizeof nothing);
    }
    protection->changes = 0;
}

void protection_put(struct protection *protection, enum protection_part part, const uint8_t *octets,
                    size_t size)
{
    need(size <= PROTECTION_TEXT);
    memcpy(protection->texts[part], octets, size);
    protection->sizes[part] = (uint16_t)size;
    protection->changes++;
}

void protection_require(struct protection *protection, uint8_t required)
{
    protection->required = required;
    protection->changes++;
}

struct reader protection_text(const struct protection *protection, enum protection_part part)
{
    return reader_over(protection->texts[part], protection->sizes[part]);
}

int protection_take(struct protection *protection)
{
    if (protection->busy) {
        return -1;
    }
    protection->busy = true;
    protection->shown = 0;
    return 0;
}

void protection_give_back(struct protection *protection)
{
    size_t at = protection->shown_at;
    size_t behind = at + protection->shown;
    protection->busy = false;
    if (protection->shown == 0) {
        crypto_wipe(protection->data, sizeof protection->data);
        return;
    }
    crypto_wipe(protection->data, at);
    crypto_wipe(protection->data + behind, sizeof protection->data - behind);
}

void protection_show(struct protection *protection, size_t at, size_t size)
{
    need(at <= PROTECTION_DATA && size <= PROTECTION_DATA - at);
    protection->shown_at = (uint16_t)at;
    protection->shown = (uint16_t)size;
}

void protection_write(const struct protection *protection, struct writer *w)
{
    writer_u8(w, protection->required);
    for (int part = 0; part < PROTECTION_PARTS; part++) {
        writer_u16(w, protection->sizes[part]);
        writer_octets(w, protection->texts[part], protection->sizes[part]);
    }
}

/* The texts are as they were written: whoever uses them takes them apart once more. */
int protection_read(struct protection *protection, struct reader *r)
{
    uint8_t required = reader_u8(r);
    struct reader parts[PROTECTION_PARTS];
    for (int part = 0; part < PROTECTION_PARTS; part++) {
        size_t size = reader_u16(r);
        parts[part] = reader_part(r, size);
        if (size > PROTECTION_TEXT) {
            return -1;
        }
    }
    if (!reader_done(r)) {
        return -1;
    }
    protection->required = required;
    for (int part = 0; part < PROTECTION_PARTS; part++) {
        protection_put(protection, (enum protection_part)part, parts[part].data, parts[part].size);
    }
    return 0;
}
