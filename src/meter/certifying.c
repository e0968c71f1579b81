#include "meter/certifying.h"

#include "dlms/security_certificates.h"
#include "meter/keeping.h"
#include "storage/layout.h"

enum { VERSION = 1, NOTICE_S = 30 * 86400, EVERY_MS = 3600000, TRIALS = 100 };

_Static_assert((int)CRYPTO_CERTIFICATE_MAX <= (int)LAYOUT_VALUE, "the longest one can be kept");

static size_t read_slot(void *owner, uint8_t slot, uint8_t *der, size_t room)
{
    struct storage *storage = owner;
    uint8_t version;
    int size = journal_get(&storage->secrets, (uint16_t)(METER_SECRET_CERTIFICATES + slot),
                           &version, der, (uint16_t)room);
    return size > 0 && version == VERSION ? (size_t)size : 0;
}

static int write_slot(void *owner, uint8_t slot, const uint8_t *der, size_t size)
{
    struct storage *storage = owner;
    int result = journal_put(&storage->secrets, (uint16_t)(METER_SECRET_CERTIFICATES + slot),
                             VERSION, der, (uint16_t)size);
    return result == STORAGE_DONE ? 0 : -1;
}

void certifying_init(struct meter *meter, const struct meter_setup *setup)
{
    meter->certifying = (struct meter_certifying){
        .store = {read_slot, write_slot, &meter->storage, METER_CERTIFICATES},
        .anchor = setup->anchor,
        .anchor_size = setup->anchor_size,
        .trials = setup->anchor != NULL ? TRIALS : 0,
    };
}

/* What the factory trusts is put on the chip once; a new chip has to prepare a sector first. While
 * curves are busy its key cannot be looked at: that is no trial. */
static void trust(struct meter *meter)
{
    struct meter_certifying *certifying = &meter->certifying;
    if (certifying->trials > 0 && !meter->server.security->signing.ecc->busy) {
        certifying->trials--;
        if (dlms_certificate_trust(meter->server.security, certifying->anchor,
                                   certifying->anchor_size) == 0) {
            certifying->trials = 0;
        }
    }
}

void certifying_restore(struct meter *meter)
{
    struct meter_certifying *certifying = &meter->certifying;
    struct dlms_security_setup *security = meter->server.security;
    if (security == NULL || meter->flash == NULL || security->signing.ecc == NULL) {
        return;
    }
    security->signing.certificates = &certifying->store;
    trust(meter);
}

static void raise_if(struct event_book *events, enum event_code code, bool there)
{
    if (there) {
        event_raise(events, code);
    } else {
        event_clear(events, code);
    }
}

static void watch(struct meter *meter, int64_t now_s)
{
    int64_t end_s;
    (void)dlms_certificate_count(meter->server.security, &end_s);
    bool expired = end_s < now_s;
    bool soon = !expired && end_s < now_s + NOTICE_S;
    raise_if(&meter->events, EVENT_CERTIFICATE_ENDS, soon);
    raise_if(&meter->events, EVENT_CERTIFICATE_EXPIRED, expired);
}

void certifying_step(struct meter *meter)
{
    struct dlms_security_setup *security = meter->server.security;
    if (security == NULL || security->signing.certificates == NULL) {
        return;
    }
    trust(meter);
    bool valid = meter->clock.valid;
    security->signing.now_s = valid ? meter->clock.utc_ms / 1000 : 0;
    if (valid && meter->now_ms >= meter->certifying.next_ms) {
        meter->certifying.next_ms = meter->now_ms + EVERY_MS;
        watch(meter, security->signing.now_s);
    }
}
