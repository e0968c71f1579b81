/* Places of a session: more clients than there are places come, read long values and go, in any
 * order, on several connections. A model says who has an association and how far he has read. */
#include "dlms/server.h"
#include "test/cosem/three.h"
#include "test/dlms/session_ask.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum {
    PDU = 64,
    ROOM = DLMS_ANSWER_ROOM(PDU),
    SESSIONS = 3,
    CLIENTS = 4,
    STRANGER = 99,
    BLOCKS = 6, /* of the long value */
    HEAD = 10,
    STEPS = 200000,
};

/* Places of each session. */
static const uint8_t place_counts[SESSIONS] = {0, 1, 2};

static const struct dlms_partner partners[CLIENTS] = {
    {.sap = 16, .column = 0, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = 17, .column = 0, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = 18, .column = 0, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = 19, .column = 0, .mechanism = DLMS_MECHANISM_LOW}, /* it has no password */
};
static const uint8_t aarq[] = {0x60, 0x1D, 0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08,
                               0x01, 0x01, 0xBE, 0x10, 0x04, 0x0E, 0x01, 0x00, 0x00, 0x00, 0x06,
                               0x5F, 0x1F, 0x04, 0x00, 0x00, 0x7E, 0x1F, 0x00, 0x40};
static const uint8_t rlrq[] = {0x62, 0x00};
static const uint8_t get_text[] = {0xC0, 1, 0xC1, 0, 1, 0, 0, 42, 0, 0, 255, 2, 0};

static struct dlms_server server;
static struct dlms_session sessions[SESSIONS];
static struct dlms_association places[SESSIONS][CLIENTS];
static uint32_t looks;
static struct three_state three;
static struct cosem_context context = {.looks = &looks, .state = &three};
static uint8_t answer[ROOM];
static size_t answered;

/* What a plain model knows. */
static struct {
    bool open;
    uint8_t block; /* that was read last; 0: nothing is being read */
} model[SESSIONS][CLIENTS];
static uint8_t whole[BLOCKS][ROOM]; /* blocks as they are read alone */
static size_t sizes[BLOCKS];

static void ask(int session, int client, const uint8_t *apdu, size_t size)
{
    answered =
        session_ask(&sessions[session], partners[client].sap, 1, apdu, size, answer, sizeof answer);
}

static void connect_session(int session)
{
    dlms_session_init(&sessions[session], &server, PDU);
    dlms_session_lend(&sessions[session], places[session], place_counts[session]);
    memset(model[session], 0, sizeof model[session]);
}

static void read_block(int session, int client, uint8_t block)
{
    const uint8_t next[] = {0xC0, 2, 0xC1, 0, 0, 0, (uint8_t)(block - 1)};
    if (block == 1) {
        ask(session, client, get_text, sizeof get_text);
    } else {
        ask(session, client, next, sizeof next);
    }
}

static int set_up(void **state)
{
    (void)state;
    three = (struct three_state){.level = 7};
    dlms_server_init(&server, &three_model, &context, partners, CLIENTS);
    for (int i = 0; i < SESSIONS; i++) {
        connect_session(i);
    }
    ask(1, 0, aarq, sizeof aarq);
    for (uint8_t block = 1; block <= BLOCKS; block++) {
        read_block(1, 0, block);
        assert_true(answered > HEAD && answered <= PDU);
        sizes[block - 1] = answered;
        memcpy(whole[block - 1], answer, answered);
    }
    ask(1, 0, rlrq, sizeof rlrq);
    return 0;
}

static unsigned open_in(int session)
{
    unsigned count = 0;
    for (int client = 0; client < CLIENTS; client++) {
        count += model[session][client].open;
    }
    return count;
}

static void assert_refused(void)
{
    static const uint8_t exception[] = {DLMS_EXCEPTION_RESPONSE, DLMS_SERVICE_NOT_ALLOWED,
                                        DLMS_OPERATION_NOT_POSSIBLE};
    assert_int_equal(answered, sizeof exception);
    assert_memory_equal(answer, exception, sizeof exception);
}

