#include "test/dlms/blocks_bed.h"

enum { PLACES = 2 };

static const struct dlms_partner partners[PLACES] = {
    {.sap = 16, .column = 0, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = SAP, .column = 1, .mechanism = DLMS_MECHANISM_LOWEST},
};

struct dlms_server server;
struct dlms_session session;
struct three_state three;
struct dlms_client client;
struct dlms_client_blocks blocks;
struct dlms_refusal refusal;
uint8_t value[ROOM];
uint8_t request[ROOM];
uint8_t whole[ROOM];
static struct ram_stage stage;
static struct dlms_association places[PLACES];
static uint32_t looks;
static struct cosem_context context;

bool blocks_bed_open(uint16_t pdu, uint8_t window)
{
    const struct dlms_octets none = {.octets = NULL};
    uint8_t answer[DLMS_ANSWER_ROOM(PDU_MOST)];
    three = (struct three_state){.level = 7};
    context = (struct cosem_context){
        .rows = 100, .looks = &looks, .long_row = UINT32_MAX, .state = &three};
    dlms_server_init(&server, &three_model, &context, partners, 2);
    ram_stage_init(&stage, &server);
    dlms_session_init(&session, &server, pdu);
    dlms_session_lend(&session, places, PLACES);
    dlms_session_stream(&session);
    dlms_client_init(&client, value, sizeof value, pdu);
    size_t size = dlms_client_open(&client, none, request, sizeof request);
    size = dlms_session_answer(&session, SAP, 1, request, size, answer, sizeof answer);
    bool opened = dlms_client_opened(&client, answer, size, &refusal) == DLMS_CLIENT_DONE;
    client.in_general_blocks = true;
    dlms_client_blocks_init(&blocks, window, whole, sizeof whole);
    return opened;
}
