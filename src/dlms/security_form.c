#include "dlms/security_form.h"

#include "base/writer.h"
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/security_keys.h"

#include <string.h>

enum { PLAIN_HEAD = 1 + 4 /* control octet and counter before the text */ };

/* The choices of key-info on the wire. */
enum { CHOICE_IDENTIFIED = 0, CHOICE_WRAPPED = 1, CHOICE_AGREED = 2 };

/* Services with tags of their own when ciphered; 0: none. */
static const struct service {
    uint8_t plain;
    uint8_t glo;
    uint8_t ded;
} services[] = {
    {DLMS_INITIATE_REQUEST, 0x21, 0},
    {DLMS_INITIATE_RESPONSE, 0x28, 0},
    {DLMS_CONFIRMED_SERVICE_ERROR, 0x2E, 0x4E},
    {DLMS_GET_REQUEST, DLMS_GET_REQUEST + DLMS_GLO, DLMS_GET_REQUEST + DLMS_DED},
    {DLMS_SET_REQUEST, DLMS_SET_REQUEST + DLMS_GLO, DLMS_SET_REQUEST + DLMS_DED},
    {DLMS_EVENT_NOTIFICATION, DLMS_EVENT_NOTIFICATION + DLMS_GLO,
     DLMS_EVENT_NOTIFICATION + DLMS_DED},
    {DLMS_ACTION_REQUEST, DLMS_ACTION_REQUEST + DLMS_GLO, DLMS_ACTION_REQUEST + DLMS_DED},
    {DLMS_GET_RESPONSE, DLMS_GET_RESPONSE + DLMS_GLO, DLMS_GET_RESPONSE + DLMS_DED},
    {DLMS_SET_RESPONSE, DLMS_SET_RESPONSE + DLMS_GLO, DLMS_SET_RESPONSE + DLMS_DED},
    {DLMS_ACTION_RESPONSE, DLMS_ACTION_RESPONSE + DLMS_GLO, DLMS_ACTION_RESPONSE + DLMS_DED},
};

enum { SERVICES = sizeof services / sizeof *services };

/* By the tag of either ciphered form; NULL: no service-specific one. */
static const struct service *service_ciphered(uint8_t tag)
{
    for (size_t i = 0; tag != 0 && i < SERVICES; i++) {
        if (services[i].glo == tag || services[i].ded == tag) {
            return &services[i];
        }
    }
    return NULL;
}

static const struct service *service_plain(uint8_t tag)
{
    for (size_t i = 0; i < SERVICES; i++) {
        if (services[i].plain == tag) {
            return &services[i];
        }
    }
    return NULL;
}

bool dlms_is_ciphered(uint8_t tag)
{
    return service_ciphered(tag) != NULL || tag == DLMS_GENERAL_GLO_CIPHERING ||
           tag == DLMS_GENERAL_DED_CIPHERING || tag == DLMS_GENERAL_CIPHERING;
}

bool dlms_form_holds(uint8_t ciphered, uint8_t tag)
{
    const struct service *service = service_ciphered(ciphered);
    return service == NULL || service->plain == tag;
}

/* An octet string: its length, then the octets, in place. */
struct dlms_octets dlms_form_take_string(struct reader *r)
{
    size_t size = cosem_take_length(r);
    const uint8_t *octets = reader_octets(r, size);
    return (struct dlms_octets){.octets = octets, .size = octets ? size : 0};
}

/* A system title, or an empty string. */
const uint8_t *dlms_form_title(struct dlms_octets string, struct reader *r)
{
    if (string.size != 0 && string.size != DLMS_TITLE_SIZE) {
        reader_fail(r);
    }
    return string.size == DLMS_TITLE_SIZE ? string.octets : NULL;
}

void dlms_form_take_fields(struct reader *r, struct dlms_general *general)
{
    size_t begin = r->at;
    memset(general, 0, sizeof *general);
    general->transaction_id = dlms_form_take_string(r);
    general->originator = dlms_form_take_string(r);
    general->recipient = dlms_form_take_string(r);
    general->date_time = dlms_form_take_string(r);
    general->other_information = dlms_form_take_string(r);
    if (r->at - begin > DLMS_GENERAL_MAX) {
        reader_fail(r);
    }
}

