/* What scripts do: who can execute something says so, who wants it executed names it by the script
 * table and the selector. Source: Blue Book class 9 (Script table). */
#ifndef WATTHOUR_FUNCTION_SCRIPT_H
#define WATTHOUR_FUNCTION_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

/* A script: logical name of its table, and the selector in it. A selector 0 is none. */
struct script {
    uint8_t table[6];
    uint16_t selector;
};

/* Executes a script of a table. 0; -1: it cannot, now. */
typedef int script_run(void *owner, uint16_t selector);

enum { SCRIPT_TABLES = 12 };

struct script_book {
    uint8_t count;
    struct {
        uint8_t table[6];
        uint16_t most; /* selectors are 1..most */
        script_run *run;
        void *owner;
    } tables[SCRIPT_TABLES];
};

/* Adds a table. `owner` must outlive the book. */
void script_add(struct script_book *book, const uint8_t table[6], uint16_t most, script_run *run,
                void *owner);

/* Whether there is such a script. */
bool script_known(const struct script_book *book, const struct script *script);

/* Executes it: 0; -1: there is none such, or it cannot be executed now. */
int script_execute(const struct script_book *book, const struct script *script);

#endif
