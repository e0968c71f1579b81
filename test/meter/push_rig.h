/* A meter that pushes to destinations that do as they are told. */
#ifndef WATTHOUR_TEST_METER_PUSH_RIG_H
#define WATTHOUR_TEST_METER_PUSH_RIG_H

#include "dlms/notification.h"
#include "test/meter/life.h"

extern struct push_rig {
    enum push_progress progress;
    bool unreachable;
    char refuses[32]; /* this destination, and it alone */
    unsigned begun;
    unsigned ended;
    char to[PUSH_DESTINATION + 1]; /* whom the last attempt was for */
    uint8_t apdu[4096];            /* of the last attempt, or the last block */
    size_t size;
    size_t longest;         /* of its APDUs */
    uint8_t whole[1 << 16]; /* of general blocks; the last attempt's */
    size_t whole_size;
    unsigned blocks;
    bool ended_by_last;
    unsigned blocks_most; /* then it fails; 0: however many there are */
    uint8_t answer[16];
    size_t answered;
} push_rig;

extern const int64_t push_rig_begin_ms;
extern struct life *push_rig_life;
extern const struct meter_keys push_rig_keys;
extern const struct push_sender push_rig_single; /* it takes one APDU of a message, no more */

/* An XS211 at noon (11:00 UTC) of 2026-11-21, on the network. */
int push_rig_set_up(void **state);
int push_rig_tear_down(void **state);

struct push *push_rig_push(void);

/* Gives a set-up a destination, as a client does, and other objects; triggers it. */
void push_rig_configure(enum push_setup setup);
void push_rig_send_to(enum push_setup setup, const char *destinations);
void push_rig_list(enum push_setup setup, const struct push_object *objects, size_t count);

/* The list of another set-up, as often as it may be on one. */
void push_rig_list_often(enum push_setup setup);

void push_rig_trigger(enum push_setup setup);

/* A new attempt begins; an APDU of it has come, as by the sender. */
void push_rig_expect(void);
void push_rig_take(const uint8_t *apdu, size_t size);

/* The message that was sent last. */
struct dlms_notification push_rig_arrived(void);

#endif