static void take_key_info(struct reader *r, struct dlms_general *general)
{
    uint8_t present = reader_u8(r);
    if (present > 1) {
        reader_fail(r);
    }
    if (present != 1) {
        return;
    }
    uint8_t choice = reader_u8(r);
    if (choice == CHOICE_IDENTIFIED) {
        general->key_info = DLMS_KEY_INFO_IDENTIFIED;
        general->key_id = reader_u8(r);
    } else if (choice == CHOICE_WRAPPED) {
        general->key_info = DLMS_KEY_INFO_WRAPPED;
        general->key_id = reader_u8(r);
        general->key_data = dlms_form_take_string(r);
    } else if (choice == CHOICE_AGREED) {
        general->key_info = DLMS_KEY_INFO_AGREED;
        general->key_parameters = dlms_form_take_string(r);
        general->key_data = dlms_form_take_string(r);
    } else {
        reader_fail(r);
    }
}

/* What stands between the tag and the protected content. */
static void take_form(struct reader *r, struct dlms_ciphered *ciphered)
{
    struct dlms_protection *by = &ciphered->by;
    const struct service *service = service_ciphered(ciphered->tag);
    if (service != NULL) {
        by->form = service->glo == ciphered->tag ? DLMS_FORM_GLO : DLMS_FORM_DED;
    } else if (ciphered->tag == DLMS_GENERAL_CIPHERING) {
        by->form = DLMS_FORM_GENERAL;
        dlms_form_take_fields(r, &by->general);
        take_key_info(r, &by->general);
        by->title = dlms_form_title(by->general.originator, r);
    } else {
        by->form = ciphered->tag == DLMS_GENERAL_GLO_CIPHERING ? DLMS_FORM_GENERAL_GLO
                                                               : DLMS_FORM_GENERAL_DED;
        by->title = dlms_form_title(dlms_form_take_string(r), r);
    }
}

/* What stands before the text, which ends with the APDU of `size` octets or has its tag behind it.
 */
static void take_content(struct reader *r, struct dlms_ciphered *ciphered, size_t size)
{
    struct dlms_protection *by = &ciphered->by;
    size_t content = cosem_take_length(r);
    if (r->fault || content != size - r->at) {
        reader_fail(r);
    }
    by->control = reader_u8(r);
    by->counter = reader_u32(r);
    size_t tail = dlms_form_tail(by);
    if (content < PLAIN_HEAD + tail ||
        (by->control & (DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED)) == 0 ||
        (by->control & DLMS_CONTROL_COMPRESSED) != 0) {
        reader_fail(r);
    }
    ciphered->text.size = r->fault ? 0 : content - PLAIN_HEAD - tail;
}

struct dlms_ciphered dlms_ciphered_take_head(struct reader *r, size_t size)
{
    struct dlms_ciphered ciphered;
    memset(&ciphered, 0, sizeof ciphered);
    ciphered.tag = reader_u8(r);
    if (!dlms_is_ciphered(ciphered.tag)) {
        reader_fail(r);
        return ciphered;
    }
    take_form(r, &ciphered);
    take_content(r, &ciphered, size);
    return ciphered;
}

struct dlms_ciphered dlms_ciphered_take(struct reader *r)
{
    struct dlms_ciphered ciphered = dlms_ciphered_take_head(r, r->size);
    size_t tail = dlms_form_tail(&ciphered.by);
    ciphered.text.octets = reader_octets(r, ciphered.text.size);
    ciphered.mac = tail > 0 ? reader_octets(r, tail) : NULL;
    if (!reader_done(r)) {
        reader_fail(r);
    }
    return ciphered;
}

void dlms_form_put_string(struct writer *w, struct dlms_octets string)
{
    cosem_put_length(w, string.size);
    writer_octets(w, string.octets, string.size);
}

void dlms_form_put_fields(struct writer *w, const struct dlms_general *general)
{
    dlms_form_put_string(w, general->transaction_id);
    dlms_form_put_string(w, general->originator);
    dlms_form_put_string(w, general->recipient);
    if (!general->undated) {
        dlms_form_put_string(w, general->date_time);
    }
    dlms_form_put_string(w, general->other_information);
}

