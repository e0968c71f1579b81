/* stdout for picolibc, on the emulator's console. */
#include "port/cortex_m/semihost.h"

#include <stdio.h>

static struct {
    char text[1024];
    size_t size;
    int handle; /* + 1; 0: not open yet */
} console;

static int flush(FILE *file)
{
    (void)file;
    if (console.handle == 0) {
        console.handle = semihost_open(SEMIHOST_CONSOLE, SEMIHOST_WRITE) + 1;
    }
    int result = semihost_write(console.handle - 1, console.text, console.size);
    console.size = 0;
    return result;
}

static int put(char c, FILE *file)
{
    console.text[console.size++] = c;
    return console.size < sizeof console.text ? (unsigned char)c : flush(file);
}

static FILE console_file = FDEV_SETUP_STREAM(put, NULL, flush, _FDEV_SETUP_WRITE);

FILE *const stdout = &console_file;