static void assert_aare(enum dlms_result result, enum dlms_diagnostic diagnostic)
{
    assert_int_equal(answer[0], DLMS_AARE);
    assert_int_equal(answer[17], result);
    assert_int_equal(answer[24], diagnostic);
}

/* Who has an association begins anew, though every place is taken. */
static void associate(int session, int client)
{
    bool place = model[session][client].open || open_in(session) < place_counts[session];
    bool proves = partners[client].mechanism == DLMS_MECHANISM_LOWEST;
    assert_int_equal(dlms_session_has_place(&sessions[session], partners[client].sap), place);
    ask(session, client, aarq, sizeof aarq);
    if (!place) {
        assert_aare(DLMS_REJECTED_TRANSIENT, DLMS_DIAGNOSTIC_NO_REASON);
        return;
    }
    assert_aare(proves ? DLMS_ACCEPTED : DLMS_REJECTED_PERMANENT,
                proves ? DLMS_DIAGNOSTIC_NULL : DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED);
    model[session][client].open = proves;
    model[session][client].block = 0;
}

static void release(int session, int client)
{
    ask(session, client, rlrq, sizeof rlrq);
    if (model[session][client].open) {
        assert_int_equal(answer[0], DLMS_RLRE);
        model[session][client].open = false;
    } else {
        assert_refused();
    }
}

/* The next block, or the first. */
static void go_on(int session, int client)
{
    uint8_t block = (uint8_t)(model[session][client].block % BLOCKS + 1);
    read_block(session, client, block);
    if (!model[session][client].open) {
        assert_refused();
        return;
    }
    assert_int_equal(answered, sizes[block - 1]);
    assert_memory_equal(answer, whole[block - 1], answered);
    model[session][client].block = block;
}

static void end(int session, int client)
{
    dlms_session_end(&sessions[session], partners[client].sap);
    model[session][client].open = false;
}

static void reconnect(int session)
{
    dlms_session_close(&sessions[session]);
    connect_session(session);
}

static void assert_counted(void)
{
    for (int client = 0; client < CLIENTS; client++) {
        unsigned count = 0;
        for (int session = 0; session < SESSIONS; session++) {
            count += model[session][client].open;
        }
        assert_int_equal(server.associated[client], count);
    }
}

static void everybody_has_what_the_model_says(void **state)
{
    (void)state;
    unsigned full = 0;
    srand(7);
    for (unsigned step = 0; step < STEPS; step++) {
        int session = rand() % SESSIONS;
        int client = rand() % CLIENTS;
        int what = rand() % 100;
        full += open_in(session) == place_counts[session];
        if (what < 10) {
            associate(session, client);
        } else if (what < 14) {
            release(session, client);
        } else if (what < 16) {
            end(session, client);
        } else if (what == 16) {
            reconnect(session);
        } else {
            go_on(session, client);
        }
        assert_counted();
    }
    assert_true(full > STEPS / 4 && full < STEPS * 3 / 4 + STEPS / 8);
}

/* Nobody whom the server does not know ever has a place, and he is not told to come later. */
static void strangers_take_no_place(void **state)
{
    (void)state;
    answered = session_ask(&sessions[1], STRANGER, 1, aarq, sizeof aarq, answer, sizeof answer);
    assert_aare(DLMS_REJECTED_PERMANENT, DLMS_DIAGNOSTIC_NO_REASON);
    associate(1, 2);
    answered = session_ask(&sessions[1], STRANGER, 1, aarq, sizeof aarq, answer, sizeof answer);
    assert_aare(DLMS_REJECTED_PERMANENT, DLMS_DIAGNOSTIC_NO_REASON);
    go_on(1, 2);
}

/* A client that may not in leaves its place to the next. */
static void who_is_refused_keeps_no_place(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        associate(1, 3);
        assert_true(dlms_session_has_place(&sessions[1], partners[0].sap));
    }
    associate(1, 0);
    go_on(1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(everybody_has_what_the_model_says, set_up),
        cmocka_unit_test_setup(strangers_take_no_place, set_up),
        cmocka_unit_test_setup(who_is_refused_keeps_no_place, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
