/* The vector files of the protocol, octet by octet; and every request in them cut short. */
#include "dlms/apdu.h"
#include "dlms/server.h"
#include "test/cosem/three.h"
#include "test/dlms/ram_stage.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PDU = 1024, LINE = 4096, STEPS = 64, ROWS = 6 };

struct step {
    uint16_t client;
    uint8_t request[PDU];
    size_t request_size;
    uint8_t expected[PDU];
    size_t expected_size;
};

struct script {
    char title[LINE];
    struct step steps[STEPS];
    int count;
};

enum { PLACES = 2 };

struct rig {
    struct dlms_server server;
    struct dlms_session session;
    struct dlms_association places[PLACES];
    struct cosem_context context;
    struct three_state state;
    struct ram_stage stage;
    uint32_t looks;
    uint8_t answer[DLMS_ANSWER_ROOM(PDU)];
};

static const struct dlms_partner partners[PLACES] = {
    {.sap = 16, .column = 0, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = 2, .column = 1, .mechanism = DLMS_MECHANISM_LOW},
};

static void rig_init(struct rig *rig)
{
    rig->looks = 0;
    rig->state = (struct three_state){.level = 7};
    rig->context = (struct cosem_context){
        .rows = ROWS, .looks = &rig->looks, .long_row = UINT32_MAX, .state = &rig->state};
    dlms_server_init(&rig->server, &three_model, &rig->context, partners, 2);
    assert_int_equal(dlms_server_set_password(&rig->server, 2, "12345678", 8), 0);
    ram_stage_init(&rig->stage, &rig->server);
    dlms_session_init(&rig->session, &rig->server, PDU);
    dlms_session_lend(&rig->session, rig->places, PLACES);
}

static size_t ask(struct rig *rig, uint16_t client, const uint8_t *request, size_t size)
{
    /* A copy of exactly its size, so that reading beyond it is seen. */
    uint8_t *copy = malloc(size > 0 ? size : 1);
    memcpy(copy, request, size);
    size_t answered = dlms_session_answer(&rig->session, client, DLMS_LOGICAL_DEVICE, copy, size,
                                          rig->answer, sizeof rig->answer);
    free(copy);
    return answered;
}

static void assert_answer(const struct script *script, const struct step *step,
                          const uint8_t *answer, size_t size)
{
    if (size == step->expected_size && memcmp(answer, step->expected, size) == 0) {
        return;
    }
    char request[2 * PDU + 1];
    char expected[2 * PDU + 1];
    char found[2 * DLMS_ANSWER_ROOM(PDU) + 1];
    hex_write(step->request, step->request_size, request);
    hex_write(step->expected, step->expected_size, expected);
    hex_write(answer, size, found);
    fail_msg("%s\n> %s\n< %s expected\n< %s", script->title, request, expected, found);
}

/* A request that was cut short opens nothing, is given nothing and changes nothing. */
static void assert_refused(const struct script *script, const struct rig *rig, size_t size)
{
    bool silent = size == 0;
    bool exception = size == 3 && rig->answer[0] == 0xD8;
    bool rejected = size > 17 && rig->answer[0] == 0x61 && rig->answer[17] == 1;
    if (!silent && !exception && !rejected) {
        char found[2 * DLMS_ANSWER_ROOM(PDU) + 1];
        hex_write(rig->answer, size, found);
        fail_msg("%s, a request cut short\n< %s", script->title, found);
    }
}

static void replay(struct rig *rig, const struct script *script, int until)
{
    rig_init(rig);
    for (int i = 0; i < until; i++) {
        const struct step *step = &script->steps[i];
        size_t size = ask(rig, step->client, step->request, step->request_size);
        assert_answer(script, step, rig->answer, size);
    }
}

static void cut_short(const struct script *script)
{
    static struct rig rig;
    for (int i = 0; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        if (step->expected_size > 0 && step->expected[0] == DLMS_EXCEPTION_RESPONSE) {
            continue; /* malformed as it is: what is cut off may have been too much */
        }
        replay(&rig, script, i);
        struct three_state before = rig.state;
        for (size_t size = 0; size < step->request_size; size++) {
            assert_refused(script, &rig, ask(&rig, step->client, step->request, size));
            assert_memory_equal(&rig.state, &before, sizeof before);
        }
    }
}

static void read_line(struct script *script, uint16_t *client, const char *line)
{
    struct step *step = &script->steps[script->count];
    if (strncmp(line, "case ", 5) == 0) {
        strcpy(script->title, line + 5);
    } else if (strncmp(line, "client ", 7) == 0) {
        *client = (uint16_t)atoi(line + 7);
    } else if (line[0] == '>') {
        assert_true(script->count < STEPS);
        step->client = *client;
        step->request_size = hex_read(line + 1, step->request, sizeof step->request);
    } else if (line[0] == '<') {
        step->expected_size = hex_read(line + 1, step->expected, sizeof step->expected);
        script->count++;
    }
}

static int run_file(const char *name, void (*run)(const struct script *))
{
    static struct script script;
    script.count = 0;
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    char line[LINE];
    uint16_t client = 0;
    int cases = 0;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "case ", 5) == 0 && script.count > 0) {
            run(&script);
            cases++;
            script.count = 0;
        }
        read_line(&script, &client, line);
    }
    fclose(file);
    run(&script);
    return cases + 1;
}

static void as_written(const struct script *script)
{
    static struct rig rig;
    replay(&rig, script, script->count);
}

static void associations(void **state)
{
    (void)state;
    assert_true(run_file(WATTHOUR_TEST "/vectors/association.txt", as_written) > 30);
}

static void reads(void **state)
{
    (void)state;
    assert_true(run_file(WATTHOUR_TEST "/vectors/get.txt", as_written) > 10);
}

static void sets(void **state)
{
    (void)state;
    assert_true(run_file(WATTHOUR_TEST "/vectors/set.txt", as_written) > 8);
}

static void actions(void **state)
{
    (void)state;
    assert_true(run_file(WATTHOUR_TEST "/vectors/action.txt", as_written) > 5);
}

static void accesses(void **state)
{
    (void)state;
    assert_true(run_file(WATTHOUR_TEST "/vectors/access.txt", as_written) > 3);
}

static void requests_cut_at_every_octet(void **state)
{
    (void)state;
    run_file(WATTHOUR_TEST "/vectors/association.txt", cut_short);
    run_file(WATTHOUR_TEST "/vectors/get.txt", cut_short);
    run_file(WATTHOUR_TEST "/vectors/set.txt", cut_short);
    run_file(WATTHOUR_TEST "/vectors/action.txt", cut_short);
    run_file(WATTHOUR_TEST "/vectors/access.txt", cut_short);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(associations), cmocka_unit_test(reads),
        cmocka_unit_test(sets),         cmocka_unit_test(actions),
        cmocka_unit_test(accesses),     cmocka_unit_test(requests_cut_at_every_octet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
