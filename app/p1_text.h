/* Telegrams of P1 as people and programs read them. */
#ifndef WATTHOUR_APP_P1_TEXT_H
#define WATTHOUR_APP_P1_TEXT_H

#include "p1/reader.h"

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

/* A line each: code, meaning, value, unit; on stdout. */
void p1_text_print(const uint8_t *octets, size_t size);

/* {"identification", "crc", "lines": [{"obis", "name", "value", "unit"}]}; the caller adds to it
 * and deletes it. */
cJSON *p1_text_json(const uint8_t *octets, size_t size);

#endif
