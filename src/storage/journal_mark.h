/* From where on a journal's sectors bear its mark. Private to the journal. */
#ifndef WATTHOUR_STORAGE_JOURNAL_MARK_H
#define WATTHOUR_STORAGE_JOURNAL_MARK_H

#include "storage/journal.h"

enum { JOURNAL_MARKED = 1 /* version of the note of a sector */ };

/* The sector of this sequence is the oldest that is known to be marked. */
void journal_mark_from(struct journal *journal, uint32_t sequence);

/* The journal is marked, and sectors without are still in use. To be asked now and then: once it is
 * not so the mark goes along with the oldest sector, and half of its sequence tells for ever. */
bool journal_is_oldest_unmarked(struct journal *journal);

#endif
