#include "test/meter/furnish.h"

#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

#define SCRIPT_OF_RATES "0906 00000A0064FF"
#define SEASON(name, month, week)                                                                  \
    "0203 0901" name "090C FFFF" month "01 FF FFFFFFFF 8000FF 0901" week
#define WEEK(name, workday, weekend)                                                               \
    "0208 0901" name "11" workday "11" workday "11" workday "11" workday "11" workday "11" weekend \
    "11" weekend
#define SWITCH(hour, rate)                "0203 0904" hour "000000" SCRIPT_OF_RATES "12 00" rate
#define PUSHED(class_id, name, attribute) "0204 12 00" class_id "0906" name "0F" attribute "120000"
#define PUSHED_2(class_id, name, attribute)                                                        \
    "0206 12 00" class_id "0906" name "0F" attribute "120000 0202 1600 00 0100"
#define FROM_TO "0202 090C FFFFFFFFFF 06000000 8000FF 090C FFFFFFFFFF 16000000 8000FF"

#define PUSH_0_2 "0102" PUSHED("08", "0000010000FF", "02") PUSHED("03", "0100010800FF", "02")
#define PUSH_2_2 "0102" PUSHED_2("08", "0000010000FF", "02") PUSHED_2("03", "0100010800FF", "02")

static const struct {
    uint16_t class_id;
    uint8_t obis[5];
    int8_t attribute;
    const char *value; /* hex */
    const char *other; /* of another version of the class; NULL: the same */
} values[] = {
    {20, {0, 0, 13, 0, 0}, 7, "0102" SEASON("77", "0A", "57") SEASON("73", "04", "53"), NULL},
    {20, {0, 0, 13, 0, 0}, 8, "0102" WEEK("57", "01", "02") WEEK("53", "02", "01"), NULL},
    {20,
     {0, 0, 13, 0, 0},
     9,
     "0102 0202 1101 0102" SWITCH("06", "01")
         SWITCH("16", "02") "0202 1102 0101" SWITCH("00", "02"),
     NULL},
    {11,
     {0, 0, 11, 0, 0},
     2,
     "0102 0203 120001 0905 FFFF0C19FF 1102 0203 120002 0905 07EB0101FF 1101",
     NULL},
    {10,
     {0, 0, 12, 0, 0},
     2,
     "0101 020A 120001 0301" SCRIPT_OF_RATES
     "120002 0904 11000000 12001E 0407FE 0400 0905 FFFF0B01FF 0905 FFFF0B1EFF",
     NULL},
    {40, {0, 1, 25, 9, 0}, 2, PUSH_0_2, PUSH_2_2},
    {40, {0, 2, 25, 9, 0}, 2, PUSH_0_2, PUSH_2_2},
    {40, {0, 1, 25, 9, 0}, 4, "0101" FROM_TO, NULL},
    {22, {0, 1, 15, 0, 4}, 4, "0101 0202 0904 05000000 0905 FFFFFFFFFF", NULL},
    {62,
     {0, 0, 66, 0, 0},
     3,
     "0102 0204 120003 0906 0100010800FF 0F02 120000 0204 120001 0906 0000600E00FF 0F02 120000",
     NULL},
};

static enum cosem_result write_hex(struct head *head, const struct dlms_target *target,
                                   const char *hex)
{
    uint8_t octets[512];
    size_t size = hex_read(hex, octets, sizeof octets);
    return head_set(head, target, reader_over(octets, size));
}

void furnish(struct head *head)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct dlms_target target = {.class_id = values[i].class_id, .member = values[i].attribute};
        memcpy(target.name.obis, values[i].obis, sizeof values[i].obis);
        target.name.obis[5] = 255;
        enum cosem_result result = write_hex(head, &target, values[i].value);
        if (result == COSEM_TYPE_UNMATCHED && values[i].other != NULL) {
            result = write_hex(head, &target, values[i].other);
        }
        if (result != COSEM_SUCCESS && result != COSEM_OBJECT_UNDEFINED) {
            fail_msg("class %u, row %zu, attribute %d: %d", target.class_id, i, target.member,
                     result);
        }
        life_rest(head->life);
    }
}
