#include "test/dlms/test_security_kit.h"

#include "test/unit.h"

#include <string.h>

const uint8_t kit_client[] = {0x4D, 0x4D, 0x4D, 0x00, 0x00, 0x00, 0x00, 0x01};
const uint8_t kit_server[] = {0x4D, 0x4D, 0x4D, 0x00, 0x00, 0xBC, 0x61, 0x4E};

void kit_ring(struct dlms_keyring *ring, enum dlms_suite suite)
{
    uint8_t key[DLMS_KEY_MAX];
    size_t size = dlms_key_size(suite);
    dlms_keyring_init(ring, suite);
    for (size_t i = 0; i < size; i++) {
        key[i] = (uint8_t)i;
    }
    assert_int_equal(dlms_keyring_put(ring, DLMS_KEY_UNICAST, key, size), 0);
    for (size_t i = 0; i < size; i++) {
        key[i] = (uint8_t)(0xD0 + i);
    }
    assert_int_equal(dlms_keyring_put(ring, DLMS_KEY_AUTHENTICATION, key, size), 0);
}

static int reserve(void *context, uint8_t id, uint32_t bound)
{
    struct kit_store *store = context;
    if (store->broken) {
        return -1;
    }
    assert_true(bound > store->bounds[id]);
    store->bounds[id] = bound;
    store->writes++;
    return 0;
}

void kit_store_init(struct kit_store *store)
{
    memset(store, 0, sizeof *store);
    store->store = (struct dlms_counter_store){.reserve = reserve, .context = store, .ahead = 100};
}

void kit_side_init(struct kit_side *side, const uint8_t *title, const uint8_t *peer)
{
    kit_ring(&side->ring, DLMS_SUITE_0);
    dlms_key_drop(&side->dedicated, NULL);
    dlms_key_drop(&side->unwrapped, NULL);
    kit_store_init(&side->store);
    dlms_counter_restore(&side->sent, 7, DLMS_COUNTER_FIRST);
    for (uint8_t i = 0; i <= DLMS_COUNTERS; i++) {
        dlms_counter_restore(&side->received[i], i, 0);
    }
    side->context = (struct dlms_security_context){
        .ring = &side->ring,
        .dedicated = &side->dedicated,
        .unwrapped = &side->unwrapped,
        .title = title,
        .peer = peer,
        .sent = &side->sent,
        .received = side->received,
        .dedicated_received = &side->received[DLMS_COUNTER_OF_DEDICATED],
        .store = &side->store.store,
    };
}

void kit_send(struct kit_side *from, struct dlms_protection by, const void *plain, size_t size,
              struct kit_delivery *delivery)
{
    delivery->size =
        dlms_security_send(&from->context, &by, plain, size, delivery->apdu, sizeof delivery->apdu);
}

int kit_receive(struct kit_side *to, struct kit_delivery *delivery)
{
    return dlms_security_receive(&to->context, delivery->apdu, delivery->size, delivery->scratch,
                                 sizeof delivery->scratch, &delivery->how, &delivery->plain);
}

struct dlms_protection kit_protection(enum dlms_form form, uint8_t control)
{
    struct dlms_protection by;
    memset(&by, 0, sizeof by);
    by.form = form;
    by.control = control;
    return by;
}
