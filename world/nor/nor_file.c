#define _GNU_SOURCE /* fallocate */

#include "world/nor/nor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file: the cells, inverted, then the erases of each sector as 32-bit numbers of the host. */
static size_t file_size(const struct nor_config *config)
{
    return config->size + config->size / config->sector * sizeof(uint32_t);
}

static int failed(char *error, size_t error_size, const char *path, const char *what)
{
    snprintf(error, error_size, "%s: %s", path, what);
    return -1;
}

/* Opens and locks; the file is as long as the chip then. */
static int open_file(const char *path, size_t size, char *error, size_t error_size)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) {
        return failed(error, error_size, path, strerror(errno));
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        close(file);
        return failed(error, error_size, path, "in use by another meter; stop it first");
    }
    if (ftruncate(file, (off_t)size) != 0) {
        failed(error, error_size, path, strerror(errno));
        close(file);
        return -1;
    }
    return file;
}

int nor_open(struct nor *nor, const struct nor_config *config, const char *path, char *error,
             size_t error_size)
{
    *nor = (struct nor){.config = *config, .file = -1, .random = config->seed};
    nor->mapped = file_size(config);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    if (path) {
        nor->file = open_file(path, nor->mapped, error, error_size);
        flags = MAP_SHARED;
        if (nor->file < 0) {
            return -1;
        }
    }
    void *memory = mmap(NULL, nor->mapped, PROT_READ | PROT_WRITE, flags, nor->file, 0);
    if (memory == MAP_FAILED) {
        failed(error, error_size, path ? path : "flash chip", strerror(errno));
        nor_close(nor);
        return -1;
    }
    nor->cells = memory;
    nor->wear = (uint32_t *)(void *)(nor->cells + config->size);
    return 0;
}

int nor_load(struct nor *nor, const struct nor_config *config, const char *path, uint32_t *octets,
             char *error, size_t error_size)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        return failed(error, error_size, path, strerror(errno));
    }
    int result = nor_open(nor, config, NULL, error, error_size);
    if (result == 0) {
        size_t size = fread(nor->cells, 1, nor->mapped, file);
        *octets = size < config->size ? (uint32_t)size : config->size;
        if (ferror(file)) {
            nor_close(nor);
            result = failed(error, error_size, path, "cannot be read");
        }
    }
    fclose(file);
    return result;
}

void nor_clear(struct nor *nor, uint32_t at, uint32_t size)
{
    int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    if (nor->file < 0 || fallocate(nor->file, mode, (off_t)at, (off_t)size) != 0) {
        memset(nor->cells + at, 0, size);
    }
}

void nor_close(struct nor *nor)
{
    if (nor->cells) {
        munmap(nor->cells, nor->mapped);
    }
    if (nor->file >= 0) {
        close(nor->file);
    }
    nor->cells = NULL;
    nor->file = -1;
}
