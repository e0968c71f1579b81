#include "test/meter/crowd.h"

#include "cosem/data.h"
#include "test/meter/furnish.h"
#include "test/meter/head.h"
#include "test/unit.h"

#include <string.h>

enum { SETTLE_S = 20, MARGIN_S = 3 };

static const char management[] = "management";
static const char reading[] = "password"; /* life.h */

/* ---- what the model says ---- */

static bool sees(const struct crowd_member *member)
{
    return member->wire.sap != PRODUCT_SAP_PUBLIC;
}

static bool writes(const struct crowd_member *member)
{
    return member->wire.sap == PRODUCT_SAP_MANAGEMENT;
}

static bool is_connected(const struct crowd_member *member)
{
    return member->wire.open && !member->displaced && !crowd_wire_timed_out(&member->wire);
}

/* Its association is gone, and what it had under way. */
static void forget(struct crowd *crowd, struct crowd_member *member)
{
    member->associated = false;
    member->task = CROWD_IDLE;
    crowd->gatherer = crowd->gatherer == member ? NULL : crowd->gatherer;
}

/* What a refused task must have been told: no association, no right, no such value, or a long SET
 * in whose place another one's has come. */
static enum cosem_result reason_of(const struct crowd *crowd, const struct crowd_member *member)
{
    if (!sees(member)) {
        return COSEM_OBJECT_UNDEFINED;
    }
    if (member->task == CROWD_WRITING && !writes(member)) {
        return COSEM_READ_WRITE_DENIED;
    }
    if (member->task == CROWD_WRITING && member->begun && crowd->gatherer != member) {
        return COSEM_LONG_SET_ABORTED;
    }
    return COSEM_SUCCESS;
}

/* ---- the end of a task ---- */

static void end_task(struct crowd *crowd, struct crowd_member *member)
{
    crowd->done[member->task]++;
    member->task = CROWD_IDLE;
}

static void refuse(struct crowd *crowd, struct crowd_member *member,
                   const struct dlms_refusal *refusal)
{
    enum cosem_result reason = reason_of(crowd, member);
    if (!member->associated) {
        assert_int_not_equal(refusal->exception[0], 0);
    } else if (reason != COSEM_SUCCESS) {
        assert_int_equal(refusal->result, reason);
    } else {
        assert_int_equal(member->task, CROWD_WRITING);
        assert_false(member->good);
        assert_true(refusal->result == COSEM_OTHER_REASON ||
                    refusal->result == COSEM_TYPE_UNMATCHED);
    }
    crowd->refused++;
    crowd->aborted += reason == COSEM_LONG_SET_ABORTED;
    crowd->gatherer = crowd->gatherer == member ? NULL : crowd->gatherer;
    member->task = CROWD_IDLE;
}

static void finish(struct crowd *crowd, struct crowd_member *member)
{
    assert_true(member->associated);
    assert_int_equal(reason_of(crowd, member), COSEM_SUCCESS);
    if (member->task == CROWD_READING) {
        crowd_assert_read(crowd, member->setting, member->version,
                          dlms_client_value(&member->dlms));
    } else {
        assert_true(member->good);
        crowd_take_over(crowd, member->setting, &member->written);
        crowd->gatherer = crowd->gatherer == member ? NULL : crowd->gatherer;
        life_rest(crowd->life);
    }
    end_task(crowd, member);
}

/* ---- answers ---- */

static void take_opened(struct crowd *crowd, struct crowd_member *member, struct reader apdu)
{
    static const uint16_t sizes[] = {80, 300, 1024};
    struct dlms_refusal refusal;
    assert_int_equal(dlms_client_opened(&member->dlms, apdu.data, apdu.size, &refusal),
                     DLMS_CLIENT_DONE);
    uint16_t most = sizes[crowd_roll(crowd, 3)];
    member->dlms.send_max = member->dlms.send_max < most ? member->dlms.send_max : most;
    member->associated = true;
    end_task(crowd, member);
}

static void take_released(struct crowd *crowd, struct crowd_member *member, struct reader apdu)
{
    enum { RLRE = 0x63 };
    assert_int_equal(apdu.data[0], RLRE);
    end_task(crowd, member);
    forget(crowd, member);
}

