#define _GNU_SOURCE /* O_CLOEXEC, ftruncate */

#include "app/chip_clock.h"

#include "world/rtc_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { RECORDS = 2, FILE_SIZE = RECORDS * RTC_RECORD_SIZE, PATH_ROOM = 4096 };

static int failed(char *error, size_t error_size, const char *path)
{
    snprintf(error, error_size, "%s: %s; give a directory that can be written", path,
             strerror(errno));
    return -1;
}

int chip_clock_open(struct chip_clock *kept, const char *directory, char *error, size_t error_size)
{
    char path[PATH_ROOM];
    *kept = (struct chip_clock){.octets = NULL};
    snprintf(path, sizeof path, "%s/clock", directory);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) {
        return failed(error, error_size, path);
    }
    void *memory = MAP_FAILED;
    if (ftruncate(file, FILE_SIZE) == 0) {
        memory = mmap(NULL, FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    }
    if (memory == MAP_FAILED) {
        failed(error, error_size, path);
        close(file);
        return -1;
    }
    close(file);
    kept->octets = memory;
    return 0;
}

void chip_clock_close(struct chip_clock *kept)
{
    if (kept->octets != NULL) {
        munmap(kept->octets, FILE_SIZE);
        kept->octets = NULL;
    }
}

bool chip_clock_recall(struct chip_clock *kept, struct rtc_chip *chip, int64_t *true_us)
{
    bool found = false;
    for (int i = 0; i < RECORDS && kept->octets != NULL; i++) {
        struct rtc_chip read = *chip;
        struct rtc_record_stamp stamp;
        bool whole = rtc_record_read(kept->octets + i * RTC_RECORD_SIZE, &stamp, &read);
        if (whole && (!found || (int32_t)(stamp.sequence - kept->sequence) > 0)) {
            found = true;
            kept->sequence = stamp.sequence;
            *true_us = stamp.true_us;
            *chip = read;
        }
    }
    return found;
}

/* The older of the two is overwritten: a process that is ended meanwhile leaves the newer. */
void chip_clock_keep(struct chip_clock *kept, const struct rtc_chip *chip, int64_t true_us)
{
    if (kept->octets != NULL) {
        const struct rtc_record_stamp stamp = {++kept->sequence, true_us};
        rtc_record_write(kept->octets + stamp.sequence % RECORDS * RTC_RECORD_SIZE, stamp, chip);
    }
}
