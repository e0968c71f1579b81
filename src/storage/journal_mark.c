#include "storage/journal_mark.h"

void journal_mark_from(struct journal *journal, uint32_t sequence)
{
    journal->marked = true;
    journal->marked_from = (uint16_t)sequence;
}

bool journal_is_oldest_unmarked(struct journal *journal)
{
    uint32_t oldest = belt_oldest(&journal->belt);
    uint16_t ahead = (uint16_t)(journal->marked_from - oldest);
    bool unmarked = journal->marked && ahead > 0 && ahead < journal->belt.span;
    if (!unmarked) {
        journal->marked_from = (uint16_t)oldest;
    }
    return unmarked;
}
