/* The server of a whole product under any APDUs: associations open, long transfers under way both
 * ways, two connections that share a stage. On the second one the Management client's association
 * is ciphered, and nothing is required: what is only encrypted is deciphered and served. Request
 * and answer lie in buffers of exactly their size.
 *
 * Input: how the client's associations were opened (bits 0..3: their PDU size), then messages, each
 * a steering octet (bits 0: connection, 1..2: client), a length, and the octets of the APDU. */
#include "dlms/client.h"
#include "dlms/server.h"
#include "product/product.h"
#include "test/dlms/ram_stage.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONNECTIONS = 2, RECEIVE_MAX = 1024 };

static struct legal legal;
static struct quantity_source source = {&legal};
static struct clock clock;
static struct identity identity;
static struct timekeeper timekeeper;
static const struct selftest_fault fault;
static struct ram_stage stage;
static const struct cosem_context context = {.quantities = &source,
                                             .clock = &clock,
                                             .identity = &identity,
                                             .timekeeper = &timekeeper,
                                             .fault = &fault};
static struct dlms_server server;
static struct dlms_security_setup setup;
static struct crypto_random random_port;
static uint8_t scratch[DLMS_UNPROTECT_ROOM(RECEIVE_MAX)];
static const uint8_t title[DLMS_TITLE_SIZE] = "title";
static struct dlms_session sessions[CONNECTIONS];

static int read_zeros(void *port, uint8_t *octets, size_t size)
{
    (void)port;
    memset(octets, 0, size);
    return 0;
}

static void start_security(void)
{
    static const struct crypto_entropy entropy = {.read = read_zeros};
    static const uint8_t key[16] = "a key";
    if (crypto_random_begin(&random_port, &entropy, NULL, 0) != 0) {
        abort();
    }
    dlms_security_setup_init(&setup, DLMS_SUITE_0, title, &random_port, scratch, sizeof scratch);
    dlms_keyring_put(&setup.ring, DLMS_KEY_UNICAST, key, sizeof key);
    dlms_keyring_put(&setup.ring, DLMS_KEY_AUTHENTICATION, key, sizeof key);
    dlms_keyring_put(&setup.ring, DLMS_KEY_MASTER, key, sizeof key);
    dlms_server_set_security(&server, &setup);
    dlms_server_allow(&server, PRODUCT_SAP_MANAGEMENT, DLMS_MECHANISM_LOW);
}

static void start_meter(void)
{
    static const struct legal_calibration ideal;
    const struct product *product = product_find("st402d");
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int i = 0; i < LEGAL_PHASES; i++) {
        interval.phase[i].u_uv = 230000000;
    }
    legal_init(&legal, &product->legal, &ideal);
    legal_direct(&legal, &interval, NULL);
    const struct timekeeper_config keeping = {.backup = product->backup,
                                              .crystal = &product_crystal};
    timekeeper_init(&timekeeper, NULL, &clock, &keeping);
    clock_init(&clock, &product->zone);
    identity_init(&identity, &product->identity, 1);
    dlms_server_init(&server, &product->model, &context, product->partners, product->partner_count);
    start_security();
    dlms_server_set_password(&server, PRODUCT_SAP_READING, "12345678", 8);
    dlms_server_set_password(&server, PRODUCT_SAP_MANAGEMENT, "12345678", 8);
    ram_stage_init(&stage, &server);
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
    if (!session->associations[2].open) {
        abort();
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
        dlms_session_init(&sessions[i], &server, RECEIVE_MAX);
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
        ask(&sessions[steering & 1], saps[steering >> 1 & 3], data + at + 2, length, RECEIVE_MAX);
        at += 2 + length;
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        dlms_session_close(&sessions[i]);
    }
    if (server.associated[0] + server.associated[1] + server.associated[2] != 0 || stage.open) {
        abort();
    }
    return 0;
}
