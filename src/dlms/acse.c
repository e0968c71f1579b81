#include "dlms/acse.h"

#include "cosem/data.h"
#include "dlms/apdu.h"

#include <string.h>

/* Components of AARQ and AARE: context specific tags, the constructed ones with bit 6. */
enum {
    PROTOCOL_VERSION = 0x80,
    CONTEXT_NAME = 0xA1,
    AARQ_TITLE = 0xA6,
    AARQ_REQUIREMENTS = 0x8A,
    AARQ_MECHANISM = 0x8B,
    AARQ_AUTHENTICATION_VALUE = 0xAC,
    AARE_RESULT = 0xA2,
    AARE_DIAGNOSTIC = 0xA3,
    AARE_TITLE = 0xA4,
    AARE_REQUIREMENTS = 0x88,
    AARE_MECHANISM = 0x89,
    AARE_AUTHENTICATION_VALUE = 0xAA,
    USER_INFORMATION = 0xBE,
};

enum {
    BER_INTEGER = 0x02,
    BER_OCTET_STRING = 0x04,
    BER_OBJECT_IDENTIFIER = 0x06,
    CHARSTRING = 0x80,   /* choice of Authentication-value */
    SERVICE_USER = 0xA1, /* choice of Associate-source-diagnostic */
    SERVICE_PROVIDER = 0xA2,
    RELEASE_REASON = 0x80,
    FIRST_BIT = 0x80,
    UNUSED_BITS = 7,
};

/* 2.16.756.5.8: joint-iso-ccitt, country, Switzerland, DLMS UA. Then 1 context, 2 mechanism. */
static const uint8_t dlms_ua[] = {0x60, 0x85, 0x74, 0x05, 0x08};
enum { ARC_CONTEXT = 1, ARC_MECHANISM = 2 };

static void make_oid(uint8_t oid[DLMS_OID_SIZE], uint8_t family, uint8_t arc)
{
    memcpy(oid, dlms_ua, sizeof dlms_ua);
    oid[sizeof dlms_ua] = family;
    oid[sizeof dlms_ua + 1] = arc;
}

void dlms_context_oid(enum dlms_context context, uint8_t oid[DLMS_OID_SIZE])
{
    make_oid(oid, ARC_CONTEXT, (uint8_t)context);
}

void dlms_mechanism_oid(enum dlms_mechanism mechanism, uint8_t oid[DLMS_OID_SIZE])
{
    make_oid(oid, ARC_MECHANISM, (uint8_t)mechanism);
}

/* The last arc of a name of the family that makes up the whole of `r`, or `unknown`. */
static unsigned take_oid(struct reader *r, uint8_t family, unsigned unknown)
{
    uint8_t expected[DLMS_OID_SIZE];
    make_oid(expected, family, 0);
    size_t size = reader_left(r);
    const uint8_t *oid = reader_octets(r, size);
    bool ours = size == DLMS_OID_SIZE && memcmp(oid, expected, DLMS_OID_SIZE - 1) == 0;
    return ours ? oid[DLMS_OID_SIZE - 1] : unknown;
}

struct component {
    uint8_t tag;
    struct reader content;
};

static struct component take_component(struct reader *r)
{
    struct component c = {.tag = reader_u8(r)};
    c.content = reader_part(r, cosem_take_length(r));
    return c;
}

/* The content of the one component of the given tag that makes up the whole of `outer`. */
static struct reader take_only(struct reader *outer, uint8_t tag)
{
    struct component c = take_component(outer);
    if (c.tag != tag || !reader_done(outer)) {
        reader_fail(outer);
        reader_fail(&c.content);
    }
    return c.content;
}

static struct dlms_octets take_rest(struct reader *r)
{
    size_t size = reader_left(r);
    return (struct dlms_octets){.octets = reader_octets(r, size), .size = size};
}

/* The first bit of a BIT STRING: its number of unused bits, then the bits. */
static bool take_first_bit(struct reader *r)
{
    reader_u8(r);
    bool set = (reader_u8(r) & FIRST_BIT) != 0;
    take_rest(r);
    return set;
}

static uint8_t take_integer(struct reader *r)
{
    struct reader content = take_only(r, BER_INTEGER);
    uint8_t value = reader_u8(&content);
    if (!reader_done(&content)) {
        reader_fail(r);
    }
    return value;
}

/* The one octet string that is all of a title or of the user-information. */
static struct dlms_octets take_string(struct reader *r)
{
    struct reader content = take_only(r, BER_OCTET_STRING);
    return take_rest(&content);
}

static enum dlms_context take_context(struct reader *r)
{
    struct reader oid = take_only(r, BER_OBJECT_IDENTIFIER);
    return (enum dlms_context)take_oid(&oid, ARC_CONTEXT, DLMS_CONTEXT_UNKNOWN);
}

/* A value that is no graphic string is as good as an empty one. */
static struct dlms_octets take_value(struct reader *r)
{
    struct component value = take_component(r);
    struct dlms_octets octets = take_rest(&value.content);
    if (value.tag != CHARSTRING) {
        octets.size = 0;
    }
    return octets;
}

