#include "port/cortex_m/semihost.h"

#include "port/cortex_m/guarded.h"
#include "port/cortex_m/supervisor.h"

#include <stdint.h>
#include <string.h>

enum operation {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_SEEK = 0x0a,
    SYS_TIME = 0x11,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20,
    ADP_STOPPED_APPLICATION_EXIT = 0x20026,
};

/* The emulator listens to privileged code only. */
static intptr_t call(enum operation operation, const void *arguments)
{
    if (supervisor_needed()) {
        return (intptr_t)SUPERVISOR_CALL(SUPERVISOR_SEMIHOST, operation, arguments);
    }
    register intptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

int semihost_open(const char *path, enum semihost_mode mode)
{
    const uintptr_t arguments[] = {(uintptr_t)path, mode, strlen(path)};
    return (int)call(SYS_OPEN, arguments);
}

size_t semihost_read(int handle, void *data, size_t size)
{
    const uintptr_t arguments[] = {(uintptr_t)handle, (uintptr_t)data, size};
    return size - (size_t)call(SYS_READ, arguments);
}

int semihost_write(int handle, const void *data, size_t size)
{
    const uintptr_t arguments[] = {(uintptr_t)handle, (uintptr_t)data, size};
    return call(SYS_WRITE, arguments) == 0 ? 0 : -1;
}

int semihost_seek(int handle, uint32_t at)
{
    const uintptr_t arguments[] = {(uintptr_t)handle, at};
    return call(SYS_SEEK, arguments) == 0 ? 0 : -1;
}

uint32_t semihost_time_s(void)
{
    return (uint32_t)call(SYS_TIME, NULL);
}

void semihost_close(int handle)
{
    const uintptr_t arguments[] = {(uintptr_t)handle};
    call(SYS_CLOSE, arguments);
}

int semihost_command_line(char *line, size_t size)
{
    uintptr_t arguments[] = {(uintptr_t)line, size};
    return call(SYS_GET_CMDLINE, arguments) == 0 ? 0 : -1;
}

noreturn void semihost_exit(int code)
{
    const uintptr_t arguments[] = {ADP_STOPPED_APPLICATION_EXIT, (uintptr_t)code};
    for (;;) {
        call(SYS_EXIT_EXTENDED, arguments);
    }
}

/* ---- what the main loop may ---- */

/* From the linker script: what the main loop may write to. */
extern uint8_t board_ram[], board_ram_end[];

static GUARDED struct {
    bool is;
    uintptr_t handle;
} reserved;

void semihost_reserve(int handle)
{
    reserved.is = handle >= 0;
    reserved.handle = (uintptr_t)handle;
}

static bool is_writable(uintptr_t at, uintptr_t size)
{
    uintptr_t begin = (uintptr_t)board_ram;
    uintptr_t end = (uintptr_t)board_ram_end;
    return at >= begin && at <= end && size <= end - at;
}

static bool may_open(const uintptr_t *arguments)
{
    const char *path = (const char *)arguments[0];
    return arguments[1] == SEMIHOST_READ || strcmp(path, SEMIHOST_CONSOLE) == 0;
}

bool semihost_may(uint32_t operation, const uintptr_t *arguments)
{
    switch (operation) {
    case SYS_OPEN:
        return may_open(arguments);
    case SYS_READ:
        return is_writable(arguments[1], arguments[2]);
    case SYS_GET_CMDLINE:
        return is_writable((uintptr_t)arguments, 2 * sizeof *arguments) &&
               is_writable(arguments[0], arguments[1]);
    case SYS_CLOSE:
    case SYS_WRITE:
    case SYS_SEEK:
        return !reserved.is || arguments[0] != reserved.handle;
    case SYS_TIME:
    case SYS_EXIT_EXTENDED:
        return true;
    default:
        return false;
    }
}
