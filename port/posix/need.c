#define _POSIX_C_SOURCE 200809L
#include "base/need.h"
#include "port/posix/fault.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT = 256, DIGITS = 12 };

static const char *where;

void fault_path(const char *path)
{
    where = path;
}

static size_t append(char *text, size_t at, const char *more)
{
    size_t size = strlen(more);
    size = at + size < TEXT ? size : TEXT - at;
    memcpy(text + at, more, size);
    return at + size;
}

static size_t append_number(char *text, size_t at, int number)
{
    char digits[DIGITS] = {0};
    size_t first = DIGITS - 1;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return append(text, at, digits + first);
}

void fault_write(const char *cause, const char *file, int line)
{
    char text[TEXT];
    if (where == NULL) {
        return;
    }
    int fd = open(where, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return;
    }
    size_t size = append(text, 0, cause);
    size = append(text, size, " ");
    size = append(text, size, file);
    size = append(text, size, ":");
    size = append_number(text, size, line);
    size = append(text, size, "\n");
    ssize_t written = write(fd, text, size);
    (void)written; /* the process ends in any case */
    close(fd);
}

void need_failed(const char *file, int line)
{
    fprintf(stderr, "watthour: bug at %s:%d; please report it with what you did\n", file, line);
    fault_write("need", file, line);
    abort();
}
