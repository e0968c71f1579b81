/* Client and server against each other: values written, called with and read in blocks of every
 * size from 64 octets on. And two clients that want the one stage. */
#include "dlms/client.h"
#include "dlms/server.h"
#include "test/cosem/three.h"
#include "test/dlms/ram_stage.h"
#include "test/dlms/session_ask.h"
#include "test/unit.h"

#include "cosem/data.h"

#include <stdlib.h>
#include <string.h>

enum { SAP = 2, NOTE_MOST = 900, VALUE_MOST = NOTE_MOST + 16, ROOM = 2048, PDU_MOST = 400 };

enum { PLACES = 2 };

static const struct dlms_partner partners[PLACES] = {
    {.sap = 16, .column = 0, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = SAP, .column = 1, .mechanism = DLMS_MECHANISM_LOWEST},
};
static const struct dlms_target note = {7, COSEM_NAME(1, 0, 99, 1, 0), 5};
static const struct dlms_target give_back = {7, COSEM_NAME(1, 0, 99, 1, 0), 3};

static struct dlms_server server;
static struct dlms_session sessions[2];
static struct dlms_association places[2][PLACES];
static struct ram_stage stage;
static struct three_state three;
static uint32_t looks;
static struct cosem_context context = {.looks = &looks, .state = &three};
static uint8_t answer[DLMS_ANSWER_ROOM(ROOM)];
static size_t answered;

static int set_up(void **state)
{
    (void)state;
    three = (struct three_state){.level = 7};
    dlms_server_init(&server, &three_model, &context, partners, 2);
    ram_stage_init(&stage, &server);
    return 0;
}

static void ask(int session, const uint8_t *apdu, size_t size)
{
    answered = session_ask(&sessions[session], SAP, 1, apdu, size, answer, sizeof answer);
}

/* An association in which both sides take APDUs of `pdu` octets. */
static void associate(int session, struct dlms_client *client, uint16_t pdu, uint8_t *value)
{
    uint8_t apdu[ROOM];
    struct dlms_refusal refusal;
    dlms_session_init(&sessions[session], &server, pdu);
    dlms_session_lend(&sessions[session], places[session], PLACES);
    dlms_client_init(client, value, VALUE_MOST, pdu);
    ask(session, apdu, dlms_client_open(client, (struct dlms_octets){NULL, 0}, apdu, ROOM));
    assert_int_equal(dlms_client_opened(client, answer, answered, &refusal), DLMS_CLIENT_DONE);
    assert_int_equal(client->send_max, pdu);
}

/* Goes on until there is an outcome; no APDU is longer than agreed. */
static enum dlms_client_outcome go_on(int session, struct dlms_client *client, uint8_t *apdu,
                                      size_t size, struct dlms_refusal *refusal)
{
    for (;;) {
        assert_true(size > 0 && size <= client->send_max);
        ask(session, apdu, size);
        assert_true(answered <= client->receive_max);
        enum dlms_client_outcome outcome = dlms_client_answer(client, answer, answered, refusal);
        if (outcome != DLMS_CLIENT_MORE) {
            return outcome;
        }
        size = dlms_client_next(client, apdu, ROOM);
    }
}

static size_t make_value(uint8_t octets[VALUE_MOST], size_t size)
{
    uint8_t text[NOTE_MOST];
    struct writer w = writer_over(octets, VALUE_MOST);
    for (size_t i = 0; i < size; i++) {
        text[i] = (uint8_t)(i * 31 + size);
    }
    cosem_put_octet_string(&w, text, size);
    return writer_kept(&w);
}

static void values_of_every_length_in_blocks_of_every_size(void **state)
{
    (void)state;
    uint8_t octets[VALUE_MOST];
    uint8_t value[VALUE_MOST];
    uint8_t apdu[ROOM];
    struct dlms_refusal refusal;
    for (uint16_t pdu = 64; pdu < PDU_MOST; pdu += 3) {
        struct dlms_client client;
        associate(0, &client, pdu, value);
        for (size_t size = 0; size <= NOTE_MOST; size += 1 + size / 3) {
            struct reader sent = reader_over(octets, make_value(octets, size));
            size_t first = dlms_client_set(&client, &note, sent, apdu, ROOM);
            assert_int_equal(go_on(0, &client, apdu, first, &refusal), DLMS_CLIENT_DONE);
            assert_int_equal(three.note_size, size);
            first = dlms_client_get(&client, 7, &note.name, 5, apdu, ROOM);
            assert_int_equal(go_on(0, &client, apdu, first, &refusal), DLMS_CLIENT_DONE);
            assert_int_equal(client.size, sent.size);
            assert_memory_equal(value, octets, sent.size);
            first = dlms_client_act(&client, &give_back, sent, apdu, ROOM);
            assert_int_equal(go_on(0, &client, apdu, first, &refusal), DLMS_CLIENT_DONE);
            assert_int_equal(client.size, sent.size);
            assert_memory_equal(value, octets, sent.size);
        }
    }
    assert_false(stage.open);
}

