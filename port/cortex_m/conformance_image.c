/* The image of the conformance test: argument `nor=FILE`. It ends twice: the first run by a fault
 * of its own making, the second, which finds the story, with what is missing. */
#include "port/cortex_m/conformance.h"

#include "base/need.h"
#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/semihost.h"

#include <stdio.h>
#include <string.h>

void board_on_sample(void)
{
    conformance_on_sample();
}

void board_on_window(void)
{
    conformance_on_window();
}

void board_on_tick(void);

void board_on_tick(void)
{
    board_count_ms();
}

noreturn void board_on_fault(const struct fault_story *fault)
{
    (void)fault;
    board_restart();
}

noreturn void board_on_end(int code)
{
    fflush(stdout);
    semihost_exit(code);
}

static void tell(bool good, const char *what)
{
    printf("%s %s\n", good ? "ok" : "MISSING", what);
}

int main(void)
{
    struct fault_story story;
    if (!fault_take(&story)) {
        need_failed("conformance", 1);
    }
    arguments_open();
    (void)nor_chip_open(argument("nor"));
    bool told = story.cause == FAULT_NEED && strcmp(story.file, "conformance") == 0;
    tell(told, "a restart leaves the story of the fault before it");
    int missing = conformance_run(tell) + (told ? 0 : 1);
    board_drop_privilege();
    tell(missing == 0, "everything, said by the main loop without privilege");
    return missing == 0 ? 0 : 1;
}
