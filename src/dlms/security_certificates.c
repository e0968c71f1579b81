#include "dlms/security_certificates.h"

#include "cosem/data.h"
#include "crypto/secret.h"
#include "dlms/security_change.h"

#include <string.h>

enum { TITLE_DIGITS = 2 * DLMS_TITLE_SIZE, NO_SLOT = 255 };

static bool is_now(const struct dlms_security_setup *setup, const struct crypto_certificate *is)
{
    int64_t now_s = setup->signing.now_s;
    return now_s == 0 || (is->since_s <= now_s && now_s <= is->until_s);
}

/* ---- who it is of, and what for ---- */

static int digit_of(uint8_t character)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = memchr(digits, character, sizeof digits - 1);
    return at != NULL ? (int)(at - digits) : -1;
}

/* A system title in sixteen digits, capitals. */
static bool take_title(struct crypto_part name, uint8_t title[DLMS_TITLE_SIZE])
{
    if (name.size != TITLE_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < DLMS_TITLE_SIZE; i++) {
        int high = digit_of(name.octets[2 * i]);
        int low = digit_of(name.octets[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        title[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Of an end entity one usage and no other; a key that does both is used for neither. */
static enum dlms_certificate_type type_of(const struct crypto_certificate *is)
{
    switch (is->usage) {
    case CRYPTO_USE_SIGNATURE:
        return DLMS_CERTIFICATE_SIGNATURE;
    case CRYPTO_USE_AGREEMENT:
        return DLMS_CERTIFICATE_AGREEMENT;
    default:
        return DLMS_CERTIFICATE_OTHER;
    }
}

static enum dlms_entity entity_of(const struct dlms_security_setup *setup,
                                  struct dlms_certificate *held)
{
    if (held->is.authority) {
        bool signs = (held->is.usage & CRYPTO_USE_CERTIFICATES) != 0;
        return signs ? DLMS_ENTITY_AUTHORITY : DLMS_ENTITY_OTHER;
    }
    if (held->type == DLMS_CERTIFICATE_OTHER || !take_title(held->is.common_name, held->title)) {
        return DLMS_ENTITY_OTHER;
    }
    bool ours = memcmp(held->title, setup->title, DLMS_TITLE_SIZE) == 0;
    return ours ? DLMS_ENTITY_SERVER : DLMS_ENTITY_CLIENT;
}

/* 0, or -1: none that could be of use here. */
static int take(const struct dlms_security_setup *setup, struct dlms_certificate *held)
{
    enum crypto_curve curve;
    if (crypto_certificate_take(&held->is, held->der, held->size) != 0) {
        return -1;
    }
    bool curved = dlms_security_setup_curve(setup, &curve) == 0;
    held->type = held->is.authority ? DLMS_CERTIFICATE_OTHER : type_of(&held->is);
    held->entity = entity_of(setup, held);
    bool fits = held->entity == DLMS_ENTITY_AUTHORITY || (curved && held->is.curve == curve);
    return fits && held->entity != DLMS_ENTITY_OTHER ? 0 : -1;
}

static bool is_key_of(const struct dlms_certificate *held, const struct dlms_key_pair *pair)
{
    return pair->there && memcmp(held->is.public_key, pair->public_id, sizeof pair->public_id) == 0;
}

bool dlms_certificate_read(const struct dlms_security_setup *setup, uint8_t slot,
                           uint8_t room[CRYPTO_CERTIFICATE_MAX], struct dlms_certificate *held)
{
    const struct dlms_certificate_store *store = setup->signing.certificates;
    if (store == NULL || slot >= store->slots) {
        return false;
    }
    held->slot = slot;
    held->der = room;
    held->size = store->read(store->owner, slot, room, CRYPTO_CERTIFICATE_MAX);
    if (held->size == 0 || held->size > CRYPTO_CERTIFICATE_MAX || take(setup, held) != 0) {
        return false;
    }
    return held->entity != DLMS_ENTITY_SERVER || is_key_of(held, &setup->signing.own[held->type]);
}

/* The next from `*slot` on, which is set behind it. */
static bool next(const struct dlms_security_setup *setup, uint8_t *slot,
                 uint8_t room[CRYPTO_CERTIFICATE_MAX], struct dlms_certificate *held)
{
    const struct dlms_certificate_store *store = setup->signing.certificates;
    while (store != NULL && *slot < store->slots) {
        if (dlms_certificate_read(setup, (*slot)++, room, held)) {
            return true;
        }
    }
    return false;
}

/* ---- the path to an authority ---- */

/* What names the next one up. */
struct issuer {
    uint8_t name[CRYPTO_NAME_MAX];
    size_t name_size; /* 0: too long to be anybody's here */
    uint8_t key_id[CRYPTO_KEY_ID_SIZE];
    bool has_key_id;
};

static void take_issuer(const struct crypto_certificate *is, struct issuer *issuer)
{
    issuer->name_size = is->issuer.size <= sizeof issuer->name ? is->issuer.size : 0;
    memcpy(issuer->name, is->issuer.octets, issuer->name_size);
    issuer->has_key_id = is->issuer_key_id.size == CRYPTO_KEY_ID_SIZE;
    if (issuer->has_key_id) {
        memcpy(issuer->key_id, is->issuer_key_id.octets, CRYPTO_KEY_ID_SIZE);
    }
}

static bool is_issuer(const struct dlms_certificate *held, const struct issuer *issuer)
{
    const struct crypto_part name = {issuer->name, issuer->name_size};
    const struct crypto_part key_id = {issuer->key_id, CRYPTO_KEY_ID_SIZE};
    bool told = issuer->has_key_id && held->is.key_id.size > 0;
    return held->entity == DLMS_ENTITY_AUTHORITY && crypto_part_same(held->is.subject, name) &&
           (!told || crypto_part_same(held->is.key_id, key_id));
}

/* One step up: who has issued it, in its place. */
static bool next_up(const struct dlms_security_setup *setup, uint8_t room[CRYPTO_CERTIFICATE_MAX],
                    struct dlms_certificate *held)
{
    struct issuer issuer;
    take_issuer(&held->is, &issuer);
    for (uint8_t slot = 0; next(setup, &slot, room, held);) {
        if (is_issuer(held, &issuer)) {
            return true;
        }
    }
    return false;
}

/* Goes up from an authority with `below` others between it and what it answers for; `held` and
 * `room` are used up. */
static bool is_on_path(const struct dlms_security_setup *setup, unsigned below,
                       uint8_t room[CRYPTO_CERTIFICATE_MAX], struct dlms_certificate *held)
{
    for (; below <= setup->signing.certificates->slots; below++) {
        if (held->is.depth < below || !is_now(setup, &held->is)) {
            return false;
        }
        if (crypto_part_same(held->is.subject, held->is.issuer) || !next_up(setup, room, held)) {
            return true;
        }
    }
    return false;
}

int dlms_certificate_find_key(const struct dlms_security_setup *setup, enum dlms_key_use use,
                              const uint8_t *title, uint8_t public_key[CRYPTO_PUBLIC_MAX])
{
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate held;
    for (uint8_t slot = 0; next(setup, &slot, room, &held);) {
        if (held.entity == DLMS_ENTITY_CLIENT && (int)held.type == (int)use &&
            memcmp(held.title, title, DLMS_TITLE_SIZE) == 0 && is_now(setup, &held.is)) {
            memcpy(public_key, held.is.public_key, 2 * crypto_curve_size(held.is.curve));
            return next_up(setup, room, &held) && is_on_path(setup, 0, room, &held) ? 0 : -1;
        }
    }
    return -1;
}

unsigned dlms_certificate_count(const struct dlms_security_setup *setup, int64_t *first_end_s)
{
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate held;
    unsigned count = 0;
    *first_end_s = INT64_MAX;
    for (uint8_t slot = 0; next(setup, &slot, room, &held); count++) {
        *first_end_s = held.is.until_s < *first_end_s ? held.is.until_s : *first_end_s;
    }
    return count;
}

/* ---- import ---- */

/* The same authority, or the same entity's key for the same use. */
static bool takes_the_place_of(const struct dlms_certificate *held,
                               const struct dlms_certificate *incoming)
{
    if (held->entity != incoming->entity || held->type != incoming->type) {
        return false;
    }
    if (held->entity == DLMS_ENTITY_AUTHORITY) {
        return crypto_part_same(held->is.subject, incoming->is.subject) &&
               held->is.curve == incoming->is.curve &&
               memcmp(held->is.public_key, incoming->is.public_key,
                      2 * crypto_curve_size(held->is.curve)) == 0;
    }
    return memcmp(held->title, incoming->title, DLMS_TITLE_SIZE) == 0;
}

/* That of its predecessor, except where the predecessor is in force until the record says
 * otherwise; else the first in which nothing counts. */
static uint8_t slot_for(const struct dlms_security_setup *setup,
                        const struct dlms_certificate *incoming, bool adopts,
                        uint8_t room[CRYPTO_CERTIFICATE_MAX])
{
    struct dlms_certificate held;
    uint8_t free = NO_SLOT;
    for (uint8_t slot = setup->signing.certificates->slots; slot-- > 0;) {
        if (!dlms_certificate_read(setup, slot, room, &held)) {
            free = slot;
        } else if (!adopts && takes_the_place_of(&held, incoming)) {
            return slot;
        }
    }
    return free;
}

static int write(const struct dlms_security_setup *setup, uint8_t slot,
                 const struct dlms_certificate *incoming)
{
    const struct dlms_certificate_store *store = setup->signing.certificates;
    return store->write(store->owner, slot, incoming->der, incoming->size);
}

/* Whether this authority has signed it. */
static bool certifies(const struct dlms_security_setup *setup,
                      const struct dlms_certificate *authority,
                      const struct dlms_certificate *incoming)
{
    const struct crypto_certificate *by = &authority->is;
    bool named = authority->entity == DLMS_ENTITY_AUTHORITY &&
                 crypto_part_same(by->subject, incoming->is.issuer);
    return named && crypto_certificate_verify(setup->signing.ecc, &incoming->is, by->curve,
                                              by->public_key) == 0;
}

static bool is_certified(const struct dlms_security_setup *setup,
                         const struct dlms_certificate *incoming,
                         uint8_t room[CRYPTO_CERTIFICATE_MAX])
{
    struct dlms_certificate authority;
    for (uint8_t slot = 0; next(setup, &slot, room, &authority);) {
        if (certifies(setup, &authority, incoming) &&
            is_on_path(setup, incoming->is.authority, room, &authority)) {
            return true;
        }
    }
    return false;
}

/* One that comes stays where it is. */
static int take_octets(const struct dlms_security_setup *setup, const uint8_t *der, size_t size,
                       struct dlms_certificate *incoming)
{
    if (size == 0 || size > CRYPTO_CERTIFICATE_MAX || setup->signing.certificates == NULL ||
        setup->signing.ecc == NULL) {
        return -1;
    }
    incoming->der = der;
    incoming->size = size;
    setup->signing.ecc->random = setup->random;
    if (take(setup, incoming) != 0 || !is_now(setup, &incoming->is)) {
        return -1;
    }
    return crypto_ecc_is_public(setup->signing.ecc, incoming->is.curve, incoming->is.public_key)
               ? 0
               : -1;
}

int dlms_certificate_trust(struct dlms_security_setup *setup, const uint8_t *der, size_t size)
{
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate incoming;
    struct dlms_certificate held;
    if (take_octets(setup, der, size, &incoming) != 0 || incoming.entity != DLMS_ENTITY_AUTHORITY) {
        return -1;
    }
    uint8_t slot = slot_for(setup, &incoming, false, room);
    bool there = slot != NO_SLOT && dlms_certificate_read(setup, slot, room, &held) &&
                 held.size == size && memcmp(held.der, der, size) == 0;
    return there || (slot != NO_SLOT && write(setup, slot, &incoming) == 0) ? 0 : -1;
}

enum dlms_change dlms_certificate_import(struct dlms_security_setup *setup, struct dlms_octets der)
{
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate incoming;
    struct dlms_security_signing *signing = &setup->signing;
    if (take_octets(setup, der.octets, der.size, &incoming) != 0) {
        return DLMS_CHANGE_REFUSED;
    }
    bool ours = incoming.entity == DLMS_ENTITY_SERVER;
    bool adopts = ours && is_key_of(&incoming, &signing->made[incoming.type]);
    if (ours && !adopts && !is_key_of(&incoming, &signing->own[incoming.type])) {
        return DLMS_CHANGE_REFUSED;
    }
    uint8_t slot = slot_for(setup, &incoming, adopts, room);
    if (slot == NO_SLOT || !is_certified(setup, &incoming, room)) {
        return DLMS_CHANGE_REFUSED;
    }
    if (write(setup, slot, &incoming) != 0) {
        return DLMS_CHANGE_LATER;
    }
    return adopts ? dlms_security_adopt_pair(setup, (enum dlms_key_use)incoming.type)
                  : DLMS_CHANGED;
}

/* ---- export and removal ---- */

static bool is_octets(struct dlms_octets a, const void *octets, size_t size)
{
    return a.octets != NULL && a.size == size && memcmp(a.octets, octets, size) == 0;
}

static bool is_named(const struct dlms_certificate *held, const struct dlms_certificate_name *name)
{
    if (name->by_serial) {
        return is_octets(name->serial, held->is.serial.octets, held->is.serial.size) &&
               is_octets(name->issuer, held->is.issuer.octets, held->is.issuer.size);
    }
    bool titled =
        held->entity != DLMS_ENTITY_AUTHORITY
            ? is_octets(name->title, held->title, DLMS_TITLE_SIZE)
            : is_octets(name->title, held->is.common_name.octets, held->is.common_name.size);
    return name->entity == held->entity && name->type == held->type && titled;
}

static bool find_named(const struct dlms_security_setup *setup,
                       const struct dlms_certificate_name *name,
                       uint8_t room[CRYPTO_CERTIFICATE_MAX], struct dlms_certificate *held)
{
    for (uint8_t slot = 0; next(setup, &slot, room, held);) {
        if (is_named(held, name)) {
            return true;
        }
    }
    return false;
}

enum dlms_change dlms_certificate_give(const struct dlms_security_setup *setup,
                                       const struct dlms_certificate_name *name,
                                       struct writer *returned)
{
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate held;
    if (!find_named(setup, name, room, &held)) {
        return DLMS_CHANGE_REFUSED;
    }
    cosem_put_octet_string(returned, held.der, held.size);
    return DLMS_CHANGED;
}

static unsigned authorities(const struct dlms_security_setup *setup)
{
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate held;
    unsigned count = 0;
    for (uint8_t slot = 0; next(setup, &slot, room, &held);) {
        count += held.entity == DLMS_ENTITY_AUTHORITY;
    }
    return count;
}

enum dlms_change dlms_certificate_remove(struct dlms_security_setup *setup,
                                         const struct dlms_certificate_name *name)
{
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate held;
    if (!find_named(setup, name, room, &held) ||
        (held.entity == DLMS_ENTITY_AUTHORITY && authorities(setup) == 1)) {
        return DLMS_CHANGE_REFUSED;
    }
    held.size = 0;
    return write(setup, held.slot, &held) == 0 ? DLMS_CHANGED : DLMS_CHANGE_LATER;
}

/* ---- what is shown ---- */

static void put_part(struct writer *w, struct crypto_part part)
{
    cosem_put_octet_string(w, part.octets, part.size);
}

void dlms_certificate_list(const struct dlms_security_setup *setup, uint8_t slot, struct writer *w)
{
    enum { FIELDS = 6 };
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate held;
    if (!dlms_certificate_read(setup, slot, room, &held)) {
        return;
    }
    cosem_put_structure(w, FIELDS);
    cosem_put_enum(w, (uint8_t)held.entity);
    cosem_put_enum(w, (uint8_t)held.type);
    put_part(w, held.is.serial);
    put_part(w, held.is.issuer);
    put_part(w, held.is.subject);
    put_part(w, held.is.alternative);
}
