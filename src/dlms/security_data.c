#include "dlms/security_data.h"

#include "cosem/data.h"
#include "dlms/security_form.h"

#include <string.h>

enum { TEXT_HEAD = 1 + 4 /* control octet and counter */ };

static bool is_title(struct dlms_octets string, const uint8_t *title)
{
    return title != NULL && string.size == DLMS_TITLE_SIZE &&
           memcmp(string.octets, title, DLMS_TITLE_SIZE) == 0;
}

/* The context for a layer of ours and whoever has this title: only the peer's keys may be given,
 * those of anybody else are certified. Points to `signing`. */
static struct dlms_security_context between(const struct dlms_security_context *context,
                                            struct dlms_octets title, struct dlms_signing *signing)
{
    struct dlms_security_context its = *context;
    if (context->signing != NULL) {
        *signing = *context->signing;
        its.signing = signing;
    }
    if (title.size != 0 && !is_title(title, context->peer)) {
        its.peer = NULL;
        signing->peer = NULL;
        signing->peer_agreement = NULL;
    }
    return its;
}

/* The fields that are protected with the data. */
static struct dlms_general fields_of(const struct dlms_security_context *context,
                                     const struct dlms_layer *layer)
{
    struct dlms_general fields = layer->options;
    fields.undated = context->data_undated;
    return fields;
}

static struct dlms_protection protection_of(const struct dlms_security_context *context,
                                            const struct dlms_layer *layer)
{
    return (struct dlms_protection){
        .form = DLMS_FORM_GENERAL,
        .control = dlms_layer_control(layer, context->ring->suite),
        .general = fields_of(context, layer),
    };
}

/* ---- ciphering ---- */

static bool has_room(const struct dlms_data *data, size_t head, size_t tail)
{
    return data->at >= head && data->room - data->at >= data->size + tail;
}

static int encipher(const struct dlms_security_context *context, struct dlms_layer *layer,
                    struct dlms_data *data)
{
    struct dlms_signing signing;
    struct dlms_security_context its = between(context, layer->options.recipient, &signing);
    struct dlms_protection by = protection_of(context, layer);
    struct dlms_material material;
    if (!has_room(data, DLMS_PREFIX_MAX, DLMS_TAG_SIZE)) {
        return DLMS_SECURITY_ROOM;
    }
    if (dlms_security_begin(&its, &by, &material) != 0) {
        return DLMS_SECURITY_KEY;
    }
    layer->options.key_data = by.general.key_data;
    uint8_t *text = data->octets + data->at;
    if (dlms_seal_text(&by, &material, text, data->size) != 0) {
        return DLMS_SECURITY_KEY;
    }
    struct writer w = writer_over(text - TEXT_HEAD, TEXT_HEAD);
    writer_u8(&w, by.control);
    writer_u32(&w, by.counter);
    data->at -= TEXT_HEAD;
    data->size += TEXT_HEAD + dlms_form_tail(&by);
    return 0;
}

/* What stands before the text of a layer; the text remains, with its tag behind it. */
static int take_text(struct dlms_data *data, struct dlms_protection *by)
{
    struct reader r = reader_over(data->octets + data->at, data->size);
    uint8_t control = reader_u8(&r);
    by->counter = reader_u32(&r);
    size_t tail = dlms_form_tail(by);
    if (r.fault || reader_left(&r) < tail || control != by->control) {
        return -1;
    }
    data->at += TEXT_HEAD;
    data->size = reader_left(&r) - tail;
    return 0;
}

static int open_text(const struct dlms_protection *by, const struct dlms_material *material,
                     struct dlms_data *data)
{
    uint8_t *text = data->octets + data->at;
    int failed = dlms_open_text(by, material, &text, data->size);
    data->at = (size_t)(text - data->octets);
    return failed;
}

static int decipher(const struct dlms_security_context *context, const struct dlms_layer *layer,
                    struct dlms_data *data, struct dlms_admission *admission, uint32_t *counter)
{
    struct dlms_signing signing;
    struct dlms_security_context its = between(context, layer->options.originator, &signing);
    struct dlms_protection by = protection_of(context, layer);
    if (!has_room(data, DLMS_PREFIX_MAX, 0)) {
        return DLMS_SECURITY_ROOM;
    }
    if (take_text(data, &by) != 0) {
        return DLMS_SECURITY_MALFORMED;
    }
    by.title = layer->options.originator.size != 0 ? layer->options.originator.octets : NULL;
    int failed = dlms_security_admit(&its, &by, admission);
    *counter = by.counter;
    return failed != 0 ? failed : open_text(&by, &admission->material, data);
}

