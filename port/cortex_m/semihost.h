/* Semihosting: the emulator (or debugger) lends its files. Source: Arm, "Semihosting for AArch32
 * and AArch64". Paths are the host's; handles are >= 0, errors negative. */
#ifndef WATTHOUR_PORT_CORTEX_M_SEMIHOST_H
#define WATTHOUR_PORT_CORTEX_M_SEMIHOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

enum semihost_mode {
    SEMIHOST_READ = 1,   /* "rb" */
    SEMIHOST_CHANGE = 3, /* "r+b" */
    SEMIHOST_WRITE = 5   /* "wb" */
};

/* What the emulator was asked to print on. */
#define SEMIHOST_CONSOLE ":tt"

int semihost_open(const char *path, enum semihost_mode mode);

/* Octets read, which at the file's end are fewer than `size`. */
size_t semihost_read(int handle, void *data, size_t size);

/* 0, or -1 when not all could be written. */
int semihost_write(int handle, const void *data, size_t size);

/* What is read or written next is at `at`. 0, or -1. */
int semihost_seek(int handle, uint32_t at);

void semihost_close(int handle);

/* Seconds since 1970 by the host's clock. */
uint32_t semihost_time_s(void);

/* The image's arguments, separated by blanks. 0, or -1 when they do not fit. */
int semihost_command_line(char *line, size_t size);

/* The file is privileged code's alone: the main loop without privilege cannot use its handle. At
 * most one; -1: none. */
void semihost_reserve(int handle);

/* Whether the main loop without privilege may have this done: files to read from, into its own
 * memory; the console. For the supervisor. */
bool semihost_may(uint32_t operation, const uintptr_t *arguments);

noreturn void semihost_exit(int code);

#endif
