/* Management before the rig, its values in hexadecimal text. */
#ifndef WATTHOUR_TEST_PRODUCT_HEX_CLIENT_H
#define WATTHOUR_TEST_PRODUCT_HEX_CLIENT_H

#include "test/product/rig.h"

/* An attribute or method of an object. */
struct dlms_target hex_target(uint16_t class_id, const struct cosem_name *name, int member);

enum cosem_result hex_set(struct rig *rig, struct dlms_target target, const char *value);
enum cosem_result hex_act(struct rig *rig, struct dlms_target target, const char *parameter);

/* The attribute can be read and is just that. */
void hex_assert_reads(struct rig *rig, struct dlms_target target, const char *expected);

#endif