/* It goes on. The first block of a long SET takes the staging area from whoever had it. */
static void go_on(struct crowd *crowd, struct crowd_member *member)
{
    if (member->task == CROWD_WRITING && !member->begun) {
        crowd->gatherer = member;
    }
    assert_true(member->associated);
    assert_int_equal(reason_of(crowd, member), COSEM_SUCCESS);
    member->begun = true;
}

static void take_service(struct crowd *crowd, struct crowd_member *member, struct reader apdu)
{
    struct dlms_refusal refusal;
    if (!member->begun) {
        member->version = crowd->histories[member->setting].count - 1;
    }
    switch (dlms_client_answer(&member->dlms, apdu.data, apdu.size, &refusal)) {
    case DLMS_CLIENT_MORE:
        go_on(crowd, member);
        break;
    case DLMS_CLIENT_DONE:
        finish(crowd, member);
        break;
    case DLMS_CLIENT_REFUSED:
        refuse(crowd, member, &refusal);
        break;
    default:
        fail_msg("step %u: no answer to what was asked", crowd->steps);
    }
}

static void hear(struct crowd *crowd, struct crowd_member *member)
{
    struct reader apdu;
    bool lost = !is_connected(member);
    if (!crowd_wire_hear(&member->wire, 1 + crowd_roll(crowd, 600), &apdu)) {
        return;
    }
    assert_true(member->wire.open == !lost);
    if (lost) { /* over HDLC the client finds out */
        crowd->timed_out += !member->displaced;
        forget(crowd, member);
    } else if (member->task == CROWD_OPENING) {
        take_opened(crowd, member, apdu);
    } else if (member->task == CROWD_RELEASING) {
        take_released(crowd, member, apdu);
    } else {
        take_service(crowd, member, apdu);
    }
}

/* ---- requests ---- */

static void begin(struct crowd_member *member, enum crowd_task task, size_t size)
{
    member->task = task;
    member->begun = false;
    crowd_wire_ask(&member->wire, member->request, size);
}

static void open_association(struct crowd *crowd, struct crowd_member *member)
{
    static const uint16_t sizes[] = {64, 128, 400, 1024};
    static const struct dlms_octets secrets[] = {
        [PRODUCT_SAP_MANAGEMENT] = {(const uint8_t *)management, sizeof management - 1},
        [PRODUCT_SAP_READING] = {(const uint8_t *)reading, sizeof reading - 1},
        [PRODUCT_SAP_PUBLIC] = {NULL, 0}};
    dlms_client_init(&member->dlms, member->value, sizeof member->value,
                     sizes[crowd_roll(crowd, 4)]);
    begin(member, CROWD_OPENING,
          dlms_client_open(&member->dlms, secrets[member->wire.sap], member->request,
                           sizeof member->request));
}

static void begin_reading(struct crowd *crowd, struct crowd_member *member)
{
    member->setting = (enum crowd_setting)crowd_roll(crowd, CROWD_SETTINGS);
    struct dlms_target target = crowd_target(member->setting);
    begin(member, CROWD_READING,
          dlms_client_get_part(&member->dlms, &target, NULL, member->request,
                               sizeof member->request));
}

/* Who has no association does not know how long a request may be. */
static void begin_writing(struct crowd *crowd, struct crowd_member *member)
{
    enum crowd_setting any = (enum crowd_setting)crowd_roll(crowd, CROWD_SETTINGS);
    member->setting = member->associated ? any : CROWD_NUMBER;
    member->good = crowd_invent(crowd, member->setting, &member->written);
    struct dlms_target target = crowd_target(member->setting);
    struct reader value = reader_over(member->written.octets, member->written.size);
    begin(member, CROWD_WRITING,
          dlms_client_set(&member->dlms, &target, value, member->request, sizeof member->request));
}

static void release(struct crowd_member *member)
{
    begin(member, CROWD_RELEASING, dlms_client_release(member->request, sizeof member->request));
}

/* ---- what a member does in its turn ---- */

static void leave(struct crowd *crowd, struct crowd_member *member)
{
    crowd_wire_close(&member->wire);
    forget(crowd, member);
}