static enum dlms_mechanism take_mechanism(struct reader *r)
{
    return (enum dlms_mechanism)take_oid(r, ARC_MECHANISM, DLMS_MECHANISM_UNKNOWN);
}

static void take_aarq_component(struct component *c, struct dlms_aarq *aarq)
{
    switch (c->tag) {
    case PROTOCOL_VERSION:
        aarq->common_version = take_first_bit(&c->content);
        break;
    case CONTEXT_NAME:
        aarq->context = take_context(&c->content);
        break;
    case AARQ_TITLE:
        aarq->title = take_string(&c->content);
        break;
    case AARQ_REQUIREMENTS:
        aarq->authentication = take_first_bit(&c->content);
        break;
    case AARQ_MECHANISM:
        aarq->mechanism_named = true;
        aarq->mechanism = take_mechanism(&c->content);
        break;
    case AARQ_AUTHENTICATION_VALUE:
        aarq->value = take_value(&c->content);
        break;
    case USER_INFORMATION:
        aarq->user_information = take_string(&c->content);
        break;
    default:
        take_rest(&c->content);
    }
}

/* The next component, which a SEQUENCE has in ascending order of its tag numbers. */
static struct component take_next(struct reader *r, int *last_number)
{
    enum { CLASS = 0xC0, CONTEXT_SPECIFIC = 0x80, NUMBER = 0x1F };
    struct component c = take_component(r);
    int number = c.tag & NUMBER;
    if ((c.tag & CLASS) != CONTEXT_SPECIFIC || number == NUMBER || number <= *last_number) {
        reader_fail(r);
    }
    *last_number = number;
    return c;
}

struct dlms_aarq dlms_aarq_take(struct reader *r)
{
    struct dlms_aarq aarq = {.common_version = true};
    struct reader components = take_only(r, DLMS_AARQ);
    bool context_named = false;
    for (int last = -1; reader_left(&components) > 0;) {
        struct component c = take_next(&components, &last);
        context_named |= c.tag == CONTEXT_NAME;
        take_aarq_component(&c, &aarq);
        if (!reader_done(&c.content)) {
            reader_fail(&components);
        }
    }
    if (components.fault || !context_named) {
        reader_fail(r);
    }
    return aarq;
}

static void put_head(struct writer *w, uint8_t tag, size_t size)
{
    writer_u8(w, tag);
    cosem_put_length(w, size);
}

/* What these put into one component is far below 128 octets: a length takes one octet. */
enum {
    TAG_AND_LENGTH = 2,
    NAME_SIZE = TAG_AND_LENGTH + TAG_AND_LENGTH + DLMS_OID_SIZE,
    INTEGER_SIZE = TAG_AND_LENGTH + 1,
    AUTHENTICATION_SIZE = TAG_AND_LENGTH + 2 + TAG_AND_LENGTH + DLMS_OID_SIZE + 2 * TAG_AND_LENGTH,
};

static void put_context(struct writer *w, enum dlms_context context)
{
    uint8_t oid[DLMS_OID_SIZE];
    dlms_context_oid(context, oid);
    put_head(w, CONTEXT_NAME, TAG_AND_LENGTH + sizeof oid);
    put_head(w, BER_OBJECT_IDENTIFIER, sizeof oid);
    writer_octets(w, oid, sizeof oid);
}

static void put_integer(struct writer *w, uint8_t value)
{
    put_head(w, BER_INTEGER, 1);
    writer_u8(w, value);
}

/* Where AARQ and AARE differ. */
struct authentication_tags {
    uint8_t requirements;
    uint8_t mechanism;
    uint8_t value;
};

static size_t authentication_size(struct dlms_octets value)
{
    return value.octets != NULL ? AUTHENTICATION_SIZE + value.size : 0;
}

static void put_authentication(struct writer *w, const struct authentication_tags *tags,
                               enum dlms_mechanism mechanism, struct dlms_octets value)
{
    if (value.octets == NULL) {
        return;
    }
    uint8_t oid[DLMS_OID_SIZE];
    dlms_mechanism_oid(mechanism, oid);
    put_head(w, tags->requirements, 2);
    writer_u8(w, UNUSED_BITS);
    writer_u8(w, FIRST_BIT);
    put_head(w, tags->mechanism, sizeof oid);
    writer_octets(w, oid, sizeof oid);
    put_head(w, tags->value, TAG_AND_LENGTH + value.size);
    put_head(w, CHARSTRING, value.size);
    writer_octets(w, value.octets, value.size);
}

static size_t string_size(struct dlms_octets string)
{
    return string.octets != NULL ? 2 * TAG_AND_LENGTH + string.size : 0;
}

/* Nothing, when there is none. */
static void put_string(struct writer *w, uint8_t tag, struct dlms_octets string)
{
    if (string.octets != NULL) {
        put_head(w, tag, TAG_AND_LENGTH + string.size);
        put_head(w, BER_OCTET_STRING, string.size);
        writer_octets(w, string.octets, string.size);
    }
}

