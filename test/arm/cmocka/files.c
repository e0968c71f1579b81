/* What the unit tests need of a C library beside strings: files to read vectors from, and memory.
 * picolibc's own want thread-local data, which an image does not have. */
#include "port/cortex_m/semihost.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- files, to be read ---- */

enum { FILES = 4, BUFFER = 4096 };

static struct slot {
    FILE file; /* first: what the library hands back */
    int handle;
    size_t at;
    size_t size;
    char buffer[BUFFER];
} slots[FILES];

static int get(FILE *file)
{
    struct slot *slot = (struct slot *)(void *)file;
    if (slot->at == slot->size) {
        slot->size = semihost_read(slot->handle, slot->buffer, BUFFER);
        slot->at = 0;
    }
    return slot->size > 0 ? (unsigned char)slot->buffer[slot->at++] : _FDEV_EOF;
}

static int put(char c, FILE *file)
{
    (void)c;
    (void)file;
    return EOF;
}

static int close_file(FILE *file)
{
    struct slot *slot = (struct slot *)(void *)file;
    semihost_close(slot->handle);
    slot->file.get = NULL;
    return 0;
}

FILE *fopen(const char *path, const char *mode)
{
    int handle = mode[0] == 'r' ? semihost_open(path, SEMIHOST_READ) : -1;
    for (int i = 0; i < FILES && handle >= 0; i++) {
        if (slots[i].file.get == NULL) {
            FILE fresh = FDEV_SETUP_STREAM(put, get, NULL, _FDEV_SETUP_READ);
            slots[i] = (struct slot){.file = fresh, .handle = handle};
            return &slots[i].file;
        }
    }
    return NULL;
}

int fclose(FILE *file)
{
    return close_file(file);
}

/* ---- memory: the board's pseudo-static RAM, given back by nobody ---- */

static uintptr_t next = 0x21000000;

void *malloc(size_t size)
{
    uintptr_t piece = next;
    next += (size + 7) / 8 * 8;
    return (void *)piece;
}

void *calloc(size_t count, size_t size)
{
    return memset(malloc(count * size), 0, count * size);
}

void free(void *piece)
{
    (void)piece;
}

/* ---- numbers in text ---- */

unsigned long strtoul(const char *text, char **end, int base)
{
    unsigned long value = 0;
    bool hex = base == 16 || (base == 0 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'));
    text += hex && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 2 : 0;
    for (; isxdigit((unsigned char)*text) && (hex || isdigit((unsigned char)*text)); text++) {
        unsigned digit = isdigit((unsigned char)*text)
                             ? (unsigned)(*text - '0')
                             : (unsigned)(tolower((unsigned char)*text) - 'a') + 10;
        value = value * (hex ? 16 : 10) + digit;
    }
    if (end != NULL) {
        *end = (char *)(uintptr_t)text;
    }
    return value;
}

int atoi(const char *text)
{
    return text[0] == '-' ? -(int)strtoul(text + 1, NULL, 10) : (int)strtoul(text, NULL, 10);
}

/* ---- numbers by chance, as the C standard's example makes them ---- */

static unsigned long chance = 1;

void srand(unsigned seed)
{
    chance = seed;
}

int rand(void)
{
    chance = chance * 1103515245 + 12345;
    return (int)(chance / 65536 % ((unsigned)RAND_MAX + 1));
}
