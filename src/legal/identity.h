/* Which legally relevant part this is (WELMEC 7.2, P2): its name with its version, and a checksum
 * that changes with every octet of it. Both are linked with it and cannot be set.
 *
 * The version is that of the file LEGAL_VERSION, whatever the application's is. On the target,
 * where the part is linked by itself, the checksum is the SHA-256 of the image as it lies in flash.
 * The host has no such image: its checksum is the SHA-256 of the list that `sha256sum` makes of the
 * part's source files (src/legal/CMakeLists.txt names them; docs/LEGAL.md repeats it by hand). */
#ifndef WATTHOUR_LEGAL_IDENTITY_H
#define WATTHOUR_LEGAL_IDENTITY_H

#include <stdint.h>

enum { LEGAL_CHECKSUM_SIZE = 32, LEGAL_NAME_SIZE = 28 };

struct legal_identity {
    char name[LEGAL_NAME_SIZE]; /* "watthour legal 1.2.0", ends with 0 */
    uint8_t checksum[LEGAL_CHECKSUM_SIZE];
};

/* Of the part that measures here. */
const struct legal_identity *legal_identity(void);

#endif
