#define _GNU_SOURCE /* dl_iterate_phdr */
#include "port/posix/selftest.h"

#include "crypto/hash.h"
#include "port/posix/fault.h"

#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { SLICE = 65536, WATCH_S = 30 };

/* ---- the program ---- */

static struct {
    const uint8_t *text;
    size_t size;
    off_t offset; /* of the text in the file */
    size_t at;
    int fd;
} program = {.fd = -1};

/* The first object is the program itself. */
static int find_text(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    (void)data;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_LOAD && (header->p_flags & PF_X) != 0) {
            ElfW(Addr) at = info->dlpi_addr + header->p_vaddr;
            memcpy(&program.text, &at, sizeof program.text);
            program.size = header->p_filesz;
            program.offset = (off_t)header->p_offset;
        }
    }
    return 1;
}

static void end_program(void)
{
    close(program.fd);
    program.fd = -1;
}

static bool begin_program(void)
{
    if (program.fd >= 0) {
        end_program();
    }
    program.at = 0;
    program.fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    (void)dl_iterate_phdr(find_text, NULL);
    return program.fd >= 0 && program.text != NULL;
}

static enum selftest_verdict test_program(void *context, bool first)
{
    static uint8_t octets[SLICE];
    (void)context;
    if (first && !begin_program()) {
        return SELFTEST_WRONG;
    }
    size_t left = program.size - program.at;
    size_t size = left < SLICE ? left : SLICE;
    ssize_t got = pread(program.fd, octets, size, program.offset + (off_t)program.at);
    bool same = got == (ssize_t)size && memcmp(octets, program.text + program.at, size) == 0;
    program.at += size;
    if (same && program.at < program.size) {
        return SELFTEST_MORE;
    }
    end_program();
    return same ? SELFTEST_RIGHT : SELFTEST_WRONG;
}

/* ---- and its checksum: the SHA-256 of its file, `sha256sum watthour` ---- */

static bool hash_file(int fd, uint8_t *digest)
{
    static uint8_t octets[SLICE];
    struct crypto_hash hash;
    ssize_t got = 0;
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    while ((got = read(fd, octets, sizeof octets)) > 0) {
        crypto_hash_add(&hash, octets, (size_t)got);
    }
    crypto_hash_end(&hash, digest);
    return got == 0;
}

/* Meters of one process are of one program. */
static const uint8_t *checksum(void *context)
{
    static uint8_t digest[IDENTITY_CHECKSUM_SIZE];
    static bool known;
    (void)context;
    int fd = known ? -1 : open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        known = hash_file(fd, digest);
        close(fd);
    }
    return known ? digest : NULL;
}

/* ---- the watchdog ---- */

static volatile sig_atomic_t was_alive;

static void look(int number)
{
    (void)number;
    if (!was_alive) {
        fault_write("watchdog", "main loop", 0);
        signal(SIGPROF, SIG_DFL);
        raise(SIGABRT);
    }
    was_alive = 0;
}

static void note_alive(void *context)
{
    (void)context;
    was_alive = 1;
}

int posix_faults_record(const char *path)
{
    struct sigaction action = {.sa_handler = look, .sa_flags = SA_RESTART};
    const struct itimerval every = {{WATCH_S, 0}, {WATCH_S, 0}};
    fault_path(path);
    was_alive = 1;
    return sigaction(SIGPROF, &action, NULL) == 0 ? setitimer(ITIMER_PROF, &every, NULL) : -1;
}

/* One thread: nothing interrupts. */
static void no_lock(void *context)
{
    (void)context;
}

const struct meter_port posix_meter_port = {.program = test_program,
                                            .lock = no_lock,
                                            .unlock = no_lock,
                                            .alive = note_alive,
                                            .checksum = checksum};

/* ---- what the last run left ---- */

struct selftest_fault posix_fault_take(const char *path)
{
    struct selftest_fault fault = {.cause = SELFTEST_CAUSE_NONE};
    char line[256];
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return fault;
    }
    if (fgets(line, sizeof line, file) != NULL) {
        bool stood = strncmp(line, "watchdog", strlen("watchdog")) == 0;
        const char *place = strchr(line, ' ');
        fault.cause = stood ? SELFTEST_CAUSE_WATCHDOG : SELFTEST_CAUSE_NEED;
        snprintf(fault.place, sizeof fault.place, "%.*s", (int)sizeof fault.place - 1,
                 place != NULL ? place + 1 : line);
        fault.place[strcspn(fault.place, "\n")] = '\0';
    }
    fclose(file);
    (void)remove(path);
    return fault;
}
