/* A whole file in memory. */
#ifndef WATTHOUR_WORLD_FILE_H
#define WATTHOUR_WORLD_FILE_H

#include <stddef.h>

/* Reads a file of at most `max` octets; a zero octet follows the text and is not counted. Returns
 * 0, or -1 with one line in `error`: it cannot be read, it is empty, it is too long. The caller
 * frees `text`. */
int file_read(const char *path, size_t max, char **text, size_t *size, char *error,
              size_t error_size);

#endif
