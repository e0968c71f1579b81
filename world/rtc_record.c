#include "world/rtc_record.h"

#include "base/crc32.h"
#include "base/reader.h"
#include "base/writer.h"

#include <math.h>
#include <string.h>

enum { MARK = 0x77685231 /* "whR1" */, CHECKED = RTC_RECORD_SIZE - 4, KEPT = 1, UNREAD = 2 };

static const int64_t furthest_ns = INT64_C(9000000000000000000); /* the year 2255 */
static const int64_t furthest_us = INT64_C(9000000000000000);

static void put_real(struct writer *w, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    writer_u64(w, bits);
}

static double take_real(struct reader *r)
{
    uint64_t bits = reader_u64(r);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void put_input(struct writer *w, const struct rtc_input_reading *input)
{
    writer_u8(w, input->there);
    writer_u32(w, input->count);
    writer_u64(w, (uint64_t)input->begun_ms);
    writer_u64(w, (uint64_t)input->ended_ms);
}

static struct rtc_input_reading take_input(struct reader *r)
{
    struct rtc_input_reading input;
    input.there = reader_u8(r) != 0;
    input.count = reader_u32(r);
    input.begun_ms = (int64_t)reader_u64(r);
    input.ended_ms = (int64_t)reader_u64(r);
    return input;
}

void rtc_record_write(uint8_t octets[RTC_RECORD_SIZE], struct rtc_record_stamp stamp,
                      const struct rtc_chip *chip)
{
    struct writer w = writer_over(octets, RTC_RECORD_SIZE);
    writer_u32(&w, MARK);
    writer_u32(&w, stamp.sequence);
    writer_u64(&w, (uint64_t)stamp.true_us);
    writer_u64(&w, (uint64_t)chip->utc_ns);
    put_real(&w, chip->part_ns);
    put_real(&w, chip->trim_ppm);
    put_real(&w, chip->temperature_c);
    put_real(&w, chip->age_s);
    put_real(&w, chip->left);
    for (int i = 0; i < RTC_INPUTS; i++) {
        put_input(&w, &chip->inputs[i]);
    }
    writer_u32(&w, (chip->kept ? KEPT : 0) | (chip->unread ? UNREAD : 0));
    writer_u32(&w, crc32(0, octets, CHECKED));
}

static bool is_within(double value, double least, double most)
{
    return value >= least && value <= most; /* no NaN is */
}

static bool is_possible(const struct rtc_chip *chip, const struct rtc_record_stamp *stamp)
{
    return is_within(chip->part_ns, 0, 1) && is_within(chip->trim_ppm, -1e4, 1e4) &&
           is_within(chip->temperature_c, -300, 300) && is_within(chip->age_s, 0, 1e11) &&
           is_within(chip->left, 0, 1) && chip->utc_ns > -furthest_ns &&
           chip->utc_ns < furthest_ns && stamp->true_us >= 0 && stamp->true_us < furthest_us;
}

bool rtc_record_read(const uint8_t octets[RTC_RECORD_SIZE], struct rtc_record_stamp *stamp,
                     struct rtc_chip *chip)
{
    struct reader r = reader_over(octets, RTC_RECORD_SIZE);
    struct rtc_chip read = *chip;
    bool marked = reader_u32(&r) == MARK;
    struct rtc_record_stamp at = {.sequence = reader_u32(&r)};
    at.true_us = (int64_t)reader_u64(&r);
    read.utc_ns = (int64_t)reader_u64(&r);
    read.part_ns = take_real(&r);
    read.trim_ppm = take_real(&r);
    read.temperature_c = take_real(&r);
    read.age_s = take_real(&r);
    read.left = take_real(&r);
    for (int i = 0; i < RTC_INPUTS; i++) {
        read.inputs[i] = take_input(&r);
    }
    uint32_t flags = reader_u32(&r);
    read.kept = (flags & KEPT) != 0;
    read.unread = (flags & UNREAD) != 0;
    bool whole = reader_u32(&r) == crc32(0, octets, CHECKED);
    if (!marked || !whole || !is_possible(&read, &at)) {
        return false;
    }
    *chip = read;
    *stamp = at;
    return true;
}
