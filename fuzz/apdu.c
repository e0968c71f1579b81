/* The server of a whole product under any APDUs: associations open, long transfers under way both
 * ways, two connections that share a stage. On the second one the Management client's association
 * is ciphered, and nothing is required: what is only encrypted is deciphered and served. Request
 * and answer lie in buffers of exactly their size.
 *
 * Input: how the client's associations were opened (bits 0..3: their PDU size), then messages, each
 * a steering octet (bits 0: connection, 1..2: client, 3: the octets are a plain APDU, which a head
 * end with the keys protects; 4: in general blocks), a length, and the octets of the APDU. */
#include "dlms/client.h"
#include "meter/meter.h"
#include "test/dlms/ram_stage.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONNECTIONS = 2, RECEIVE_MAX = 1024 };

static const struct meter_keys keys = {
    .unicast = "a key", .authentication = "a key", .master = "a key"};
static struct meter meter;
static struct ram_stage stage;
static const uint8_t title[DLMS_TITLE_SIZE] = "title";
static struct dlms_session sessions[CONNECTIONS];
static struct dlms_association places[CONNECTIONS][DLMS_PARTNERS];

static int read_zeros(void *port, uint8_t *octets, size_t size)
{
    (void)port;
    memset(octets, 0, size);
    return 0;
}

/* A network with nothing in it. */
static void look(void *port, struct link_network_view *view)
{
    (void)port;
    view->connections_most = CONNECTIONS;
}

/* Without a chip: what is stored is the tests' of others. */
static void start_meter(void)
{
    static struct legal_part legal;
    static struct calendar_switch switches[2 * CALENDAR_SWITCHES];
    static const struct crypto_entropy entropy = {.read = read_zeros};
    static const struct link_network network = {.look = look};
    const struct meter_setup with = {
        .product = product_find("st402d"),
        .serial = 1,
        .reading_password = "12345678",
        .management_password = "12345678",
        .management_low = true,
        .keys = &keys,
        .entropy = &entropy,
        .network = &network,
        .utc_ms = INT64_C(1800000000000),
        .legal = &legal,
        .switches = switches,
        .switch_count = 2 * CALENDAR_SWITCHES,
    };
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int i = 0; i < LEGAL_PHASES; i++) {
        interval.phase[i].u_uv = 230000000;
    }
    memset(&meter, 0, sizeof meter);
    if (meter_init(&meter, &with) != 0) {
        abort();
    }
    legal_direct(meter.legal, &interval, NULL);
    ram_stage_init(&stage, &meter.server);
}

static void ask(struct dlms_session *session, uint16_t client, const uint8_t *apdu, size_t size,
                size_t pdu)
{
    uint8_t *request = malloc(size > 0 ? size : 1);
    uint8_t *answer = malloc(DLMS_ANSWER_ROOM(pdu));
    memcpy(request, apdu, size);
    size_t answered = dlms_session_answer(session, client, DLMS_LOGICAL_DEVICE, request, size,
                                          answer, DLMS_ANSWER_ROOM(pdu));
    for (int i = 0; answered > 0 && i < 100; i++) {
        if (answered > pdu) {
            abort();
        }
        answered = dlms_session_more(session, client, answer, DLMS_ANSWER_ROOM(pdu));
    }
    free(request);
    free(answer);
}

static void open_association(struct dlms_session *session, uint16_t sap, uint16_t pdu)
{
    struct dlms_client client;
    uint8_t apdu[DLMS_CLIENT_ROOM];
    struct dlms_octets password = {sap != PRODUCT_SAP_PUBLIC ? (const uint8_t *)"12345678" : NULL,
                                   8};
    dlms_client_init(&client, NULL, 0, pdu);
    size_t size = dlms_client_open(&client, password, apdu, sizeof apdu);
    memset(apdu + size - 5, 0xFF, 3); /* everything is proposed */
    ask(session, sap, apdu, size, RECEIVE_MAX);
}

