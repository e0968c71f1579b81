/* A virtual serial NOR flash chip.
 *
 * It does what real ones do and no more: a program only turns ones into zeros, within one page; an
 * erase works on a sector; both are started, take their time, and are polled; while an erase is
 * suspended the other sectors can be read and programmed. What a real chip would do wrong or wrap
 * around is refused, and counted. Each sector counts its erases.
 *
 * Time is the chip's own: every access costs what it costs on the bus, so that a busy-wait ends,
 * and nor_advance() moves it along with the world. The supply can fail before, within or after any
 * operation; cells can be stuck. The same seed gives the same times and the same torn bits.
 *
 * The cells live in memory, or in a sparse file that any later process takes up again; only one
 * process holds it at a time. Octets are kept inverted there: erased flash costs no disk. */
#ifndef WATTHOUR_WORLD_NOR_NOR_H
#define WATTHOUR_WORLD_NOR_NOR_H

#include "storage/flash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nor_config {
    uint32_t size;
    uint16_t sector;
    uint16_t page;
    uint32_t program_min_us; /* of a page program; each draws its own between the two */
    uint32_t program_max_us;
    uint32_t erase_min_us;
    uint32_t erase_max_us;
    uint32_t suspend_us;
    uint32_t access_ns; /* a command's overhead on the bus */
    uint32_t octet_ns;  /* 50: 20 MB/s */
    uint64_t seed;
};

/* 8 MiB, sectors of 4 kB, pages of 256: 0.4..3 ms, 45..400 ms, 20 MB/s. */
struct nor_config nor_config_default(void);

enum nor_kind { NOR_PROGRAM, NOR_ERASE };

struct nor_operation {
    enum nor_kind kind;
    uint32_t at;
    const uint8_t *octets; /* of a program */
    uint32_t size;
};

/* How an operation is torn when the supply fails. What the chip was doing beside (an erase under
 * way or suspended) is torn with it. */
struct nor_tear {
    uint32_t octets; /* of a program: so many are complete */
    uint8_t spread;  /* of what remains, each bit is programmed with this chance of 256 */
    uint16_t erased; /* of an erase: how far it came, permille: cells are zeroed, then freed */
    uint64_t seed;
};

enum { NOR_STUCK = 16 };

struct nor_stuck {
    uint32_t at;
    uint8_t mask;  /* these bits */
    uint8_t value; /* always read so */
};

struct nor_counts {
    uint64_t operations; /* programs and erases */
    uint64_t reads;
    uint64_t read_octets;
    uint64_t programmed_octets;
    uint64_t erases;
    uint64_t refused; /* what a careful driver never asks for */
};

struct nor {
    struct nor_config config;
    uint8_t *cells; /* inverted */
    uint32_t *wear; /* erases of each sector */
    size_t mapped;
    int file;
    uint64_t now_ns;
    uint64_t random;
    enum flash_state state;
    uint64_t ready_ns;      /* when what is under way ends */
    uint64_t erase_left_ns; /* of a suspended erase */
    uint32_t erasing;       /* its sector's address */
    bool suspending;
    bool dead; /* the supply has failed */
    const char *refusal;
    struct nor_counts counts;
    uint64_t cut_at; /* operation at which the supply fails; 0: none */
    struct nor_tear cut;
    unsigned stuck_count;
    struct nor_stuck stuck[NOR_STUCK];

    /* Called before each operation takes place; for tests that look at every one. May be NULL. */
    void (*watch)(void *context, const struct nor *nor, const struct nor_operation *operation);
    void *watch_context;
};

enum { NOR_ERROR_SIZE = 256 };

/* Opens a chip in memory (path NULL) or in a file, which is made when it is not there; a file too
 * short reads as erased behind its end. Returns 0, or -1 with one line in `error`. */
int nor_open(struct nor *nor, const struct nor_config *config, const char *path, char *error,
             size_t error_size);
void nor_close(struct nor *nor);

/* Opens a chip in memory that holds what a file holds, which is neither changed nor made; `octets`
 * tells how many of the chip's the file has. Returns 0, or -1 with one line in `error`. */
int nor_load(struct nor *nor, const struct nor_config *config, const char *path, uint32_t *octets,
             char *error, size_t error_size);

/* Frees cells, on disk too. For the chip itself. */
void nor_clear(struct nor *nor, uint32_t at, uint32_t size);

/* The port to give to storage. */
struct flash nor_port(struct nor *nor);

/* Lets time pass. */
void nor_advance(struct nor *nor, uint64_t us);

/* The supply fails at the n-th operation from now (1: the next), which is torn so. From then on the
 * chip refuses everything until nor_power_on(). */
void nor_plan_cut(struct nor *nor, uint64_t operation, const struct nor_tear *tear);

/* The supply fails now: `operation` (NULL: none) was about to take place. */
void nor_cut(struct nor *nor, const struct nor_operation *operation, const struct nor_tear *tear);

void nor_power_on(struct nor *nor);

/* Makes bits stuck; at most NOR_STUCK octets. */
void nor_stick(struct nor *nor, uint32_t at, uint8_t mask, uint8_t value);

/* Makes `to`, a chip in memory of the same size, hold what `from` holds and do what it does. */
void nor_copy(struct nor *to, const struct nor *from);

/* An octet as it is in the cells, whatever the chip does; and turning bits of it. */
uint8_t nor_peek(const struct nor *nor, uint32_t at);
void nor_flip(struct nor *nor, uint32_t at, uint8_t mask);

#endif