/* On the party line there are places for two: who was silent longest gives way, unknowing. */
static void give_way(struct crowd *crowd)
{
    struct crowd_member *oldest = NULL;
    int connected = 0;
    for (int i = 0; i < CROWD_MEMBERS; i++) {
        struct crowd_member *member = &crowd->members[i];
        if (member->wire.way == CROWD_RS485 && is_connected(member)) {
            bool older = oldest == NULL || member->wire.active_us < oldest->wire.active_us;
            oldest = older ? member : oldest;
            connected++;
        }
    }
    if (connected == METER_LINE_CLIENTS) {
        oldest->displaced = true;
        crowd->displaced++;
        crowd->gatherer = crowd->gatherer == oldest ? NULL : crowd->gatherer;
    }
}

static void connect(struct crowd *crowd, struct crowd_member *member)
{
    if (member->wire.way == CROWD_RS485) {
        give_way(crowd);
    }
    member->displaced = false;
    assert_true(crowd_wire_open(&member->wire));
}

/* Goes on, or forgets about it and asks something else next time. */
static void pursue(struct crowd *crowd, struct crowd_member *member)
{
    if (member->wire.asked) {
        hear(crowd, member);
    } else if (crowd_roll(crowd, 25) == 0) {
        member->task = CROWD_IDLE;
    } else {
        size_t size = dlms_client_next(&member->dlms, member->request, sizeof member->request);
        crowd_wire_ask(&member->wire, member->request, size);
    }
}

static void begin_something(struct crowd *crowd, struct crowd_member *member)
{
    uint32_t rolled = crowd_roll(crowd, 100);
    if (!member->associated && rolled < 85) {
        open_association(crowd, member);
    } else if (rolled < 45) {
        begin_reading(crowd, member);
    } else if (rolled < 94) {
        begin_writing(crowd, member);
    } else if (member->associated && rolled < 97) {
        release(member);
    } else {
        leave(crowd, member);
    }
}

static void act(struct crowd *crowd, struct crowd_member *member)
{
    if (!member->wire.open) {
        connect(crowd, member);
    } else if (member->task == CROWD_IDLE) {
        begin_something(crowd, member);
    } else if (crowd_roll(crowd, 60) == 0) {
        leave(crowd, member);
    } else {
        pursue(crowd, member);
    }
}

/* ---- what happens to all ---- */

/* It stands a moment before its end, or behind it: the next octets would decide. */
static bool is_about_to_end(const struct crowd_wire *wire)
{
    int64_t most_s = wire->way == CROWD_TCP ? CROWD_TCP_SILENCE_S : CROWD_HDLC_SILENCE_S;
    int64_t silent_s = crowd_wire_silence_s(wire);
    return wire->open && silent_s > most_s - MARGIN_S && silent_s < most_s + MARGIN_S;
}

static bool anybody_is_about_to_end(const struct crowd *crowd)
{
    for (int i = 0; i < CROWD_MEMBERS; i++) {
        if (is_about_to_end(&crowd->members[i].wire)) {
            return true;
        }
    }
    return false;
}

/* TCP connections are closed by the port when the meter says so. */
static void look_at_silence(struct crowd *crowd)
{
    int64_t now_ms = crowd->lines.now_us / 1000;
    for (int i = 0; i < CROWD_MEMBERS; i++) {
        struct crowd_member *member = &crowd->members[i];
        bool tcp = member->wire.way == CROWD_TCP && member->wire.open;
        if (tcp) {
            assert_true(meter_closing(&member->wire.tcp, now_ms) ==
                        crowd_wire_timed_out(&member->wire));
        }
        if (tcp && crowd_wire_timed_out(&member->wire)) {
            leave(crowd, member);
            crowd->timed_out++;
        } else if (crowd_wire_timed_out(&member->wire)) {
            crowd->gatherer = crowd->gatherer == member ? NULL : crowd->gatherer;
        }
    }
}

static void rest(struct crowd *crowd, int64_t seconds)
{
    do {
        crowd_lines_rest(&crowd->lines, seconds);
        seconds = 2 * MARGIN_S;
    } while (anybody_is_about_to_end(crowd));
    look_at_silence(crowd);
}

