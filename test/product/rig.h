/* A product with something to show, and a client that reads it: no world, no links. */
#ifndef WATTHOUR_TEST_PRODUCT_RIG_H
#define WATTHOUR_TEST_PRODUCT_RIG_H

#include "dlms/client.h"
#include "dlms/server.h"
#include "product/product.h"
#include "test/dlms/ram_stage.h"

#include <stddef.h>
#include <stdint.h>

enum { RIG_VALUE_MOST = 65535, RIG_RECEIVE_MAX = 512 };

struct rig {
    const struct product *product;
    struct legal legal;
    struct quantity_source source;
    struct clock clock;
    struct identity identity;
    struct consumer consumer;
    struct link_setup links;
    struct local_port local_port;
    struct message message;
    char text[MESSAGE_TEXT_MAX]; /* of it */
    struct display_marks marks;
    struct display display;
    struct tariff tariff;
    struct calendar_switch switches[2 * CALENDAR_SWITCHES]; /* of its calendars */
    struct demand demand;
    struct billing billing;
    struct script_book scripts;
    struct timekeeper timekeeper;
    struct selftest_fault fault;
    struct push push;
    struct protection protection;
    int64_t now_ms;
    struct event_book events; /* nothing is kept */
    struct alarm alarm;
    struct outage outage;
    struct voltage_count voltage_count;
    struct tamper tamper; /* without inputs */
    struct reversal reversal;
    struct object_table objects;
    struct column_pool columns;
    struct profile_common capture;
    struct profile profiles[PRODUCT_PROFILES];
    struct increment increments[2];
    struct mask_book masks[TARIFF_MASKS];
    struct compact compact;
    struct schedule schedule;
    struct single_action actions[PRODUCT_SCHEDULES];
    struct cosem_context context;
    struct dlms_server server;
    struct dlms_session session;
    struct dlms_association places[DLMS_PARTNERS]; /* of the session */
    struct dlms_association closed;                /* of a client that has none */
    struct ram_stage stage;
    struct crypto_random random;
    struct dlms_security_setup security; /* without keys */
    uint16_t pdu;                        /* of the open associations */
};

/* The product with serial number 12345678 on 2026-11-21T11:00:00.500Z, a minute after it began
 * to measure U 230.0124 V, I 4.9999996 A, P 1000.0006 W and more on each phase; the passwords of
 * its clients are "12345678". */
void rig_init(struct rig *rig, const struct product *product);

/* Another connection: no association is open. The security setup must be there. */
void rig_connect(struct rig *rig);

/* The client's association, or one that is not open. */
struct dlms_association *rig_association(struct rig *rig, uint16_t sap);

/* Associates the client, which takes APDUs of `pdu` octets, so that every answer of the server
 * is written into a buffer of exactly its promised size. */
void rig_associate(struct rig *rig, uint16_t sap, uint16_t pdu);

/* Reads an attribute, in blocks when it must be; its size, the value in `value`. The result is
 * success, or the size is 0. */
size_t rig_read(struct rig *rig, uint16_t sap, uint16_t class_id, const struct cosem_name *name,
                int attribute, uint8_t value[RIG_VALUE_MOST], enum cosem_result *result);

/* Writes an attribute, calls a method, in blocks when it must be. */
enum cosem_result rig_set(struct rig *rig, uint16_t sap, const struct dlms_target *target,
                          struct reader value);
enum cosem_result rig_act(struct rig *rig, uint16_t sap, const struct dlms_target *target,
                          struct reader parameter);

/* A SET with a value that is no whole Data: what the server answers is not looked at. */
void rig_set_broken(struct rig *rig, uint16_t sap, const struct dlms_target *target,
                    const uint8_t *octets, size_t size);

#endif