/* ---- signatures ---- */

static int sign(const struct dlms_security_context *context, const struct dlms_layer *layer,
                struct dlms_data *data)
{
    const struct dlms_signing *signing = context->signing;
    const struct dlms_general fields = fields_of(context, layer);
    size_t head = dlms_signed_head(&fields, data->size);
    if (signing == NULL) {
        return DLMS_SECURITY_KEY;
    }
    size_t tail = dlms_signed_tail(signing);
    if (!has_room(data, head, tail)) {
        return DLMS_SECURITY_ROOM;
    }
    if (dlms_sign(signing, &fields, data->octets + data->at, data->size) != 0) {
        return DLMS_SECURITY_KEY;
    }
    struct writer length = writer_measure();
    cosem_put_length(&length, data->size);
    data->at -= length.tape;
    data->size += length.tape + tail;
    return 0;
}

/* The fields go before what they are signed with. */
static int take_signed(struct dlms_data *data, struct dlms_signed *held)
{
    struct reader r = reader_over(data->octets + data->at, data->size);
    held->content = dlms_form_take_string(&r);
    size_t range = r.at;
    held->signature = dlms_form_take_string(&r);
    struct writer fields = writer_over(data->octets, data->at);
    dlms_form_put_fields(&fields, &held->head);
    if (!reader_done(&r) || writer_overflow(&fields)) {
        return -1;
    }
    size_t size = writer_kept(&fields);
    uint8_t *before = data->octets + data->at - size;
    memmove(before, data->octets, size);
    held->range = (struct dlms_octets){before, size + range};
    return 0;
}

static int check(const struct dlms_security_context *context, const struct dlms_layer *layer,
                 struct dlms_data *data)
{
    struct dlms_signing signing;
    struct dlms_security_context its = between(context, layer->options.originator, &signing);
    struct dlms_signed held = {.head = fields_of(context, layer)};
    bool named = layer->options.originator.size != 0;
    const uint8_t *title = named ? layer->options.originator.octets : context->peer;
    bool ours =
        layer->options.recipient.size == 0 || is_title(layer->options.recipient, context->title);
    if (take_signed(data, &held) != 0) {
        return DLMS_SECURITY_MALFORMED;
    }
    if (title == NULL || !ours) {
        return DLMS_SECURITY_KEY;
    }
    int failed = dlms_signed_check(&held, its.signing, title);
    data->at = (size_t)(held.content.octets - data->octets);
    data->size = held.content.size;
    return failed;
}

/* ---- all layers ---- */

int dlms_data_protect(const struct dlms_security_context *context, struct dlms_layers *layers,
                      struct dlms_data *data)
{
    int failed = 0;
    for (size_t i = 0; i < layers->count && failed == 0; i++) {
        struct dlms_layer *layer = &layers->layer[i];
        failed = layer->type == DLMS_LAYER_SIGNATURE ? sign(context, layer, data)
                                                     : encipher(context, layer, data);
    }
    return failed;
}

/* Counters are held against what was accepted before all of it, and then used together: what was
 * put on first, and has the lower one, is taken off last. */
static int accept(const struct dlms_admission *admissions, const uint32_t *counters, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        const struct dlms_admission *one = &admissions[i - 1];
        bool counts = dlms_counter_accepts(one->received, counters[i - 1]);
        if (counts && dlms_counter_accept(one->received, one->store, counters[i - 1]) != 0) {
            return DLMS_SECURITY_STORE;
        }
    }
    return 0;
}

int dlms_data_unprotect(const struct dlms_security_context *context,
                        const struct dlms_layers *layers, struct dlms_data *data)
{
    struct dlms_admission admissions[DLMS_LAYERS];
    uint32_t counters[DLMS_LAYERS];
    size_t ciphered = 0;
    for (size_t i = layers->count; i > 0; i--) {
        const struct dlms_layer *layer = &layers->layer[i - 1];
        bool is_signature = layer->type == DLMS_LAYER_SIGNATURE;
        int failed = is_signature ? check(context, layer, data)
                                  : decipher(context, layer, data, &admissions[ciphered],
                                             &counters[ciphered]);
        if (failed != 0) {
            return failed;
        }
        ciphered += !is_signature;
    }
    return accept(admissions, counters, ciphered);
}