/* Connections end with the meter's supply; values stay. */
static void fail_supply(struct crowd *crowd)
{
    life_run(crowd->life, SETTLE_S);
    life_rest(crowd->life);
    for (int i = 0; i < CROWD_MEMBERS; i++) {
        if (crowd->members[i].wire.open) {
            leave(crowd, &crowd->members[i]);
        }
    }
    crowd_lines_close(&crowd->lines);
    if (crowd_roll(crowd, 2) == 0) {
        life_cut(crowd->life, 60);
    } else {
        life_kill(crowd->life, 60);
    }
    life_rest(crowd->life);
    crowd_lines_open(&crowd->lines);
}

void crowd_step(struct crowd *crowd)
{
    uint32_t rolled = crowd_roll(crowd, 1000);
    crowd->steps++;
    if (rolled < 2) {
        fail_supply(crowd);
    } else if (rolled < 12) {
        rest(crowd, 20 + crowd_roll(crowd, 200));
    } else {
        rest(crowd, 0);
        act(crowd, &crowd->members[crowd_roll(crowd, CROWD_MEMBERS)]);
    }
    life_run(crowd->life, 1);
}

/* ---- begin and end ---- */

static void gather_members(struct crowd *crowd)
{
    static const struct {
        enum crowd_way way;
        uint8_t sap;
    } members[CROWD_MEMBERS] = {
        {CROWD_TCP, PRODUCT_SAP_MANAGEMENT},   {CROWD_TCP, PRODUCT_SAP_MANAGEMENT},
        {CROWD_TCP, PRODUCT_SAP_READING},      {CROWD_TCP, PRODUCT_SAP_PUBLIC},
        {CROWD_RS485, PRODUCT_SAP_MANAGEMENT}, {CROWD_RS485, PRODUCT_SAP_READING},
        {CROWD_RS485, PRODUCT_SAP_PUBLIC},     {CROWD_OPTICAL, PRODUCT_SAP_MANAGEMENT},
    };
    for (int i = 0; i < CROWD_MEMBERS; i++) {
        crowd_wire_begin(&crowd->members[i].wire, &crowd->lines, members[i].way, members[i].sap);
    }
}

/* Values that the model knows from the beginning. */
static void write_first_values(struct crowd *crowd)
{
    static struct head head;
    head_open(&head, crowd->life, UINT16_MAX);
    furnish(&head);
    for (int i = 0; i < CROWD_SETTINGS; i++) {
        struct crowd_value value;
        struct dlms_target target = crowd_target((enum crowd_setting)i);
        while (!crowd_invent(crowd, (enum crowd_setting)i, &value)) {
        }
        assert_int_equal(head_set(&head, &target, reader_over(value.octets, value.size)),
                         COSEM_SUCCESS);
        crowd_take_over(crowd, (enum crowd_setting)i, &value);
        life_rest(crowd->life);
    }
    head_close(&head);
}

void crowd_begin(struct crowd *crowd, const char *product, uint64_t seed)
{
    memset(crowd, 0, sizeof *crowd);
    crowd->dice = seed;
    crowd->life = life_begin(product, life_utc_ms(2026, 11, 21, 11, 0, 0));
    head_admit(crowd->life);
    write_first_values(crowd);
    crowd_lines_begin(&crowd->lines, crowd->life);
    gather_members(crowd);
}

static void assert_all_there(struct crowd *crowd)
{
    static struct head head;
    head_open(&head, crowd->life, UINT16_MAX);
    for (int i = 0; i < CROWD_SETTINGS; i++) {
        struct dlms_target target = crowd_target((enum crowd_setting)i);
        assert_int_equal(head_get(&head, &target), COSEM_SUCCESS);
        crowd_assert_read(crowd, (enum crowd_setting)i, crowd->histories[i].count - 1,
                          dlms_client_value(&head.client));
    }
    head_close(&head);
}

void crowd_end(struct crowd *crowd)
{
    for (int i = 0; i < CROWD_MEMBERS; i++) {
        if (crowd->members[i].wire.open) {
            leave(crowd, &crowd->members[i]);
        }
    }
    assert_all_there(crowd);
    crowd_lines_close(&crowd->lines);
    assert_true(life_is_intact(crowd->life));
    life_end(crowd->life);
}
