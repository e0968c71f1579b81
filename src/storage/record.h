/* A ring of records of equal size: a load profile, a log. Each record has an ever-growing number,
 * from 1 on and without gaps, and the time that the caller gives it; when the partition is full,
 * the oldest sector's worth of records goes. An append is O(1); a record is found by its number in
 * O(log n), and by time too, although the clock may have been set back: each sector tells the
 * latest time before it, and where the times fall; between two such places they are a monotone run.
 *
 * Entry e of COSEM's profile generic (from 1 on) is number record_first() + e - 1. */
#ifndef WATTHOUR_STORAGE_RECORD_H
#define WATTHOUR_STORAGE_RECORD_H

#include "storage/belt.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    RECORD_FRAME = 12,      /* octets beside the record's own: number, time, check */
    RECORD_SIZE_MAX = 1024, /* and no more than a third of a sector */
    RECORD_SECTORS_MIN = 3, /* of a partition: head, one ready, one full */
};

struct record_ring {
    struct belt belt;
    uint32_t next;     /* number of the next record */
    uint32_t floor;    /* records below are cleared */
    uint32_t run;      /* first record of the monotone run under way */
    uint32_t time_s;   /* of the newest record */
    uint32_t newest_s; /* the latest time of all records */
    uint16_t slot;     /* octets from record to record */
    uint16_t used;     /* slots of the head */
    uint16_t damaged;  /* slots of the head whose check failed; one torn by a power cut counts */
    uint8_t version;
    uint8_t phase;
};

struct record {
    uint32_t number;
    uint32_t time_s; /* UTC since 1970; up to 2106 */
};

/* All are kept and must outlive the ring. Recovery comes next. */
void record_init(struct record_ring *ring, const struct flash *flash,
                 const struct partition *partition);

/* One step of reading the partition: 1 while there is more to do, 0 when done. Only then may the
 * functions below be called. */
int record_recover(struct record_ring *ring);

/* One step of preparing the next sector; never waits for an erase. 1: more to do; 0: nothing; or
 * STORAGE_FAILED. */
int record_step(struct record_ring *ring);

/* Octets of a record, and at most; the version of its form that record_format() gave. */
uint16_t record_size(const struct record_ring *ring);
uint16_t record_size_max(const struct record_ring *ring);
uint8_t record_version(const struct record_ring *ring);

/* Appends record_size() octets as record record_next(). When it returns, the record is on the chip
 * and read back. STORAGE_DONE, STORAGE_LATER, STORAGE_FULL: no number is left, STORAGE_FAILED. */
int record_append(struct record_ring *ring, uint32_t time_s, const void *octets);

/* The records that are there: record_first() .. record_next() - 1. */
uint32_t record_first(const struct record_ring *ring);
uint32_t record_next(const struct record_ring *ring);

/* Records that are kept at least, whatever happens. */
uint32_t record_capacity(const struct record_ring *ring);

/* Reads a record into `octets`, which has room for record_size() (or is NULL). STORAGE_DONE,
 * STORAGE_ABSENT, STORAGE_DAMAGED, STORAGE_FAILED. */
int record_read(const struct record_ring *ring, uint32_t number, struct record *record,
                void *octets);

/* Finds the first record, not before `number`, whose time lies in from_s .. to_s. O(log n), and the
 * same again for each run that lies between `number` and that record but for those in which all
 * times up to there are older than from_s. STORAGE_DONE, STORAGE_ABSENT. */
int record_find(const struct record_ring *ring, uint32_t number, uint32_t from_s, uint32_t to_s,
                struct record *found);

/* The number behind the last of the monotone run that `number` belongs to: up to there times do not
 * fall. record_next() when there is no such record. O(log n), and as many sectors as the run's end
 * has to be looked for. */
uint32_t record_run_end(const struct record_ring *ring, uint32_t number);

/* Forgets all records at once; numbers go on. STORAGE_DONE, STORAGE_LATER, STORAGE_FAILED. */
int record_clear(struct record_ring *ring);

/* The same, and from now on records have `size` octets of the form `version`. */
int record_format(struct record_ring *ring, uint16_t size, uint8_t version);

#endif
