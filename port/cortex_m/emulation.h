/* What the emulator lacks of a meter's board, and the host's files lend it: the image's arguments,
 * a NOR chip, the front end's recording, a clock chip, random octets, pins. On a board of its own
 * each of these is a driver; docs/PORTING.md says what it must do. */
#ifndef WATTHOUR_PORT_CORTEX_M_EMULATION_H
#define WATTHOUR_PORT_CORTEX_M_EMULATION_H

#include "crypto/random.h"
#include "function/rtc.h"
#include "storage/flash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- arguments: `NAME=VALUE`, as -semihosting-config arg= gives them ---- */

void arguments_open(void);

/* NULL: it was not given. */
const char *argument(const char *name);
uint32_t argument_number(const char *name, uint32_t otherwise);

/* As many octets as `size`, in hexadecimal digits. False: it was not given, or is none. */
bool argument_octets(const char *name, uint8_t *octets, size_t size);

/* What is in the file that an argument names, 8 kB at most; the next takes its place. NULL: there
 * is none. */
const uint8_t *argument_file(const char *name, size_t *size);

/* ---- the NOR chip of 8 MiB: the file, as world/nor keeps it, and a copy in memory ---- */

/* False: there is no file of that name (NULL: none), hence no chip; what is asked of it then
 * fails. */
bool nor_chip_open(const char *path);

extern const struct flash nor_chip;

/* ---- the front end: a recording of frames as 32-bit codes ---- */

/* How often it is played: 0: for ever. False: there is none. */
bool recording_open(const char *path, unsigned channels, uint32_t times);

/* The next frame; NULL: it is over. For the sample interrupt. */
const int32_t *recording_next(void);

bool recording_is_over(void);

/* ---- the clock chip: the host's clock, or from `utc_ms` on when that is not 0 ---- */

void clock_chip_open(int64_t utc_ms);

extern const struct rtc clock_chip;

/* ---- random octets of the host ---- */

extern const struct crypto_entropy host_entropy;

/* ---- pins: a file of lines `MS PIN LEVEL` says when they change ---- */

enum pin { PIN_POWER_FAIL, PIN_SCROLL, PIN_SERVICE, PIN_REQUEST, PINS };

/* False: a line is not understood. Without a file nothing changes. */
bool pins_open(const char *path);

/* Once a millisecond, from the tick: changes what is due, by interrupt. */
void pins_tick(uint32_t ms);

bool pin_level(enum pin pin);

#endif
