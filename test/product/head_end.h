/* A head end that opens the Management client's association of an XS211 by high level security, and
 * ciphers: its keys are those of test_security_kit.h, the master key is "the master's key", the
 * secret "12345678". One of each in a program. */
#ifndef WATTHOUR_TEST_PRODUCT_HEAD_END_H
#define WATTHOUR_TEST_PRODUCT_HEAD_END_H

#include "test/dlms/test_security_kit.h"
#include "test/product/rig.h"

#include <stdbool.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, APDU = 512, CHALLENGE_MOST = DLMS_CHALLENGE_MOST };

extern const char *head_end_product;                /* "xs211", if nobody says otherwise */
extern enum dlms_suite head_end_suite;              /* 0; a control octet names it */
extern const struct dlms_signing *head_end_signing; /* of the client, for ECDSA */
extern struct rig rig;
extern struct dlms_security_setup setup;
extern struct kit_store store; /* of the server's counters */
extern struct kit_side client;

/* The exchange: what was asked, and what came. */
extern struct dlms_aare aare;
extern uint8_t asked[APDU];
extern uint8_t answer[DLMS_ANSWER_ROOM(APDU)];
extern size_t answered;
extern struct kit_delivery delivery;

/* Meter and head end as new; of cmocka. */
int set_up(void **state);

/* The meter starts again: its counters go on as they were stored. */
void start_server(void);

/* Asks as Management, any APDU; the size of the answer. */
size_t ask(const uint8_t *apdu, size_t size);

/* What was answered last is this exception. */
void assert_exception(uint8_t state, uint8_t service);

/* Ciphers a request and asks; the answer in `delivery`, deciphered. False: it came plain. */
bool ask_ciphered(struct dlms_protection by, const uint8_t *apdu, size_t size);

struct opening {
    enum dlms_mechanism mechanism;
    enum dlms_context context;
    size_t challenge;
    uint8_t control; /* 0: the InitiateRequest is plain */
    const uint8_t *dedicated;
    bool untitled;
    uint32_t conformance; /* 0: 007E1F */
};

/* An AARQ; its size, in `asked`. */
size_t make_aarq(const struct opening *o);

/* Sends it. The result of the AARE, which stays in `aare`. */
enum dlms_result open_with(const struct opening *o);

/* The reply to the challenge of the AARE, in a plain ACTION; its size, in `asked`. */
size_t make_reply(const struct opening *o);

/* Whether an ACTION-response brings the server's right proof. */
bool is_proved(const struct opening *o, const uint8_t *response, size_t size);

/* AARQ and reply, ciphered where the opening is. */
void open_all(const struct opening *o);

/* An RLRQ with its InitiateRequest ciphered; its size. */
size_t make_release(uint8_t control, uint8_t apdu[APDU]);

/* Whether a plain GET is served. */
bool is_served(void);

#endif
