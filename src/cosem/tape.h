/* The value of an attribute as a tape that is read piece by piece.
 *
 * A getter never knows of blocks. The tape calls it, keeps what fits into the piece asked for and
 * carries the rest of a straddling row, encoded, to the next: reading a table costs O(rows), not
 * O(rows x pieces), and needs no buffer for the whole.
 *
 * What is read does not tear: a value or a row of at most COSEM_CARRY octets is rendered exactly
 * once, so that it shows one instant however many pieces it spans. A longer one is rendered again
 * for each piece, skipping what was sent; it should not change meanwhile (lists of the product,
 * records in flash). A text that a client changes under the eyes of another keeps the size that it
 * had, cut off or filled up with zeros; a row that was an element of its own and is gone is
 * null-data, and so is all that is still missing of a nested table that has changed: what is read
 * stays well-formed. Two rows may show two instants. The tests hold every
 * attribute of every product to that. */
#ifndef WATTHOUR_COSEM_TAPE_H
#define WATTHOUR_COSEM_TAPE_H

#include "cosem/model.h"

struct cosem_tape {
    struct cosem_call call;
    const struct cosem_attribute *attribute; /* NULL: logical_name */
    struct cosem_rows rows;
    uint32_t step;            /* 0: the value, or the head of the array; n: row n - 1 */
    size_t skip;              /* octets of that step already read */
    size_t whole;             /* and of all of it, once it was rendered */
    enum cosem_result result; /* of the getter */
    uint16_t owed;            /* values that the heads of a stamped table have promised */
    bool is_table;            /* the attribute */
    uint8_t carried;
    uint8_t carry[COSEM_CARRY];
};

/* At the beginning of the attribute, or of the part of it that the call's selection means; or the
 * reason why the asking client may not read it: object-undefined (no such attribute),
 * read-write-denied, scope-of-access-violated (no such selection), object-unavailable
 * (cosem_call_is_possible()), or what is wrong with the selection. What the selection points to
 * must stand as long as the tape. */
enum cosem_result cosem_tape_open(struct cosem_tape *tape, const struct cosem_call *call,
                                  int attribute);

/* The next octets, `room` of them while the tape lasts, into `piece`, which must hold COSEM_CARRY
 * octets more. Returns how many; `tape->result` says whether the getter failed, which the first
 * piece tells, even one without room. */
size_t cosem_tape_read(struct cosem_tape *tape, uint8_t *piece, size_t room);

/* Nothing is left to read. */
bool cosem_tape_ended(const struct cosem_tape *tape);

#endif
