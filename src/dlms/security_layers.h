/* Layers of protection as COSEM data tells them: protection parameters. By Data protection (class
 * 30) they are put around values, by Push setup (class 40, from version 2 on) around an APDU. The
 * first layer is put on first, and taken off last.
 *
 * An element is {protection_type, {transaction_id, originator_system_title,
 * recipient_system_title, other_information, key_info}}; of a signature the key_info is null-data
 * or an empty structure. Sources: Blue Book class 30 (protection_parameters_element), class 40. */
#ifndef WATTHOUR_DLMS_SECURITY_LAYERS_H
#define WATTHOUR_DLMS_SECURITY_LAYERS_H

#include "cosem/intake.h"
#include "dlms/security.h"

enum dlms_layer_type {
    DLMS_LAYER_AUTHENTICATION = 0,
    DLMS_LAYER_ENCRYPTION = 1,
    DLMS_LAYER_BOTH = 2,
    DLMS_LAYER_SIGNATURE = 3,
};

/* The options have no date_time. Strings are in place, where the parameters were taken from. */
struct dlms_layer {
    enum dlms_layer_type type;
    struct dlms_general options;
};

enum { DLMS_LAYERS = 3 };

struct dlms_layers {
    size_t count;
    struct dlms_layer layer[DLMS_LAYERS];
};

/* Takes an array of at most DLMS_LAYERS elements. Out of range: a title of other than 8 octets or
 * none, options of more than DLMS_GENERAL_MAX octets, a key where a signature is, none where
 * something is ciphered. */
void dlms_layers_take(struct cosem_intake *in, struct dlms_layers *layers);
void dlms_layers_put(struct writer *w, const struct dlms_layers *layers);

/* What they are for a request, in the bits of access rights: COSEM_REQUEST_AUTHENTICATED and so on.
 * For a response the same bits are DLMS_LAYERS_OF_RESPONSE further up. */
enum { DLMS_LAYERS_OF_RESPONSE = 3 };
uint8_t dlms_layers_request(const struct dlms_layers *layers);

/* Whether what they are made with has to be told with what is protected: an ephemeral key, or a key
 * that is still to be made and wrapped. */
bool dlms_layer_tells_key(const struct dlms_layer *layer);

/* The layers of an answer: originator is `own`, and recipient whoever of the two in the request is
 * not; neither: `peer` (NULL: nobody is named). other_information is the client's alone. */
void dlms_layers_answer(struct dlms_layers *layers, const uint8_t *own, const uint8_t *peer);

/* The octets of security control for a layer that ciphers. */
uint8_t dlms_layer_control(const struct dlms_layer *layer, enum dlms_suite suite);

/* The same layers around an APDU: general-ciphering and general-signing, each at most once. 0, or
 * -1: that cannot be. No layer at all: `by` is not protected. */
int dlms_layers_apdu(const struct dlms_layers *layers, enum dlms_suite suite,
                     struct dlms_protection *by);

#endif
