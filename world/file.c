#include "world/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const char *path, const char *what, char *error, size_t error_size)
{
    snprintf(error, error_size, "%s: %s", path, what);
    return -1;
}

/* Grows with what comes, so that a pipe can be read too. */
static int read_all(FILE *file, size_t max, char **text, size_t *size)
{
    size_t room = 0;
    *text = NULL;
    *size = 0;
    do {
        room = room == 0 ? 65536 : 2 * room;
        char *grown = realloc(*text, room);
        if (grown == NULL) {
            errno = ENOMEM;
            return -1;
        }
        *text = grown;
        *size += fread(*text + *size, 1, room - *size - 1, file);
    } while (*size == room - 1 && *size <= max);
    (*text)[*size] = '\0';
    return ferror(file) ? -1 : 0;
}

int file_read(const char *path, size_t max, char **text, size_t *size, char *error,
              size_t error_size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return refuse(path, strerror(errno), error, error_size);
    }
    int result = read_all(file, max, text, size);
    if (result != 0) {
        refuse(path, strerror(errno), error, error_size);
    } else if (*size == 0) {
        result = refuse(path, "is empty", error, error_size);
    } else if (*size > max) {
        result = refuse(path, "is too long", error, error_size);
    }
    fclose(file);
    if (result != 0) {
        free(*text);
    }
    return result;
}
