/* A head end before a whole meter (life.h), associated as Management by its password: every way
 * that the services have to read, to write and to call. No links: APDUs go straight to the session.
 */
#ifndef WATTHOUR_TEST_METER_HEAD_H
#define WATTHOUR_TEST_METER_HEAD_H

#include "dlms/client_blocks.h"
#include "dlms/client_list.h"
#include "test/meter/life.h"

enum { HEAD_ROOM = 1 << 18, HEAD_RECEIVE = 2048 };

struct head {
    struct life *life;
    struct dlms_session session;
    struct dlms_association association; /* of Management */
    struct dlms_client client;
    struct dlms_client_blocks blocks;
    struct dlms_refusal refusal;
    uint16_t pdu;
    void (*meanwhile)(void);  /* NULL, or what happens before each request that follows the first */
    uint8_t value[HEAD_ROOM]; /* of the last answer */
    uint8_t whole[HEAD_ROOM]; /* gathered from general blocks */
    uint8_t request[HEAD_RECEIVE + HEAD_ROOM];
    uint8_t answer[DLMS_ANSWER_ROOM(UINT16_MAX)];
};

/* Makes the meter one that Management may enter by "management", and starts it again. */
void head_admit(struct life *life);

/* A new connection, whose client takes APDUs of `pdu` octets. The meter must run on until then
 * without a restart; the caller closes it by head_close(). */
void head_open(struct head *head, struct life *life, uint16_t pdu);
void head_close(struct head *head);

/* One attribute, in the blocks of its own service when it must be: the value is client.value. */
enum cosem_result head_get(struct head *head, const struct dlms_target *target);
enum cosem_result head_set(struct head *head, const struct dlms_target *target,
                           struct reader value);
enum cosem_result head_act(struct head *head, const struct dlms_target *target,
                           struct reader parameter);

/* Several by one request with a list, or by ACCESS, which goes in general blocks. What came is
 * walked through by dlms_outcomes_next(). */
struct dlms_outcomes head_list(struct head *head, const struct dlms_order *orders, uint16_t count);
struct dlms_outcomes head_access(struct head *head, const struct dlms_order *orders,
                                 uint16_t count);

#endif
