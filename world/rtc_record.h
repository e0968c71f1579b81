/* The clock chip as octets, so that it goes on over the end of a process: a record with a check.
 * The chip's configuration is its place's and is not kept. docs/FLASH.md has each octet. */
#ifndef WATTHOUR_WORLD_RTC_RECORD_H
#define WATTHOUR_WORLD_RTC_RECORD_H

#include "world/rtc.h"

#include <stdint.h>

enum { RTC_RECORD_SIZE = 72 + 21 * RTC_INPUTS };

/* When the chip was so. */
struct rtc_record_stamp {
    uint32_t sequence; /* one more than that of the record before */
    int64_t true_us;   /* the world's UTC */
};

void rtc_record_write(uint8_t octets[RTC_RECORD_SIZE], struct rtc_record_stamp stamp,
                      const struct rtc_chip *chip);

/* Whether these octets are a record that a chip can go on from: only then the chip changes, and its
 * configuration does not. */
bool rtc_record_read(const uint8_t octets[RTC_RECORD_SIZE], struct rtc_record_stamp *stamp,
                     struct rtc_chip *chip);

#endif