/* Who comes last gets the stage; who had it hears so at his next block, and may begin again. */
static void a_stalling_client_holds_up_nobody(void **state)
{
    (void)state;
    uint8_t octets[VALUE_MOST];
    uint8_t value[VALUE_MOST];
    uint8_t apdus[2][ROOM];
    struct dlms_client clients[2];
    struct dlms_refusal refusal;
    struct reader sent = reader_over(octets, make_value(octets, 200));
    size_t sizes[2];
    for (int i = 0; i < 2; i++) {
        associate(i, &clients[i], 64, value);
        sizes[i] = dlms_client_set(&clients[i], &note, sent, apdus[i], ROOM);
    }
    ask(0, apdus[0], sizes[0]);
    assert_int_equal(dlms_client_answer(&clients[0], answer, answered, &refusal), DLMS_CLIENT_MORE);
    assert_int_equal(go_on(1, &clients[1], apdus[1], sizes[1], &refusal), DLMS_CLIENT_DONE);
    sizes[0] = dlms_client_next(&clients[0], apdus[0], ROOM);
    assert_int_equal(go_on(0, &clients[0], apdus[0], sizes[0], &refusal), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.result, COSEM_LONG_SET_ABORTED);
    sizes[0] = dlms_client_set(&clients[0], &note, sent, apdus[0], ROOM);
    assert_int_equal(go_on(0, &clients[0], apdus[0], sizes[0], &refusal), DLMS_CLIENT_DONE);
}

static void a_stage_that_fails_changes_nothing(void **state)
{
    (void)state;
    uint8_t octets[VALUE_MOST];
    uint8_t value[VALUE_MOST];
    uint8_t apdu[ROOM];
    struct dlms_client client;
    struct dlms_refusal refusal;
    struct reader sent = reader_over(octets, make_value(octets, 200));
    associate(0, &client, 64, value);
    stage.fails_to_begin = true;
    size_t size = dlms_client_set(&client, &note, sent, apdu, ROOM);
    assert_int_equal(go_on(0, &client, apdu, size, &refusal), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.result, COSEM_TEMPORARY_FAILURE);
    stage.fails_to_begin = false;
    stage.room = 150;
    size = dlms_client_set(&client, &note, sent, apdu, ROOM);
    assert_int_equal(go_on(0, &client, apdu, size, &refusal), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.result, COSEM_LONG_SET_ABORTED);
    stage.room = RAM_STAGE_ROOM;
    stage.fails_to_read = true;
    size = dlms_client_set(&client, &note, sent, apdu, ROOM);
    assert_int_equal(go_on(0, &client, apdu, size, &refusal), DLMS_CLIENT_REFUSED);
    assert_int_equal(refusal.result, COSEM_LONG_SET_ABORTED);
    size = dlms_client_act(&client, &give_back, sent, apdu, ROOM);
    assert_int_equal(go_on(0, &client, apdu, size, &refusal), DLMS_CLIENT_REFUSED);
    assert_int_equal(three.note_size, 0);
    assert_int_equal(three.calls, 0);
}

/* Without a stage nothing is promised that needs one. */
static void without_a_stage(void **state)
{
    (void)state;
    uint8_t octets[VALUE_MOST];
    uint8_t value[VALUE_MOST];
    uint8_t apdu[ROOM];
    struct dlms_client client;
    dlms_server_init(&server, &three_model, &context, partners, 2);
    associate(0, &client, 64, value);
    assert_int_equal(client.conformance & DLMS_OFFERED_WITH_STAGE, 0);
    struct reader sent = reader_over(octets, make_value(octets, 200));
    assert_int_equal(dlms_client_set(&client, &note, sent, apdu, ROOM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(values_of_every_length_in_blocks_of_every_size, set_up),
        cmocka_unit_test_setup(a_stalling_client_holds_up_nobody, set_up),
        cmocka_unit_test_setup(a_stage_that_fails_changes_nothing, set_up),
        cmocka_unit_test_setup(without_a_stage, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
