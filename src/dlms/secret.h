/* A password, compared in a time that tells nothing about it. */
#ifndef WATTHOUR_DLMS_SECRET_H
#define WATTHOUR_DLMS_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DLMS_SECRET_MAX = 64 };

struct dlms_secret {
    uint8_t octets[DLMS_SECRET_MAX];
    uint8_t size; /* 0: none is set, and nothing matches */
};

/* 0, or -1 when it is too long: then the secret is what it was. */
int dlms_secret_set(struct dlms_secret *secret, const void *octets, size_t size);

bool dlms_secret_matches(const struct dlms_secret *secret, const uint8_t *given, size_t size);

#endif
