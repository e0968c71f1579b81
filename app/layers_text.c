#include "app/layers_text.h"

#include "cosem/data.h"
#include "dlms/security_data.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_ELEMENTS = 2, MOST_ELEMENTS = 3 };

static bool take_layers(struct reader part, struct dlms_layers *layers)
{
    struct cosem_intake in = cosem_intake_begin(&part);
    dlms_layers_take(&in, layers);
    return cosem_intake_end(&in) == COSEM_SUCCESS && layers->count > 0;
}

static struct dlms_octets take_string(struct reader part)
{
    struct cosem_value value = cosem_take_value(&part);
    bool string = reader_done(&part) && value.tag == COSEM_OCTET_STRING;
    return (struct dlms_octets){string ? value.octets : NULL, string ? value.count : 0};
}

/* {.., layers}, {layers, text} or {.., layers, text}, as the methods have them. */
static bool find(struct reader value, struct dlms_layers *layers, struct dlms_octets *text)
{
    struct cosem_value head = cosem_take_value(&value);
    struct reader part[MOST_ELEMENTS];
    if (head.tag != COSEM_STRUCTURE || head.count < LEAST_ELEMENTS || head.count > MOST_ELEMENTS) {
        return false;
    }
    for (size_t i = 0; i < head.count; i++) {
        part[i] = cosem_take_part(&value);
    }
    *text = take_string(part[head.count - 1]);
    return !value.fault && take_layers(part[head.count - (text->octets != NULL ? 2 : 1)], layers);
}

/* ---- layers ---- */

static void print_string(FILE *out, const char *name, struct dlms_octets string)
{
    if (string.size > 0) {
        fprintf(out, ", %s ", name);
    }
    for (size_t i = 0; i < string.size; i++) {
        fprintf(out, "%02X", string.octets[i]);
    }
}

static const char *key_text(const struct dlms_general *options)
{
    switch (options->key_info) {
    case DLMS_KEY_INFO_IDENTIFIED:
        return options->key_id == DLMS_KEY_BROADCAST ? " by the broadcast key"
                                                     : " by the unicast key";
    case DLMS_KEY_INFO_WRAPPED:
        return options->key_data.size > 0 ? " by a wrapped key" : " by a key to be wrapped";
    case DLMS_KEY_INFO_AGREED:
        return " by an agreed key";
    default:
        return "";
    }
}

static void print_layer(const struct dlms_layer *layer, size_t number, struct place at)
{
    static const char *const types[] = {"authentication", "encryption",
                                        "authentication and encryption", "signature"};
    const struct dlms_general *options = &layer->options;
    FILE *out = place_begin(at);
    fprintf(out, "layer %zu: %s%s", number, types[layer->type], key_text(options));
    print_string(out, "from", options->originator);
    print_string(out, "to", options->recipient);
    print_string(out, "transaction", options->transaction_id);
    print_string(out, "other information", options->other_information);
    fputc('\n', out);
}

/* ---- what is in them ---- */

static const char *reason_of(int failed)
{
    switch (failed) {
    case DLMS_SECURITY_KEY:
        return "a key of it is not given; see --keys";
    case DLMS_SECURITY_TAG:
        return "not authentic: other keys, other options, or changed on the way";
    default:
        return "not what the layers say";
    }
}

/* Whom it is for takes it, and whom it is from is the other side of the key set. */
static int unprotect(struct decipher *decipher, const struct dlms_layers *layers,
                     struct dlms_data *data)
{
    static const uint8_t nobody[DLMS_TITLE_SIZE];
    const struct dlms_general *options = &layers->layer[layers->count - 1].options;
    struct dlms_counter received[DLMS_COUNTERS] = {{0}};
    const bool named = options->recipient.size == DLMS_TITLE_SIZE;
    const bool signs = options->originator.size == DLMS_TITLE_SIZE;
    const struct dlms_security_context context = {
        .ring = &decipher->ring,
        .unwrapped = &decipher->unwrapped,
        .signing = &decipher->signing,
        .title = named ? options->recipient.octets : nobody,
        .peer = signs ? options->originator.octets : NULL,
        .received = received,
    };
    return dlms_data_unprotect(&context, layers, data);
}

static void print_plain(const struct dlms_layers *layers, struct dlms_octets text, struct place at)
{
    size_t room = DLMS_DATA_HEAD + text.size;
    uint8_t *octets = malloc(room);
    struct dlms_data data = {octets, room, DLMS_DATA_HEAD, text.size};
    if (octets == NULL) {
        return;
    }
    memset(octets, 0, DLMS_DATA_HEAD);
    memcpy(octets + DLMS_DATA_HEAD, text.octets, text.size);
    int failed = unprotect(&at.text->decipher, layers, &data);
    if (failed != 0) {
        fprintf(place_begin(at), "not taken apart: %s\n", reason_of(failed));
    } else {
        struct reader plain = reader_over(octets + data.at, data.size);
        fprintf(place_begin(at), "plain\n");
        place_data(&plain, place_within(at, 1));
        if (!reader_done(&plain)) {
            place_octets(place_within(at, 1), "octets", octets + data.at, data.size);
        }
    }
    free(octets);
}

void layers_text_print(struct reader value, struct place at)
{
    struct dlms_layers layers;
    struct dlms_octets text;
    if (!find(value, &layers, &text)) {
        return;
    }
    fprintf(place_begin(at), "protected data (class 30)\n");
    for (size_t i = 0; i < layers.count; i++) {
        print_layer(&layers.layer[i], i + 1, place_within(at, 1));
    }
    if (text.octets != NULL) {
        print_plain(&layers, text, place_within(at, 1));
    }
}
