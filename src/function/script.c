#include "function/script.h"

#include "base/need.h"

#include <string.h>

void script_add(struct script_book *book, const uint8_t table[6], uint16_t most, script_run *run,
                void *owner)
{
    need(book->count < SCRIPT_TABLES);
    memcpy(book->tables[book->count].table, table, sizeof book->tables[0].table);
    book->tables[book->count].most = most;
    book->tables[book->count].run = run;
    book->tables[book->count].owner = owner;
    book->count++;
}

static int find(const struct script_book *book, const struct script *script)
{
    for (uint8_t i = 0; i < book->count; i++) {
        bool same = memcmp(book->tables[i].table, script->table, sizeof script->table) == 0;
        if (same && script->selector >= 1 && script->selector <= book->tables[i].most) {
            return i;
        }
    }
    return -1;
}

bool script_known(const struct script_book *book, const struct script *script)
{
    return find(book, script) >= 0;
}

int script_execute(const struct script_book *book, const struct script *script)
{
    int found = find(book, script);
    return found < 0 ? -1 : book->tables[found].run(book->tables[found].owner, script->selector);
}
