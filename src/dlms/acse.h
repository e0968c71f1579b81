/* ACSE: the APDUs that open and release an association, BER encoded, for server and client.
 * Sources: Green Book 9.4.2 (encoding), 9.5 (AARQ .. RLRE); ISO/IEC 8650-1. */
#ifndef WATTHOUR_DLMS_ACSE_H
#define WATTHOUR_DLMS_ACSE_H

#include "base/reader.h"
#include "base/writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* application-context-name: the last arc of 2.16.756.5.8.1.n. */
enum dlms_context {
    DLMS_CONTEXT_UNKNOWN = 0,
    DLMS_CONTEXT_LN = 1, /* logical names, no ciphering */
    DLMS_CONTEXT_SN = 2,
    DLMS_CONTEXT_LN_CIPHERED = 3,
    DLMS_CONTEXT_SN_CIPHERED = 4,
};

/* mechanism-name: the last arc of 2.16.756.5.8.2.n. */
enum dlms_mechanism {
    DLMS_MECHANISM_LOWEST = 0,
    DLMS_MECHANISM_LOW = 1, /* LLS: a password */
    DLMS_MECHANISM_MD5 = 3, /* HLS from here on: see security_hls.h */
    DLMS_MECHANISM_SHA1 = 4,
    DLMS_MECHANISM_GMAC = 5,
    DLMS_MECHANISM_SHA256 = 6,
    DLMS_MECHANISM_ECDSA = 7,
    DLMS_MECHANISM_UNKNOWN = 255,
};

enum { DLMS_OID_SIZE = 7 };

/* The seven octets of a context or mechanism name. */
void dlms_context_oid(enum dlms_context context, uint8_t oid[DLMS_OID_SIZE]);
void dlms_mechanism_oid(enum dlms_mechanism mechanism, uint8_t oid[DLMS_OID_SIZE]);

struct dlms_octets {
    const uint8_t *octets; /* in place; NULL: absent */
    size_t size;
};

struct dlms_aarq {
    bool common_version; /* protocol-version offers version 1 */
    enum dlms_context context;
    bool authentication; /* sender-acse-requirements asks for it */
    bool mechanism_named;
    enum dlms_mechanism mechanism; /* lowest when none is named */
    struct dlms_octets title;      /* calling-AP-title: the client's system title */
    struct dlms_octets value;      /* calling-authentication-value: password, or challenge */
    struct dlms_octets user_information;
};

/* Takes a whole AARQ and faults the reader when it is none: components out of order or twice,
 * lengths that disagree, no application-context-name. Qualifiers are passed over. */
struct dlms_aarq dlms_aarq_take(struct reader *r);

/* A client's AARQ, `user_information` an InitiateRequest. Without an authentication value it names
 * no mechanism, which is lowest security. */
void dlms_aarq_put(struct writer *w, const struct dlms_aarq *aarq);

enum dlms_result { DLMS_ACCEPTED = 0, DLMS_REJECTED_PERMANENT = 1, DLMS_REJECTED_TRANSIENT = 2 };

/* result-source-diagnostic; those of acse-service-provider are marked by PROVIDER. */
enum dlms_diagnostic {
    DLMS_DIAGNOSTIC_NULL = 0,
    DLMS_DIAGNOSTIC_NO_REASON = 1,
    DLMS_DIAGNOSTIC_CONTEXT_NAME = 2,
    DLMS_DIAGNOSTIC_CALLING_TITLE = 3,
    DLMS_DIAGNOSTIC_MECHANISM_NOT_RECOGNISED = 11,
    DLMS_DIAGNOSTIC_MECHANISM_REQUIRED = 12,
    DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE = 13,
    DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED = 14,
    DLMS_DIAGNOSTIC_PROVIDER = 0x100,
    DLMS_DIAGNOSTIC_PROVIDER_NO_REASON = DLMS_DIAGNOSTIC_PROVIDER + 1,
    DLMS_DIAGNOSTIC_PROVIDER_NO_COMMON_VERSION = DLMS_DIAGNOSTIC_PROVIDER + 2,
};

struct dlms_aare {
    enum dlms_context context;
    enum dlms_result result;
    enum dlms_diagnostic diagnostic;
    struct dlms_octets title;      /* responding-AP-title: the server's system title */
    enum dlms_mechanism mechanism; /* with a value only */
    struct dlms_octets value;      /* responding-authentication-value: the challenge */
    struct dlms_octets user_information;
};

struct dlms_aare dlms_aare_take(struct reader *r);
void dlms_aare_put(struct writer *w, const struct dlms_aare *aare);

/* RLRQ and RLRE; the reasons are not looked at. The user-information, absent as a rule, is an
 * InitiateRequest and its response. */
struct dlms_octets dlms_rlrq_take(struct reader *r);
void dlms_rlrq_put(struct writer *w, struct dlms_octets user_information);
void dlms_rlre_put(struct writer *w, struct dlms_octets user_information);

#endif
