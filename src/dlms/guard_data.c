/* Protected data of class 30: whose keys and counters they are protected with. */
#include "crypto/secret.h"
#include "dlms/association.h"
#include "dlms/guard.h"
#include "dlms/server.h"

/* Of the meter itself the first client's keys are not given: recipients are certified. */
static struct dlms_security_context context_of(struct dlms_security_setup *setup,
                                               const struct dlms_association *a,
                                               struct dlms_signing *signing)
{
    *signing = dlms_security_setup_signing(setup, a != NULL ? dlms_association_partner(a) : 0);
    return (struct dlms_security_context){
        .ring = &setup->ring,
        .unwrapped = &setup->unwrapped,
        .signing = signing,
        .agreed = setup->agreed,
        .title = setup->title,
        .peer = a != NULL && a->guard.titled ? a->guard.title : NULL,
        .sent = &setup->sent,
        .sent_other = &setup->sent_other,
        .received = setup->received_data,
        .store = setup->store,
        .aad = setup->aad,
        .data_undated = setup->data_undated,
    };
}

/* What is told of a key is told in one place: there is room for one. */
static bool tells_one_key(const struct dlms_layers *layers)
{
    size_t keys = 0;
    for (size_t i = 0; i < layers->count; i++) {
        keys += dlms_layer_tells_key(&layers->layer[i]);
    }
    return keys <= 1;
}

/* A key for one answer, wrapped by the master key. */
static int make_wrapped(struct dlms_security_setup *setup, struct dlms_general *options)
{
    uint8_t key[DLMS_KEY_MAX];
    size_t size = dlms_key_size(setup->ring.suite);
    const uint8_t *master = dlms_keyring_octets(&setup->ring, DLMS_KEY_MASTER);
    if (master == NULL || crypto_random_octets(setup->random, key, size) != 0 ||
        crypto_key_wrap(master, size, key, size, setup->agreed) != 0) {
        return DLMS_SECURITY_KEY;
    }
    crypto_wipe(key, sizeof key);
    options->key_data = (struct dlms_octets){setup->agreed, size + CRYPTO_KEY_WRAP_EXTRA};
    return 0;
}

static int make_keys(struct dlms_security_setup *setup, struct dlms_layers *layers)
{
    int failed = tells_one_key(layers) ? 0 : DLMS_SECURITY_KEY;
    for (size_t i = 0; i < layers->count && failed == 0; i++) {
        struct dlms_general *options = &layers->layer[i].options;
        if (options->key_info == DLMS_KEY_INFO_WRAPPED && options->key_data.size == 0) {
            failed = make_wrapped(setup, options);
        }
    }
    return failed;
}

int dlms_guard_protect(struct dlms_security_setup *setup, struct dlms_association *a,
                       struct dlms_layers *layers, struct dlms_data *data)
{
    struct dlms_signing signing;
    struct dlms_security_context context = context_of(setup, a, &signing);
    dlms_layers_answer(layers, context.title, context.peer);
    int failed = make_keys(setup, layers);
    return failed != 0 ? failed : dlms_data_protect(&context, layers, data);
}

int dlms_guard_unprotect(struct dlms_security_setup *setup, struct dlms_association *a,
                         const struct dlms_layers *layers, struct dlms_data *data)
{
    struct dlms_signing signing;
    struct dlms_security_context context = context_of(setup, a, &signing);
    int failed = dlms_data_unprotect(&context, layers, data);
    if (a != NULL && failed == DLMS_SECURITY_COUNTER) {
        dlms_server_tell(a->server, DLMS_INCIDENT_REPLAY, dlms_association_partner(a));
    } else if (a != NULL && (failed == DLMS_SECURITY_TAG || failed == DLMS_SECURITY_KEY)) {
        dlms_server_tell(a->server, DLMS_INCIDENT_DECIPHERING, dlms_association_partner(a));
    }
    return failed;
}
