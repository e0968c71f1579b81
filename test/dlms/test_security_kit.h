/* Two sides that share keys, and what keeps their counters: for the tests of security. */
#ifndef WATTHOUR_TEST_DLMS_SECURITY_KIT_H
#define WATTHOUR_TEST_DLMS_SECURITY_KIT_H

#include "dlms/security_context.h"
#include "test/crypto/blocks.h"

enum { KIT_TEXT = 600, KIT_ROOM = KIT_TEXT + DLMS_PROTECT_HEAD + DLMS_PROTECT_HEAD_MOST };

extern const uint8_t kit_client[DLMS_TITLE_SIZE]; /* 4D4D4D0000000001 */
extern const uint8_t kit_server[DLMS_TITLE_SIZE]; /* 4D4D4D0000BC614E */

/* A ring of a suite with the unicast key 00 .. and the authentication key D0 .. */
void kit_ring(struct dlms_keyring *ring, enum dlms_suite suite);

/* A store that remembers the last bound of each counter. */
struct kit_store {
    struct dlms_counter_store store; /* reserves 100 ahead */
    uint32_t bounds[32];
    int writes;
    bool broken;
};

void kit_store_init(struct kit_store *store);

/* One side of an association. */
struct kit_side {
    struct dlms_keyring ring;
    struct dlms_key dedicated;
    struct dlms_key unwrapped;
    struct dlms_counter sent;
    struct dlms_counter received[DLMS_COUNTERS + 1]; /* the last: of the dedicated key */
    struct kit_store store;
    struct dlms_security_context context;
};

/* Counters as of new keys; the received ones are 0 .. in the store, the sent one is 7. */
void kit_side_init(struct kit_side *side, const uint8_t *title, const uint8_t *peer);

/* An APDU on its way: `from` makes it, `to` takes it, with the result of dlms_security_receive().
 */
struct kit_delivery {
    uint8_t apdu[KIT_ROOM];
    size_t size;
    uint8_t scratch[KIT_ROOM];
    struct dlms_protection how;
    struct reader plain;
};

void kit_send(struct kit_side *from, struct dlms_protection by, const void *plain, size_t size,
              struct kit_delivery *delivery);
int kit_receive(struct kit_side *to, struct kit_delivery *delivery);

/* A protection without the fields of general-ciphering. */
struct dlms_protection kit_protection(enum dlms_form form, uint8_t control);

#endif