static void put_key_info(struct writer *w, const struct dlms_general *general)
{
    writer_u8(w, general->key_info != DLMS_KEY_INFO_ABSENT);
    if (general->key_info == DLMS_KEY_INFO_IDENTIFIED) {
        writer_u8(w, CHOICE_IDENTIFIED);
        writer_u8(w, general->key_id);
    } else if (general->key_info == DLMS_KEY_INFO_WRAPPED) {
        writer_u8(w, CHOICE_WRAPPED);
        writer_u8(w, general->key_id);
        dlms_form_put_string(w, general->key_data);
    } else if (general->key_info == DLMS_KEY_INFO_AGREED) {
        writer_u8(w, CHOICE_AGREED);
        dlms_form_put_string(w, general->key_parameters);
        dlms_form_put_string(w, general->key_data);
    }
}

/* Whether general-ciphering with these fields is one that we make. */
static bool general_fits(const struct dlms_general *general)
{
    struct writer fields = writer_measure();
    dlms_form_put_fields(&fields, general);
    size_t most =
        general->key_info == DLMS_KEY_INFO_AGREED ? (size_t)DLMS_AGREED_MAX : DLMS_WRAPPED_KEY_MAX;
    return fields.tape <= DLMS_GENERAL_MAX && general->key_data.size <= most;
}

/* The tag of the ciphered APDU around a service; 0: it has none. */
static uint8_t tag_around(enum dlms_form form, uint8_t plain)
{
    const struct service *service = service_plain(plain);
    switch (form) {
    case DLMS_FORM_GLO:
        return service ? service->glo : 0;
    case DLMS_FORM_DED:
        return service ? service->ded : 0;
    case DLMS_FORM_GENERAL_GLO:
        return DLMS_GENERAL_GLO_CIPHERING;
    case DLMS_FORM_GENERAL_DED:
        return DLMS_GENERAL_DED_CIPHERING;
    case DLMS_FORM_GENERAL:
        return DLMS_GENERAL_CIPHERING;
    }
    return 0;
}

size_t dlms_form_tail(const struct dlms_protection *by)
{
    return (by->control & DLMS_CONTROL_AUTHENTICATED) != 0 ? DLMS_TAG_SIZE : 0;
}

size_t dlms_form_head(const struct dlms_protection *by, uint8_t tag, size_t size,
                      uint8_t head[DLMS_HEAD_MAX])
{
    uint8_t around = tag_around(by->form, tag);
    if (around == 0 || (by->form == DLMS_FORM_GENERAL && !general_fits(&by->general))) {
        return 0;
    }
    struct writer w = writer_over(head, DLMS_HEAD_MAX);
    writer_u8(&w, around);
    if (by->form == DLMS_FORM_GENERAL) {
        dlms_form_put_fields(&w, &by->general);
        put_key_info(&w, &by->general);
    } else if (by->form != DLMS_FORM_GLO && by->form != DLMS_FORM_DED) {
        dlms_form_put_string(&w,
                             (struct dlms_octets){.octets = by->title, .size = DLMS_TITLE_SIZE});
    }
    cosem_put_length(&w, PLAIN_HEAD + size + dlms_form_tail(by));
    writer_u8(&w, by->control);
    writer_u32(&w, by->counter);
    return writer_overflow(&w) ? 0 : writer_kept(&w);
}

static size_t put_prefix(const struct dlms_protection *by, const struct dlms_material *material,
                         uint8_t prefix[DLMS_PREFIX_MAX])
{
    struct writer w = writer_over(prefix, DLMS_PREFIX_MAX);
    writer_u8(&w, by->control);
    writer_octets(&w, material->authentication, material->key_size);
    if (by->form == DLMS_FORM_GENERAL && material->aad == DLMS_AAD_HEAD) {
        dlms_form_put_fields(&w, &by->general);
    }
    return writer_kept(&w);
}

int dlms_form_use(const struct dlms_protection *by, const struct dlms_material *material,
                  uint8_t prefix[DLMS_PREFIX_MAX], struct crypto_gcm_use *use)
{
    *use = (struct crypto_gcm_use){.key = material->encryption, .key_size = material->key_size};
    struct writer w = writer_over(use->nonce, sizeof use->nonce);
    writer_octets(&w, by->title, DLMS_TITLE_SIZE);
    writer_u32(&w, by->counter);
    if (dlms_form_tail(by) == 0) {
        return 0;
    }
    if (material->authentication == NULL) {
        return -1;
    }
    use->aad = prefix;
    use->aad_size = put_prefix(by, material, prefix);
    return 0;
}
