/* X.509 certificates and PKCS#10 requests as DLMS uses them: version 3, public keys on P-256 and
 * P-384, signed by ECDSA with the hash of the signer's curve. What is outside that profile is
 * refused.
 *
 * An end entity's subject names a system title: its common name is the title's sixteen hexadecimal
 * digits. Sources: RFC 5280, RFC 5758, RFC 2986; Green Book 9.2.6.4 (profile), Blue Book class 64.
 */
#ifndef WATTHOUR_CRYPTO_CERTIFICATE_H
#define WATTHOUR_CRYPTO_CERTIFICATE_H

#include "crypto/der.h"
#include "crypto/ecc.h"

enum {
    CRYPTO_CERTIFICATE_MAX = 1024, /* octets of one that is taken or made */
    CRYPTO_SERIAL_MAX = 20,
    CRYPTO_NAME_MAX = 256, /* octets of a Name */
    CRYPTO_KEY_ID_SIZE = 20,
};

/* keyUsage: the bits as they stand in its octet. */
enum crypto_usage {
    CRYPTO_USE_SIGNATURE = 0x80,    /* digitalSignature */
    CRYPTO_USE_AGREEMENT = 0x08,    /* keyAgreement */
    CRYPTO_USE_CERTIFICATES = 0x04, /* keyCertSign */
    CRYPTO_USE_REVOCATIONS = 0x02,  /* cRLSign */
};

/* A certificate taken apart, in place. */
struct crypto_certificate {
    struct crypto_part body;   /* what is signed */
    struct crypto_part serial; /* of the INTEGER */
    struct crypto_part issuer; /* Names, whole */
    struct crypto_part subject;
    struct crypto_part common_name; /* of the subject; absent: it has none */
    struct crypto_part alternative; /* subjectAltName, its GeneralNames whole; absent: none */
    struct crypto_part key_id;      /* subjectKeyIdentifier; absent: none */
    struct crypto_part issuer_key_id;
    int64_t since_s; /* valid from there, */
    int64_t until_s; /* to there, both included, UTC; the end of year 9999 is never */
    enum crypto_curve curve;
    const uint8_t *public_key; /* X || Y, not proved to be a point */
    uint8_t usage;             /* enum crypto_usage */
    bool authority;            /* basicConstraints: may sign certificates */
    uint8_t depth;             /* authorities that may stand below it; UINT8_MAX: any */
    enum crypto_curve signed_by;
    uint8_t signature[CRYPTO_SIGNATURE_MAX];
};

/* 0, or -1: it is no certificate of the profile. */
int crypto_certificate_take(struct crypto_certificate *certificate, const uint8_t *der,
                            size_t size);

/* Whether that key has signed it: 0, or -1. */
int crypto_certificate_verify(struct crypto_ecc *ecc, const struct crypto_certificate *certificate,
                              enum crypto_curve curve, const uint8_t *public_key);

/* What a certificate is made of. */
struct crypto_certificate_plan {
    struct crypto_part serial; /* a positive number of at most CRYPTO_SERIAL_MAX octets */
    struct crypto_part issuer; /* Names, whole: crypto_name_make() */
    struct crypto_part subject;
    int64_t since_s;
    int64_t until_s; /* INT64_MAX: never ends */
    enum crypto_curve curve;
    const uint8_t *public_key;
    uint8_t usage;
    bool authority;
    bool limited;  /* an authority below which at most so many may stand: */
    uint8_t depth; /* 0..127 */
    enum crypto_curve issuer_curve;
    const uint8_t *issuer_private;
    const uint8_t *issuer_public;
};

/* Makes and signs it: its size; 0: there is no room, or a key is none. */
size_t crypto_certificate_make(struct crypto_ecc *ecc, const struct crypto_certificate_plan *plan,
                               uint8_t *der, size_t room);

/* A Name of one common name. Its size; 0: there is no room. */
size_t crypto_name_make(const void *common_name, size_t size, uint8_t *name, size_t room);

/* A request for a certificate. */
struct crypto_request {
    struct crypto_part subject;
    struct crypto_part common_name;
    enum crypto_curve curve;
    const uint8_t *public_key;
    uint8_t usage; /* that is asked for; 0: it does not say */
};

/* Takes one apart, in place, and holds its signature, which proves that who asks has the private
 * key. 0, or -1: it is none, or not signed by its own key. */
int crypto_request_take(struct crypto_request *request, struct crypto_ecc *ecc, const uint8_t *der,
                        size_t size);

/* Makes one for a key pair: its size; 0: there is no room, or the key is none. */
size_t crypto_request_make(struct crypto_ecc *ecc, const struct crypto_request *request,
                           const uint8_t *private_key, uint8_t *der, size_t room);

#endif
