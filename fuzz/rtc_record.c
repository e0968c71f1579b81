/* Any octets as the record of a virtual clock chip: refused, or a chip that lives on. The check at
 * the end is put right, or no input would ever get behind it. */
#include "world/rtc_record.h"
#include "base/crc32.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool right)
{
    if (!right) {
        abort();
    }
}

static void live(struct rtc_chip *chip)
{
    const struct rtc port = rtc_chip_port(chip);
    struct rtc_reading reading;
    struct rtc_input_reading inputs[RTC_INPUTS];
    rtc_chip_touch(chip, RTC_METER_COVER, true, false);
    rtc_chip_advance(chip, 86400000000, 20, false);
    rtc_chip_advance(chip, 1000, -20, true);
    check(port.read(port.context, &reading) == 0);
    check(port.inputs(port.context, inputs) == 0 && inputs[RTC_METER_COVER].there);
    check(port.forget(port.context) == 0 && chip->inputs[RTC_METER_COVER].count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t octets[RTC_RECORD_SIZE] = {0};
    struct rtc_record_stamp stamp;
    struct rtc_chip_config config = rtc_chip_config_default();
    struct rtc_chip chip;
    memcpy(octets, data, size < sizeof octets ? size : sizeof octets);
    uint32_t crc = crc32(0, octets, RTC_RECORD_SIZE - 4);
    for (int i = 0; i < 4; i++) {
        octets[RTC_RECORD_SIZE - 4 + i] = (uint8_t)(crc >> (24 - 8 * i));
    }
    rtc_chip_open(&chip, &config);
    if (rtc_record_read(octets, &stamp, &chip)) {
        live(&chip);
        rtc_record_write(octets, stamp, &chip);
        check(rtc_record_read(octets, &stamp, &chip));
    }
    return 0;
}
