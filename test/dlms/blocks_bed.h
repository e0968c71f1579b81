/* A client in an association with a server of three rows (test/cosem/three.h), by general block
 * transfer: for the test and the fuzz target of it. One of each in a program; needs no cmocka. */
#ifndef WATTHOUR_TEST_DLMS_BLOCKS_BED_H
#define WATTHOUR_TEST_DLMS_BLOCKS_BED_H

#include "dlms/client_blocks.h"
#include "dlms/server.h"
#include "test/cosem/three.h"
#include "test/dlms/ram_stage.h"

enum { SAP = 2, ROOM = 16384, PDU_MOST = 700 };

extern struct dlms_server server;
extern struct dlms_session session;
extern struct three_state three;
extern struct dlms_client client;
extern struct dlms_client_blocks blocks;
extern struct dlms_refusal refusal;
extern uint8_t value[ROOM];   /* what is read */
extern uint8_t request[ROOM]; /* plain */
extern uint8_t whole[ROOM];   /* an answer put together */

/* All as new, APDUs of `pdu` octets. False: there is no association. */
bool blocks_bed_open(uint16_t pdu, uint8_t window);

#endif
