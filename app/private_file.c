#define _POSIX_C_SOURCE 200809L /* fileno */
#include "app/private_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int read_open(FILE *file, char *text, size_t room, const char **reason)
{
    struct stat about;
    if (fstat(fileno(file), &about) != 0) {
        *reason = strerror(errno);
        return -1;
    }
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0 && S_ISREG(about.st_mode)) {
        *reason = "others can read it; 'chmod 600' it";
        return -1;
    }
    size_t size = fread(text, 1, room, file);
    if (ferror(file) != 0) {
        *reason = strerror(errno);
        return -1;
    }
    if (size == room || memchr(text, '\0', size) != NULL) {
        *reason = "that is no text of keys or passwords";
        return -1;
    }
    text[size] = '\0';
    return 0;
}

int private_file_read(const char *path, char *text, size_t room, const char **reason)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        *reason = strerror(errno);
        return -1;
    }
    int result = read_open(file, text, room, reason);
    (void)fclose(file);
    return result;
}
