#include "test/product/hex_client.h"

#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdlib.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, OCTETS = 32768 };

struct dlms_target hex_target(uint16_t class_id, const struct cosem_name *name, int member)
{
    return (struct dlms_target){class_id, *name, (int8_t)member};
}

enum cosem_result hex_set(struct rig *rig, struct dlms_target target, const char *value)
{
    static uint8_t octets[OCTETS];
    return rig_set(rig, SAP, &target, reader_over(octets, hex_read(value, octets, sizeof octets)));
}

enum cosem_result hex_act(struct rig *rig, struct dlms_target target, const char *parameter)
{
    static uint8_t octets[OCTETS];
    return rig_act(rig, SAP, &target,
                   reader_over(octets, hex_read(parameter, octets, sizeof octets)));
}

void hex_assert_reads(struct rig *rig, struct dlms_target target, const char *expected)
{
    static uint8_t value[RIG_VALUE_MOST], right[OCTETS];
    static char found_text[2 * RIG_VALUE_MOST + 1], right_text[2 * OCTETS + 1];
    enum cosem_result result;
    size_t size = rig_read(rig, SAP, target.class_id, &target.name, target.member, value, &result);
    assert_int_equal(result, COSEM_SUCCESS);
    hex_write(value, size, found_text);
    hex_write(right, hex_read(expected, right, sizeof right), right_text);
    assert_string_equal(found_text, right_text);
}
