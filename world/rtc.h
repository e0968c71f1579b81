/* A virtual real-time clock chip with its crystal, its backup and its temperature.
 *
 * The crystal is off by so many ppm at its turnover temperature, slower by the square of the
 * distance from there, and ages. Without supply the chip lives by a battery, which also loses a
 * little each year, or by a capacitor; when that is empty it stops, and forgets.
 *
 * It knows no clock: it is told how much true time passes, and at what temperature. */
#ifndef WATTHOUR_WORLD_RTC_H
#define WATTHOUR_WORLD_RTC_H

#include "function/rtc.h"
#include "world/climate.h"

#include <stdbool.h>
#include <stdint.h>

enum rtc_chip_backup { RTC_CHIP_NONE, RTC_CHIP_BATTERY, RTC_CHIP_CAPACITOR };

struct rtc_chip_config {
    double error_ppm;      /* of the crystal at the turnover; fast: positive */
    double turnover_c;     /* about 25 */
    double curve_ppm;      /* by which it is slow for each square kelvin: about 0.034 */
    double ageing_ppm;     /* a year */
    double trim_step_ppm;  /* of its correction, 0.954 where 1 of 2^20 pulses is left out */
    double trim_most_ppm;  /* either way: 487 */
    double sensor_error_c; /* by which its thermometer shows too much */
    enum rtc_chip_backup backup;
    double draw_ua; /* without supply: itself, and what the battery feeds beside it */
    double battery_mah;
    double self_discharge; /* share of a year that the battery loses */
    double capacitor_f;
};

/* An ordinary crystal, right at 25 degrees, on a lithium thionyl chloride cell of 1200 mAh. */
struct rtc_chip_config rtc_chip_config_default(void);

struct rtc_chip {
    struct rtc_chip_config config;
    int64_t utc_ns;
    double part_ns;
    bool kept;
    bool broken; /* it does not answer */
    double trim_ppm;
    double temperature_c;
    double age_s;
    double left; /* of the backup, 0..1 */
    struct rtc_input_reading inputs[RTC_INPUTS];
    bool unread; /* something happened that nobody has read yet */
};

/* A clock chip in its place, as a scenario says. */
struct rtc_place {
    struct rtc_chip_config chip;
    struct climate climate;
    double left;           /* of the backup, 0..1 */
    double calibrated_ppm; /* what the factory's calibration left of the error */
};

/* As rtc_chip_config_default(), 3.5 ppm fast and calibrated to 1.5 ppm, at 23 degrees. */
struct rtc_place rtc_place_default(void);

/* The trim that the factory finds, ppb. */
int32_t rtc_place_trim_ppb(const struct rtc_place *place);

/* New, never set, its backup full. */
void rtc_chip_open(struct rtc_chip *chip, const struct rtc_chip_config *config);

/* The port to give to a meter. */
struct rtc rtc_chip_port(struct rtc_chip *chip);

void rtc_chip_set(struct rtc_chip *chip, int64_t utc_ms);

/* True time passes. */
void rtc_chip_advance(struct rtc_chip *chip, uint64_t us, double temperature_c, bool supplied);

/* How fast it is at a temperature, with its trim: what a factory measures against its standard. */
double rtc_chip_error_ppm(const struct rtc_chip *chip, double temperature_c);

uint16_t rtc_chip_backup_mv(const struct rtc_chip *chip);

/* Something begins or ends at an input. A chip without supply and backup does not notice. */
void rtc_chip_touch(struct rtc_chip *chip, enum rtc_input input, bool there, bool supplied);

/* Another battery is put in; without supply meanwhile, the chip forgets. */
void rtc_chip_exchange(struct rtc_chip *chip, bool supplied);

#endif