void dlms_aarq_put(struct writer *w, const struct dlms_aarq *aarq)
{
    static const struct authentication_tags tags = {AARQ_REQUIREMENTS, AARQ_MECHANISM,
                                                    AARQ_AUTHENTICATION_VALUE};
    put_head(w, DLMS_AARQ,
             NAME_SIZE + string_size(aarq->title) + authentication_size(aarq->value) +
                 string_size(aarq->user_information));
    put_context(w, aarq->context);
    put_string(w, AARQ_TITLE, aarq->title);
    put_authentication(w, &tags, aarq->mechanism, aarq->value);
    put_string(w, USER_INFORMATION, aarq->user_information);
}

static enum dlms_diagnostic take_diagnostic(struct reader *r)
{
    struct component source = take_component(r);
    unsigned provider = source.tag == SERVICE_PROVIDER ? DLMS_DIAGNOSTIC_PROVIDER : 0;
    if (source.tag != SERVICE_USER && source.tag != SERVICE_PROVIDER) {
        reader_fail(r);
    }
    unsigned diagnostic = provider + take_integer(&source.content);
    if (source.content.fault) {
        reader_fail(r);
    }
    return (enum dlms_diagnostic)diagnostic;
}

static void take_aare_component(struct component *c, struct dlms_aare *aare)
{
    switch (c->tag) {
    case CONTEXT_NAME:
        aare->context = take_context(&c->content);
        break;
    case AARE_RESULT:
        aare->result = (enum dlms_result)take_integer(&c->content);
        break;
    case AARE_DIAGNOSTIC:
        aare->diagnostic = take_diagnostic(&c->content);
        break;
    case AARE_TITLE:
        aare->title = take_string(&c->content);
        break;
    case AARE_MECHANISM:
        aare->mechanism = take_mechanism(&c->content);
        break;
    case AARE_AUTHENTICATION_VALUE:
        aare->value = take_value(&c->content);
        break;
    case USER_INFORMATION:
        aare->user_information = take_string(&c->content);
        break;
    default:
        take_rest(&c->content);
    }
}

struct dlms_aare dlms_aare_take(struct reader *r)
{
    struct dlms_aare aare = {.context = DLMS_CONTEXT_UNKNOWN};
    struct reader components = take_only(r, DLMS_AARE);
    bool result_told = false;
    for (int last = -1; reader_left(&components) > 0;) {
        struct component c = take_next(&components, &last);
        result_told |= c.tag == AARE_RESULT;
        take_aare_component(&c, &aare);
        if (!reader_done(&c.content)) {
            reader_fail(&components);
        }
    }
    if (components.fault || !result_told) {
        reader_fail(r);
    }
    return aare;
}

void dlms_aare_put(struct writer *w, const struct dlms_aare *aare)
{
    static const struct authentication_tags tags = {AARE_REQUIREMENTS, AARE_MECHANISM,
                                                    AARE_AUTHENTICATION_VALUE};
    bool provider = aare->diagnostic >= DLMS_DIAGNOSTIC_PROVIDER;
    size_t diagnostic_size = TAG_AND_LENGTH + INTEGER_SIZE;
    size_t size = NAME_SIZE + TAG_AND_LENGTH + INTEGER_SIZE + TAG_AND_LENGTH + diagnostic_size;
    put_head(w, DLMS_AARE,
             size + string_size(aare->title) + authentication_size(aare->value) +
                 string_size(aare->user_information));
    put_context(w, aare->context);
    put_head(w, AARE_RESULT, INTEGER_SIZE);
    put_integer(w, (uint8_t)aare->result);
    put_head(w, AARE_DIAGNOSTIC, diagnostic_size);
    put_head(w, provider ? SERVICE_PROVIDER : SERVICE_USER, INTEGER_SIZE);
    put_integer(w, (uint8_t)aare->diagnostic);
    put_string(w, AARE_TITLE, aare->title);
    put_authentication(w, &tags, aare->mechanism, aare->value);
    put_string(w, USER_INFORMATION, aare->user_information);
}

struct dlms_octets dlms_rlrq_take(struct reader *r)
{
    struct dlms_octets information = {.octets = NULL};
    struct reader components = take_only(r, DLMS_RLRQ);
    for (int last = -1; reader_left(&components) > 0;) {
        struct component c = take_next(&components, &last);
        if (c.tag == USER_INFORMATION) {
            information = take_string(&c.content);
        } else {
            take_rest(&c.content);
        }
        if (!reader_done(&c.content)) {
            reader_fail(&components);
        }
    }
    if (components.fault) {
        reader_fail(r);
    }
    return information;
}

static void put_release(struct writer *w, uint8_t tag, struct dlms_octets information)
{
    enum { NORMAL = 0 };
    put_head(w, tag, TAG_AND_LENGTH + 1 + string_size(information));
    put_head(w, RELEASE_REASON, 1);
    writer_u8(w, NORMAL);
    put_string(w, USER_INFORMATION, information);
}

void dlms_rlrq_put(struct writer *w, struct dlms_octets user_information)
{
    put_release(w, DLMS_RLRQ, user_information);
}

void dlms_rlre_put(struct writer *w, struct dlms_octets user_information)
{
    put_release(w, DLMS_RLRE, user_information);
}