static void open_ciphered(struct dlms_session *session, uint16_t pdu)
{
    const struct dlms_initiate proposed = {.conformance = DLMS_OFFERED | DLMS_OFFERED_WITH_STAGE,
                                           .max_pdu = pdu,
                                           .version = DLMS_VERSION};
    uint8_t information[32];
    uint8_t apdu[DLMS_CLIENT_ROOM];
    struct writer inner = writer_over(information, sizeof information);
    struct writer w = writer_over(apdu, sizeof apdu);
    dlms_initiate_put_request(&inner, &proposed);
    const struct dlms_aarq aarq = {.context = DLMS_CONTEXT_LN_CIPHERED,
                                   .mechanism = DLMS_MECHANISM_LOW,
                                   .title = {title, sizeof title},
                                   .value = {(const uint8_t *)"12345678", 8},
                                   .user_information = {information, writer_kept(&inner)}};
    dlms_aarq_put(&w, &aarq);
    ask(session, PRODUCT_SAP_MANAGEMENT, apdu, writer_kept(&w), RECEIVE_MAX);
    int management = dlms_server_partner(&meter.server, PRODUCT_SAP_MANAGEMENT);
    if (meter.server.associated[management] != CONNECTIONS) {
        abort();
    }
}

/* What a head end with the keys sends: so that whatever the octets mean gets as far as it can. */
static void ask_protected(struct dlms_session *session, uint16_t sap, const uint8_t *plain,
                          size_t size, bool in_blocks)
{
    static struct dlms_keyring ring;
    static struct dlms_counter sent;
    uint8_t apdu[RECEIVE_MAX];
    uint8_t block[RECEIVE_MAX];
    const struct dlms_security_context head_end = {
        .ring = &ring, .title = title, .peer = title, .sent = &sent};
    struct dlms_protection by = {.form = DLMS_FORM_GENERAL_GLO, .control = 0x30};
    dlms_keyring_init(&ring, DLMS_SUITE_0);
    dlms_keyring_put(&ring, DLMS_KEY_UNICAST, keys.unicast, METER_KEY);
    dlms_keyring_put(&ring, DLMS_KEY_AUTHENTICATION, keys.authentication, METER_KEY);
    sent.next += sent.next < UINT32_MAX;
    size = dlms_security_send(&head_end, &by, plain, size, apdu, sizeof apdu);
    if (in_blocks && size > 0) {
        const struct dlms_general_block_apdu head = {.last = true, .window = 1, .number = 1};
        struct writer w = writer_over(block, sizeof block);
        dlms_general_block_put_head(&w, &head, size);
        writer_octets(&w, apdu, size);
        ask(session, sap, block, writer_kept(&w), RECEIVE_MAX);
    } else {
        ask(session, sap, apdu, size, RECEIVE_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t saps[] = {PRODUCT_SAP_PUBLIC, PRODUCT_SAP_READING, PRODUCT_SAP_MANAGEMENT,
                                    102};
    if (size == 0) {
        return 0;
    }
    uint16_t pdu = (uint16_t)(64 + 23 * (data[0] & 0x0F));
    start_meter();
    for (int i = 0; i < CONNECTIONS; i++) {
        dlms_session_init(&sessions[i], &meter.server, RECEIVE_MAX);
        dlms_session_lend(&sessions[i], places[i], DLMS_PARTNERS);
        open_association(&sessions[i], PRODUCT_SAP_PUBLIC, pdu);
        open_association(&sessions[i], PRODUCT_SAP_READING, pdu);
        open_association(&sessions[i], PRODUCT_SAP_MANAGEMENT, pdu);
        if (i == 0) {
            dlms_session_stream(&sessions[i]);
        }
    }
    open_ciphered(&sessions[1], pdu);
    for (size_t at = 1; at + 2 <= size;) {
        uint8_t steering = data[at];
        size_t left = size - at - 2;
        size_t length = data[at + 1] < left ? data[at + 1] : left;
        struct dlms_session *session = &sessions[steering & 1];
        if ((steering & 8) != 0) {
            ask_protected(session, saps[steering >> 1 & 3], data + at + 2, length,
                          (steering & 16) != 0);
        } else {
            ask(session, saps[steering >> 1 & 3], data + at + 2, length, RECEIVE_MAX);
        }
        at += 2 + length;
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        dlms_session_close(&sessions[i]);
    }
    for (int i = 0; i < DLMS_PARTNERS; i++) {
        if (meter.server.associated[i] != 0) {
            abort();
        }
    }
    if (stage.open) {
        abort();
    }
    return 0;
}
