/* The shared recordings and the values that are published with them (reference.json). */
#ifndef WATTHOUR_TEST_RECORDINGS_PUBLISHED_H
#define WATTHOUR_TEST_RECORDINGS_PUBLISHED_H

#include <cjson/cJSON.h>

#define PUBLISHED_FOLDER WATTHOUR_SHARED "/data/waveforms/"

/* A group's state is the values; NULL where there are no recordings. */
int published_setup(void **state);
int published_teardown(void **state);
const cJSON *published_or_skip(void **state);

double published_number(const cJSON *object, const char *key);

#endif
