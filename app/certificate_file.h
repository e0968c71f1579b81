/* Certificates, requests and key pairs of the desk in files: PEM or DER in, PEM out. */
#ifndef WATTHOUR_APP_CERTIFICATE_FILE_H
#define WATTHOUR_APP_CERTIFICATE_FILE_H

#include "crypto/certificate.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum certificate_label { CERTIFICATE_LABEL, REQUEST_LABEL };

/* The DER in a file, which is DER or PEM; "-" is stdin. Its size; 0: none, and `*reason` says
 * why. */
size_t certificate_file_read(const char *path, uint8_t der[CRYPTO_CERTIFICATE_MAX],
                             const char **reason);

/* As PEM. */
void certificate_file_print(FILE *out, enum certificate_label label, const uint8_t *der,
                            size_t size);

/* The same in a new file; "-" or NULL is stdout. 0, or -1: `*reason` says why. */
int certificate_file_write(const char *path, enum certificate_label label, const uint8_t *der,
                           size_t size, const char **reason);

/* A new file that its owner alone can read; NULL: `*reason` says why. It does not replace one. */
FILE *certificate_file_private(const char *path, const char **reason);

/* What a certificate says, as lines, or as JSON. 0, or -1: it is none of the DLMS profile. */
int certificate_file_show(const uint8_t *der, size_t size, bool json);

/* A Name's text, its common name or else its octets; an instant as 2026-11-21T12:00:00Z. */
void certificate_name_text(struct crypto_part name, char *text, size_t room);
void certificate_time_text(int64_t time_s, char *text, size_t room);
void certificate_hex_text(const uint8_t *octets, size_t size, char *text, size_t room);

#endif
