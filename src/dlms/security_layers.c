#include "dlms/security_layers.h"

#include "cosem/data.h"
#include "dlms/security_form.h"
#include "dlms/security_keys.h"

#include <string.h>

/* key_info_type */
enum { IDENTIFIED = 0, WRAPPED = 1, AGREED = 2 };

enum { ELEMENTS = 2, OPTIONS = 5, KEY_INFO = 2 };

/* key-parameters of a key that both sides make of an ephemeral one. */
enum { ONE_PASS = DLMS_AGREEMENT_ONE_PASS };

static struct dlms_octets take_string(struct cosem_intake *in, size_t most)
{
    struct dlms_octets string;
    string.octets = cosem_intake_string(in, COSEM_OCTET_STRING, 0, most, &string.size);
    return string;
}

static struct dlms_octets take_title(struct cosem_intake *in)
{
    struct dlms_octets title = take_string(in, DLMS_TITLE_SIZE);
    if (title.size != 0 && title.size != DLMS_TITLE_SIZE) {
        cosem_intake_refuse(in);
    }
    return title;
}

static void take_key(struct cosem_intake *in, struct dlms_general *options)
{
    switch (cosem_intake_integer(in, COSEM_ENUM, IDENTIFIED, AGREED)) {
    case WRAPPED:
        options->key_info = DLMS_KEY_INFO_WRAPPED;
        cosem_intake_structure(in, KEY_INFO);
        options->key_id = (uint8_t)cosem_intake_integer(in, COSEM_ENUM, 0, 0);
        options->key_data = take_string(in, DLMS_WRAPPED_KEY_MAX);
        break;
    case AGREED:
        options->key_info = DLMS_KEY_INFO_AGREED;
        cosem_intake_structure(in, KEY_INFO);
        options->key_parameters = take_string(in, 1);
        options->key_data = take_string(in, DLMS_AGREED_MAX);
        break;
    default:
        options->key_info = DLMS_KEY_INFO_IDENTIFIED;
        options->key_id =
            (uint8_t)cosem_intake_integer(in, COSEM_ENUM, DLMS_KEY_UNICAST, DLMS_KEY_BROADCAST);
        break;
    }
}

/* null-data, or a structure of nothing: there is no key. */
static void take_key_info(struct cosem_intake *in, struct dlms_general *options)
{
    struct reader ahead = *in->value;
    struct cosem_value value = cosem_take_value(&ahead);
    if (value.tag == COSEM_NULL || (value.tag == COSEM_STRUCTURE && value.count == 0)) {
        (void)cosem_take_value(in->value);
        return;
    }
    cosem_intake_structure(in, KEY_INFO);
    take_key(in, options);
}

/* Whether they fit where they are authenticated. */
static bool options_fit(const struct dlms_general *options)
{
    struct writer fields = writer_measure();
    dlms_form_put_fields(&fields, options);
    return fields.tape <= DLMS_GENERAL_MAX;
}

static void take_layer(struct cosem_intake *in, struct dlms_layer *layer)
{
    struct dlms_general *options = &layer->options;
    memset(layer, 0, sizeof *layer);
    cosem_intake_structure(in, ELEMENTS);
    layer->type = (enum dlms_layer_type)cosem_intake_integer(
        in, COSEM_ENUM, DLMS_LAYER_AUTHENTICATION, DLMS_LAYER_SIGNATURE);
    cosem_intake_structure(in, OPTIONS);
    options->transaction_id = take_string(in, DLMS_GENERAL_MAX);
    options->originator = take_title(in);
    options->recipient = take_title(in);
    options->other_information = take_string(in, DLMS_GENERAL_MAX);
    take_key_info(in, options);
    bool has_key = options->key_info != DLMS_KEY_INFO_ABSENT;
    if (has_key == (layer->type == DLMS_LAYER_SIGNATURE) || !options_fit(options)) {
        cosem_intake_refuse(in);
    }
}

void dlms_layers_take(struct cosem_intake *in, struct dlms_layers *layers)
{
    size_t count = cosem_intake_array(in, DLMS_LAYERS);
    layers->count = 0;
    while (layers->count < count && in->result == COSEM_SUCCESS) {
        take_layer(in, &layers->layer[layers->count++]);
    }
}

static void put_string(struct writer *w, struct dlms_octets string)
{
    cosem_put_octet_string(w, string.octets, string.size);
}

static void put_key_info(struct writer *w, const struct dlms_general *options)
{
    cosem_put_structure(w, options->key_info == DLMS_KEY_INFO_ABSENT ? 0 : KEY_INFO);
    switch (options->key_info) {
    case DLMS_KEY_INFO_IDENTIFIED:
        cosem_put_enum(w, IDENTIFIED);
        cosem_put_enum(w, options->key_id);
        break;
    case DLMS_KEY_INFO_WRAPPED:
        cosem_put_enum(w, WRAPPED);
        cosem_put_structure(w, KEY_INFO);
        cosem_put_enum(w, options->key_id);
        put_string(w, options->key_data);
        break;
    case DLMS_KEY_INFO_AGREED:
        cosem_put_enum(w, AGREED);
        cosem_put_structure(w, KEY_INFO);
        put_string(w, options->key_parameters);
        put_string(w, options->key_data);
        break;
    case DLMS_KEY_INFO_ABSENT:
        break;
    }
}

