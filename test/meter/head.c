#include "test/meter/head.h"

#include "test/dlms/session_ask.h"
#include "test/unit.h"

#include <string.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, WINDOW = 5 };

static const char password[] = "management";

void head_admit(struct life *life)
{
    life->setup.management_password = password;
    life->setup.management_low = true;
    life_cut(life, 1);
}

static size_t answer(struct head *head, const uint8_t *apdu, size_t size)
{
    size_t answered = session_ask(&head->session, SAP, DLMS_LOGICAL_DEVICE, apdu, size,
                                  head->answer, DLMS_ANSWER_ROOM((size_t)head->pdu));
    assert_true(answered <= head->pdu);
    return answered;
}

void head_open(struct head *head, struct life *life, uint16_t pdu)
{
    const struct dlms_octets secret = {(const uint8_t *)password, sizeof password - 1};
    head->life = life;
    head->pdu = pdu;
    dlms_session_init(&head->session, &life->meter.server, HEAD_RECEIVE);
    dlms_session_lend(&head->session, &head->association, 1);
    dlms_session_stream(&head->session);
    dlms_client_init(&head->client, head->value, sizeof head->value, pdu);
    dlms_client_blocks_init(&head->blocks, WINDOW, head->whole, sizeof head->whole);
    size_t size = dlms_client_open(&head->client, secret, head->request, sizeof head->request);
    size = answer(head, head->request, size);
    assert_int_equal(dlms_client_opened(&head->client, head->answer, size, &head->refusal),
                     DLMS_CLIENT_DONE);
}

void head_close(struct head *head)
{
    dlms_session_close(&head->session);
}

/* The request of `size` octets and what follows of it. */
static enum cosem_result exchange(struct head *head, size_t size)
{
    for (;;) {
        assert_true(size > 0);
        size = answer(head, head->request, size);
        enum dlms_client_outcome outcome =
            dlms_client_answer(&head->client, head->answer, size, &head->refusal);
        if (outcome != DLMS_CLIENT_MORE) {
            assert_true(outcome == DLMS_CLIENT_DONE || outcome == DLMS_CLIENT_REFUSED);
            assert_true(outcome == DLMS_CLIENT_DONE || head->refusal.exception[0] == 0);
            return outcome == DLMS_CLIENT_DONE ? COSEM_SUCCESS : head->refusal.result;
        }
        if (head->meanwhile != NULL) {
            head->meanwhile();
        }
        size = dlms_client_next(&head->client, head->request, sizeof head->request);
    }
}

enum cosem_result head_get(struct head *head, const struct dlms_target *target)
{
    return exchange(head, dlms_client_get_part(&head->client, target, NULL, head->request,
                                               sizeof head->request));
}

enum cosem_result head_set(struct head *head, const struct dlms_target *target, struct reader value)
{
    return exchange(
        head, dlms_client_set(&head->client, target, value, head->request, sizeof head->request));
}

enum cosem_result head_act(struct head *head, const struct dlms_target *target,
                           struct reader parameter)
{
    return exchange(head, dlms_client_act(&head->client, target, parameter, head->request,
                                          sizeof head->request));
}

struct dlms_outcomes head_list(struct head *head, const struct dlms_order *orders, uint16_t count)
{
    size_t size =
        dlms_client_list(&head->client, orders, count, head->request, sizeof head->request);
    assert_int_equal(exchange(head, size), COSEM_SUCCESS);
    return dlms_client_outcomes(&head->client);
}

/* One block of ours, and all that the meter says to it. */
static enum dlms_client_outcome carry_block(struct head *head, const uint8_t *apdu, size_t size)
{
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    size_t room = DLMS_ANSWER_ROOM((size_t)head->pdu);
    for (size = answer(head, apdu, size); size > 0 && outcome == DLMS_CLIENT_MORE;
         size = dlms_session_more(&head->session, SAP, head->answer, room)) {
        assert_true(size <= head->pdu);
        outcome = dlms_client_blocks_take(&head->blocks, head->answer, size);
    }
    return outcome;
}

struct dlms_outcomes head_access(struct head *head, const struct dlms_order *orders, uint16_t count)
{
    uint8_t block[HEAD_RECEIVE];
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    head->client.in_general_blocks = true;
    size_t size = dlms_client_access(&head->client, orders, count, false, head->request,
                                     sizeof head->request);
    assert_true(size > 0);
    assert_int_equal(dlms_client_blocks_ask(&head->blocks, reader_over(head->request, size),
                                            head->client.send_max),
                     0);
    while (outcome == DLMS_CLIENT_MORE) {
        size = dlms_client_blocks_next(&head->blocks, block, sizeof block);
        assert_true(size > 0); /* nothing is lost: each has its turn */
        outcome = carry_block(head, block, size);
    }
    head->client.in_general_blocks = false;
    assert_int_equal(outcome, DLMS_CLIENT_DONE);
    struct reader whole = dlms_client_blocks_whole(&head->blocks);
    assert_int_equal(dlms_client_answer(&head->client, whole.data, whole.size, &head->refusal),
                     DLMS_CLIENT_DONE);
    return dlms_client_outcomes(&head->client);
}
