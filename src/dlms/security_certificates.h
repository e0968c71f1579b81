/* The certificates of a security setup: whose keys it takes, because an authority that it trusts
 * has certified them, and the meter's own. Sources: Blue Book class 64 version 1 (certificates,
 * generate_key_pair .. remove_certificate), Green Book 9.2.6 (public key infrastructure).
 *
 * An authority is trusted when it was put here at the factory (dlms_certificate_trust), or when one
 * that was trusted has signed it. What is imported is judged once, whole. Whenever it is used the
 * path to its authority is gone once more (RFC 5280, 6.1): each that stands above it is still here,
 * in its time, and allows as many authorities below as there are. The path ends with an authority
 * whose own is not here. A certificate of the meter counts while its key pair is in force: one for
 * a pair that was made waits for nothing but the record that puts both in force, so that a power
 * cut leaves the old pair with its certificate or the new with its own. */
#ifndef WATTHOUR_DLMS_SECURITY_CERTIFICATES_H
#define WATTHOUR_DLMS_SECURITY_CERTIFICATES_H

#include "crypto/certificate.h"
#include "dlms/security_setup.h"

enum dlms_entity {
    DLMS_ENTITY_SERVER = 0,
    DLMS_ENTITY_CLIENT = 1,
    DLMS_ENTITY_AUTHORITY = 2,
    DLMS_ENTITY_OTHER = 3,
};

enum dlms_certificate_type {
    DLMS_CERTIFICATE_SIGNATURE = 0,
    DLMS_CERTIFICATE_AGREEMENT = 1,
    DLMS_CERTIFICATE_TLS = 2,
    DLMS_CERTIFICATE_OTHER = 3, /* authorities */
};

/* A certificate that counts. */
struct dlms_certificate {
    uint8_t slot;
    enum dlms_entity entity;
    enum dlms_certificate_type type;
    uint8_t title[DLMS_TITLE_SIZE]; /* of an end entity */
    struct crypto_certificate is;   /* in `der` */
    const uint8_t *der;             /* the caller's */
    size_t size;
};

/* What is in a slot, read into `room`. False: nothing that counts. */
bool dlms_certificate_read(const struct dlms_security_setup *setup, uint8_t slot,
                           uint8_t room[CRYPTO_CERTIFICATE_MAX], struct dlms_certificate *held);

/* The certified key of whoever has this title: 0, or -1: none whose time it is. */
int dlms_certificate_find_key(const struct dlms_security_setup *setup, enum dlms_key_use use,
                              const uint8_t *title, uint8_t public_key[CRYPTO_PUBLIC_MAX]);

/* Puts an authority here without asking anybody: a trust anchor. 0, or -1: it is none, or there is
 * no room. Once it is there it is not written again. */
int dlms_certificate_trust(struct dlms_security_setup *setup, const uint8_t *der, size_t size);

/* Refused: no certificate of the profile and of the suite's curve; its time is not now; not one
 * usage that is ours; its subject names no system title; nobody who is trusted has signed it; of
 * the meter, for a key that it does not have; there is no slot left. Another of the same entity
 * and type is replaced. */
enum dlms_change dlms_certificate_import(struct dlms_security_setup *setup, struct dlms_octets der);

/* The certificate so named, as it is. Refused: there is none. */
enum dlms_change dlms_certificate_give(const struct dlms_security_setup *setup,
                                       const struct dlms_certificate_name *name,
                                       struct writer *returned);

/* Refused: there is none, or it is the last authority, without which none would be taken again. */
enum dlms_change dlms_certificate_remove(struct dlms_security_setup *setup,
                                         const struct dlms_certificate_name *name);

/* Makes a key pair, which waits for its certificate. Refused: the suite has no curve. */
enum dlms_change dlms_certificate_generate(struct dlms_security_setup *setup,
                                           enum dlms_key_use use);

/* A PKCS#10 request for the pair that was made last, or is in force. Refused: there is none. */
enum dlms_change dlms_certificate_request(struct dlms_security_setup *setup, enum dlms_key_use use,
                                          struct writer *returned);

/* certificate_info of a slot, or nothing. */
void dlms_certificate_list(const struct dlms_security_setup *setup, uint8_t slot, struct writer *w);

/* How many are in force, and the time when the first of them ends: INT64_MAX: never. */
unsigned dlms_certificate_count(const struct dlms_security_setup *setup, int64_t *first_end_s);

#endif