void dlms_layers_put(struct writer *w, const struct dlms_layers *layers)
{
    cosem_put_array(w, layers->count);
    for (size_t i = 0; i < layers->count; i++) {
        const struct dlms_general *options = &layers->layer[i].options;
        cosem_put_structure(w, ELEMENTS);
        cosem_put_enum(w, (uint8_t)layers->layer[i].type);
        cosem_put_structure(w, OPTIONS);
        put_string(w, options->transaction_id);
        put_string(w, options->originator);
        put_string(w, options->recipient);
        put_string(w, options->other_information);
        put_key_info(w, options);
    }
}

uint8_t dlms_layers_request(const struct dlms_layers *layers)
{
    static const uint8_t bits[] = {
        [DLMS_LAYER_AUTHENTICATION] = COSEM_REQUEST_AUTHENTICATED,
        [DLMS_LAYER_ENCRYPTION] = COSEM_REQUEST_ENCRYPTED,
        [DLMS_LAYER_BOTH] = COSEM_REQUEST_AUTHENTICATED | COSEM_REQUEST_ENCRYPTED,
        [DLMS_LAYER_SIGNATURE] = COSEM_REQUEST_SIGNED,
    };
    unsigned request = 0;
    for (size_t i = 0; i < layers->count; i++) {
        request |= bits[layers->layer[i].type];
    }
    return (uint8_t)request;
}

static bool is_one_pass(const struct dlms_general *options)
{
    return options->key_info == DLMS_KEY_INFO_AGREED && options->key_parameters.size == 1 &&
           options->key_parameters.octets[0] == ONE_PASS;
}

bool dlms_layer_tells_key(const struct dlms_layer *layer)
{
    const struct dlms_general *options = &layer->options;
    bool unmade = options->key_info == DLMS_KEY_INFO_WRAPPED && options->key_data.size == 0;
    return unmade || is_one_pass(options);
}

static bool names_other(struct dlms_octets title, const uint8_t *own)
{
    return title.size == DLMS_TITLE_SIZE && memcmp(title.octets, own, DLMS_TITLE_SIZE) != 0;
}

void dlms_layers_answer(struct dlms_layers *layers, const uint8_t *own, const uint8_t *peer)
{
    for (size_t i = 0; i < layers->count; i++) {
        struct dlms_general *options = &layers->layer[i].options;
        struct dlms_octets to = {peer, peer != NULL ? DLMS_TITLE_SIZE : 0};
        if (names_other(options->recipient, own)) {
            to = options->recipient;
        }
        if (names_other(options->originator, own)) {
            to = options->originator;
        }
        options->originator = (struct dlms_octets){own, DLMS_TITLE_SIZE};
        options->recipient = to;
        options->other_information = (struct dlms_octets){NULL, 0};
    }
}

uint8_t dlms_layer_control(const struct dlms_layer *layer, enum dlms_suite suite)
{
    unsigned control = suite;
    control |= layer->type != DLMS_LAYER_ENCRYPTION ? DLMS_CONTROL_AUTHENTICATED : 0U;
    control |= layer->type != DLMS_LAYER_AUTHENTICATION ? DLMS_CONTROL_ENCRYPTED : 0U;
    return (uint8_t)(layer->type == DLMS_LAYER_SIGNATURE ? (unsigned)suite : control);
}

/* What is signed before it is ciphered is inside, what is signed afterwards around it. */
static int add_signature(struct dlms_protection *by, const struct dlms_layer *layer, bool ciphered)
{
    if (by->signature != DLMS_UNSIGNED) {
        return -1;
    }
    by->signature = ciphered ? DLMS_SIGNED_AROUND : DLMS_SIGNED_ALONE;
    by->signing = layer->options;
    return 0;
}

static int add_cipher(struct dlms_protection *by, const struct dlms_layer *layer,
                      enum dlms_suite suite, bool ciphered)
{
    if (ciphered) {
        return -1;
    }
    by->control = dlms_layer_control(layer, suite);
    by->general = layer->options;
    if (by->signature == DLMS_SIGNED_ALONE) {
        by->signature = DLMS_SIGNED_INSIDE;
    }
    return 0;
}

int dlms_layers_apdu(const struct dlms_layers *layers, enum dlms_suite suite,
                     struct dlms_protection *by)
{
    bool ciphered = false;
    *by = (struct dlms_protection){.form = DLMS_FORM_GENERAL, .control = (uint8_t)suite};
    for (size_t i = 0; i < layers->count; i++) {
        const struct dlms_layer *layer = &layers->layer[i];
        bool is_signature = layer->type == DLMS_LAYER_SIGNATURE;
        int failed = is_signature ? add_signature(by, layer, ciphered)
                                  : add_cipher(by, layer, suite, ciphered);
        if (failed != 0) {
            return -1;
        }
        ciphered = ciphered || !is_signature;
    }
    return 0;
}
